"""The security key that signs on this device: its name, how it stands, and its PIN when it changed."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from agent_app.domain.errors import WrongPin
from ui.text import Text
from ui.viewmodels.security_key import SecurityKey
from ui.widgets.badge import Badge
from ui.widgets.button import Button
from ui.widgets.card import Card, Facts, SectionHeader
from ui.widgets.field import TextField
from ui.widgets.label import Label
from ui.widgets.layout import row

_TONES = {"ready": "success", "away": "warn", "pin": "danger"}


class KeyCard(Card):
    """A PIN is tried once for each press, never by itself."""

    def __init__(self, key: SecurityKey, text: Text) -> None:
        super().__init__(SectionHeader(text.say("settings.key")))
        self._key, self._text = key, text
        self._badge = Badge("", name="key-standing")
        self._pin = TextField(
            text.say("settings.key_new_pin"),
            hint=text.say("settings.key_new_pin_hint"),
            keys="secret",
            name="key-pin",
        )
        self._pin.entered.connect(self._try)
        self._keep = Button(text.say("settings.key_keep"), "quiet", glyph="check", name="key-keep")
        self._keep.clicked.connect(self._try)
        self._kept = Label("", "label", ink="success")
        self._kept.hide()
        facts: list[tuple[str, str | QWidget]] = [
            (text.say("settings.key_name"), key.name),
            (text.say("settings.key_state"), self._badge),
        ]
        for item in (Facts(facts), self._pin, self._kept):
            self.body.addWidget(item)
        self.body.addLayout(row(self._keep, 1))
        key.moved.connect(self._show)
        key.taken.connect(self._taken)
        key.refused.connect(self._refused)
        self._show()

    def _show(self) -> None:
        standing = str(self._key.standing)
        self._badge.show_state(self._text.say(f"settings.key_{standing}"), _TONES[standing])

    def _try(self) -> None:
        self._kept.hide()
        if not self._pin.text():
            self._pin.set_fault(self._text.say("enrol.pin_needed"))
        elif self._keep.isEnabled():
            self._keep.setEnabled(False)
            self._pin.set_fault("")
            self._key.take_pin(self._pin.text())
            self._pin.set_text("")

    def _taken(self) -> None:
        self._keep.setEnabled(True)
        self._kept.setText(self._text.say("settings.key_kept"))
        self._kept.show()

    def _refused(self, error: Exception) -> None:
        self._keep.setEnabled(True)
        self._pin.set_fault(self._text.error(error))
        if isinstance(error, WrongPin):
            self._pin.edit.setFocus()
