"""The rights desk: what a debtor may say at the door, and what each saying changes at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from agent_app.domain.errors import Fault
from agent_app.domain.events import FIRST_PREV, KINDS, Event
from agent_app.domain.model import Case
from agent_app.domain.rules.guard import assess
from agent_app.domain.rules.reading import Table
from agent_app.domain.rules.ruleset import RuleSet
from agent_app.domain.rules.verdict import State

ASKED = (
    "visit", "call", "disclosed", "budget_recorded", "plan_offered", "promise_made",
    "agreement_signed", "letter_printed",
)  # fmt: skip
"""The acts a right may shut, in the order the desk lists them."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to say or do, in order; `asks` marks what needs the person's clear consent,
    `names_debt` what only the identified debtor may hear."""

    key: str
    text: Mapping[str, str]
    asks: bool
    names_debt: bool = False


@dataclass(frozen=True, slots=True)
class Right:
    """One tap at the rights desk: the event it records, its fields, the slip, the steps.

    `neutral` is `text` in words that name no debt, for a screen anyone may see.
    """

    code: str
    event: str
    reason: str
    outcome: str
    slip: str
    text: Mapping[str, str]
    steps: tuple[Step, ...]
    neutral: Mapping[str, str]


def read_rights(data: object, file: str, faults: list[Fault]) -> tuple[Right, ...]:
    """The rows of `rights.toml`: `[[right]]` with its `[[right.steps]]`."""
    whole = Table(data if isinstance(data, Mapping) else {}, file, "", faults)
    rights = tuple(_read(table) for table in whole.tables("right"))
    whole.close()
    return rights


def _read(table: Table) -> Right:
    code = table.word("code")
    table.where = f"right {code}"
    steps = []
    for row in table.tables("steps"):
        steps.append(
            Step(
                row.word("key"), row.texts("text"),
                row.flag("asks_consent"), row.flag("names_debt"),
            )
        )  # fmt: skip
        row.close()
    text = table.texts("text")
    right = Right(
        code=code,
        event=table.word("event", among=KINDS),
        reason=table.word("reason", ""),
        outcome=table.word("outcome", ""),
        slip=table.word("slip", ""),
        text=text,
        steps=tuple(steps),
        neutral=table.texts("neutral", required=False) or text,
    )
    table.close()
    return right


def changes(
    rules: RuleSet, case: Case, events: Iterable[Event], now: datetime, right: Right, visit: str
) -> tuple[str, ...]:
    """The acts this right shuts at once: those that are refused with it and were not by a hold.

    Asked of the same rules that will then refuse them, so the desk cannot promise otherwise.
    """
    before = list(events)
    after = [*before, _as_if(right, case, now, visit)]
    shut = []
    for act in ASKED:
        was = _holding(rules, case, before, now, act, visit)
        if _holding(rules, case, after, now, act, visit) - was:
            shut.append(act)
    return tuple(shut)


def _holding(
    rules: RuleSet, case: Case, events: list[Event], now: datetime, act: str, visit: str
) -> set[str]:
    found = assess(rules, case, events, now, act=act, facts={"visit": visit})
    return {one.rule for one in found.every if one.kind == "hold" and one.state > State.warn}


def _as_if(right: Right, case: Case, now: datetime, visit: str) -> Event:
    body = dict.fromkeys(KINDS[right.event], right.reason)
    return Event(
        id="as-if", device="", user="", seq=0, prev=FIRST_PREV, kind=right.event, case=case.id,
        visit=visit, wall=now.isoformat(timespec="milliseconds"), tz="", boot="", bt=0, body=body,
    )  # fmt: skip
