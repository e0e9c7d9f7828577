"""What the rules and the oddities say of finished visits, kept until anything behind them changes.

To judge a visit means to replay it, which costs milliseconds each; a list of many asks again and
again. So the answer is kept with a stamp of all it was made from.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from agent_app.actions.desk import Desk
from agent_app.actions.guard import elsewhere
from agent_app.domain.events import Event
from agent_app.domain.model import Case
from agent_app.domain.rewind import rewound
from agent_app.domain.rules import Verdict, replay
from agent_app.journal import approval
from agent_app.journal.account import ENDS
from agent_app.journal.clock import Fence, fences
from agent_app.journal.honesty import TELLING, Flag, Others, flags
from agent_app.store import cases, events, meta
from agent_app.timezones import placed

FINISHED = ("ended", "aborted")
_KEPT = "judged"
_BESIDE = "judged_beside"


@dataclass(frozen=True, slots=True)
class Judged:
    """Ids of the rules not kept, kinds of what looks odd. `clean`: neither."""

    broken: tuple[str, ...]
    flags: tuple[str, ...]

    @property
    def clean(self) -> bool:
        return not (self.broken or self.flags)


@dataclass(frozen=True, slots=True)
class Finished:
    """A visit that began and ended: its case, its own state, and what is said of it."""

    case: Case
    visit: Mapping[str, Any]
    judged: Judged


def finished_visits(desk: Desk) -> list[Finished]:
    """Every finished visit of the cases on this device; only what changed is judged anew."""
    known: dict[str, list[Any]] = meta.get(desk.db, _KEPT, {})
    newest, rules = events.newest_by_case(desk.db), _rules_stamp(desk)
    beside = _beside(desk)
    kept: dict[str, list[Any]] = {}
    found = []
    for case, visit in _finished(desk):
        stamp = f"{rules} {case.revision} {newest.get(case.id)}"
        held = known.get(visit["id"])
        if held is None or held[0] != stamp:
            judged = _alone(desk, case, events.of_visit(desk.db, visit["id"]))
            held = [stamp, judged.broken, judged.flags]
        kept[visit["id"]] = held
        odd = (*held[2], *beside.get(visit["id"], ()))
        found.append(Finished(case, visit, Judged(tuple(held[1]), odd)))
    if kept != known:
        meta.put(desk.db, _KEPT, kept)
    return found


def _alone(desk: Desk, case: Case, found: Sequence[Event]) -> Judged:
    broken = (one.rule for one in verdicts(desk, case, found) if one.passed is False)
    return Judged(tuple(broken), tuple(one.kind for one in _odd(desk, case, found)))


def _beside(desk: Desk) -> dict[str, list[str]]:
    """What looks odd beside other visits, by visit; found anew when an event that tells came."""
    stamp = f"{desk.app} {events.newest_of_kinds(desk.db, TELLING)}"
    held = meta.get(desk.db, _BESIDE)
    if held is None or held[0] != stamp:
        held = [stamp, _others(desk).kinds()]
        meta.put(desk.db, _BESIDE, held)
    found: dict[str, list[str]] = held[1]
    return found


def _others(desk: Desk) -> Others:
    """Every visit on this device, to hold one against."""

    @cache
    def find(case: str) -> Case | None:
        row = cases.now(desk.db, case)
        return Case.read(row) if row else None

    names = {one["id"]: one["name"] for one in desk.office.get("people", ())}
    told = events.of_kinds(desk.db, TELLING)
    return Others(told, find, lambda user: str(names.get(user, user)))


def verdicts(
    desk: Desk, case: Case, found: Sequence[Event], *, enacted: bool = False
) -> list[Verdict]:
    """The rules over a visit, judged by the case as it stood when the visit began.

    `enacted`: as if every draft were law.
    """
    if not found:
        return []
    first = found[0]
    later = events.since(desk.db, case.id, first.device, first.seq)
    before = placed(Case.read(rewound(dict(case.raw), first.at, later)))
    rules = desk.packs.rules_for(case)
    facts = {"synced_at": found[0].wall, "elsewhere": elsewhere(desk, case, found[0].at)}
    return replay(rules.enacted() if enacted else rules, before, found, facts=facts)


def remarks(desk: Desk, case: Case, found: Sequence[Event]) -> list[Flag]:
    """What looks odd: by itself, and beside every other visit on this device."""
    others = _others(desk)
    odd = _odd(desk, case, found)
    for visit, device in dict.fromkeys((event.visit or "", event.device) for event in found):
        odd += others.flags(visit, device)
    return odd


def _odd(desk: Desk, case: Case, found: Sequence[Event]) -> list[Flag]:
    """Clock, place, pace, evidence, and approvals that no lead recorded on this case."""
    odd = flags(found, placed(case), arrived=_arrivals(desk, found))
    if any(event.kind == "approval_given" for event in found):
        known = events.of_case(desk.db, case.id)
        forged = approval.unmatched(known, {*_leads(desk), case.lead})
        odd += [Flag("approval_unmatched", one.id) for one in forged if one in found]
    return odd


def _arrivals(desk: Desk, found: Sequence[Event]) -> dict[str, datetime]:
    """When the office took the events of these visits, as far as this device was told."""
    visits = {event.visit for event in found if event.visit}
    return {name: at for one in visits for name, at in events.arrivals(desk.db, one).items()}


def within(desk: Desk, found: Sequence[Event]) -> tuple[Fence, Fence] | None:
    """What the office's clock says of when a visit began and ended, as its maker's device tells."""
    started = next((event for event in found if event.kind == "visit_started"), None)
    if started is None:
        return None
    own = [event for event in found if event.device == started.device]
    fence = fences(own, _arrivals(desk, own))
    ended = next((one for one in reversed(own) if one.kind in ENDS), own[-1])
    return fence[started.id], fence[ended.id]


def _finished(desk: Desk) -> Iterator[tuple[Case, Mapping[str, Any]]]:
    for listed in cases.day_list(desk.db):
        raw = cases.now(desk.db, listed.id) if listed.visit else None
        if raw is None:
            continue
        case = Case.read(raw)
        for visit in raw["visits"].values():
            if visit["state"] in FINISHED and visit["started_at"]:
                yield case, visit


def _leads(desk: Desk) -> list[str]:
    people = desk.office.get("people", ())
    return sorted(one["id"] for one in people if one["role"] != "agent")


def _rules_stamp(desk: Desk) -> str:
    """Changes with the packs, the people who lead and this program's version."""
    told = [desk.app, *sorted(pack.sha256 for pack in desk.packs), *_leads(desk)]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]
