"""The rights desk: one tap states a right; what is allowed changes at once, offline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agent_app.actions.desk import Change, Desk
from agent_app.actions.letters import print_letter
from agent_app.actions.record import record
from agent_app.domain.errors import BadInput, Fault, NotAllowed, Unavailable
from agent_app.domain.events import KINDS
from agent_app.domain.model import Case
from agent_app.domain.moment import Moment

DESK = "desk"
"""In the body of what was stated at the rights desk: the right's code. What a script's question
records has none."""


def state_right(
    desk: Desk,
    at: Moment,
    *,
    case: str,
    visit: str | None,
    right: str,
    said: Mapping[str, Any] | None = None,
    language: str = "",
) -> Change:
    """Record that the debtor used a right of the pack's rights desk, and print its slip.

    `said` completes the event's body (reason, name, code, note). `made` is (serial, pdf) of the
    slip, None where the pack has none or its paper may not be made now: the right stands
    without it. Raises BadInput for an unknown right or a missing word.
    """
    seen = Case.read(desk.row(case))
    chosen = next((one for one in desk.packs.rights_for(seen) if one.code == right), None)
    if chosen is None:
        raise BadInput(Fault("no such right", field="right", value=right))
    needed = KINDS[chosen.event]
    body = {**dict.fromkeys(needed & {"code", "reason"}, chosen.reason), **(said or {})}
    if missing := [name for name in needed if not str(body.get(name, "")).strip()]:
        raise BadInput(Fault("not said yet", field=missing[0], mend="write what was said"))
    record(desk, at, chosen.event, {**body, DESK: chosen.code}, case=case, visit=visit)
    slip = None
    if chosen.slip in desk.templates.all(desk.packs.for_case(seen), "letters"):
        slip = _slip(desk, at, case, visit, chosen.slip, language or seen.debtor.language)
    return Change.of([case], "visit", "today", "outbox", "letters", made=slip)


def _slip(
    desk: Desk, at: Moment, case: str, visit: str | None, template: str, language: str
) -> tuple[str, bytes] | None:
    """The paper after the record: a debtor's statement is never lost for want of a slip."""
    try:
        made: tuple[str, bytes] = print_letter(
            desk, at, case=case, visit=visit, template=template, language=language
        ).made
    except (BadInput, NotAllowed, Unavailable):
        return None
    return made
