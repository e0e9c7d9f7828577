"""The lead's board of the team, handing a case over, and visits as lines for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agent_app.actions.approvals import give_approval
from agent_app.actions.assigning import reassign
from agent_app.actions.desk import Desk
from agent_app.actions.reviews import decide_review
from agent_app.actions.visits import abort_visit, start_visit
from agent_app.domain.errors import BadInput, NotAllowed
from agent_app.journal import approval
from agent_app.journal.signing import b64
from agent_app.queries.reviews import reviews
from agent_app.queries.team import board, visits_csv
from agent_app.store import meta, outgoing
from tests.support.desks import MORNING, open_test_desk, visitable_row

PEOPLE = [
    {"id": "wang", "name": "王芳", "role": "agent", "team": "T1"},
    {"id": "li", "name": "李强", "role": "agent", "team": "T2"},
    {"id": "chen", "name": "陈主管", "role": "lead", "team": None},
]
TEAM = {
    "devices": [
        {"user": "wang", "device": "d1", "name": "", "state": "frozen", "waiting": 2,
         "seen_at": "2026-11-23T09:00:00+08:00"},
    ],
    "alerts": [
        {"at": "2026-11-23T09:00:00+08:00", "kind": "device_fork", "user": "wang", "device": "d1",
         "detail": {"seq": 7}},
    ],
}  # fmt: skip
SECRETS = {team: b64(approval.team_secret(bytes(32), team)) for team in ("T1", "T2")}


@pytest.fixture
def lead(tmp_path: Path) -> Iterator[Desk]:
    """Wang has two cases and made one visit; li has one."""
    other = visitable_row("case-3")
    other["crew"] = other["crew"] | {"agents": ["li", "wang"]}
    rows = (visitable_row("case-1"), visitable_row("case-2"), other)
    with open_test_desk(tmp_path / "profile", *rows) as desk:
        visit = start_visit(desk, MORNING, case="case-1", address="addr-1").made
        abort_visit(
            desk, MORNING.later(minutes=5), case="case-1", visit=visit, reason="asked_to_leave"
        )
        office = {
            "people": PEOPLE, "approval_secret": SECRETS["T1"], "approval_secrets": SECRETS,
        }  # fmt: skip
        meta.put(desk.db, "office", office)
        meta.put(desk.db, "team", TEAM)
        yield replace(desk, role="lead", user="chen")


def test_the_board_counts_each_ones_day(lead: Desk) -> None:
    found = board(lead, MORNING.later(hours=1))
    rows = {one.user: one for one in found.members}
    assert rows.keys() == {"wang", "li"}
    wang, li = rows["wang"], rows["li"]
    assert (len(wang.doors), wang.visited_today, wang.to_review, wang.frozen) == (2, 1, 1, True)
    assert (wang.seen_at is not None, wang.files_waiting) == (True, 2)
    assert (len(li.doors), li.visited_today, li.seen_at) == (1, 0, None)
    assert [(one.kind, one.name) for one in found.alarms] == [("device_fork", "王芳")]


def test_a_case_handed_over_is_an_event_and_shown_until_the_office_has_it(lead: Desk) -> None:
    at = MORNING.later(hours=1)
    for agent, reason, refused in (
        ("li", " ", BadInput), ("chen", "x", BadInput), ("nobody", "x", BadInput),
    ):  # fmt: skip
        with pytest.raises(refused):
            reassign(lead, at, case="case-2", agent=agent, reason=reason)
    with pytest.raises(NotAllowed):
        reassign(replace(lead, role="agent"), at, case="case-2", agent="li", reason="ill")
    reassign(lead, at, case="case-2", agent="li", reason="ill")
    told = outgoing.unsent(lead.db)[-1]
    assert (told.kind, told.body) == ("case_reassigned", {"agent": "li", "reason": "ill"})
    wang = next(one for one in board(lead, at).members if one.user == "wang")
    assert {door.case: door.going_to for door in wang.doors} == {"case-1": "", "case-2": "李强"}


def test_nobody_takes_a_case_from_under_an_open_visit(lead: Desk) -> None:
    agent = replace(lead, role="agent", user="wang")
    start_visit(agent, MORNING.later(hours=1), case="case-2", address="addr-1")
    with pytest.raises(NotAllowed):
        reassign(lead, MORNING.later(hours=1), case="case-2", agent="li", reason="ill")


def test_visits_leave_as_inert_lines_without_a_name(lead: Desk) -> None:
    (row,) = reviews(lead)
    decide_review(
        lead, MORNING.later(hours=1), case=row.case, visit=row.visit, decision="sent_back",
        comment="=HYPERLINK(1)",
    )  # fmt: skip
    text = visits_csv(reviews(lead))
    (line,) = csv.DictReader(io.StringIO(text))
    assert (line["case"], line["agent"], line["left_early"]) == ("case-1", "wang", "yes")
    assert line["comment"] == "'=HYPERLINK(1)"
    assert "张伟" not in text


def test_a_lead_of_two_teams_approves_by_the_secret_of_the_agents_own(lead: Desk) -> None:
    terms = {"months": 12}
    for case, team in (("case-2", "T1"), ("case-3", "T2")):
        at = MORNING.later(hours=2)
        code = give_approval(lead, at, case=case, terms=terms, request="7K3M").made
        secret = approval.team_secret(bytes(32), team)
        assert code == approval.code(secret, case=case, terms=terms, request="7K3M")
