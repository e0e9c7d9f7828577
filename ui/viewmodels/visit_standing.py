"""Where a visit stands: what the store knows of it after the newest event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agent_app.actions.desk import Desk
from agent_app.actions.evidence import network_salt
from agent_app.actions.rights import DESK
from agent_app.domain.events import Event
from agent_app.domain.model import Case
from agent_app.domain.moment import Moment
from agent_app.domain.rules import State
from agent_app.queries.case_page import read_case
from agent_app.queries.may_knock import hours_over, may_knock
from agent_app.queries.speech import after_exit, tier
from agent_app.queries.visit_run import Known, what_is_known
from agent_app.store import cases, events


@dataclass(frozen=True)
class Standing:
    """`known` is what the script may see now; `closed`: out of hours; `recalled`: the office took
    the case back while we were here; `recording` is "", on
    (by this device), external (by another), cut (by a crash) or stopped; `stated` is what was
    recorded at the rights desk, kind and body; `networks`: the office wants those in range;
    `tier`: what may be said now, and `after_exit` what is left to do then (`queries.speech`)."""

    case: Case
    known: Known
    window_end: datetime | None
    closed: bool
    recording: str = ""
    stated: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    recalled: bool = False
    networks: bool = False
    tier: str = "anyone"
    after_exit: tuple[str, ...] = ()

    def over(self, now: datetime, visit: str) -> bool:
        """The contact window is past, or the case is no longer ours, and the visit is not yet on
        its way out."""
        state = self.case.visit(visit)
        if state.get("exit") or state.get("outcome"):
            return False
        if self.recalled or self.closed:
            return True
        return self.window_end is not None and self.window_end <= now


def standing(desk: Desk, at: Moment, case: str, visit: str) -> Standing:
    """The case, what the script may see of it now, and when the contact window closes."""
    seen = read_case(desk, case)
    found = may_knock(desk, at, seen, seen.visit(visit).get("address"))
    shut = found.window_end is None and any(
        one.kind == "contact_window" and one.state is State.block for one in found.items
    )
    closed = shut or hours_over(desk, at, seen, seen.visit(visit))
    known, told = what_is_known(desk, at, case, visit), events.of_visit(desk.db, visit)
    stated = tuple((one.kind, one.body) for one in told if DESK in one.body)
    return Standing(
        seen, known, found.window_end, closed, _recording(told), stated,
        recalled=cases.recalled(desk.db, case), networks=network_salt(desk) is not None,
        tier=tier(desk, at, seen, visit, gate_open=known.gate_open),
        after_exit=after_exit(desk, seen),
    )  # fmt: skip


def _recording(told: Sequence[Event]) -> str:
    """How the newest recording stands."""
    for event in reversed(told):
        if event.kind == "recording_stopped":
            return "cut" if event.body.get("cut") else "stopped"
        if event.kind == "recording_started":
            return "external" if event.body.get("slot") == "external" else "on"
    return ""
