from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_bytes
from typing import Any

import pytest

from agent_app.domain.errors import BadInput, NotAllowed
from agent_app.domain.project import project
from agent_app.store import cases, events, files, meta, outgoing, packs
from sync import client, course
from sync import files as wire_files
from sync.applying import Applying
from sync.course import driven
from sync.server import accounts
from sync.server import cases as server_cases
from sync.server.office import Office
from sync.transport import Identity, Transport
from tests.support.case_rows import case_row, raw
from tests.support.field import Agent
from tests.support.offices import Clock, new_code


def test_cases_come_down_once(agent: Agent) -> None:
    report = agent.sync()
    assert report.finished
    assert report.complete
    assert {row.id for row in cases.day_list(agent.db)} == {"case-1", "case-2"}
    assert agent.sync().changed == set()


def test_a_visit_goes_up_and_is_proven(agent: Agent) -> None:
    agent.sync()
    made = agent.visit()
    before = agent.now()
    report = agent.sync()
    assert (report.settled, report.refused, report.parked) == (len(made), 0, 0)
    assert (report.held, report.made, report.complete) == (7, 7, True)
    assert outgoing.count_unsent(agent.db) == 0
    assert agent.now()["visits"] == before["visits"]
    for entry in events.history(agent.db, "case-1"):
        assert entry.proof is not None
    head = meta.get(agent.db, "tree_head")
    assert head["size"] == 7
    assert agent.record("comment_added", {"text": "x"}).receipt == head


def test_who_reviews_is_told_when_a_visit_arrived_and_a_colleague_is_not(
    agent: Agent, joined: Callable[..., Agent], office: Office, clock: Clock
) -> None:
    lead = joined("L1", "device-2")
    agent.sync()
    made = agent.visit()
    clock.pass_(minutes=40)
    agent.sync()
    lead.sync()
    visit = made[0].visit or ""
    told = events.arrivals(lead.db, visit)
    assert set(told) == {one.id for one in made if one.visit == visit}
    assert set(told.values()) == {clock.at}
    assert events.arrivals(agent.db, visit) == {}
    told_case = server_cases.Changes()
    with office.db() as db, db.writing():
        crew = {"agents": ["A2", "A9"], "lead": "L1"}
        server_cases.put_imported(db, told_case, case_row("case-1", crew=crew))
        told_case.publish(db, office.now())
    colleague = joined("A2", "device-3")
    colleague.sync()
    assert len(events.of_visit(colleague.db, visit)) == len(told)
    assert events.arrivals(colleague.db, visit) == {}


def test_a_refused_event_stops_counting_and_says_why(agent: Agent) -> None:
    agent.sync()
    agent.record("visit_started", {"address": "addr-1", "crew": ["A1"]})
    agent.record("review_decided", {"visit": "v", "decision": "accepted", "comment": ""})
    report = agent.sync()
    assert (report.settled, report.refused) == (1, 1)
    [refused] = outgoing.entries(agent.db)
    assert (refused.state, refused.reason) == ("refused", "not_allowed")
    assert agent.now()["visits"]["visit-1"]["review"] is None
    assert report.complete, "a refused event is in the log all the same"


def test_unsent_events_ride_on_a_new_base(agent: Agent, office: Office) -> None:
    agent.sync()
    agent.record("visit_started", {"address": "addr-1", "crew": ["A1"]})
    request = client.prepare(agent.db, device=agent.keys.device, app="0.1.0")
    late = agent.record("hardship_stated", {"code": "illness"})
    applying = Applying(
        *(agent.db, agent.box),
        device=agent.keys.device,
        user=agent.keys.user,
        log_key=agent.keys.facts["log_key"],
        at=agent.moment(),
    )
    for frame in client.exchange(agent.transport, request):
        applying.apply(frame)
    assert [event.id for event in outgoing.unsent(agent.db)] == [late.id]
    base = cases.get_base(agent.db, "case-1")
    assert base is not None
    assert agent.now() == project(base, [late])
    assert agent.now()["visits"]["visit-1"]["state"] == "open"
    assert agent.sync().complete


@pytest.mark.parametrize("cut_after", range(8))
def test_a_stream_cut_after_any_frame_loses_nothing(agent: Agent, cut_after: int) -> None:
    agent.sync()
    agent.visit()
    before = agent.now()
    applying = Applying(
        *(agent.db, agent.box),
        device=agent.keys.device,
        user=agent.keys.user,
        log_key=agent.keys.facts["log_key"],
        at=agent.moment(),
    )
    request = client.prepare(agent.db, device=agent.keys.device, app="0.1.0")
    frames = list(client.exchange(agent.transport, request))
    for frame in frames[:cut_after]:
        applying.apply(frame)
        assert agent.now()["visits"] == before["visits"], type(frame)
    report = agent.sync()
    assert report.complete
    assert outgoing.count_unsent(agent.db) == 0
    assert agent.now()["visits"] == before["visits"]
    assert all(entry.proof for entry in events.history(agent.db, "case-1"))


def test_a_case_recalled_mid_visit_is_left_then_hidden_until_settled(
    agent: Agent, office: Office
) -> None:
    agent.sync()
    agent.record("visit_started", {"address": "addr-1", "crew": ["A1"]})
    changes = server_cases.Changes()
    with office.db() as db, db.writing():
        server_cases.recall(db, changes, "case-1", "paid")
        changes.publish(db, office.now())
    photo = agent.record(
        "photo_taken", {"slot": "photo-1", "what": "notice"}, attached={"photo-1": b"jpeg" * 999}
    )
    report = agent.sync()
    assert report.recalled == {"case-1"}
    assert report.late == 2
    assert cases.recalled(agent.db, "case-1")
    assert agent.now()["visits"]["visit-1"]["state"] == "open", "they must be able to leave"
    agent.record("visit_aborted", {"reason": "other"})
    assert agent.sync().late == 1
    assert cases.now(agent.db, "case-1") is None
    assert cases.find(agent.db, "张伟") == [] or {
        row.id for row in cases.find(agent.db, "张伟")
    } == {"case-2"}
    assert cases.hidden(agent.db) == ["case-1"], "its photo still waits"
    assert events.get(agent.db, photo.id) is not None
    agent.upload()
    agent.sync()
    assert cases.hidden(agent.db) == []
    assert events.history(agent.db, "case-1") == []
    assert list(agent.profile.files.iterdir()) == []
    assert len(agent.journal.read().records) == 1


def test_a_new_baseline_drops_what_is_no_longer_ours(agent: Agent) -> None:
    agent.sync()
    row = agent.now("case-2") | {"id": "stray"}
    cases.put_base(agent.db, [raw(row)])
    meta.drop(agent.db, "cursor")
    report = agent.sync()
    assert report.recalled == {"stray"}
    assert cases.ids(agent.db) == {"case-1", "case-2"}


def test_colleagues_events_are_read_not_counted(
    joined: Callable[..., Agent], office: Office
) -> None:
    agent, lead = joined(), joined("L1", "device-2")
    agent.sync()
    agent.visit()
    agent.sync()
    lead.sync()
    assert events.of_visit(lead.db, "visit-1")[0].kind == "visit_started"
    assert outgoing.cases_counting(lead.db) == {}
    decided = {"visit": "visit-1", "decision": "sent_back", "comment": "照片不清"}
    lead.record("review_decided", decided)
    assert lead.sync().settled == 1
    agent.sync()
    [row] = [one for one in cases.day_list(agent.db) if one.id == "case-1"]
    assert row.sent_back == 1
    assert agent.now()["visits"]["visit-1"]["review"]["comment"] == "照片不清"


def test_two_devices_of_one_agent_see_each_others_work(joined: Callable[..., Agent]) -> None:
    one, other = joined("A1", "device-1"), joined("A1", "device-2")
    one.sync()
    one.visit()
    one.sync()
    other.sync()
    assert other.now()["visits"] == one.now()["visits"]
    other.record("comment_added", {"text": "x"})
    assert other.sync().complete


def test_packs_come_once_and_whole(agent: Agent) -> None:
    report = agent.sync()
    assert report.office_changed
    assert packs.files(agent.db) is None
    assert driven(course.fetch_packs(agent.db, agent.transport)) > 0
    found = packs.files(agent.db)
    assert found is not None
    assert "pack.toml" in found["cn"]
    assert driven(course.fetch_packs(agent.db, agent.transport)) == 0
    assert not agent.sync().office_changed


def test_a_code_works_once(tmp_path: Path, office: Office, url: str, clock: Clock) -> None:
    code = new_code(office, "A1")
    Agent.enrolled(tmp_path / "one", url, code, clock).close()
    for wrong in (code, "A1-AAAA-BBBB", "A1", ""):
        with pytest.raises(BadInput, match="code"):
            Agent.enrolled(tmp_path / "two", url, wrong, clock)
    assert not (tmp_path / "two").exists()


def test_a_revoked_device_is_told_and_a_wipe_is_signed(agent: Agent, office: Office) -> None:
    agent.sync()
    with office.db() as db, db.writing():
        accounts.revoke_device(office, db, agent.keys.device, wipe=True)
    report = agent.sync()
    assert report.device == "revoked"
    assert [order.kind for order in report.orders] == ["wipe"]
    assert report.lease is None


def test_a_wrong_clock_is_answered_with_the_offices_nonce(agent: Agent) -> None:
    agent.clock.pass_(days=-400)
    assert agent.sync().finished
    agent.clock.pass_(days=4000)
    assert agent.sync().finished


def test_a_wrong_clock_is_asked_about_once(agent: Agent, clock: Clock) -> None:
    """HTTP tells the real time, so the office must keep it too."""
    clock.at = datetime.now(UTC)
    agent.clock.at = clock.at - timedelta(days=400)
    answers: list[int] = []
    heard = agent.transport._session.hooks["response"]
    heard.append(lambda response, **_: answers.append(response.status_code))
    for _ in range(3):
        assert agent.sync().finished
    assert answers == [401, 200, 200, 200]


def test_another_devices_signature_is_refused(joined: Callable[..., Agent]) -> None:
    one, other = joined("A1", "device-1"), joined("A2", "device-2")
    one.transport._identity = Identity(one.keys.device, other.keys.event_key)
    with pytest.raises(NotAllowed):
        one.sync()


class LineToAnOlderOffice(Transport):
    """The office behind it has never heard of batches."""

    def call(self, method: str, path: str, body: bytes = b"", **more: Any) -> Any:
        return super().call(method, path.replace("/batch", "/unheard/of"), body, **more)


def test_an_office_that_takes_no_batches_gets_one_file_after_another(agent: Agent) -> None:
    agent.sync()
    photos = {f"photo-{n}": bytes([n]) * 5000 for n in range(3)}
    agent.record("photo_taken", {"slot": "photo-1", "what": "door"}, attached=photos)
    agent.sync()
    who = Identity(agent.keys.device, agent.keys.event_key)
    line = LineToAnOlderOffice(agent.url, now=agent.clock, entropy=token_bytes, identity=who)
    report = driven(course.upload(agent.db, agent.box, line))
    line.close()
    assert (report.sent, report.left) == (3, 0)
    assert files.unsent(agent.db) == []


def test_photos_follow_their_visit(joined: Callable[..., Agent], office: Office) -> None:
    agent, lead = joined(), joined("L1", "device-2")
    agent.sync()
    photo, sound = b"\xff\xd8" + b"p" * 300_000, bytes(range(256)) * 25_000
    event = agent.record(
        "photo_taken",
        {"slot": "photo-1", "what": "door"},
        attached={"photo-1": photo, "recording": sound, "again": photo},
    )
    early = agent.upload()
    assert (early.sent, early.left) == (0, 2), "the office does not know the event yet"
    agent.sync()
    report = agent.upload()
    assert (report.sent, report.left) == (2, 0)
    assert files.unsent(agent.db) == []
    lead.sync()
    there = events.get(lead.db, event.id)
    assert there is not None
    for slot, content in {"photo-1": photo, "recording": sound, "again": photo}.items():
        stored = wire_files.fetch(lead.db, lead.box, lead.transport, there.event, slot)
        assert lead.box.read(stored) == content
    assert lead.upload().sent == 0
    with pytest.raises(BadInput):
        wire_files.fetch(lead.db, lead.box, lead.transport, there.event, "nothing")


def test_ten_thousand_events_go_in_batches(agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    agent.sync()
    monkeypatch.setattr(client, "LARGEST_PUSH", 3000)
    agent.visit()
    report = agent.sync()
    assert outgoing.count_unsent(agent.db) == 0
    assert report.complete


def test_a_case_given_away_and_back_is_shown_again(agent: Agent, office: Office) -> None:
    agent.sync()
    agent.record("hardship_stated", {"code": "illness"})
    for holder, shown in (("A2", {"case-2"}), ("A1", {"case-1", "case-2"})):
        changes = server_cases.Changes()
        with office.db() as db, db.writing():
            server_cases.assign(db, changes, "case-1", holder, partner=None, reason="reassigned")
            changes.publish(db, office.now())
        agent.sync()
        assert {row.id for row in cases.day_list(agent.db)} == shown
    assert "hardship" in agent.now()["flags"]
