"""Fields to type into, with the label above and the fault beside."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDoubleValidator, QFocusEvent, QIntValidator, QRegularExpressionValidator
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from ui.theme import worn
from ui.widgets.icon import Icon
from ui.widgets.label import Label, restyle
from ui.widgets.layout import column, row

_GROUPED = {"integer": r"-?[0-9,]{0,13}", "decimal": r"-?[0-9,]{0,20}(\.[0-9]*)?"}


class Fault(QWidget):
    """What is wrong with the field above, with its shape; hidden when all is well."""

    def __init__(self) -> None:
        super().__init__()
        self._label = Label("", "label", ink="danger")
        line = row(gap=1)
        line.addWidget(Icon("alert", "danger", 18), 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self._label, 1)
        self.setLayout(line)
        self.hide()

    def say(self, fault: str) -> None:
        self._label.setText(fault)
        self.setAccessibleName(fault)
        self.setVisible(bool(fault))


@runtime_checkable
class ReadsWords(Protocol):
    """A page that says what is wrong with words as they are typed on it or on a sheet over it."""

    def misspoken(self, words: str) -> str: ...


class Field(QWidget):
    """Label, one input, hint and fault. `edited` carries the text as it is typed."""

    edited = Signal(str)
    settled = Signal(str)
    entered = Signal()

    def __init__(self, label: str, edit: QLineEdit | QPlainTextEdit, hint: str, name: str) -> None:
        super().__init__()
        self.edit = edit
        self._label = Label(label, "strong")
        self._label.setBuddy(edit)
        self._label.setVisible(bool(label))
        self._hint = Label(hint, "label", ink="soft")
        self._hint.setVisible(bool(hint))
        self._fault = Fault()
        edit.setAccessibleName(label or hint)
        edit.setAccessibleDescription(hint)
        if name:
            edit.setObjectName(name)
        self.setLayout(column(self._label, self._hint, edit, self._fault, gap=1))
        self._misspoken = ""

    def text(self) -> str:
        edit = self.edit
        return edit.text() if isinstance(edit, QLineEdit) else edit.toPlainText()

    def set_text(self, text: str) -> None:
        if text == self.text():
            return
        edit = self.edit
        if isinstance(edit, QLineEdit):
            edit.setText(text)
        else:
            edit.setPlainText(text)

    def set_fault(self, fault: str) -> None:
        self._fault.say(fault)
        if self.edit.property("fault") != bool(fault):
            self.edit.setProperty("fault", bool(fault))
            restyle(self.edit)

    def _listen(self, words: str) -> None:
        """Let the page read what is typed; only its own remark is taken back."""
        above: QWidget | None = self
        while above is not None and not isinstance(above, ReadsWords):
            above = above.parentWidget()
        found = above.misspoken(words) if isinstance(above, ReadsWords) else ""
        if found or self._misspoken:
            self.set_fault(found)
        self._misspoken = found


class TextField(Field):
    """One line. `keys` limits what can be typed: text, digits, integer, decimal, secret."""

    def __init__(
        self,
        label: str = "",
        *,
        hint: str = "",
        placeholder: str = "",
        keys: str = "text",
        glyph: str = "",
        name: str = "",
        grouped: bool = False,
    ) -> None:
        """`grouped` lets a number carry commas between its thousands."""
        edit = QLineEdit()
        edit.setPlaceholderText(placeholder)
        if keys == "secret":
            edit.setEchoMode(QLineEdit.EchoMode.Password)
        if grouped:
            edit.setValidator(QRegularExpressionValidator(_GROUPED[keys], edit))
        elif keys == "integer":
            edit.setValidator(QIntValidator(-999_999_999, 999_999_999, edit))
        elif keys == "decimal":
            edit.setValidator(QDoubleValidator(edit))
        if keys in ("digits", "integer", "decimal"):
            edit.setInputMethodHints(Qt.InputMethodHint.ImhFormattedNumbersOnly)
        if glyph:
            lead = row(Icon(glyph), 1)
            lead.setContentsMargins(14, 0, 0, 0)
            edit.setLayout(lead)
            edit.setTextMargins(worn().icon_px() + 10, 0, 0, 0)
        super().__init__(label, edit, hint, name)
        edit.textEdited.connect(self.edited)
        if keys == "text":
            self.edited.connect(self._listen)
        edit.returnPressed.connect(self.entered)
        self._line = edit
        edit.editingFinished.connect(lambda: self.settled.emit(edit.text()))

    def type(self, character: str) -> None:
        """Put in `character` as a key would."""
        self._line.insert(character)

    def erase(self) -> None:
        """Take out what the erase key would."""
        self._line.backspace()


class TextArea(Field):
    """Several lines, as tall as `lines` of body text."""

    def __init__(
        self,
        label: str = "",
        *,
        hint: str = "",
        placeholder: str = "",
        lines: int = 4,
        name: str = "",
    ) -> None:
        edit = _Lines()
        edit.setPlaceholderText(placeholder)
        edit.setTabChangesFocus(True)
        edit.setMinimumHeight(round(lines * worn().px("body") * 1.5) + 24)
        super().__init__(label, edit, hint, name)
        edit.textChanged.connect(lambda: self.edited.emit(edit.toPlainText()))
        self.edited.connect(self._listen)
        edit.left.connect(lambda: self.settled.emit(edit.toPlainText()))


class _Lines(QPlainTextEdit):
    left = Signal()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()
