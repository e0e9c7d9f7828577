from __future__ import annotations

import hashlib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import msgspec
import requests
import zstandard
from asn1crypto import tsp

from agent_app.domain.events import Event
from agent_app.journal import bundle, chain, receipt
from agent_app.packs import load_packs
from sync import coding, messages
from sync.messages import Office as OfficeFrame
from sync.messages import Page, Receipts, Start
from sync.server.office import Office
from tests.support.journals import VISIT
from tests.support.offices import RESOURCES, Clock, FieldDevice, give_cases

Enrolled = Callable[..., FieldDevice]


def test_a_new_device_gets_its_users_cases(office: Office, enrolled: Enrolled) -> None:
    give_cases(office, "A1", "case-1", "case-2")
    give_cases(office, "A2", "case-3")
    answer = enrolled("A1").sync()
    assert answer.bases.keys() == {"case-1", "case-2"}
    assert answer.all(Start)[0].baseline
    assert sorted(answer.all(Page)[0].grants) == ["case-1", "case-2"]
    assert answer.bases["case-1"]["crew"]["credentials"][0]["user"] == "A1"


def test_a_visit_goes_up_and_comes_back_in_its_case(office: Office, enrolled: Enrolled) -> None:
    give_cases(office, "A1", "case-1")
    device = enrolled("A1")
    device.sync()
    events = device.journal.visit()
    answer = device.sync()
    assert [one.verdict for one in answer.verdicts] == ["applied"] * len(VISIT)
    visit = answer.bases["case-1"]["visits"]["visit-1"]
    assert (visit["state"], visit["outcome"]) == ("ended", "promise")
    assert answer.end.digest.count == len(events)
    assert answer.end.digest.head == chain.event_hash(events[-1])


def test_each_event_gets_a_receipt_that_proves(office: Office, enrolled: Enrolled) -> None:
    give_cases(office, "A1", "case-1")
    device = enrolled("A1")
    events = device.journal.visit()
    (receipts,) = device.sync().all(Receipts)
    head = {name: getattr(receipts.head, name) for name in receipts.head.__struct_fields__}
    for event, proof in zip(events, receipts.proofs, strict=True):
        assert proof.event == event.id
        whole = {"head": head, "index": proof.index, "path": proof.path}
        assert device.reply is not None
        receipt.check(whole, chain.event_hash(event), device.reply.log_key)


def test_the_log_is_shown_to_have_only_grown(office: Office, enrolled: Enrolled) -> None:
    give_cases(office, "A1", "case-1")
    device = enrolled("A1")
    device.journal.visit()
    heads = []
    for part in (3, 7, len(VISIT)):
        size = heads[-1].head.size if heads else 0
        answer = device.sync(device.journal.events[:part], tree_size=size)
        heads += answer.all(Receipts)
    assert device.reply is not None
    for old, new in pairwise(heads):
        plain = [
            {name: getattr(one.head, name) for name in one.head.__struct_fields__}
            for one in (old, new)
        ]
        receipt.check_growth(*plain, new.consistency, device.reply.log_key)


def test_a_log_that_is_empty_is_shown_to_who_has_known_more_of_it(enrolled: Enrolled) -> None:
    """Else an office could drop all it has, and nobody who asks would see a head of it."""
    device = enrolled()
    assert device.sync([]).all(Receipts) == []
    (shown,) = device.sync([], tree_size=5).all(Receipts)
    assert shown.head.size == 0


def test_a_lost_reply_is_answered_again(office: Office, enrolled: Enrolled) -> None:
    give_cases(office, "A1", "case-1")
    device = enrolled("A1")
    device.sync()
    before = device.cursor
    device.journal.visit()
    device.sync()
    device.cursor = before
    answer = device.sync()
    assert {(one.verdict, one.was) for one in answer.verdicts} == {("duplicate", "applied")}
    assert answer.bases["case-1"]["visits"]["visit-1"]["events"] == len(VISIT)
    assert len(answer.all(Receipts)[0].proofs) == len(VISIT)


def test_the_lead_gets_the_visit_and_the_agent_the_review(
    office: Office, enrolled: Enrolled
) -> None:
    give_cases(office, "A1", "case-1")
    agent, lead = enrolled("A1"), enrolled("L1")
    assert lead.sync().bases.keys() == {"case-1"}
    agent.journal.visit()
    agent.sync()
    seen = lead.sync()
    assert [one["id"] for one in seen.events] == [one.id for one in agent.journal.events]
    review = {"visit": "visit-1", "decision": "sent_back", "comment": "照片不清楚"}
    lead.journal.record("review_decided", review)
    assert [one.verdict for one in lead.sync().verdicts] == ["applied"]
    back = agent.sync([])
    assert [one["kind"] for one in back.events] == ["review_decided"]
    assert back.bases["case-1"]["visits"]["visit-1"]["review"]["comment"] == "照片不清楚"


def test_an_agent_may_not_review(office: Office, enrolled: Enrolled) -> None:
    give_cases(office, "A1", "case-1")
    device = enrolled("A1")
    device.journal.visit()
    device.journal.record("review_decided", {"decision": "accepted", "comment": ""})
    verdict = device.sync().verdicts[-1]
    assert (verdict.verdict, verdict.reason) == ("refused", "not_allowed")


def test_nothing_new_is_a_short_answer(office: Office, enrolled: Enrolled) -> None:
    give_cases(office, "A1", *(f"case-{number}" for number in range(100)))
    device = enrolled("A1")
    facts = device.sync().all(OfficeFrame)[0]
    answer = device.sync(office=facts.sha256)
    assert [type(one).__name__ for one in answer.frames] == ["Start", "End"]


def test_many_cases_come_in_pages_that_can_be_resumed(office: Office, enrolled: Enrolled) -> None:
    give_cases(office, "A1", *(f"case-{number}" for number in range(1200)))
    device = enrolled("A1")
    pages = device.sync().all(Page)
    assert [len(page.bases) for page in pages] == [500, 500, 200]
    device.cursor = pages[0].cursor
    assert len(device.sync().bases) == 700


def test_the_lead_can_prove_the_visit_to_a_stranger(
    office: Office, enrolled: Enrolled, tmp_path: Path
) -> None:
    give_cases(office, "A1", "case-1", "case-2")
    agent, lead, other = enrolled("A1"), enrolled("L1"), enrolled("A2")
    agent.journal.visit()
    agent.sync()
    assert other.send("GET", "/v1/visits/visit-1/evidence").status_code == 404
    answer = lead.send("GET", "/v1/visits/visit-1/evidence")
    found = coding.decode(answer.content, messages.Evidence)
    events = [Event.from_json(msgspec.json.decode(raw)) for raw in found.events]
    out = tmp_path / "visit.bundle"
    events = [Event.from_json(msgspec.json.decode(raw)) for raw in found.events]
    bundle.write(
        out,
        visit="visit-1",
        proof=bundle.Proof(events, found.receipts, found.log_key, found.warrants),
        files={},
        maker=bundle.Maker(office.keys.log_public, office.keys.log.sign, office.now()),
    )
    assert bundle.read(out).case == "case-1"


def test_other_cases_between_are_shown_only_as_hashes(office: Office, enrolled: Enrolled) -> None:
    give_cases(office, "A1", "case-1", "case-2")
    agent = enrolled("A1")
    agent.journal.record("visit_started", {"address": "addr-1", "crew": []})
    agent.journal.record("comment_added", {"text": "秘密"}, case="case-2", visit=None)
    agent.journal.record("visit_aborted", {"reason": "nobody_home"})
    agent.sync()
    text = agent.send("GET", "/v1/visits/visit-1/evidence").text
    assert "秘密" not in text
    assert text.count('"kind":') == 3


def test_the_office_stamps_the_time(enrolled: Enrolled) -> None:
    imprint = tsp.MessageImprint(
        {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": bytes(32)}
    )
    asked = tsp.TimeStampReq({"version": "v1", "message_imprint": imprint, "cert_req": True})
    answer = enrolled().send("POST", "/v1/timestamp", asked.dump())
    stamp = tsp.TimeStampResp.load(answer.content)
    assert stamp["status"]["status"].native == "granted"
    assert enrolled("A2").send("POST", "/v1/timestamp", b"?").status_code == 400


def test_packs_come_by_hash_and_whole(enrolled: Enrolled) -> None:
    device = enrolled()
    (facts,) = device.sync().all(OfficeFrame)
    packs = {one.id: one for one in facts.packs}
    assert packs["cn"].sha256 == load_packs(RESOURCES / "packs")["cn"].sha256
    for file in packs["base"].files:
        content = device.send("GET", f"/v1/packs/{file.sha256}").content
        assert hashlib.sha256(content).hexdigest() == file.sha256
    assert device.send("GET", f"/v1/packs/{'0' * 64}").status_code == 404


def test_what_came_before_and_after_the_visit_is_nobodys_business(
    office: Office, enrolled: Enrolled
) -> None:
    give_cases(office, "A1", "case-1", "case-2")
    agent = enrolled("A1")
    agent.journal.record("visit_planned", {"at": "2026-11-23", "address": "addr-1"})
    agent.journal.record("visit_started", {"address": "x", "crew": []}, case="case-2", visit="v-2")
    agent.journal.record("visit_aborted", {"reason": "nobody"}, case="case-2", visit="v-2")
    agent.journal.visit()
    agent.journal.record("comment_added", {"text": "later"}, case="case-2", visit=None)
    agent.journal.record("comment_added", {"text": "on the visit"})
    agent.sync()
    text = agent.send("GET", "/v1/visits/visit-1/evidence").text
    assert "case-2" not in text
    assert text.count('"kind":') == len(VISIT) + 2


def test_an_old_device_may_push_and_gets_no_pages(office: Office, enrolled: Enrolled) -> None:
    give_cases(office, "A1", "case-1")
    device = enrolled("A1")
    device.journal.visit()
    answer = device.sync(protocol=messages.OLDEST_PROTOCOL - 1)
    assert {one.verdict for one in answer.verdicts} == {"applied"}
    assert answer.end.update_required
    assert answer.bases == {}


def test_a_newer_device_with_more_to_say_is_understood(enrolled: Enrolled) -> None:
    device = enrolled("A1")
    plain = msgspec.json.decode(msgspec.json.encode(device.request([])))
    body = zstandard.compress(msgspec.json.encode(plain | {"protocol": 99, "weather": "rain"}))
    assert device.send("POST", "/v1/sync", body).status_code == 200


def test_more_serial_numbers_follow_those_before(enrolled: Enrolled) -> None:
    device = enrolled("A1")
    assert device.reply is not None
    assert device.sync().end.serials is None
    block = device.sync(more_serials=True).end.serials
    assert block is not None
    assert block.first == device.reply.serials.last + 1


def test_asking_too_often_is_slowed_down(url: str, clock: Clock) -> None:
    answers = [requests.get(f"{url}/check/", timeout=10) for _ in range(62)]
    assert [one.status_code for one in answers].count(429) == 2
    assert answers[-1].headers["retry-after"]
    clock.pass_(seconds=61)
    assert requests.get(f"{url}/check/", timeout=10).status_code == 200
