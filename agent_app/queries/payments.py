"""How one case may be paid: the creditor's own channel, and what the rules say of cash."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from agent_app.actions.desk import Desk
from agent_app.actions.guard import findings
from agent_app.actions.papers import office_facts
from agent_app.actions.payments import CASH, RECEIPT
from agent_app.domain.model import Case
from agent_app.domain.moment import Moment
from agent_app.domain.money import Money
from agent_app.domain.rules import Finding
from agent_app.domain.rules.payments import Payment
from agent_app.queries.case_page import read_case

CHANNELS = ("creditor_app", "creditor_account", "bank_transfer", "bank_counter")


@dataclass(frozen=True, slots=True)
class PaymentWays:
    """Only what the creditor designated: `account` and `url` are never typed by an agent.

    `code` is the text of the QR. `no_cash` is the rule that shuts cash, None where it is allowed;
    `cash_limit` the most a rule allows at once, None where none says.
    """

    case: Case
    name: str
    account: str
    url: str
    phone: str
    channels: tuple[str, ...]
    no_cash: Finding | None
    cash_limit: Money | None
    told: tuple[Mapping[str, object], ...]

    @property
    def code(self) -> str:
        return self.url or "\n".join(part for part in (self.name, self.account) if part)


def payment_ways(desk: Desk, at: Moment, case: str) -> PaymentWays:
    """The ways to pay a case at `at`, and the payments told so far, newest first."""
    seen = read_case(desk, case)
    channel, creditor = seen.raw.get("payment_channel") or {}, office_facts(desk, seen)["creditor"]
    laws = desk.packs.rules_for(seen).laws(Payment)
    limits = [law.cash_limit for law in laws if law.cash_limit is not None]
    shut = [law.channels for law in laws if law.channels]
    cent = {"minor": 1, "currency": seen.currency}
    asked = {"body": {"channel": CASH, "amount": cent, "receipt": list(RECEIPT)}}
    found = findings(desk, at, "payment_notified", seen, asked)
    return PaymentWays(
        case=seen,
        name=str(channel.get("name") or seen.creditor.name),
        account=str(channel.get("account") or ""),
        url=str(channel.get("url") or ""),
        phone=str(creditor.get("phone") or ""),
        channels=tuple(one for one in CHANNELS if all(one in law for law in shut)),
        no_cash=None if found.allowed else found.items[0],
        cash_limit=Money(min(limits), seen.currency) if limits else None,
        told=tuple(reversed(seen.raw.get("payments") or ())),
    )
