"""Terms beyond the agent's authority, approved by telephone (`agent_app.journal.approval`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agent_app.actions.desk import Change, Desk
from agent_app.actions.record import record
from agent_app.domain.errors import NotAllowed
from agent_app.domain.moment import Moment
from agent_app.journal import approval
from agent_app.journal.signing import unb64
from agent_app.store import cases, events

LEADS = frozenset({"lead", "admin"})


def ask_approval(desk: Desk) -> str:
    """Four letters the agent reads out with the terms; keep them until the answer is typed."""
    return approval.request(desk.entropy(4))


def give_approval(
    desk: Desk, at: Moment, *, case: str, terms: Mapping[str, Any], request: str
) -> Change:
    """The lead approves `terms` (`approval.spoken`); `made` is the code to read out."""
    if desk.role not in LEADS:
        raise NotAllowed("only a lead approves")
    code = approval.code(_team_secret(desk, case), case=case, terms=terms, request=request)
    record(desk, at, "approval_given", _body(terms, code, request), case=case)
    return Change.of([case], "outbox", made=code)


def use_approval(
    desk: Desk,
    at: Moment,
    *,
    case: str,
    visit: str,
    plan: Mapping[str, Any],
    request: str,
    typed: str,
) -> Change:
    """The agent typed a code for `plan` (its JSON); NotAllowed when it opens something else."""
    used = [
        str(event.body["code"])
        for event in events.of_case(desk.db, case)
        if event.kind == "approval_given" and event.user == desk.user
    ]
    terms = approval.spoken(plan)
    told: dict[str, Any] = {"case": case, "terms": terms, "request": request}
    if not approval.accepts(typed, _secret(desk), **told, used=used):
        raise NotAllowed("this code does not open these terms on this case")
    code = approval.code(_secret(desk), **told)
    record(desk, at, "approval_given", _body(terms, code, request), case=case, visit=visit)
    return Change.of([case], "visit")


def approved(desk: Desk, visit: str, plan: Mapping[str, Any]) -> bool:
    """Whether this visit holds the lead's approval of exactly this plan."""
    wanted = approval.terms_hash(approval.spoken(plan))
    return any(
        event.kind == "approval_given" and event.body["terms_hash"] == wanted
        for event in events.of_visit(desk.db, visit)
    )


def _body(terms: Mapping[str, Any], code: str, request: str) -> dict[str, Any]:
    told = approval.terms_hash(terms)
    return {"terms_hash": told, "code": code, "request": request, "terms": dict(terms)}


def _team_secret(desk: Desk, case: str) -> bytes:
    """The secret of the team whose agent works the case: a lead may lead several."""
    crew = ((cases.now(desk.db, case) or {}).get("crew") or {}).get("agents") or [""]
    people = {one["id"]: one for one in desk.office.get("people", ())}
    team = people.get(crew[0], {}).get("team")
    secret = (desk.office.get("approval_secrets") or {}).get(team)
    return unb64(secret) if secret else _secret(desk)


def _secret(desk: Desk) -> bytes:
    secret = desk.office.get("approval_secret")
    if not secret:
        raise NotAllowed("the office has given this device no secret for approvals; sync first")
    return unb64(secret)
