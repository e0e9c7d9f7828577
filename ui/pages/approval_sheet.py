"""The lead's side of a spoken approval: what the agent reads out goes in, eight letters come out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from agent_app.documents.printed import days
from agent_app.domain.errors import BadInput
from agent_app.domain.money import Money, parse_amount
from agent_app.journal.speech import heard
from agent_app.queries.approvals import NamedCase
from ui.text import Text
from ui.theme import GRID
from ui.viewmodels.approval import ApprovalModel
from ui.widgets.badge import Banner
from ui.widgets.button import Button
from ui.widgets.choice import Choices, Option
from ui.widgets.field import TextField
from ui.widgets.label import Label
from ui.widgets.layout import clear, column
from ui.widgets.overlay import Sheet

_FIELDS = {
    "months": "integer", "pause": "integer", "discount": "decimal", "total": "decimal",
    "first": "decimal", "first_due": "text", "request": "text",
}  # fmt: skip
_ASKED = {"months": "in_months", "pause": "pause_months", "discount": "discount_percent"}
_REQUEST = 4


def approval_sheet(page: QWidget, model: ApprovalModel, text: Text) -> Sheet:
    """Over `page`; closes when the lead closes it, with or without a code."""
    form = ApprovalForm(model, text)
    give = Button(text.say("approval.give"), "primary", glyph="check", name="approval-give")
    sheet = Sheet(
        page, text.say("approval.title"), form, close=text.say("page.close"),
        name="approval-sheet", width=760, actions=(give,),
    )  # fmt: skip
    give.clicked.connect(form.give)
    model.setParent(form)

    def told(code: str) -> None:
        give.setEnabled(False)
        form.show_code(code)

    model.given.connect(told)
    return sheet


class ApprovalForm(QWidget):
    """Case, terms and request as read out; every field says what is wrong with it."""

    def __init__(self, model: ApprovalModel, text: Text) -> None:
        super().__init__()
        self._model, self._text = model, text
        self._case: NamedCase | None = None
        self._find = TextField(text.say("approval.find_case"), glyph="search", name="approve-case")
        self._find.edited.connect(model.find)
        self._found = column(gap=1)
        self.fields = {
            name: TextField(
                text.say(f"approval.{_ASKED.get(name, name)}"), keys=keys, name=f"approve-{name}"
            )
            for name, keys in _FIELDS.items()
        }
        self.fields["pause"].set_text("0")
        self.fields["discount"].set_text("0")
        self.fields["first_due"].edit.setPlaceholderText("2026-12-10")
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * GRID)
        grid.setVerticalSpacing(round(1.5 * GRID))
        for place, field in enumerate(self.fields.values()):
            grid.addWidget(field, place // 3, place % 3, Qt.AlignmentFlag.AlignTop)
        for place in range(3):
            grid.setColumnStretch(place, 1)
        self._told = column(gap=1)
        remark = Label(text.say("approval.remark"), "body", ink="soft")
        self.setLayout(column(self._told, remark, self._find, self._found, grid, gap=2))
        model.ready.connect(self._show_cases)
        model.failed.connect(self._fail)

    def _show_cases(self) -> None:
        clear(self._found)
        cases = {one.id: one for one in self._model.cases}
        self._pick(next(iter(cases.values())) if len(cases) == 1 else None)
        options = [Option(one.id, one.debtor, one.id) for one in cases.values()]
        chosen = (self._case.id,) if self._case else ()
        cards = Choices(options, columns=2, chosen=chosen, name="approve-cases")
        cards.picked.connect(lambda picked: self._pick(cases[picked[0]]))
        self._found.addWidget(cards)

    def _pick(self, case: NamedCase | None) -> None:
        self._case = case
        self._find.set_fault("")

    def give(self) -> None:
        """Approve, when all that was read out makes sense."""
        if self._case is None:
            self._find.set_fault(self._text.say("approval.pick_case"))
            return
        terms = self._terms(self._case.currency)
        request = self.fields["request"].text()
        four = len(heard(request)) == _REQUEST
        self.fields["request"].set_fault("" if four else self._text.say("approval.request_four"))
        if terms is not None and four:
            self._model.give(self._case.id, terms, request)

    def _terms(self, currency: str) -> dict[str, Any] | None:
        """As `journal.approval.spoken` gives them; None with each bad field marked."""

        def money(typed: str) -> dict[str, Any]:
            return Money(parse_amount(typed, currency), currency).to_json()

        readers: dict[str, Callable[[str], Any]] = {
            "months": int,
            "pause": int,
            "discount": lambda typed: parse_amount(typed.rstrip("%％ "), "CNY"),
            "total": money,
            "first": money,
            "first_due": _day,
        }
        terms: dict[str, Any] = {}
        for name, read in readers.items():
            field = self.fields[name]
            try:
                terms["discount_bp" if name == "discount" else name] = read(field.text().strip())
                field.set_fault("")
            except (BadInput, ValueError):
                wrong = "not_a_day" if name == "first_due" else "not_a_sum"
                field.set_fault(self._text.say(f"approval.{wrong}"))
        return terms if len(terms) == len(readers) else None

    def show_code(self, code: str) -> None:
        """The eight letters, large."""
        clear(self._told)
        text = self._text
        self._told.addWidget(
            Banner(text.say("approval.read_back"), text.say("approval.kept"), "success")
        )
        self._told.addWidget(Label(code, "display", name="approval-given", wrap=False))

    def _fail(self, error: Exception) -> None:
        clear(self._told)
        self._told.addWidget(Banner(self._text.error(error), "", "danger"))


def _day(typed: str) -> str:
    """ISO of a day as anyone may write it; ValueError where it may mean two, or none."""
    (day,) = set(days(typed))
    return day.isoformat()
