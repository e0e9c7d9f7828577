"""A plan beyond the agent's authority, approved by telephone with no data link."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from agent_app.actions.approvals import approved, ask_approval, give_approval, use_approval
from agent_app.actions.desk import Desk
from agent_app.domain.errors import NotAllowed
from agent_app.journal import approval
from agent_app.journal.signing import b64
from agent_app.queries.reviews import open_replay
from agent_app.store import events, meta
from tests.support.desks import MORNING, open_test_desk, visitable_row

SECRET = b64(approval.team_secret(bytes(32), "T1"))


def plan(**changes: Any) -> dict[str, Any]:
    amount = {"minor": 16300, "currency": "CNY"}
    total = {"minor": 391200, "currency": "CNY"}
    instalments = [{"number": 1, "due": str(date(2026, 12, 10)), "amount": amount}]
    usual = {"months": 24, "pause": 0, "discount_bp": 0, "total": total}
    return {**usual, "instalments": instalments, **changes}


def told(desk: Desk) -> Desk:
    """The desk after a sync that brought the team's secret."""
    meta.put(desk.db, "office", {"approval_secret": SECRET})
    return desk


def test_the_code_opens_this_plan_in_this_visit_once(tmp_path: Path) -> None:
    row = visitable_row()
    with (
        open_test_desk(tmp_path / "agent", row) as agent,
        open_test_desk(tmp_path / "lead", row, user="chen", role="lead") as lead,
    ):
        request = ask_approval(told(agent))
        asked: dict[str, Any] = {"case": "case-1", "request": request}
        terms = approval.spoken(plan())
        code = give_approval(told(lead), MORNING, terms=terms, **asked).made
        typed: dict[str, Any] = {"visit": "v1", "typed": code.lower()}
        with pytest.raises(NotAllowed, match="does not open"):
            use_approval(agent, MORNING, plan=plan(months=36), **asked, **typed)
        use_approval(agent, MORNING, plan=plan(), **asked, **typed)
        assert approved(agent, "v1", plan())
        assert not approved(agent, "v1", plan(months=36))
        assert not approved(agent, "v2", plan())
        with pytest.raises(NotAllowed, match="does not open"):
            use_approval(agent, MORNING, plan=plan(), **asked, **typed)
        both = [event for desk in (agent, lead) for event in events.of_case(desk.db, "case-1")]
        assert len(both) == 2
        assert approval.unmatched(both, {"chen"}) == []


def test_an_agent_approves_nothing_and_no_secret_opens_nothing(tmp_path: Path) -> None:
    with open_test_desk(tmp_path / "agent", visitable_row()) as agent:
        asked: dict[str, Any] = {"case": "case-1", "request": ask_approval(agent)}
        with pytest.raises(NotAllowed, match="only a lead"):
            give_approval(told(agent), MORNING, terms=approval.spoken(plan()), **asked)
        meta.drop(agent.db, "office")
        with pytest.raises(NotAllowed, match="sync first"):
            use_approval(agent, MORNING, visit="v1", typed="AAAA", plan=plan(), **asked)


def test_the_reviewer_is_told_of_an_approval_no_lead_recorded(tmp_path: Path) -> None:
    with open_test_desk(tmp_path / "agent", visitable_row()) as agent:
        request = ask_approval(told(agent))
        forged = approval.code(
            approval.team_secret(bytes(32), "T1"),
            case="case-1", terms=approval.spoken(plan()), request=request,
        )  # fmt: skip
        use_approval(
            agent, MORNING, case="case-1", visit="v1", plan=plan(), request=request, typed=forged
        )
        flags = open_replay(agent, "case-1", "v1").flags
        assert "approval_unmatched" in [one.kind for one in flags]
