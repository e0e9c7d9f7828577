"""Enrol: the office's address, the one-time code, and a passphrase nobody else knows."""

from __future__ import annotations

from ui.pages.entry import EntryPage
from ui.text import Text
from ui.viewmodels.entry import SHORTEST, EnrolModel
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
        self._secret = TextField(
            text.say("enrol.passphrase"),
            hint=text.say("enrol.passphrase_hint", n=SHORTEST),
            keys="secret",
            name="enrol-secret",
        )
        self._again = TextField(text.say("enrol.again"), keys="secret", name="enrol-again")
        self._again.entered.connect(self._try)
        self._fault = Banner(text.say("enrol.failed"), "", "danger", name="enrol-fault")
        self._fault.hide()
        self._join = Button(text.say("enrol.join"), "primary", glyph="shield", name="enrol-join")
        self._join.clicked.connect(self._try)
        why = Folded(text.say("enrol.why"), text.say("enrol.why_body"), name="enrol-why")
        fields = (self._address, self._code, self._secret, self._again)
        if model.aside:
            kept = Banner(
                text.say("enrol.aside"),
                text.say("enrol.aside_body", folder="\n".join(model.aside)),
                "warn",
                name="enrol-aside",
            )
            self.card.body.addWidget(kept)
        for item in (*fields, self._fault, self._join, why):
            self.card.body.addWidget(item)
        model.busy.connect(self._busy)
        model.failed.connect(self._refuse)

    def arrive(self) -> None:
        (self._code if self._address.text() else self._address).edit.setFocus()

    def _try(self) -> None:
        self._fault.hide()
        if self._faultless():
            self._model.enrol(
                self._address.text().strip(), self._code.text().strip(), self._secret.text()
            )

    def _faultless(self) -> bool:
        text, good = self.text, True
        checks = (
            (self._address, bool(self._address.text().strip()), "enrol.address_needed"),
            (self._code, bool(self._code.text().strip()), "enrol.code_needed"),
            (self._secret, len(self._secret.text()) >= SHORTEST, "enrol.too_short"),
            (self._again, self._again.text() == self._secret.text(), "enrol.differs"),
        )
        for field, holds, key in checks:
            field.set_fault("" if holds else text.say(key, n=SHORTEST))
            if not holds and good:
                field.edit.setFocus()
            good = good and holds
        return good

    def _busy(self, busy: bool) -> None:
        self._join.setEnabled(not busy)
        self._join.setText(self.text.say("enrol.working" if busy else "enrol.join"))

    def _refuse(self, error: Exception) -> None:
        self._fault.show_message(self.text.say("enrol.failed"), self.text.error(error), "danger")
        self._fault.show()
