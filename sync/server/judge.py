"""May this event count? Who may write what about which case, and the disclosure gate once more."""

from __future__ import annotations

from dataclasses import dataclass

from agent_app.domain.events import GATED, KINDS, Event, missing_fields
from agent_app.domain.position import wrong_field
from agent_app.domain.shapes import odd_fields
from sync.server import teams
from sync.server.accounts import Device
from sync.server.cases import Case
from sync.server.db import Db

LEAD_ONLY = frozenset(
    {"review_decided", "case_reassigned", "case_recalled", "rule_overridden", "dispute_settled"}
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """`late`: the case had been taken from this user; the visit counts and is marked."""

    verdict: str
    reason: str | None = None
    message: str | None = None
    late: bool = False


def judge(db: Db, device: Device, event: Event, body: Case | None) -> Judgement:
    """The verdict on one proven event; `body` is its case as it stands, None if there is none."""
    if event.kind not in KINDS:
        return Judgement("applied", "unknown_kind", "kept; counts when the server knows this kind")
    if missing := missing_fields(event.kind, event.body):
        return Judgement("refused", "incomplete", ", ".join(sorted(missing)))
    if event.kind == "position_read" and (wrong := wrong_field(event.body)):
        return Judgement("refused", "unreadable_body", wrong)
    if odd := [f"{name}: must be {sort}" for name, sort in odd_fields(event.kind, event.body)]:
        return Judgement("refused", "unreadable_body", "; ".join(odd))
    if event.kind in LEAD_ONLY and device.role == "agent":
        return Judgement("refused", "not_allowed", f"{event.kind} is for a lead")
    if event.case is None:
        nowhere = event.kind == "position_read"
        return Judgement("refused", "not_allowed") if nowhere else Judgement("applied")
    if body is None:
        return Judgement("refused", "unknown_case", event.case)
    grant = db.row(
        "SELECT revoked FROM grants WHERE user = ? AND case_id = ?", device.user, event.case
    )
    if grant is None:
        return Judgement("refused", "not_yours", event.case)
    if event.kind == "case_reassigned" and not _may_give(db, device, event):
        return Judgement("refused", "not_your_team", str(event.body["agent"]))
    if event.kind == "position_read" and not _begun(event, body):
        return Judgement("refused", "not_allowed", "a position is read only in a visit")
    if not gate_open(event, body):
        return Judgement("refused", "gate_shut", f"{event.kind} before the person was identified")
    return Judgement("applied", late=grant["revoked"] is not None)


def _may_give(db: Db, device: Device, event: Event) -> bool:
    """Whether this lead may hand a case to that person."""
    to = event.body["agent"]
    return device.role == "admin" or (isinstance(to, str) and teams.leads(db, device.user, to))


def _begun(event: Event, body: Case) -> bool:
    """Whether its visit ever began; one read after the end is for the reviewer to see."""
    return bool(body.get("visits", {}).get(event.visit, {}).get("started_at"))


def gate_open(event: Event, body: Case) -> bool:
    """The disclosure gate: nothing about the debt before the right person was identified here.

    A letter names the debt unless it says that it does not.
    """
    letter = event.kind == "letter_printed" and event.body.get("names_debt") is not False
    if event.kind not in GATED and not letter:
        return True
    visit = body.get("visits", {}).get(event.visit)
    return bool(visit and visit["state"] == "open" and visit["id_shown"] and visit["identity"])
