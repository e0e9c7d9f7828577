from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec
import pytest

from agent_app.domain.events import Event
from sync import coding, messages
from sync.messages import Cursor, Head
from sync.server import accounts
from sync.server.office import Office
from tests.support.journals import VISIT, Device
from tests.support.offices import FieldDevice, give_cases

Enrolled = Callable[..., FieldDevice]


@pytest.fixture
def device(office: Office, enrolled: Enrolled) -> FieldDevice:
    give_cases(office, "A1", "case-1")
    return enrolled("A1")


def outcomes(answer: object) -> list[tuple[str, str | None]]:
    return [(one.verdict, one.reason) for one in answer.verdicts]  # type: ignore[attr-defined]


def alerts(office: Office) -> list[str]:
    with office.db() as db:
        return [row["kind"] for row in db.rows("SELECT kind FROM alerts ORDER BY id")]


def test_the_gate_holds_on_the_server_too(device: FieldDevice) -> None:
    """A client of another make may send it; the rest of the visit counts all the same."""
    record = device.journal.record
    record("visit_started", {"address": "addr-1", "crew": []})
    record("id_shown", {"documents": ["badge"]})
    record("disclosed", {"statement": "x"})
    record("person_met", {"who": "nobody"})
    record("visit_aborted", {"reason": "nobody_home"})
    answer = device.sync()
    assert outcomes(answer)[2] == ("refused", "gate_shut")
    assert [one.verdict for one in answer.verdicts].count("applied") == 4
    visit = answer.bases["case-1"]["visits"]["visit-1"]
    assert (visit["disclosed"], visit["state"]) == (False, "aborted")
    assert answer.end.digest.count == 5


def test_a_letter_names_the_debt_unless_it_says_that_it_does_not(device: FieldDevice) -> None:
    letter = {"serial": "L-1", "template": "overdue_notice", "document": "0" * 64}
    device.journal.record("visit_started", {"address": "addr-1", "crew": []})
    for named in ({}, {"names_debt": True}, {"names_debt": 0}, {"names_debt": False}):
        device.journal.record("letter_printed", letter | named)
    shut = ("refused", "gate_shut")
    assert outcomes(device.sync())[1:] == [shut, shut, shut, ("applied", None)]


def test_a_third_party_shuts_the_gate_again(device: FieldDevice) -> None:
    record = device.journal.record
    for kind, body in VISIT[:5]:
        record(kind, body)
    record("person_met", {"who": "third_party"})
    record("promise_made", {"amount": {"minor": 1, "currency": "CNY"}, "due": "2026-12-01"})
    assert outcomes(device.sync())[-1] == ("refused", "gate_shut")


HELD = {"origin": "o", "size": 1, "root": "0" * 64, "at": "2026-11-23T10:00:00+08:00", "sig": ""}
FIX = {"lat": 22.5, "lon": 114.0, "accuracy": 9.0, "datum": "WGS-84", "provider": "x"}


@pytest.mark.parametrize(
    ("kind", "body", "reason"),
    [
        ("person_met", {}, "incomplete"),
        ("promise_made", {"amount": 1}, "incomplete"),
        ("visit_started", {"address": "addr-1", "crew": 7}, "unreadable_body"),
        ("position_read", {**FIX, "lat": "22.5"}, "unreadable_body"),
        ("position_read", {**FIX, "networks": ["ac:84:c6:11:22:33"]}, "unreadable_body"),
        ("position_read", {"lat": 22.5}, "incomplete"),
    ],
)
def test_a_body_that_does_not_hold_is_refused_and_kept(
    device: FieldDevice, kind: str, body: dict[str, object], reason: str
) -> None:
    device.journal.record(kind, body)
    device.journal.record("comment_added", {"text": "下一件"})
    assert outcomes(device.sync()) == [("refused", reason), ("applied", None)]


@pytest.mark.parametrize(
    "odd",
    [
        {"wall": "yesterday"},
        {"wall": "2026-11-23T10:00:00.000"},
        {"wall": "2026-11-23T10:00:00+08:00"},
        {"wall": "2026-02-30T10:00:00.000+08:00"},
        {"wall": "0001-01-01T00:00:00.000+14:00"},
        {"wall": "２０２６-11-23T10:00:00.000+08:00"},
        {"bt": -(10**15)},
        {"bt": 2**53 - 1},
        {"receipt": {"boot": "b", "bt": 1}},
        {"receipt": {**HELD, "boot": "b"}},
        {"receipt": {**HELD, "boot": "b", "bt": "1"}},
    ],
    ids=str,
)
def test_a_moment_that_cannot_be_is_no_event(device: FieldDevice, odd: dict[str, Any]) -> None:
    """Signed or not: whoever reviews it would have to reckon with it."""
    event = device.journal.record("comment_added", {"text": "x"}).but(**odd)
    assert outcomes(device.sync([event])) == [("refused", "unreadable")]


FILE = {"slot": "photo-1", "sha256": "ab" * 32, "size": 3, "type": "image/jpeg"}


@pytest.mark.parametrize(
    "odd",
    [{"slot": None}, {"sha256": "../../keys"}, {"sha256": "AB" * 32}, {"size": -1}, {"size": "3"},
     {"type": 7}],
    ids=str,
)  # fmt: skip
def test_a_file_no_reader_could_name_is_no_event(device: FieldDevice, odd: dict[str, Any]) -> None:
    """Taken in, it would keep its whole visit from ever being bundled."""
    event = device.journal.record("comment_added", {"text": "x"}, files=({**FILE, **odd},))
    assert outcomes(device.sync([event])) == [("refused", "unreadable")]


def test_a_clock_with_a_flat_battery_is_an_event(device: FieldDevice) -> None:
    device.journal.moment = replace(
        device.journal.moment, wall=datetime.fromisoformat("1970-01-01T08:00:03+08:00")
    )
    device.journal.record("comment_added", {"text": "x"})
    assert outcomes(device.sync()) == [("applied", None)]


def test_a_position_of_no_visit_is_refused(device: FieldDevice) -> None:
    """Nobody would ever look at it; one read after the end of a visit is the reviewer's to see."""
    record = device.journal.record
    record("position_read", FIX)
    record("position_read", FIX, visit=None)
    record("position_read", FIX, visit=None, case=None)
    record("visit_started", {"address": "addr-1", "crew": []})
    record("visit_ended")
    record("position_read", FIX)
    refused = ("refused", "not_allowed")
    assert outcomes(device.sync()) == [refused] * 3 + [("applied", None)] * 3


def test_a_kind_not_known_here_is_kept(device: FieldDevice) -> None:
    device.journal.record("drone_sent", {"height": 3})
    assert outcomes(device.sync()) == [("applied", "unknown_kind")]


def test_what_is_not_mine_is_refused(device: FieldDevice, office: Office) -> None:
    give_cases(office, "A2", "case-2")
    device.journal.record("comment_added", {"text": "x"}, case="case-2")
    device.journal.record("comment_added", {"text": "x"}, case="nowhere")
    assert outcomes(device.sync()) == [("refused", "not_yours"), ("refused", "unknown_case")]


def test_an_event_of_another_device_or_user_is_not_taken(device: FieldDevice) -> None:
    other = Device("another", "A2")
    answer = device.sync([other.record("comment_added", {"text": "x"})])
    assert outcomes(answer) == [("refused", "foreign_device")]
    assert answer.end.digest.count == 0
    device.journal.user = "A2"
    answer = device.sync([device.journal.record("comment_added", {"text": "in another's name"})])
    assert outcomes(answer) == [("refused", "foreign_device")]
    assert answer.end.digest.count == 0


def test_a_changed_body_is_caught_and_the_next_wait(device: FieldDevice) -> None:
    events = device.journal.visit()
    changed = replace(events[2], body={"note": "altered"})
    answer = device.sync([*events[:2], changed, *events[3:]])
    assert outcomes(answer)[:4] == [
        ("applied", None), ("applied", None), ("refused", "bad_signature"), ("parked", "gap")
    ]  # fmt: skip
    answer = device.sync([events[2]])
    assert [one.verdict for one in answer.verdicts] == ["applied"] * (len(events) - 2)
    assert answer.end.digest.count == len(events)


@pytest.mark.parametrize(
    "raw",
    [
        b"null", b"[]", b"{}", b'"x"', b"7", b'{"v":1}', b'{"id":{"$":1}}',
        b"[" * 300 + b"]" * 300,
    ],
)  # fmt: skip
def test_what_is_no_event_is_set_aside(device: FieldDevice, office: Office, raw: bytes) -> None:
    device.journal.record("comment_added", {"text": "好"})
    request = device.request()
    request.events.insert(0, msgspec.Raw(raw))
    answer = device.send("POST", "/v1/sync", coding.pack(request))
    assert answer.status_code == 200, answer.text
    frames = list(coding.decode_frames([answer.content]))
    verdicts = [one for frame in frames if isinstance(frame, messages.Verdicts)
                for one in frame.verdicts]  # fmt: skip
    assert [one.reason for one in verdicts] == ["unreadable", None]
    with office.db() as db:
        assert db.value("SELECT raw FROM quarantine") == raw


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 2**64, 1e308])
def test_huge_numbers_break_nothing(device: FieldDevice, number: float) -> None:
    event = device.journal.record("comment_added", {"text": "x"}).to_json()
    request = device.request([])
    for field in ("seq", "bt", "v"):
        request.events.append(msgspec.Raw(json.dumps(event | {field: number}).encode()))
    answer = device.send("POST", "/v1/sync", coding.pack(request))
    assert answer.status_code == 200, answer.text


def test_a_body_that_is_no_request_is_refused(device: FieldDevice) -> None:
    for body in (b"", b"not zstd", coding.pack(Cursor("e", 1))):
        assert device.send("POST", "/v1/sync", body).status_code == 400


def test_gaps_are_parked_and_closed(device: FieldDevice) -> None:
    events = device.journal.visit()
    parked = device.sync(events[5:])
    assert set(outcomes(parked)) == {("parked", "gap")}
    assert parked.end.digest.count == 0
    answer = device.sync(events[:5])
    assert answer.end.digest.count == len(events)
    assert {one.id for one in answer.verdicts} == {one.id for one in events}
    assert answer.bases["case-1"]["visits"]["visit-1"]["state"] == "ended"


def test_a_fork_is_kept_and_freezes_the_device(device: FieldDevice, office: Office) -> None:
    """Same device and seq, another hash: a copy of the profile was used."""
    clone = FieldDevice(device.url, device.clock, Device(device.journal.name, "A1"))
    clone.journal.key = device.journal.key
    clone.journal.moment = device.journal.moment.later(hours=1)
    device.journal.record("comment_added", {"text": "真"})
    device.sync()
    clone.journal.record("comment_added", {"text": "假"})
    answer = clone.sync()
    assert answer.end.device == "frozen"
    assert [one.verdict for one in answer.verdicts] == ["parked"]
    assert set(alerts(office)) == {"device_fork"}
    with office.db() as db:
        kept = db.rows("SELECT raw FROM log UNION ALL SELECT raw FROM parked")
    assert {"真", "假"} == {json.loads(row["raw"])["body"]["text"] for row in kept}
    device.journal.record("comment_added", {"text": "后来"})
    later = device.sync()
    assert (later.verdicts[-1].verdict, later.verdicts[-1].reason) == ("parked", "frozen")


def liar_of(device: FieldDevice) -> Device:
    """Whoever has the device's key, with a journal of another beginning."""
    liar = Device(device.journal.name, "A1")
    liar.key, liar.moment = device.journal.key, device.journal.moment.later(hours=1)
    return liar


def test_two_events_of_one_number_under_one_honest_head_freeze_too(
    device: FieldDevice, office: Office
) -> None:
    """Only the event gives it away: the head named is the one the office knows."""
    device.journal.record("comment_added", {"text": "真"})
    device.sync()
    lie = liar_of(device).record("comment_added", {"text": "假"})
    answer = device.sync([lie])
    assert outcomes(answer) == [("parked", "fork")]
    assert answer.end.device == "frozen"
    assert alerts(office) == ["device_fork"]


def test_another_past_that_was_parked_does_not_freeze_a_released_device_again(
    device: FieldDevice, office: Office
) -> None:
    device.journal.record("comment_added", {"text": "一"})
    device.sync()
    liar = liar_of(device)
    liar.record("comment_added", {"text": "another first"})
    assert outcomes(device.sync([liar.record("comment_added", {"text": "another second"})])) == [
        ("parked", "fork")
    ]
    with office.db() as db, db.writing():
        assert accounts.release_device(db, device.journal.name)
    assert device.sync().end.device == "active"
    device.journal.record("comment_added", {"text": "二"})
    assert device.sync().end.digest.count == 2


def test_a_released_device_goes_on(device: FieldDevice, office: Office) -> None:
    device.journal.record("comment_added", {"text": "一"})
    device.sync()
    forked = device.sync([], head=Head(1, "f" * 64))
    assert forked.end.device == "frozen"
    device.journal.record("comment_added", {"text": "二"})
    assert device.sync().verdicts[-1].verdict == "parked"
    with office.db() as db, db.writing():
        assert accounts.release_device(db, device.journal.name)
    answer = device.sync()
    assert answer.end.digest.count == 2
    assert answer.end.device == "active"


def test_a_restored_copy_is_seen_at_first_contact(device: FieldDevice, office: Office) -> None:
    device.journal.visit()
    device.sync()
    del device.journal.events[4:]
    assert device.sync().end.device == "frozen"
    assert alerts(office) == ["device_restored"]


def test_the_same_id_with_another_content_is_refused(device: FieldDevice, office: Office) -> None:
    first: Event = device.journal.record("comment_added", {"text": "一"})
    device.sync()
    draft = device.journal.draft("comment_added", {"text": "二"}, visit=None)
    device.journal.events.append(
        _sealed(device.journal, draft.but(id=first.id)),
    )
    assert outcomes(device.sync())[-1] == ("refused", "body_changed")
    assert alerts(office) == ["body_changed"]


def _sealed(device: Device, draft: Event) -> Event:
    from agent_app.journal import chain
    from agent_app.journal.signing import signer

    return chain.seal(draft, sign=signer(device.key), salt=bytes(32))


def test_a_revoked_device_is_told_to_wipe_and_gets_nothing(
    device: FieldDevice, office: Office
) -> None:
    device.journal.record("comment_added", {"text": "未上传"})
    with office.db() as db, db.writing():
        accounts.revoke_device(office, db, device.journal.name, wipe=True)
    answer = device.sync()
    assert answer.bases == {}
    assert [one.kind for one in answer.end.orders] == ["wipe"]
    assert answer.end.lease is None
    assert [one.verdict for one in answer.verdicts] == ["parked"]


def test_an_event_that_names_every_layer_of_its_rules_counts(
    office: Office, enrolled: Enrolled
) -> None:
    give_cases(office, "A1", "case-1")
    agent = enrolled("A1")
    agent.sync()
    own, base = (
        {"id": name, "version": "2026.11.0", "sha256": "ab" * 32} for name in ("cn", "base")
    )
    for pack in (own, own | {"layers": [base]}):
        agent.journal.record("comment_added", {"text": "x"}, pack=pack)
    assert [one.verdict for one in agent.sync().verdicts] == ["applied", "applied"]
    agent.journal.record("comment_added", {"text": "x"}, pack=own | {"layers": ["base"]})
    assert agent.sync().verdicts[-1].reason == "unreadable"
