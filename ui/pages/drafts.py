"""The officer's desk: a letter's text, its faults by file and row, and the page as it will print."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QFont, QFontDatabase, QKeySequence, QShortcut, QTextCursor
from PySide6.QtWidgets import QComboBox, QPlainTextEdit, QSplitter, QWidget

from agent_app.domain.errors import Fault
from agent_app.domain.languages import LANGUAGE_NAMES, LANGUAGES
from ui.text import Text
from ui.theme import worn
from ui.viewmodels.drafts import SAMPLES, DraftsModel
from ui.widgets.badge import Badge
from ui.widgets.button import Button
from ui.widgets.label import Label
from ui.widgets.layout import clear, column, row
from ui.widgets.list_card import ListCard
from ui.widgets.lists import Row
from ui.widgets.paper import Paper
from ui.widgets.scroll import Scroll


class DraftsPage(QWidget):
    """Left the text, right the paper; below the text every fault, one press from its row."""

    def __init__(self, model: DraftsModel, text: Text) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        model.setParent(self)
        self._model, self._text = model, text
        self._files = _choice("draft-file", {one: one for one in model.files()})
        self._languages = _choice("draft-language", {one: LANGUAGE_NAMES[one] for one in LANGUAGES})
        self._samples = _choice(
            "draft-sample", {one: text.say(f"drafts.sample_{one}") for one in SAMPLES}
        )
        self._state = Badge("", "neutral", name="draft-state")
        self._save = Button(text.say("drafts.save"), "primary", glyph="check", name="draft-save")
        self._save.clicked.connect(self._keep)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Save), self, self._keep)
        self._editor = QPlainTextEdit()
        self._editor.setObjectName("draft-text")
        self._editor.setAccessibleName(text.say("drafts.text"))
        self._editor.setFont(_fixed())
        self._editor.setTabChangesFocus(True)
        self._editor.textChanged.connect(self._typed)
        self._faults = column(gap=1)
        self._paper = Paper(name="draft-paper")
        self._languages.setCurrentIndex(max(0, self._languages.findData(text.language)))
        model.show_in(text.language)
        self._build()
        self._files.currentIndexChanged.connect(lambda _: model.open(self._files.currentData()))
        self._languages.currentIndexChanged.connect(
            lambda _: model.show_in(self._languages.currentData())
        )
        self._samples.currentIndexChanged.connect(
            lambda _: model.try_on(self._samples.currentData())
        )
        model.reread.connect(self._reread)
        model.tried.connect(self._show)
        model.failed.connect(lambda error: self._say("danger", text.error(error)))

    def files(self) -> tuple[str, ...]:
        """Every template one may open."""
        return self._model.files()

    def open(self, file: str = "") -> None:
        """Show a template: the one asked for, or the first."""
        place = max(0, self._files.findData(file))
        if place == self._files.currentIndex():
            self._model.open(self._files.currentData())
        else:
            self._files.setCurrentIndex(place)

    def _build(self) -> None:
        bar = row(self._files, self._languages, self._samples, self._state, 1, self._save, gap=1.5)
        told = QWidget()
        told.setLayout(self._faults)
        below = Scroll(told, reach=2000, pad=0)
        left = QSplitter(Qt.Orientation.Vertical)
        left.addWidget(self._editor)
        left.addWidget(below)
        left.setStretchFactor(0, 3)
        left.setStretchFactor(1, 2)
        left.setSizes([540, 260])
        across = QSplitter(Qt.Orientation.Horizontal)
        across.addWidget(left)
        across.addWidget(self._paper)
        across.setStretchFactor(0, 1)
        across.setStretchFactor(1, 1)
        for part in (left, across):
            part.setChildrenCollapsible(False)
            part.setHandleWidth(16)
        remark = Label(self._text.say("drafts.remark"), "label", ink="soft")
        layout = column(bar, remark, gap=1.5, pad=2)
        layout.addWidget(across, 1)
        self.setLayout(layout)

    def _reread(self) -> None:
        at = self._editor.textCursor().position()
        with QSignalBlocker(self._editor):
            self._editor.setPlainText(self._model.text)
        cursor = self._editor.textCursor()
        cursor.setPosition(min(at, len(self._model.text)))
        self._editor.setTextCursor(cursor)

    def _typed(self) -> None:
        self._model.type(self._editor.toPlainText())
        self._save.setEnabled(self._model.unsaved)

    def _keep(self) -> None:
        if self._model.unsaved:
            self._model.save()
            self._save.setEnabled(False)

    def _show(self) -> None:
        draft, text = self._model.draft, self._text
        self._save.setEnabled(self._model.unsaved)
        if draft.pdf:
            self._paper.show_pdf(draft.pdf)
        self._paper.setEnabled(bool(draft.pdf))
        clear(self._faults)
        if not draft.faults:
            self._say("success", text.say("drafts.good"))
            return
        self._say("danger", text.say("drafts.faults", n=len(draft.faults)))
        card = ListCard()
        for number, fault in enumerate(draft.faults, 1):
            card.add(self._line(number, fault))
        self._faults.addWidget(card)
        self._faults.addStretch(1)

    def _line(self, number: int, fault: Fault) -> Row:
        """File and row, what is wrong, how to mend it; a press goes to the row."""
        place = fault.file + (f":{fault.row}" if fault.row else "")
        what = " · ".join(
            one for one in (fault.field, fault.message, str(fault.value or "")) if one
        )
        remark = f"{place} — {fault.mend}" if fault.mend else place
        line = Row(what, remark, opens=bool(fault.row), name=f"fault-{number}")
        line.opened.connect(lambda: self._go_to(fault.row or 1))
        return line

    def _go_to(self, number: int) -> None:
        cursor = QTextCursor(self._editor.document().findBlockByNumber(number - 1))
        self._editor.setTextCursor(cursor)
        self._editor.centerCursor()
        self._editor.setFocus()

    def _say(self, tone: str, words: str) -> None:
        self._state.show_state(words, tone)


def _choice(name: str, options: dict[str, str]) -> QComboBox:
    box = QComboBox()
    box.setObjectName(name)
    box.setMinimumHeight(worn().target())
    for value, words in options.items():
        box.addItem(words, value)
    return box


def _fixed() -> QFont:
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPixelSize(worn().px("body"))
    return font
