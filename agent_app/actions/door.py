"""At the door: who is it, and may they hear of the debt?"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping

from agent_app.actions.desk import Change, Desk
from agent_app.actions.record import record
from agent_app.domain.errors import BadInput, Fault, NotAllowed
from agent_app.domain.moment import Moment
from agent_app.store import cases

FORMS: Mapping[str, Callable[[str], str]] = {
    "birth_month": lambda said: said.strip().removesuffix("月").zfill(2),
}
"""How a spoken answer is written in the check: "5" or "5月" is month 05."""
STRANGER, SELF = "third_party", "self_identified"
"""Who is met: somebody else, or one who says to be the debtor."""
NEEDED = 2
"""How many data points the person must give of themselves (regulations.md §10 step 5)."""


def check_identity(
    desk: Desk, at: Moment, *, case: str, visit: str, answers: Mapping[str, str]
) -> Change:
    """Compare what the person said with the salted checks of the case; `made` is True or False.

    `answers` maps a check's field (id_last4, phone_last4, birth_month) to the words given.
    Only which points were asked and whether all agreed is kept, never the answers.
    """
    row = cases.now(desk.db, case) or {}
    checks = {one["field"]: one for one in row.get("checks", ())}
    asked = {field: said for field, said in answers.items() if said.strip()}
    if len(asked) < NEEDED:
        raise BadInput(Fault("too few answers", mend=f"ask {NEEDED} of {', '.join(checks)}"))
    passed = all(
        field in checks and _agrees(checks[field], FORMS.get(field, str)(said))
        for field, said in asked.items()
    )
    body = {"method": "two_points", "fields": sorted(asked), "passed": passed}
    record(desk, at, "identity_checked", body, case=case, visit=visit)
    return Change.of([case], "visit", made=passed)


def leave_wrong_person(desk: Desk, at: Moment, *, case: str, visit: str) -> Change:
    """The one key for "this is not the debtor": shuts the gate, says nothing was revealed."""
    state = (cases.now(desk.db, case) or {}).get("visits", {}).get(visit)
    if state is None:
        raise NotAllowed("there is no such visit")
    body = {"who": STRANGER, "revealed": bool(state["disclosed"])}
    record(desk, at, "person_met", body, case=case, visit=visit)
    return Change.of([case], "visit")


def meet_debtor_after_all(desk: Desk, at: Moment, *, case: str, visit: str) -> Change:
    """Who stands here says to be the debtor, after somebody else was noted: a slip of the finger,
    or they have come to the door since. The note stays, and nothing of the debt is shown before
    they are identified anew. NotAllowed where nobody else was noted or the visit is on its way out.
    """
    state = (cases.now(desk.db, case) or {}).get("visits", {}).get(visit, {})
    if state.get("met") != STRANGER or state.get("exit") or state.get("outcome"):
        raise NotAllowed("nobody but the debtor was noted here, or we are leaving")
    record(desk, at, "person_met", {"who": SELF}, case=case, visit=visit)
    return Change.of([case], "visit")


def _agrees(check: Mapping[str, str], said: str) -> bool:
    answer = "".join(said.split()).upper()
    found = hashlib.sha256(bytes.fromhex(check["salt"]) + answer.encode()).hexdigest()
    return hmac.compare_digest(found, check["hash"])
