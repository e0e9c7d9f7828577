"""A visit from the knock to the close, through the real script, rules, store and journal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent_app.actions.desk import Desk
from agent_app.actions.door import check_identity, leave_wrong_person, meet_debtor_after_all
from agent_app.actions.evidence import start_recording, stop_recording
from agent_app.actions.letters import deliver_letter, print_letter
from agent_app.actions.record import record
from agent_app.actions.rights import state_right
from agent_app.actions.visits import abort_visit, start_visit
from agent_app.domain.errors import NotAllowed
from agent_app.domain.events import Event
from agent_app.domain.rules import State, replay
from agent_app.journal import chain
from agent_app.queries.case_page import read_case
from agent_app.queries.today import today
from agent_app.script.filling.views import NodeView
from agent_app.store import cases, events
from tests.support.day import TALK
from tests.support.desks import MORNING, open_test_desk, visitable_row
from tests.support.walker import Walker


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_test_desk(tmp_path / "profile", visitable_row(), visitable_row("case-2")) as desk:
        yield desk


def knock(desk: Desk, *, record_sound: bool = True) -> Walker:
    visit = start_visit(desk, MORNING, case="case-1", address="addr-1").made
    recording: list[object] = []

    def identity(walker: Walker, view: NodeView) -> str:
        said = {"id_last4": "002x", "phone_last4": "0001"}
        made = check_identity(desk, walker.at, case="case-1", visit=visit, answers=said).made
        return "passed" if made else "failed"

    def recorder(walker: Walker, view: NodeView) -> str:
        about = {"case": "case-1", "visit": visit}
        if recording:
            stop_recording(desk, walker.at, recording=recording[0], seconds=300, **about)  # type: ignore[arg-type]
            return "OK"
        record(desk, walker.at, "recording_consented", {}, **about)
        if not record_sound:
            record(desk, walker.at, "recording_started", {"slot": "external"}, **about)
            return "consented"
        recording.append(start_recording(desk, walker.at, **about).made)
        recording[0][2].write(b"RIFF" + bytes(100_000))  # type: ignore[index]
        return "consented"

    def letter(walker: Walker, view: NodeView) -> str:
        return view.choices[-1].value

    panels = {"identity": identity, "recorder": recorder, "letter": letter}
    return Walker(desk, MORNING, "case-1", visit, panels)


def kinds(desk: Desk, visit: str) -> list[str]:
    return [one.kind for one in events.of_visit(desk.db, visit) if one.kind != "answered"]


def test_a_promise_at_the_door_keeps_every_rule_and_proves(desk: Desk) -> None:
    walker = knock(desk)
    walker.walk(TALK)
    told = kinds(desk, walker.visit)
    assert told[0] == "visit_started"
    assert told[-1] == "visit_ended"
    assert told.index("identity_checked") < told.index("disclosed") < told.index("promise_made")
    case = read_case(desk, "case-1")
    assert case.raw["promises"][0]["amount"] == {"minor": 50_000, "currency": "CNY"}
    known = events.of_visit(desk.db, walker.visit)
    assert chain.check(known, desk.public_key, after=(0, "0" * 64)) == []
    failed = [v for v in replay(desk.packs.rules_for(case), case, known) if v.passed is False]
    assert [one for one in failed if one.severity == "block"] == []


def test_someone_else_opens_and_nothing_of_the_debt_can_be_said(desk: Desk) -> None:
    walker = knock(desk)
    pages = walker.walk({**TALK, "who": "third_party", "third_answer": "passes_on"} | ELSE)
    assert "tell" not in pages
    assert "disclosed" not in kinds(desk, walker.visit)
    assert walker.run.session.view("/data/total").value == ""


ELSE = {"third_answer": "will_pass_on", "outcome": "message_left"}


@pytest.mark.parametrize("kind", ["disclosed", "plan_offered", "promise_made", "agreement_signed"])
def test_the_gate_is_shut_before_identity_in_the_action_and_in_the_store(
    desk: Desk, kind: str
) -> None:
    visit = start_visit(desk, MORNING, case="case-1", address="addr-1").made
    body = {
        "statement": {}, "plan": {"months": 2}, "amount": {"minor": 1, "currency": "CNY"},
        "due": "2026-12-01", "agreement": "A", "document": "0" * 64,
    }  # fmt: skip
    with pytest.raises(NotAllowed):
        record(desk, MORNING, kind, body, case="case-1", visit=visit)
    seq, prev = events.head(desk.db, desk.device)
    sly = Event(
        id="sly", device=desk.device, user=desk.user, seq=seq + 1, prev=prev, kind=kind,
        case="case-1", visit=visit, wall="2026-11-23T10:05:00.000+08:00", tz="Asia/Shanghai",
        boot="boot-1", bt=1, body=body,
    )  # fmt: skip
    sealed = chain.seal(sly, sign=desk.sign, salt=bytes(32))
    with pytest.raises(NotAllowed):
        events.append(desk.db, sealed, chain.event_hash(sealed))
    assert kinds(desk, visit) == ["visit_started"]


def test_the_wrong_person_shuts_an_open_gate_again_everywhere(desk: Desk) -> None:
    visit = start_visit(desk, MORNING, case="case-1", address="addr-1").made
    about = {"case": "case-1", "visit": visit}
    at = MORNING.later(seconds=60)
    record(desk, at, "id_shown", {"documents": ["badge"]}, **about)
    record(desk, at, "person_met", {"who": "self_identified"}, **about)
    record(desk, at, "recording_consented", {}, **about)
    record(desk, at, "recording_started", {"slot": "external"}, **about)
    said = {"id_last4": "002x", "phone_last4": "0001"}
    assert check_identity(desk, at, answers=said, **about).made
    record(desk, at, "disclosed", {"statement": {}}, **about)
    leave_wrong_person(desk, at, **about)
    with pytest.raises(NotAllowed):
        record(desk, at, "disclosed", {"statement": {}}, **about)
    seq, prev = events.head(desk.db, desk.device)
    sly = Event(
        id="sly", device=desk.device, user=desk.user, seq=seq + 1, prev=prev, kind="disclosed",
        wall="2026-11-23T10:05:00.000+08:00", tz="Asia/Shanghai", boot="boot-1", bt=1,
        body={"statement": {}}, **about,
    )  # fmt: skip
    sealed = chain.seal(sly, sign=desk.sign, salt=bytes(32))
    with pytest.raises(NotAllowed):
        events.append(desk.db, sealed, chain.event_hash(sealed))
    met = [one.body for one in events.of_visit(desk.db, visit) if one.kind == "person_met"]
    assert met[-1] == {"who": "third_party", "revealed": True}
    meet_debtor_after_all(desk, at, **about)
    with pytest.raises(NotAllowed):
        record(desk, at, "disclosed", {"statement": {}}, **about)
    with pytest.raises(NotAllowed):  # nobody but the debtor is noted now
        meet_debtor_after_all(desk, at, **about)
    assert check_identity(desk, at, answers=said, **about).made
    record(desk, at, "disclosed", {"statement": {}}, **about)


def test_a_killed_visit_opens_exactly_where_it_was(desk: Desk) -> None:
    walker = knock(desk)
    walker.give("/data/prepare/before/ready", TALK["ready"])
    walker.give("/data/prepare/arrive/arrived", "OK")
    walker.give("/data/door/who_opens/who", "self_identified")
    before = walker.run.session.xml()
    walker.reopen()
    assert walker.run.session.xml() == before
    assert walker.run.restored == 3


def test_without_its_snapshot_a_visit_is_rebuilt_from_its_answers(desk: Desk) -> None:
    walker = knock(desk)
    walker.give("/data/prepare/before/ready", TALK["ready"])
    walker.give("/data/door/who_opens/who", "nobody")
    desk.db.execute("DELETE FROM drafts")
    walker.reopen()
    assert walker.run.session.view("/data/door/who_opens/who").value == "nobody"


def test_a_case_recalled_in_mid_visit_can_still_be_left(desk: Desk) -> None:
    walker = knock(desk)
    cases.recall(desk.db, "case-1", "2026-11-23T10:10:00+08:00")
    abort_visit(desk, walker.at, case="case-1", visit=walker.visit, reason="recalled")
    assert kinds(desk, walker.visit)[-1] == "visit_aborted"


def test_two_visits_cannot_be_open_at_once(desk: Desk) -> None:
    start_visit(desk, MORNING, case="case-1", address="addr-1")
    with pytest.raises(NotAllowed):
        start_visit(desk, MORNING, case="case-2", address="addr-1")


def test_outside_the_hours_the_door_stays_shut_and_says_until_when(desk: Desk) -> None:
    night = MORNING.later(hours=13)
    with pytest.raises(NotAllowed) as refused:
        start_visit(desk, night, case="case-1", address="addr-1")
    assert refused.value.findings[0].rule == "cn.hours"
    door = today(desk, night).doors[0]
    assert door.knock is State.block
    assert door.next_allowed is not None
    assert door.next_allowed.hour == 8


def test_a_right_stated_at_the_door_holds_the_next_visit_at_once(desk: Desk) -> None:
    walker = knock(desk)
    about = {"case": "case-1", "visit": walker.visit}
    state_right(desk, walker.at, right="stop_contact", **about)
    abort_visit(desk, walker.at, reason="asked_to_leave", **about)
    tomorrow = MORNING.later(days=8)
    with pytest.raises(NotAllowed):
        start_visit(desk, tomorrow, case="case-1", address="addr-1")


def test_three_wrong_answers_open_nothing(desk: Desk) -> None:
    walker = knock(desk)
    walker.give("/data/door/who_opens/who", "self_identified")
    walker.give("/data/door/introduce/documents", TALK["documents"])
    for _ in range(3):
        wrong = {"id_last4": "0000", "phone_last4": "0001"}
        about = {"case": "case-1", "visit": walker.visit}
        assert not check_identity(desk, walker.at, answers=wrong, **about).made
    state = read_case(desk, "case-1").visit(walker.visit)
    assert state["identity_failures"] == 3
    assert not state["identity"]


def test_a_letter_that_names_the_debt_goes_into_nobody_elses_hand(desk: Desk) -> None:
    walker = knock(desk, record_sound=False)
    walker.walk(TALK, stop="letter")
    about = {"case": "case-1", "visit": walker.visit}
    serial = print_letter(
        desk, walker.at, template="overdue_notice", language="zh_CN", **about
    ).made[0]
    leave_wrong_person(desk, walker.at, **about)
    handing = {"serial": serial, "how": "hand", "proof": "receipt_signature", **about}
    with pytest.raises(NotAllowed):
        deliver_letter(desk, walker.at, **handing)
    deliver_letter(desk, walker.at, **{**handing, "how": "refused", "proof": "refusal_note"})


def test_words_that_may_not_be_written_stop_a_letter(desk: Desk) -> None:
    more = {"reply": {"text": "再不还就拘留", "received": "2026-11-20", "answer_by": "2026-12-01"}}
    with pytest.raises(NotAllowed) as refused:
        print_letter(
            desk, MORNING, case="case-1", template="hardship_reply", language="zh_CN", more=more
        )
    assert refused.value.findings[0].kind == "prohibited_conduct"
