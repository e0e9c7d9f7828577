"""What may be said in a visit now, as far as words that name no debt can tell it."""

from __future__ import annotations

from agent_app.actions.desk import Desk
from agent_app.actions.guard import findings
from agent_app.domain.model import Case
from agent_app.domain.moment import Moment
from agent_app.domain.rules import State
from agent_app.domain.rules.exits import ExitTrigger

SELF = ("self_identified", "debtor")
TIERS = ("anyone", "self", "debtor", "leaving")
"""To anyone one's own name and employer; to who says to be the debtor the principal too; the debt
to the debtor alone, once identified; and after an exit nothing but good-bye."""


def tier(desk: Desk, at: Moment, case: Case, visit: str, *, gate_open: bool) -> str:
    """Which of `TIERS` the visit has come to, by the gates of the case's own packs."""
    state = case.visit(visit)
    if state.get("exit"):
        return "leaving"
    if gate_open:
        return "debtor"
    if state.get("met") not in SELF:
        return "anyone"
    found = findings(desk, at, "name_principal", case, {"visit": visit})
    shut = any(one.kind == "disclosure_gate" and one.state > State.warn for one in found.every)
    return "anyone" if shut else "self"


def after_exit(desk: Desk, case: Case) -> tuple[str, ...]:
    """What the exits of the case's packs ask for, each once, in order."""
    laws = desk.packs.rules_for(case).laws(ExitTrigger)
    return tuple(dict.fromkeys(one for law in laws for one in law.then))
