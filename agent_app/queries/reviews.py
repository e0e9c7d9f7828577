"""The lead's desk: finished visits of the team, and each visit's evidence in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agent_app.actions.desk import Desk
from agent_app.domain.events import Event
from agent_app.domain.model import Case
from agent_app.domain.rewind import rewound
from agent_app.domain.rules import Verdict, replay
from agent_app.journal import approval
from agent_app.journal.honesty import Flag, flags
from agent_app.queries.case_page import read_case
from agent_app.store import cases, events


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One finished visit; `decision` is None until a lead decided."""

    case: str
    visit: str
    debtor: str
    agent: str
    started_at: datetime
    minutes: int
    outcome: str | None
    aborted: bool
    agreement: str | None
    decision: str | None
    comment: str
    failed_rules: int
    flags: int


@dataclass(frozen=True, slots=True)
class Replay:
    """A visit from its evidence: each event, what the rules of its day say, what looks odd."""

    case: Case
    visit: Mapping[str, Any]
    events: tuple[Event, ...]
    verdicts: tuple[Verdict, ...]
    flags: tuple[Flag, ...]


def reviews(desk: Desk, *, undecided_only: bool = False) -> tuple[ReviewRow, ...]:
    """Finished visits of the cases on this device, the undecided first, newest first."""
    rows = []
    for listed in cases.day_list(desk.db):
        raw = cases.now(desk.db, listed.id)
        if raw is None or not raw.get("visits"):
            continue
        case = Case.read(raw)
        rows += [
            _row(desk, case, state)
            for state in raw["visits"].values()
            if state["state"] in ("ended", "aborted") and state["started_at"]
        ]
    kept = [row for row in rows if not (undecided_only and row.decision)]
    return tuple(
        sorted(kept, key=lambda row: (row.decision is not None, -row.started_at.timestamp()))
    )


def open_replay(desk: Desk, case: str, visit: str) -> Replay:
    """The evidence of one visit."""
    seen = read_case(desk, case)
    found = events.of_visit(desk.db, visit)
    return Replay(
        case=seen,
        visit=seen.visit(visit),
        events=tuple(found),
        verdicts=tuple(_verdicts(desk, seen, found)),
        flags=tuple(_remarks(desk, seen, found)),
    )


def _verdicts(desk: Desk, case: Case, found: Sequence[Event]) -> list[Verdict]:
    """The rules over a visit, judged by the case as it stood when the visit began."""
    if not found:
        return []
    before = Case.read(rewound(dict(case.raw), found[0].at))
    facts = {"synced_at": found[0].wall}
    return replay(desk.packs.rules_for(case), before, found, facts=facts)


def _remarks(desk: Desk, case: Case, found: Sequence[Event]) -> list[Flag]:
    """What looks odd: clock, place, and approvals that no lead recorded on this case."""
    remarks = flags(found, case)
    if any(event.kind == "approval_given" for event in found):
        people = desk.office.get("people", ())
        leads = {one["id"] for one in people if one["role"] != "agent"} | {case.lead}
        known = events.of_case(desk.db, case.id)
        forged = approval.unmatched(known, leads)
        remarks += [Flag("approval_unmatched", one.id) for one in forged if one in found]
    return remarks


def _row(desk: Desk, case: Case, state: Mapping[str, Any]) -> ReviewRow:
    found = events.of_visit(desk.db, state["id"])
    verdicts = _verdicts(desk, case, found)
    started = datetime.fromisoformat(state["started_at"])
    ended = datetime.fromisoformat(state["ended_at"])
    review = state.get("review") or {}
    return ReviewRow(
        case=case.id,
        visit=state["id"],
        debtor=case.debtor.name,
        agent=state.get("user", ""),
        started_at=started,
        minutes=round((ended - started).total_seconds() / 60),
        outcome=state["outcome"],
        aborted=state["state"] == "aborted",
        agreement=state["agreement"],
        decision=review.get("decision"),
        comment=review.get("comment", ""),
        failed_rules=sum(one.passed is False for one in verdicts),
        flags=len(_remarks(desk, case, found)),
    )
