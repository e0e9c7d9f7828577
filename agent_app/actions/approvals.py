"""Terms beyond the agent's authority, approved by telephone or with the next sync.

Either way the lead's answer is the same eight letters (`agent_app.journal.approval`): read out,
or carried by the case's row; the agent's device checks them before they count.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from agent_app.actions.desk import Change, Desk
from agent_app.actions.record import record
from agent_app.domain.errors import NotAllowed, WrongCode
from agent_app.domain.moment import Moment
from agent_app.journal import approval
from agent_app.journal.signing import unb64
from agent_app.journal.speech import heard
from agent_app.store import cases, events, meta

LEADS = frozenset({"lead", "admin"})
TRIES, PAUSE = 5, timedelta(minutes=10)
"""Wrong codes in a row, on this device, and the pause after them: of 40 bits nobody guesses one."""
_TRIED = "approval_tries"


def ask_approval(desk: Desk) -> str:
    """Four letters the agent reads out with the terms; keep them until the answer is typed."""
    return approval.request(desk.entropy(4))


def ask_online(
    desk: Desk, at: Moment, *, case: str, visit: str, plan: Mapping[str, Any], request: str
) -> Change:
    """The terms of `plan` (its JSON) go to the lead with the next sync; see `take_answer`."""
    terms = approval.spoken(plan)
    body = {"terms_hash": approval.terms_hash(terms), "terms": terms, "request": request}
    record(desk, at, "approval_asked", body, case=case, visit=visit)
    return Change.of([case], "outbox")


def take_answer(
    desk: Desk, at: Moment, *, case: str, visit: str, plan: Mapping[str, Any], request: str
) -> Change:
    """Use the lead's answer to `request` where a sync has brought one; `made` says whether."""
    wanted = approval.terms_hash(approval.spoken(plan))
    for mark in (cases.now(desk.db, case) or {}).get("marks", ()):
        body = mark["body"]
        if mark["kind"] != "approval_given" or mark["user"] == desk.user:
            continue
        if body["terms_hash"] == wanted and heard(str(body.get("request"))) == heard(request):
            change = use_approval(
                desk, at, case=case, visit=visit, plan=plan, request=request,
                typed=str(body["code"]),
            )  # fmt: skip
            return Change(change.cases, change.what, made=True)
    return Change(made=False)


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
    """The agent typed a code for `plan` (its JSON). Raises WrongCode when it opens something else,
    and for PAUSE after TRIES wrong ones whatever was typed."""
    wrong = _wrong_tries(desk, at)
    used = [
        str(event.body["code"])
        for event in events.of_case(desk.db, case)
        if event.kind == "approval_given" and event.user == desk.user
    ]
    terms = approval.spoken(plan)
    told: dict[str, Any] = {"case": case, "terms": terms, "request": request}
    if wrong >= TRIES or not approval.accepts(typed, _secret(desk), **told, used=used):
        _count(desk, at, wrong)
        raise WrongCode("this code does not open these terms", max(0, TRIES - wrong - 1), PAUSE)
    meta.drop(desk.db, _TRIED)
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


def _wrong_tries(desk: Desk, at: Moment) -> int:
    """Wrong codes in a row; none once the pause after the last is over.

    Only the boot clock is asked, which nobody sets: after a restart the time since it counts.
    """
    tried = meta.get(desk.db, _TRIED)
    if tried is None:
        return 0
    since = tried["bt"] if at.boot == tried["boot"] else 0
    return int(tried["wrong"]) if timedelta(milliseconds=at.bt - since) < PAUSE else 0


def _count(desk: Desk, at: Moment, wrong: int) -> None:
    """One more; a try within the pause changes nothing, so that it ends."""
    if wrong < TRIES:
        meta.put(desk.db, _TRIED, {"wrong": wrong + 1, "boot": at.boot, "bt": at.bt})
