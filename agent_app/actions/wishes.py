"""How the debtor wishes to be contacted from now on; the rules keep it from the next moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from agent_app.actions.desk import Change, Desk
from agent_app.actions.record import record
from agent_app.domain.errors import BadInput, Fault, NotAllowed
from agent_app.domain.moment import Moment
from agent_app.store import cases

WISHES: Mapping[str, Mapping[str, Any]] = {
    "phone_only": {"blocked_channels": ("visit",)},
    "letters_only": {"blocked_channels": ("visit", "call", "sms")},
    "mornings": {"times": {"days": ["all"], "from": "08:00", "to": "12:00"}},
    "afternoons": {"times": {"days": ["all"], "from": "12:00", "to": "18:00"}},
    "evenings": {"times": {"days": ["all"], "from": "18:00", "to": "22:00"}},
    "weekends": {"times": {"days": ["sat", "sun"], "from": "08:00", "to": "22:00"}},
}
"""What each wish asks of us, as the rule kind `preference` reads it. Several add up: the ways
not wanted, and the hours that suit."""
FIELD = "preference"


def state_wishes(
    desk: Desk, at: Moment, *, case: str, wishes: Iterable[str], visit: str | None = None
) -> Change:
    """These wishes hold from now on, in place of those stated before; none: nothing is asked.

    Raises BadInput for a word that is no wish.
    """
    stated = tuple(dict.fromkeys(wishes))
    if unknown := [one for one in stated if one not in WISHES]:
        raise BadInput(Fault("no such wish", "wishes", value=unknown[0], mend=", ".join(WISHES)))
    row = cases.now(desk.db, case) or cases.reproject(desk.db, case)
    if row is None:
        raise NotAllowed(f"{case} is not on this device")
    before = stated_in(row)
    if stated != before:
        new = {"stated": list(stated), **_asked(stated)}
        body = {"field": FIELD, "old": list(before), "new": new}
        record(desk, at, "contact_changed", body, case=case, visit=visit)
    return Change.of([case], "today", "visit", "outbox")


def stated_in(row: Mapping[str, Any]) -> tuple[str, ...]:
    """The wishes of a case that hold now, by their names."""
    told = [one["new"] for one in row.get("contact_changes") or () if one.get("field") == FIELD]
    last = told[-1] if told else None
    return tuple(last.get("stated") or ()) if isinstance(last, Mapping) else ()


def _asked(stated: Iterable[str]) -> dict[str, Any]:
    asked = [WISHES[one] for one in stated]
    blocked = sorted({way for one in asked for way in one.get("blocked_channels", ())})
    times = [one["times"] for one in asked if "times" in one]
    return {
        **({"blocked_channels": blocked} if blocked else {}),
        **({"times": times} if times else {}),
    }
