"""What a lead is told of the team, and handing a case to somebody else from the lead's app."""

from __future__ import annotations

from collections.abc import Callable

from agent_app.domain.events import Event
from agent_app.journal.signing import b64
from sync import messages
from sync.server import accounts
from sync.server.alerts import alert
from sync.server.office import Office, want_networks
from tests.support.offices import FieldDevice, give_cases

Enrolled = Callable[..., FieldDevice]


def hand_over(lead: FieldDevice, to: str, case: str = "case-1") -> Event:
    body = {"agent": to, "reason": "ill"}
    return lead.journal.record("case_reassigned", body, case=case, visit=None)


def facts(device: FieldDevice) -> messages.Office:
    return next(one for one in device.sync().frames if isinstance(one, messages.Office))


def test_a_lead_sees_the_teams_devices_and_what_is_wrong_with_them(
    office: Office, enrolled: Enrolled
) -> None:
    give_cases(office, "A1", "case-1")
    agent, lead = enrolled("A1"), enrolled("L1")
    agent.sync()
    with office.db() as db, db.writing():
        alert(db, office.now(), "device_fork", agent.journal.name, {"seq": 7})
        db.do("UPDATE devices SET state = 'frozen' WHERE id = ?", agent.journal.name)
    team = lead.sync().end.team
    assert team is not None
    assert [(one.user, one.kind, one.detail) for one in team.alerts] == [
        ("A1", "device_fork", {"seq": 7})
    ]
    (device,) = team.devices
    assert (device.user, device.state, device.seen_at) == (
        "A1", "frozen", office.now().isoformat(),
    )  # fmt: skip


def test_nobody_else_is_told(office: Office, enrolled: Enrolled) -> None:
    agent = enrolled("A1")
    assert agent.sync().end.team is None
    with office.db() as db, db.writing():
        accounts.add_user(db, "L2", "L2", "lead")
        alert(db, office.now(), "device_fork", agent.journal.name, {"seq": 7})
    other = enrolled("L2").sync().end.team
    assert other is not None
    assert (other.alerts, other.devices) == ([], [])


def test_a_case_handed_over_by_the_lead_moves(office: Office, enrolled: Enrolled) -> None:
    give_cases(office, "A1", "case-1")
    one, other, lead = enrolled("A1"), enrolled("A2"), enrolled("L1")
    for device in (one, other, lead):
        device.sync()
    hand_over(lead, "A2")
    settled = lead.sync()
    assert [mark.verdict for mark in settled.verdicts] == ["applied"]
    assert settled.bases["case-1"]["crew"]["agents"][0] == "A2"
    assert one.sync().revokes == ["case-1"]
    assert other.sync().bases["case-1"]["crew"]["agents"][0] == "A2"
    again = lead.sync()
    assert [mark.verdict for mark in again.verdicts] == ["duplicate"]
    assert other.sync().revokes == []


def test_only_to_someone_of_the_own_team_and_only_by_a_lead(
    office: Office, enrolled: Enrolled
) -> None:
    give_cases(office, "A1", "case-1")
    with office.db() as db, db.writing():
        accounts.add_user(db, "X1", "X1", "agent")
    lead, agent = enrolled("L1"), enrolled("A1")
    lead.sync()
    hand_over(lead, "X1")
    assert [(m.verdict, m.reason) for m in lead.sync().verdicts] == [("refused", "not_your_team")]
    agent.sync()
    hand_over(agent, "A2")
    assert [(m.verdict, m.reason) for m in agent.sync().verdicts] == [("refused", "not_allowed")]


def test_a_case_recalled_by_the_lead_leaves_everyone(office: Office, enrolled: Enrolled) -> None:
    give_cases(office, "A1", "case-1")
    agent, lead = enrolled("A1"), enrolled("L1")
    agent.sync()
    lead.sync()
    lead.journal.record("case_recalled", {"reason": "settled"}, visit=None)
    lead.sync()
    assert agent.sync().revokes == ["case-1"]
    assert lead.sync().revokes == []


def test_a_lead_of_two_teams_holds_the_secret_of_each(office: Office, enrolled: Enrolled) -> None:
    with office.db() as db, db.writing():
        accounts.add_team(db, "T2", "二组", "L1")
        accounts.add_user(db, "B1", "B1", "agent", team="T2")
    secrets = facts(enrolled("L1")).approval_secrets
    assert secrets.keys() == {"T1", "T2"}
    for user, team in (("A1", "T1"), ("B1", "T2")):
        told = facts(enrolled(user))
        assert (told.approval_secret, told.approval_secrets) == (secrets[team], {})


def test_networks_are_marked_only_while_the_office_wants_it(
    office: Office, enrolled: Enrolled
) -> None:
    """The same salt for everyone and every time; nothing of it while it is off."""
    device, salt = enrolled("A1"), b64(office.keys.network_salt())

    def switched(on: bool) -> str:
        with office.db() as db, db.writing():
            want_networks(db, on)
        return facts(device).network_salt

    assert [switched(on) for on in (False, True, False, True)] == ["", salt, "", salt]
    assert facts(enrolled("L1")).network_salt == salt
    assert salt != facts(enrolled("A2")).approval_secret
