"""Enrol: the office's address, the one-time code, and a passphrase nobody else knows."""

from __future__ import annotations

from agent_app.domain.errors import BadInput, WrongPin
from ui.pages.entry import EntryPage
from ui.pages.key_choice import KeyChoice
from ui.pages.passphrase import NewPassphrase
from ui.text import Text
from ui.viewmodels.entry import EnrolModel
from ui.widgets.badge import Banner
from ui.widgets.button import Button
from ui.widgets.field import TextField
from ui.widgets.speech import Folded


class EnrolPage(EntryPage):
    """Once a device. The keys are made here and never leave it."""

    def __init__(self, model: EnrolModel, text: Text) -> None:
        super().__init__(text, title=text.say("enrol.title"), remark=text.say("enrol.remark"))
        self._model = model
        self._address = TextField(
            text.say("enrol.address"), placeholder="https://", name="enrol-address"
        )
        self._address.set_text(model.address)
        self._code = TextField(
            text.say("enrol.code"),
            hint=text.say("enrol.code_hint"),
            placeholder="A011-XXXX-XXXX",
            name="enrol-code",
        )
        self._secret = NewPassphrase(text, text.say("enrol.passphrase"), name="enrol")
        self._secret.entered.connect(self._try)
        self._fault = Banner(text.say("enrol.failed"), "", "danger", name="enrol-fault")
        self._fault.hide()
        self._join = Button(text.say("enrol.join"), "primary", glyph="shield", name="enrol-join")
        self._join.clicked.connect(self._try)
        self._key = KeyChoice(model, text)
        self._key.setVisible(model.may_choose)
        why = Folded(text.say("enrol.why"), text.say("enrol.why_body"), name="enrol-why")
        fields = (self._address, self._code, self._secret)
        if model.aside:
            kept = Banner(
                text.say("enrol.aside"),
                text.say("enrol.aside_body", folder="\n".join(model.aside)),
                "warn",
                name="enrol-aside",
            )
            self.card.body.addWidget(kept)
        self.ask(*fields, self._key, self._fault, self._join, why)
        model.busy.connect(self._busy)
        model.failed.connect(self._refuse)

    def arrive(self) -> None:
        (self._code if self._address.text() else self._address).edit.setFocus()

    def _try(self) -> None:
        self._fault.hide()
        if self._faultless():
            self._model.enrol(
                *(self._address.text().strip(), self._code.text().strip(), self._secret.typed),
                token=self._key.token,
                pin=self._key.pin,
            )

    def _faultless(self) -> bool:
        """Everything wrong is said at once; the cursor is put where the first of it is."""
        good = self._secret.faultless(self._code.text().partition("-")[0].strip())
        for field, key in (
            (self._code, "enrol.code_needed"),
            (self._address, "enrol.address_needed"),
        ):
            missing = not field.text().strip()
            field.set_fault(self.text.say(key) if missing else "")
            if missing:
                field.edit.setFocus()
                good = False
        return self._key.faultless() and good

    def _busy(self, busy: bool) -> None:
        self._join.setEnabled(not busy)
        self._join.setText(self.text.say("enrol.working" if busy else "enrol.join"))

    def _refuse(self, error: Exception) -> None:
        if isinstance(error, WrongPin):
            self._key.forget_pin()
        self._fault.show_message(self.text.say("enrol.failed"), self._why(error), "danger")
        self._fault.show()

    def _why(self, error: Exception) -> str:
        """In the person's own language what is not a general error: the code, the security key."""
        if isinstance(error, BadInput):
            field = error.faults[0].field
            return self.text.choose(f"enrol.fault_{field}", self.text.error(error))
        if isinstance(error, WrongPin) and not error.last:
            return self.text.say("enrol.fault_pin")
        return self.text.error(error)
