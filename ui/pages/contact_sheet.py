"""A telephone number or address that is another: chosen, typed, recorded; the old stays known."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtWidgets import QWidget

from agent_app.domain.model import Case
from ui.text import Text
from ui.viewmodels.case import NEW, CaseModel
from ui.widgets.badge import Banner
from ui.widgets.button import Button
from ui.widgets.choice import Choices, Option
from ui.widgets.field import TextField
from ui.widgets.label import Label
from ui.widgets.layout import column
from ui.widgets.overlay import Sheet

_LEAST_DIGITS = 6


def contact_sheet(page: QWidget, model: CaseModel, case: Case, text: Text) -> Sheet:
    """One thing at a time; what is typed is checked before the sheet closes."""
    form = _Form(case, text)
    keep = Button(text.say("contact.keep"), "primary", glyph="check", name="contact-keep")
    keep.setEnabled(False)
    form.what.picked.connect(lambda _: keep.setEnabled(True))
    sheet = Sheet(
        page, text.say("contact.change"), form, close=text.say("page.close"),
        name="contact-sheet", width=720, actions=(keep,),
    )  # fmt: skip
    form.what.picked.connect(lambda _: sheet.refit())

    def done() -> None:
        if form.good():
            sheet.leave_to(model, lambda: form.send(model))

    keep.clicked.connect(done)
    return sheet


def former_details(case: Case, text: Text) -> list[str]:
    """Numbers and addresses that were replaced, each with the day until which it stood."""
    phones = [
        (one["old"], one["at"])
        for one in case.raw.get("contact_changes") or ()
        if one.get("field") == "phone" and one.get("old")
    ]
    places = [(one["text"], one["until"]) for one in case.raw.get("former_addresses") or ()]
    return [
        f"{what} · {text.say('contact.until', day=text.date(datetime.fromisoformat(at).date()))}"
        for what, at in (*phones, *places)
    ]


class _Form(QWidget):
    def __init__(self, case: Case, text: Text) -> None:
        super().__init__()
        self._text = text
        self._numbers = {one["number"] for one in case.raw.get("phones", ())}
        self._kinds = {one.id: one.kind for one in case.addresses}
        phones = [
            Option(f"phone {one['id']}", one["number"], one.get("label") or "", "phone")
            for one in case.raw.get("phones", ())
        ]
        places = [
            Option(
                f"address {one.id}", one.text,
                text.choose(f"case.address_{one.kind}", one.kind), "pin",
            )
            for one in case.addresses
        ]  # fmt: skip
        more = [
            Option(f"phone {NEW}", text.say("contact.new_phone"), glyph="plus"),
            Option(f"address {NEW}", text.say("contact.new_address"), glyph="plus"),
        ]
        self.what = Choices([*phones, *places, *more], columns=2, name="contact-what")
        self._number = TextField(text.say("contact.number"), name="contact-number")
        self._place = TextField(text.say("contact.address"), name="contact-address")
        self._near = Choices(
            [Option(one, text.say(f"contact.near_{one}")) for one in ("yes", "no")],
            columns=2, chosen=("yes",), name="contact-near",
        )  # fmt: skip
        near = QWidget()
        near.setLayout(column(Label(text.say("contact.near"), "strong"), self._near, gap=1))
        self._where = (self._place, near)
        self.setLayout(
            column(
                Banner(text.say("contact.remark"), "", "info"),
                Label(text.say("contact.what"), "strong"), self.what,
                self._number, *self._where, gap=2,
            )
        )  # fmt: skip
        self.what.picked.connect(lambda _: self._ask())
        self._ask()

    def _ask(self) -> None:
        self._number.setVisible(self._kind == "phone")
        for part in self._where:
            part.setVisible(self._kind == "address")

    @property
    def _kind(self) -> str:
        return next(iter(self.what.chosen()), "").partition(" ")[0]

    def good(self) -> bool:
        """Whether what was typed can be recorded; else the field says why not."""
        if self._kind == "address":
            short = len(self._place.text().strip()) < 4
            self._place.set_fault(self._text.say("contact.not_an_address") if short else "")
            return not short
        number = self._number.text().strip()
        digits = sum(sign.isdigit() for sign in number)
        fault = ""
        if digits < _LEAST_DIGITS or not set(number) <= set("+- 0123456789"):
            fault = self._text.say("contact.not_a_number")
        elif number in self._numbers:
            fault = self._text.say("contact.known")
        self._number.set_fault(fault)
        return not fault

    def send(self, model: CaseModel) -> None:
        kind, _, which = self.what.chosen()[0].partition(" ")
        if kind == "phone":
            model.change_phone(which, self._number.text())
        else:
            near = self._near.chosen() == ("yes",)
            model.change_address(
                which, self._place.text(), self._kinds.get(which, "home"), near=near
            )
