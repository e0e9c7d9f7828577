"""Money a debtor speaks of: paid through the creditor's own channel, or cash against a receipt."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal

from agent_app.actions.desk import Change, Desk
from agent_app.actions.guard import refuse_unless_allowed
from agent_app.actions.papers import (
    keep_paper,
    next_serial,
    office_facts,
    paper_seal,
    printed_seal,
)
from agent_app.actions.record import new_id, record
from agent_app.domain.errors import BadInput, Fault
from agent_app.domain.events import wall_text
from agent_app.domain.model import Case
from agent_app.domain.moment import Moment
from agent_app.domain.money import Money, plain_amount
from agent_app.journal.sealcode import short_code
from agent_app.store.db import transaction
from agent_app.wording import Wording

if TYPE_CHECKING:
    from agent_app.documents.slip import Slip

CASH = "cash"
Roll = Literal[58, 80]
RECEIPT = ("agency", "serial", "date", "payer", "lender", "amount", "agent")
"""What a receipt says, as rules name it (`rules.payments.Payment.receipt`)."""


def note_payment(
    desk: Desk, at: Moment, *, case: str, amount: Money, channel: str, on: date,
    visit: str | None = None,
) -> Change:  # fmt: skip
    """The debtor says `amount` was paid by `channel` on `on`; the creditor's books will tell.

    Raises NotAllowed for a channel the rules of payment shut, BadInput for a sum that is none.
    """
    _check(desk, case, amount)
    if on > at.wall.date():
        raise BadInput(Fault("that day is yet to come", field="on", value=on.isoformat()))
    body = {"amount": amount.to_json(), "channel": channel, "at": on.isoformat()}
    record(desk, at, "payment_notified", body, case=case, visit=visit)
    return Change.of([case], "case", "visit", "outbox")


def take_cash(
    desk: Desk, at: Moment, *, case: str, amount: Money, language: str, roll: Roll = 58,
    visit: str | None = None,
) -> Change:  # fmt: skip
    """Cash against a numbered receipt; `made` is its (serial, pdf) for a roll of `roll` mm.

    Raises NotAllowed with the rule where the pack allows none or less, before a number is spent.
    """
    from agent_app.documents.slip import render_slip

    seen = _check(desk, case, amount)
    asked = {"amount": amount.to_json(), "channel": CASH, "receipt": list(RECEIPT)}
    told = {"visit": visit, "body": asked}
    refuse_unless_allowed(desk, at, "payment_notified", seen, told)
    with transaction(desk.db):
        serial, event_id = next_serial(desk, "R"), new_id(desk, at)
        terms = {**asked, "serial": serial}
        seal = paper_seal(
            desk, at, seen, kind="receipt", serial=serial, terms=terms, names_debt=False,
            sum=amount,
        )  # fmt: skip
        slip = _slip(desk, at, seen, amount, serial, seal, language)
        made = render_slip(slip, fonts=desk.templates.fonts, roll=roll)
        stored, pdf = keep_paper(desk, at, made.pdf, event=event_id, slot="receipt")
        when = {"at": at.wall.date().isoformat(), "received_at": wall_text(at.wall)}
        record(
            desk, at, "payment_notified",
            {**terms, **when, "document": stored.sha256, "seal": seal},
            case=case, visit=visit, attached=[stored], event_id=event_id,
        )  # fmt: skip
    return Change.of([case], "case", "letters", "outbox", made=(serial, pdf))


def _slip(
    desk: Desk, at: Moment, case: Case, amount: Money, serial: str, seal: str, language: str
) -> Slip:
    """The receipt: it says all of RECEIPT."""
    from agent_app.documents.slip import Slip

    say, office = Wording(language).say, office_facts(desk, case)
    written = plain_amount(amount.minor, amount.currency)
    return Slip(
        office=office["agency"].get("name", case.agency.name),
        title=say("payment.receipt"),
        serial=serial,
        at=at.wall,
        language=language,
        lines=(
            (say("payment.payer"), case.debtor.name),
            (say("payment.to"), case.creditor.name),
            (say("payment.amount"), f"{amount.currency} {written}"),
            (say("payment.by"), office["contact"]["name"]),
        ),
        notes=(say("payment.check", code=short_code(seal)), say("payment.receipt_note")),
        seal_text=printed_seal(desk, seal),
    )


def _check(desk: Desk, case: str, amount: Money) -> Case:
    seen = Case.read(desk.row(case))
    if not 0 < amount.minor <= seen.balance.total.minor or amount.currency != seen.currency:
        raise BadInput(Fault("not a sum that is owed", field="amount", value=str(amount)))
    return seen
