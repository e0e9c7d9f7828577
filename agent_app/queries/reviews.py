"""The lead's desk: finished visits of the team, and each visit's evidence in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agent_app.actions.desk import Desk
from agent_app.actions.judging import Finished, Judged, finished_visits, remarks, verdicts, within
from agent_app.domain.errors import Tampered
from agent_app.domain.events import Event
from agent_app.domain.model import Case
from agent_app.domain.rules import Verdict
from agent_app.journal import chain, warrant
from agent_app.journal.clock import Fence
from agent_app.journal.honesty import Flag
from agent_app.queries.case_page import answers_to, read_case
from agent_app.queries.why import Reason, reasons
from agent_app.store import events


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One finished visit; `decision` is None until a lead decided. `answer` is what the agent
    wrote since it was sent back."""

    case: str
    visit: str
    debtor: str
    agent: str
    agent_name: str
    started_at: datetime
    minutes: int
    outcome: str | None
    aborted: bool
    agreement: str | None
    decision: str | None
    comment: str
    answer: str
    judged: Judged

    @property
    def waits(self) -> bool:
        """Whether the lead has something to decide."""
        return self.decision is None or (self.decision == "sent_back" and bool(self.answer))

    @property
    def worry(self) -> tuple[int, int]:
        """How much it asks to be looked at: broken rules before oddities."""
        return len(self.judged.broken), len(self.judged.flags)


@dataclass(frozen=True, slots=True)
class Replay:
    """A visit from its evidence: each event, what the rules of its day say, what looks odd.

    `proven` are ids of events whose signature and body hold by a key the office vouches for;
    `altered` those that do not; of the others this device knows no key. `reasons` puts in words
    what decided the verdicts. `within` is what the office's clock says of its start and its end.
    """

    case: Case
    visit: Mapping[str, Any]
    events: tuple[Event, ...]
    verdicts: tuple[Verdict, ...]
    flags: tuple[Flag, ...]
    proven: frozenset[str]
    altered: frozenset[str]
    reasons: Mapping[str, Reason]
    within: tuple[Fence, Fence] | None = None


def reviews(desk: Desk) -> tuple[ReviewRow, ...]:
    """Finished visits of the cases on this device: those that wait for the lead first, among them
    those that ask most to be looked at, then the newest."""
    names = {one["id"]: one["name"] for one in desk.office.get("people", ())}
    rows = [_row(found, names) for found in finished_visits(desk)]

    def order(row: ReviewRow) -> tuple[bool, int, int, float]:
        broken, odd = row.worry if row.waits else (0, 0)
        return not row.waits, -broken, -odd, -row.started_at.timestamp()

    return tuple(sorted(rows, key=order))


def open_replay(desk: Desk, case: str, visit: str) -> Replay:
    """The evidence of one visit."""
    seen = read_case(desk, case)
    found = events.of_visit(desk.db, visit)
    judged = verdicts(desk, seen, found)
    keys = _keys(desk)
    known = [event for event in found if event.device in keys]
    altered = {one.id for one in known if chain.check_event(one, keys[one.device])}
    because = {ref for one in judged if one.finding for ref in one.finding.because}
    return Replay(
        case=seen,
        visit=seen.visit(visit),
        events=tuple(found),
        verdicts=tuple(judged),
        flags=tuple(remarks(desk, seen, found)),
        proven=frozenset(one.id for one in known) - altered,
        altered=frozenset(altered),
        reasons=reasons(desk, seen, because),
        within=within(desk, found),
    )


def _keys(desk: Desk) -> dict[str, str]:
    """The event key of each device, as far as the office's log vouches for it here."""
    keys = {desk.device: desk.public_key}
    office = desk.office
    for one in office.get("warrants") or ():
        try:
            warrant.check(one, office.get("log_key", ""))
        except Tampered:
            continue
        keys[one["device"]] = one["key"]
    return keys


def _row(found: Finished, names: Mapping[str, str]) -> ReviewRow:
    state, user = found.visit, found.visit.get("user", "")
    started = datetime.fromisoformat(state["started_at"])
    ended = datetime.fromisoformat(state["ended_at"])
    review = state.get("review") or {}
    return ReviewRow(
        case=found.case.id,
        visit=state["id"],
        debtor=found.case.debtor.name,
        agent=user,
        agent_name=names.get(user) or user,
        started_at=started,
        minutes=round((ended - started).total_seconds() / 60),
        outcome=state["outcome"],
        aborted=state["state"] == "aborted",
        agreement=state["agreement"],
        decision=review.get("decision"),
        comment=review.get("comment", ""),
        answer="\n".join(answers_to(found.case, state)),
        judged=found.judged,
    )
