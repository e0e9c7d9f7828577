"""How the debtor wishes to be contacted from now on; the rules keep it from the next moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from agent_app.actions.desk import Change, Desk
from agent_app.actions.record import record
from agent_app.domain.errors import BadInput, Fault
from agent_app.domain.model import Case
from agent_app.domain.moment import Moment
from agent_app.domain.rules.wishes import Wish, asked

FIELD = "preference"


def state_wishes(
    desk: Desk, at: Moment, *, case: str, wishes: Iterable[str], visit: str | None = None
) -> Change:
    """These wishes hold from now on, in place of those stated before; none: nothing is asked.

    Raises BadInput for a word that is no wish of the case's packs.
    """
    row, known = desk.row(case, recalled=True), offered(desk, case)
    stated = tuple(dict.fromkeys(wishes))
    if unknown := [one for one in stated if one not in known]:
        raise BadInput(Fault("no such wish", "wishes", value=unknown[0], mend=", ".join(known)))
    before = stated_in(row)
    if stated != before:
        new = {"stated": list(stated), **asked(known[one] for one in stated)}
        body = {"field": FIELD, "old": list(before), "new": new}
        record(desk, at, "contact_changed", body, case=case, visit=visit)
    return Change.of([case], "today", "visit", "outbox")


def offered(desk: Desk, case: str) -> dict[str, Wish]:
    """The wishes that may be stated in a case, by code."""
    return {
        one.code: one for one in desk.packs.wishes_for(Case.read(desk.row(case, recalled=True)))
    }


def stated_in(row: Mapping[str, Any]) -> tuple[str, ...]:
    """The wishes of a case that hold now, by their names."""
    told = [one["new"] for one in row.get("contact_changes") or () if one.get("field") == FIELD]
    last = told[-1] if told else None
    return tuple(last.get("stated") or ()) if isinstance(last, Mapping) else ()
