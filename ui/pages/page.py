"""What all pages share: a head, a body that scrolls, a foot, and how they speak to the shell."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from ui.text import Text
from ui.theme import worn
from ui.viewmodels.office import ViewModel
from ui.widgets.button import Button, GlyphButton
from ui.widgets.card import Surface
from ui.widgets.label import Label
from ui.widgets.layout import Flow, clear, column, row
from ui.widgets.lists import NEXT_KEYS, Row
from ui.widgets.order import come_last, widgets_of
from ui.widgets.scroll import Scroll


@dataclass(frozen=True)
class Mark:
    """Where somebody was on a page: how far down, and the name of what had the keyboard."""

    scrolled: int = 0
    focus: str = ""


class Page(QWidget):
    """A screen. `go(name, argument)` asks the shell for another, `back` for the one before,
    `says` shows a sentence for a moment. A page that is `alone` hides the navigation. One with
    `wide_from` (pixels at 100 % text) is filled anew as it becomes `wide` or narrow."""

    go = Signal(str, object)
    back = Signal()
    says = Signal(str)
    alone = False
    reach = 1120
    wide_from = 0
    wide = False

    def __init__(self, text: Text, *, title: str = "", remark: str = "", returns: bool = False):
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.text = text
        self._bound: ViewModel | None = None
        self._title = Label(title, "title", name="page-title")
        self._remark = Label(remark, "body", ink="soft", name="page-remark")
        self._remark.setVisible(bool(remark))
        self.tools = row(gap=1.5)
        head = row(gap=2)
        head.setContentsMargins(24, 20, 24, 4)
        top = Qt.AlignmentFlag.AlignTop
        if returns:
            leave = GlyphButton("arrow-left", text.say("page.back"), "plain", name="page-back")
            leave.clicked.connect(self.back)
            head.setSpacing(8)
            head.setContentsMargins(12, 20, 24, 4)
            head.addWidget(leave, 0, top)
        head.addLayout(column(self._title, self._remark, gap=0.25), 1)
        head.addLayout(self.tools)
        head.setAlignment(self.tools, top)
        self._content = QWidget()
        self.body: QVBoxLayout = column(gap=2)
        self._framed = column(gap=2)
        self._framed.addLayout(self.body)
        self._content.setLayout(self._framed)
        self.scroller = Scroll(self._content, reach=self.reach)
        self.foot = Surface("bar", pad=0)
        self.foot_line = row(gap=1.5)
        self.foot_line.setContentsMargins(24, 12, 24, 12)
        self.foot.body.addLayout(self.foot_line)
        self.foot.hide()
        framed = QWidget()
        framed.setLayout(head)
        framed.setMaximumWidth(self.reach + 48)
        across = row(gap=0)
        across.addStretch(1)
        across.addWidget(framed, 1000)
        across.addStretch(1)
        self._whole = column(gap=0)
        self._whole.addLayout(across)
        self._whole.addWidget(self.scroller, 1)
        self._whole.addWidget(self.foot)
        self.setLayout(self._whole)

    def arrive(self) -> None:
        """The shell shows this page now."""

    def mark(self) -> Mark:
        """Where the person is, to come back to."""
        return Mark(self.scroller.verticalScrollBar().value(), self._focused())

    def return_to(self, mark: Mark) -> None:
        """Be where the person was, as soon as what was there is there again."""
        bar = self.scroller.verticalScrollBar()

        def grown(_: int, most: int) -> None:
            if most >= mark.scrolled:
                bar.rangeChanged.disconnect(grown)
                bar.setValue(mark.scrolled)
                self._refocus(mark.focus)

        if mark.scrolled:
            bar.rangeChanged.connect(grown)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab comes to the foot after what the page asks, which is built anew all the time."""
        come_last(self._content, widgets_of(self.foot_line))
        return super().focusNextPrevChild(forward)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """From the page itself the keys that go down a list go to its first row."""
        first = next((one for one in self.findChildren(Row) if one.takes_focus), None)
        if event.key() in NEXT_KEYS and not event.modifiers() and first is not None:
            first.come_to()
        else:
            super().keyPressEvent(event)

    def _focused(self) -> str:
        """The name of what has the keyboard in the body, if anything there has."""
        here = QApplication.focusWidget()
        inside = here is not None and self._content.isAncestorOf(here)
        return here.objectName() if here is not None and inside else ""

    def _refocus(self, name: str) -> None:
        found = self._content.findChild(QWidget, name) if name else None
        if found is not None and not self._focused():
            found.setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = 0 < self.wide_from * worn().scale / 100 <= self.width()
        if wide != self.wide:
            self.wide = wide
            self.fill()

    def set_head(self, title: str, remark: str = "") -> None:
        self._title.setText(title)
        self._remark.setText(remark)
        self._remark.setVisible(bool(remark))

    def replace_head(self, bar: QWidget) -> None:
        """Put `bar` where title and tools stood."""
        old = self._whole.takeAt(0)
        if old is not None and (inner := old.layout()) is not None:
            clear(inner)
        self._whole.insertWidget(0, bar)

    def insert(self, lasting: QWidget) -> None:
        """Something above the body that stays when the body is built anew."""
        self._framed.insertWidget(0, lasting)

    def refill(self) -> QVBoxLayout:
        """Empty the body to build it anew, keeping where it was scrolled to and the keyboard."""
        if name := self._focused():
            self.setFocus(Qt.FocusReason.OtherFocusReason)
            QTimer.singleShot(0, self, lambda: self._refocus(name))
        clear(self.body)
        return self.body

    def bind(self, model: ViewModel) -> None:
        """Show what `model` loads and put its errors in words."""
        self._bound = model
        model.setParent(self)
        model.ready.connect(self.fill)
        model.failed.connect(self.fail)

    def fill(self) -> None:
        """Build the body from the view-model."""

    def fail(self, error: Exception) -> None:
        self.says.emit(self.text.error(error))

    def misspoken(self, words: str) -> str:
        """What is said beside a field in which words are being typed that the rules prohibit."""
        model = self._bound
        if model is None or model.about is None:
            return ""
        found = model.office.prohibited(model.about, words)
        return self.text.say("page.prohibited", words=found) if found else ""

    def main_button(
        self, words: str, glyph: str = "", *, name: str, beside: Button | None = None
    ) -> Button:
        """The one primary button, at the end of the foot; `beside` stands before it."""
        self.foot.show()
        button = Button(words, "primary", glyph=glyph, name=name)
        self.foot_line.addStretch(1)
        for one in (beside, button):
            if one is not None:
                self.foot_line.addWidget(one)
        return button


def page_of(widget: QWidget) -> QWidget:
    """The page a widget is on, for the sheets it opens; its window where it is on none."""
    one: QWidget | None = widget
    while one is not None and not isinstance(one, Page):
        one = one.parentWidget()
    return one or widget.window()


def badge_line(*badges: QWidget) -> QWidget:
    """Badges or chips side by side, on to the next line where the width ends."""
    holder = QWidget()
    holder.setLayout(Flow(*badges, gap=1))
    return holder
