"""What a debtor said they would pay, and whether it came.

Read from what the creditor booked, never from what was said at the door: `payments_booked` of the
row, gathered by the office from each hand-over file, else its `last_payment`. A due is broken only
when the figures are newer than its day, so an old copy of a case accuses nobody.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from agent_app.domain.dates import day
from agent_app.domain.model import Case
from agent_app.domain.money import Money

State = Literal["open", "kept", "broken"]
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Due:
    """`amount` by `due`: a promise, or an instalment with its number from 1."""

    kind: Literal["promise", "instalment"]
    amount: Money
    due: date
    state: State
    number: int = 0


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What is to be done on a day: `what` is "broken", "due" or a next step of an outcome."""

    what: str
    on: date
    amount: Money | None = None


def dues(case: Case) -> tuple[Due, ...]:
    """Every promise and instalment by day. A payment counts once, for the earliest it can meet."""
    if not case.raw.get("promises") and not case.raw.get("agreement"):
        return ()
    left = [(at, amount) for at, amount in booked(case.raw)]
    found = []
    for kind, number, amount, due, since, told in sorted(_told(case), key=lambda one: one[3]):
        state = told
        if told == "open":
            reached = _take(left, amount.minor, since, due)
            late = case.balance.as_of > due
            state = "kept" if reached else "broken" if late else "open"
        found.append(Due(kind, amount, due, state, number))
    return tuple(found)


def booked(row: Row) -> list[tuple[date, int]]:
    """The payments a creditor booked on a case row: day and minor units, oldest first."""
    last = row.get("last_payment")
    listed = row.get("payments_booked") or ([last] if last else [])
    return sorted((date.fromisoformat(one["at"][:10]), int(one["amount"])) for one in listed)


def gathered(row: Row, before: Row) -> list[Row]:
    """`payments_booked` of a new row: what the row before it knew, and the row's newest payment."""
    last = before.get("last_payment")
    known = list(before.get("payments_booked") or ([last] if last else []))
    newest = row.get("last_payment")
    return known if newest is None or newest in known else [*known, newest]


def follow_up(case: Case, today: date) -> FollowUp | None:
    """The most pressing thing to come back to by `today`, None when there is none."""
    outcome = case.raw.get("last_outcome") or {}
    spoken = day(outcome.get("at"))
    for state, what in (("broken", "broken"), ("open", "due")):
        for one in dues(case):
            answered = spoken is not None and spoken > one.due
            if one.state == state and one.due <= today and not answered:
                return FollowUp(what, one.due, one.amount)
    on = day(outcome.get("due"))
    if on is not None and on <= today and outcome.get("next"):
        return FollowUp(str(outcome["next"]), on)
    return None


_Told = tuple[Literal["promise", "instalment"], int, Money, date, date, State]


def _told(case: Case) -> Iterator[_Told]:
    made = {mark.event: mark.at.date() for mark in case.marks if mark.kind == "promise_made"}
    for one in case.raw.get("promises") or ():
        due, state = date.fromisoformat(one["due"][:10]), one.get("status", "open")
        since = made.get(one.get("event", ""), date.min)
        yield "promise", 0, _money(one["amount"], case.currency), due, since, state
    signed = case.raw.get("agreement") or {}
    since = day(signed.get("at")) or date.min
    for number, one in enumerate((signed.get("plan") or {}).get("instalments", ()), 1):
        amount, due = Money.from_json(one["amount"]), date.fromisoformat(one["due"])
        yield "instalment", number, amount, due, since, "open"


def _take(left: list[tuple[date, int]], wanted: int, since: date, due: date) -> bool:
    """Take `wanted` minor units out of the payments between the days; False takes nothing."""
    fits = [one for one in left if since <= one[0] <= due]
    if sum(amount for _, amount in fits) < wanted:
        return False
    for one in fits:
        used = min(one[1], wanted)
        wanted -= used
        left.remove(one)
        if one[1] > used:
            left.append((one[0], one[1] - used))
    return True


def _money(value: Any, currency: str) -> Money:
    return Money.from_json(value) if isinstance(value, dict) else Money(int(value), currency)
