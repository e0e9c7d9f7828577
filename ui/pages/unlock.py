"""Unlock: the passphrase, by keyboard or by finger."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from agent_app.domain.errors import Lost, WrongSecret
from ui.pages.entry import EntryPage
from ui.text import Text
from ui.viewmodels.entry import UnlockModel
from ui.widgets.button import Button
from ui.widgets.field import TextField
from ui.widgets.keypad import Keypad
from ui.widgets.layout import Flow


class UnlockPage(EntryPage):
    """Says how long to wait after wrong tries, and never what was typed."""

    def __init__(self, model: UnlockModel, text: Text) -> None:
        super().__init__(
            text,
            title=text.say("unlock.title", user=model.user),
            remark=text.say("unlock.remark"),
        )
        self._model = model
        self._left = 0
        self._field = TextField(text.say("unlock.passphrase"), keys="secret", name="unlock-secret")
        self._field.entered.connect(self._try)
        self._enter = Button(text.say("unlock.enter"), "primary", name="unlock-enter")
        self._enter.clicked.connect(self._try)
        self._anew = Button(text.say("unlock.anew"), "primary", glyph="shield", name="unlock-anew")
        self._anew.clicked.connect(model.enrol_wanted)
        self._anew.hide()
        self._pad = Keypad(erase=text.say("unlock.erase"), enter=text.say("unlock.enter"))
        self._pad.typed.connect(self._field.type)
        self._pad.erased.connect(self._field.erase)
        self._pad.entered.connect(self._try)
        self._pad.hide()
        show = Button(text.say("unlock.keypad"), "plain", name="unlock-keypad")
        show.clicked.connect(lambda: self._pad.setVisible(self._pad.isHidden()))
        self.ask(self._field, self._enter, self._anew, self._pad, self._others(show))
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self._tick)
        model.busy.connect(self._busy)
        model.failed.connect(self._refuse)

    def _others(self, keypad: Button) -> QWidget:
        """Other ways in: by finger, as somebody else who uses this device, as one more."""
        others = [
            Button(self.text.say("unlock.other", user=user), "plain", name=f"unlock-as-{user}")
            for user in self._model.others
        ]
        for user, button in zip(self._model.others, others, strict=True):
            button.clicked.connect(lambda _=False, user=user: self._model.other_wanted.emit(user))
        one_more = Button(self.text.say("unlock.add"), "plain", glyph="plus", name="unlock-add")
        one_more.clicked.connect(self._model.enrol_wanted)
        line = QWidget()
        line.setLayout(Flow(keypad, *others, one_more, gap=1))
        return line

    def arrive(self) -> None:
        self._field.edit.setFocus()

    def _try(self) -> None:
        if not self._enter.isEnabled():
            return
        secret = self._field.text()
        if not secret:
            self._field.set_fault(self.text.say("unlock.needed"))
            return
        self._field.set_fault("")
        self._field.set_text("")
        self._model.unlock(secret)

    def _busy(self, busy: bool) -> None:
        self._enter.setEnabled(not busy)
        self._enter.setText(self.text.say("unlock.working" if busy else "unlock.enter"))

    def _refuse(self, error: Exception) -> None:
        self._field.set_fault(self.text.error(error))
        self._field.edit.setFocus()
        lost = isinstance(error, Lost)
        self._enter.setVisible(not lost)
        self._anew.setVisible(lost)
        if isinstance(error, WrongSecret) and error.wait >= 1:
            self._left = round(error.wait)
            self._enter.setEnabled(False)
            self._tick()
            self._timer.start()

    def _tick(self) -> None:
        if self._left <= 0:
            self._timer.stop()
            self._enter.setEnabled(True)
            self._enter.setText(self.text.say("unlock.enter"))
            return
        wait = self.text.duration(timedelta(seconds=self._left))
        self._enter.setText(self.text.say("unlock.wait", wait=wait))
        self._left -= 1
