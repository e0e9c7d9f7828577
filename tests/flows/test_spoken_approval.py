"""A plan beyond the agent's authority, approved by telephone with no data link."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from agent_app.actions.approvals import approved, ask_approval, give_approval, use_approval
from agent_app.actions.desk import Desk
from agent_app.domain.errors import NotAllowed, WrongCode
from agent_app.domain.moment import Moment
from agent_app.journal import approval
from agent_app.journal.signing import b64, unb64
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


def test_guessing_is_paused_and_a_clock_set_forward_or_a_restart_does_not_end_it(
    tmp_path: Path,
) -> None:
    with open_test_desk(tmp_path / "agent", visitable_row()) as agent:
        request = ask_approval(told(agent))
        asked: dict[str, Any] = {"case": "case-1", "request": request}
        right = approval.code(unb64(SECRET), terms=approval.spoken(plan()), **asked)

        def left(typed: str, at: Moment) -> int:
            with pytest.raises(WrongCode) as refused:
                use_approval(agent, at, visit="v1", plan=plan(), typed=typed, **asked)
            return refused.value.left

        assert [left(f"0000-000{n}", MORNING) for n in range(6)] == [4, 3, 2, 1, 0, 0]
        assert left(right, MORNING.later(minutes=9)) == 0
        assert left(right, replace(MORNING, wall=MORNING.wall + timedelta(days=1))) == 0
        again = replace(MORNING, boot="another", bt=0, wall=MORNING.wall + timedelta(minutes=9))
        assert left(right, again) == 0
        for days in (-400, 400):  # restarted, and the wall clock set as well
            assert left(right, replace(again, wall=MORNING.wall + timedelta(days=days))) == 0
        waited = replace(again, bt=600_000, wall=MORNING.wall - timedelta(days=400))
        use_approval(
            agent, waited, visit="v1", plan=plan(),
            typed=right.replace("0", "o").replace("1", "l").lower(), **asked,
        )  # fmt: skip
        assert approved(agent, "v1", plan())


def test_a_code_opens_nothing_on_another_agents_device_or_for_a_cent_more(tmp_path: Path) -> None:
    row = visitable_row()
    with (
        open_test_desk(tmp_path / "agent", row) as agent,
        open_test_desk(tmp_path / "partner", row, user="li") as partner,
    ):
        request, theirs = ask_approval(told(agent)), approval.request(b"their")
        assert ask_approval(told(partner)) != theirs
        terms = approval.spoken(plan())
        typed = approval.code(unb64(SECRET), case="case-1", terms=terms, request=request)
        for desk, asks, dear in (
            (partner, theirs, plan()),
            (agent, request, plan(total={"minor": 391201, "currency": "CNY"})),
            (agent, request, plan(total={"minor": 391200, "currency": "USD"})),
        ):
            with pytest.raises(WrongCode):
                use_approval(
                    desk, MORNING, case="case-1", visit="v1", plan=dear, request=asks, typed=typed
                )
        early = replace(MORNING, wall=MORNING.wall - timedelta(days=400))
        use_approval(
            agent, early, case="case-1", visit="v1", plan=plan(), request=request, typed=typed
        )


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
