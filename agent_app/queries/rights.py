"""The rights desk of a case: what the debtor may state, and what each statement would shut."""

from __future__ import annotations

from dataclasses import dataclass

from agent_app.actions.desk import Desk
from agent_app.domain.moment import Moment
from agent_app.domain.rules.rights import Right, changes
from agent_app.queries.case_page import read_case
from agent_app.store import events


@dataclass(frozen=True, slots=True)
class RightOffered:
    """One right, the acts it would shut now (`rules.rights.ASKED`), whether it is on
    record already, and whether the pack has its slip."""

    right: Right
    shuts: tuple[str, ...]
    stated: bool
    slip: bool


def rights_desk(desk: Desk, at: Moment, case: str, visit: str | None) -> tuple[RightOffered, ...]:
    """Every right of the case's packs, asked of the very rules that will then refuse."""
    seen = read_case(desk, case)
    rules, known = desk.packs.rules_for(seen), list(events.of_case(desk.db, case))
    papers = desk.templates.all(desk.packs.for_case(seen), "letters")
    kinds = {event.kind for event in known}
    return tuple(
        RightOffered(
            right,
            changes(rules, seen, known, at.wall, right, visit or ""),
            right.event in kinds,
            right.slip in papers,
        )
        for right in desk.packs.rights_for(seen)
    )
