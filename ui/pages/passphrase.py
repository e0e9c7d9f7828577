"""A passphrase made: typed twice, and what it lacks said beside it; changed from the settings."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from agent_app.domain.errors import Lost, WrongSecret
from ui.text import Text
from ui.viewmodels.entry import SHORTEST, PassphraseModel, lacking
from ui.widgets.badge import Banner
from ui.widgets.button import Button
from ui.widgets.field import TextField
from ui.widgets.layout import column
from ui.widgets.overlay import Sheet


class NewPassphrase(QWidget):
    """A new one and the same once more; `entered` says that Return was pressed in the last."""

    entered = Signal()

    def __init__(self, text: Text, label: str, *, name: str) -> None:
        super().__init__()
        self._text = text
        hint = text.say("passphrase.hint", n=SHORTEST)
        self._first = TextField(label, hint=hint, keys="secret", name=f"{name}-secret")
        again = text.say("passphrase.again")
        self._again = TextField(again, keys="secret", name=f"{name}-again")
        self._again.entered.connect(self.entered)
        self.setLayout(column(self._first, self._again, gap=2.5))

    @property
    def typed(self) -> str:
        return self._first.text()

    def faultless(self, user: str) -> bool:
        """Whether it will do for `user`; what it lacks is said beside it, the cursor put there."""
        text, lacks = self._text, lacking(self.typed, user)
        differs = self._again.text() != self.typed
        for field, fault in (
            (self._again, text.say("passphrase.differs") if differs else ""),
            (self._first, text.say(f"passphrase.{lacks[0]}", n=SHORTEST) if lacks else ""),
        ):
            field.set_fault(fault)
            if fault:
                field.edit.setFocus()
        return not lacks and not differs


def passphrase_sheet(page: QWidget, model: PassphraseModel, text: Text) -> Sheet:
    """The one that opens this device now, then the new one; the sheet stays until it is changed."""
    now = TextField(text.say("passphrase.present"), keys="secret", name="passphrase-present")
    fresh = NewPassphrase(text, text.say("passphrase.fresh"), name="passphrase")
    remark = Banner(text.say("passphrase.remark"), "", "info")
    content = QWidget()
    content.setLayout(column(remark, now, fresh, gap=2.5))
    go = Button(text.say("passphrase.change"), "primary", glyph="check", name="passphrase-keep")
    sheet = Sheet(
        page, text.say("passphrase.title"), content, close=text.say("page.cancel"),
        name="passphrase-sheet", width=560, actions=(go,),
    )  # fmt: skip
    now.edit.setFocus()

    def change() -> None:
        given = now.text()
        now.set_fault("" if given else text.say("unlock.needed"))
        if fresh.faultless(model.user) and given and go.isEnabled():
            model.change(given, fresh.typed)

    def refused(error: Exception) -> None:
        if not isinstance(error, WrongSecret | Lost):
            remark.show_message(text.error(error), "", "danger")
            return
        now.set_fault(text.error(error))
        now.set_text("")
        now.edit.setFocus()

    def busy(working: bool) -> None:
        go.setEnabled(not working)
        go.setText(text.say("passphrase.working" if working else "passphrase.change"))

    model.setParent(sheet)
    model.busy.connect(busy)
    model.failed.connect(refused)
    model.changed.connect(sheet.leave)
    go.clicked.connect(change)
    fresh.entered.connect(change)
    return sheet
