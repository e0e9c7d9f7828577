"""What is on record of a person: in the case asked about, and beside it in their other cases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from agent_app.domain.dates import when
from agent_app.domain.events import Event
from agent_app.domain.model import Case, Hold, Mark

Happening = Event | Mark

TELLS: Mapping[str, tuple[str, ...]] = {
    "stop_contact_requested": (),
    "adviser_named": (),
    "vulnerability_flagged": (),
    "third_party_refused": (),
    "recording_refused": (),
    "exit_triggered": ("reason",),
    "person_met": ("who",),
    "review_decided": ("visit", "decision"),
    "contact_changed": ("field", "new"),
}
"""The kinds of event that may concern the person and not one debt, with what is told of each
beside. A rule `key = "debtor"` may be begun or ended by these."""
OF_A_DEBT = frozenset(
    {
        "dispute", "complaint", "grievance", "hardship", "not_my_debt", "plan", "live_plan",
        "unlawful_debt", "lender_direct",
    }
)  # fmt: skip
"""Holds on the row that are never the person's: no other case is told of them."""
FLAGS = frozenset({"deceased", "incapacity", "minor"})
"""Flags of the row that are the person's."""

TOLD_APART: Mapping[str, str] = {"person_met": "who"}
"""Events that nearly every visit has and few rules wake to: by what of them they are told apart."""


def ref(happening: Happening) -> str:
    """The id of the event behind it."""
    return happening.id if isinstance(happening, Event) else happening.event


class Record:
    """The holds, flags and happenings of one case. `place`: how what is known of another case
    is named, its number and a slash; empty for the case asked about itself."""

    def __init__(
        self,
        place: str,
        holds: tuple[Hold, ...],
        flags: Mapping[str, Any],
        by_kind: dict[str, list[Happening]],
    ) -> None:
        self.place, self.holds, self.flags, self.by_kind = place, holds, flags, by_kind

    def of(self, *kinds: str) -> Iterator[Happening]:
        """Every happening of these kinds."""
        for kind in kinds:
            yield from self.by_kind.get(kind, ())

    def sparks(self) -> set[str]:
        """What is on record, as `Law.sparked_by` names it."""
        found = {*self.by_kind}
        for kind, key in TOLD_APART.items():
            for one in self.by_kind.get(kind, ()):
                found.add(f"{kind} {one.body.get(key)}")
        if self.holds:
            found.add("hold *")
            found.update(f"hold {row.kind}" for row in self.holds)
        if self.flags:
            found.update(f"flag {name}" for name in self.flags)
        return found


Row = Mapping[str, Any]


def merged(told: Iterable[Row], office: Iterable[Row]) -> list[Row]:
    """Rows as `beside.of_person` makes them, each once: those `told` by the caller, who has the
    other cases, and those of the `office` in the row of this one, perhaps older."""
    ours = [row for row in told if "case" in row]
    direct = {row["case"] for row in ours}
    late = [row for row in office if row["case"] not in direct or "kind" in row]
    return list({(row["case"], row["id"]): row for row in (*late, *ours)}.values())


def records(rows: Iterable[Row]) -> list[Record]:
    """The other cases of the person, from such rows."""
    grouped: dict[str, list[Row]] = {}
    for row in rows:
        grouped.setdefault(str(row["case"]), []).append(row)
    return [_read(case, some) for case, some in grouped.items()]


def _read(case: str, rows: Sequence[Row]) -> Record:
    by_kind: dict[str, list[Happening]] = {}
    for row in rows:
        if "kind" in row:
            by_kind.setdefault(row["kind"], []).append(_mark(row))
    return Record(
        place=f"{case}/",
        holds=tuple(_hold(row["hold"]) for row in rows if "hold" in row),
        flags={row["flag"]: row.get("value") for row in rows if "flag" in row},
        by_kind=by_kind,
    )


def _mark(row: Row) -> Mark:
    return Mark(
        event=str(row["id"]),
        kind=row["kind"],
        at=datetime.fromisoformat(row["at"]),
        visit=row.get("visit"),
        user="",
        body={**(row.get("body") or {}), "to": row.get("to", "")},
    )


def _hold(row: Row) -> Hold:
    return Hold(
        row["kind"], when(row.get("since")), when(row.get("until")), int(row.get("extended") or 0)
    )


def own(case: Case, events: Sequence[Event]) -> dict[str, list[Happening]]:
    """What happened in a case by kind, in the order it became known: marks of events held
    elsewhere, then the `events` at hand."""
    by_kind: dict[str, list[Happening]] = {}
    here = {event.id for event in events} if case.marks else ()
    for mark in case.marks:
        if mark.event in here:
            continue
        if mark.kind in by_kind:
            by_kind[mark.kind].append(mark)
        else:
            by_kind[mark.kind] = [mark]
    for event in events:
        by_kind.setdefault(event.kind, []).append(event)
    return by_kind
