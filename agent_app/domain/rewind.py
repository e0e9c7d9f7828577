"""A case as it stood earlier: what was recorded at or after a moment is taken out again."""

from __future__ import annotations

import copy
from collections.abc import Collection
from datetime import datetime
from typing import Any

Row = dict[str, Any]

_LISTS = (
    "marks", "letters", "payments", "contact_changes", "comments", "former_addresses",
    "promises", "elsewhere", "beside",
)  # fmt: skip
_SINGLES = ("agreement", "budget", "last_outcome")


def rewound(row: Row, to: datetime, later: Collection[tuple[str, str | None]] = ()) -> Row:
    """`row` without what events at or after `to` (aware) put into it, or those (id, visit) known to
    be `later` whatever their clock says: one set back in mid visit must not make its end its beginning.

    The balance and the facts of the hand-over file stay as they are; the rules read them as of
    today. Needed to judge a visit by what was known when it began.
    """
    earlier = copy.deepcopy(row)
    after = {event for event, _ in later} | {
        mark["event"] for mark in row.get("marks", ()) if datetime.fromisoformat(mark["at"]) >= to
    }
    begun = {visit for _, visit in later}
    for name in _LISTS:
        kept = [one for one in earlier.get(name) or () if not _since(one, to, after)]
        if name in earlier:
            earlier[name] = kept
    for name in _SINGLES:
        if earlier.get(name) and _since(earlier[name], to, after):
            earlier[name] = None
    for name in ("flags", "consents"):
        told = earlier.get(name) or {}
        earlier[name] = {key: one for key, one in told.items() if not _since(one, to, after)}
    earlier["visits"] = {
        name: visit
        for name, visit in (earlier.get("visits") or {}).items()
        if visit.get("started_at") and datetime.fromisoformat(visit["started_at"]) < to
        if name not in begun
    }
    return earlier


def _since(entry: Row | bool | None, to: datetime, after: set[str]) -> bool:
    if not isinstance(entry, dict):
        return False  # a plain flag of the hand-over file
    at = entry.get("at") or entry.get("printed_at") or entry.get("until")
    if entry.get("event") in after:
        return True
    return isinstance(at, str) and "T" in at and datetime.fromisoformat(at) >= to
