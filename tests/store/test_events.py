from __future__ import annotations

from typing import Any

import pytest

from agent_app.domain.errors import NotAllowed, Tampered
from agent_app.domain.events import GATED
from agent_app.journal.chain import event_hash
from agent_app.store import events, outgoing
from agent_app.store.db import Store, transaction
from agent_app.store.outgoing import Settlement
from tests.support.journals import Device

PASSED = {"method": "two_points", "fields": ["id_last4"], "passed": True}


def record(
    db: Store, device: Device, kind: str, body: dict[str, Any] | None = None, **more: Any
) -> None:
    event = device.record(kind, body or {}, **more)
    try:
        events.append(db, event, event_hash(event))
    except NotAllowed:
        device.events.pop()
        raise


def opened(db: Store, device: Device) -> None:
    record(db, device, "visit_started", {"address": "addr-1", "crew": []})
    record(db, device, "id_shown", {"documents": ["badge"]})
    record(db, device, "identity_checked", PASSED)


@pytest.mark.parametrize("kind", sorted(GATED))
def test_the_gate_is_shut_until_shown_and_identified(db: Store, device: Device, kind: str) -> None:
    with pytest.raises(NotAllowed, match="no visit"):
        record(db, device, kind)
    record(db, device, "visit_started", {"address": "addr-1", "crew": []})
    with pytest.raises(NotAllowed, match="documents"):
        record(db, device, kind)
    record(db, device, "id_shown", {"documents": ["badge"]})
    with pytest.raises(NotAllowed, match="identified"):
        record(db, device, kind)
    record(db, device, "identity_checked", PASSED | {"passed": False})
    with pytest.raises(NotAllowed, match="identified"):
        record(db, device, kind)
    record(db, device, "identity_checked", PASSED)
    record(db, device, kind)


@pytest.mark.parametrize("case", ["case-2", None])
def test_what_opened_the_gate_in_one_case_opens_it_in_no_other(
    db: Store, device: Device, case: str | None
) -> None:
    opened(db, device)
    with pytest.raises(NotAllowed, match="another case"):
        record(db, device, "disclosed", {"statement": "s"}, case=case)
    with pytest.raises(NotAllowed, match="another case"):
        record(db, device, "letter_printed", {"serial": "1"}, case=case)
    record(db, device, "disclosed", {"statement": "s"})


def test_a_proof_given_in_another_case_counts_for_none(db: Store, device: Device) -> None:
    record(db, device, "visit_started", {"address": "addr-1", "crew": []})
    record(db, device, "id_shown", {"documents": ["badge"]})
    record(db, device, "identity_checked", PASSED, case="case-2")
    for case in ("case-1", "case-2"):
        with pytest.raises(NotAllowed, match="another case"):
            record(db, device, "disclosed", {"statement": "s"}, case=case)


@pytest.mark.parametrize("who", ["third_party", "other", "minor", "nobody"])
def test_another_person_shuts_the_gate_again(db: Store, device: Device, who: str) -> None:
    opened(db, device)
    record(db, device, "person_met", {"who": who})
    with pytest.raises(NotAllowed):
        record(db, device, "disclosed", {"statement": "s"})
    record(db, device, "person_met", {"who": "debtor"})
    with pytest.raises(NotAllowed):
        record(db, device, "disclosed", {"statement": "s"})
    record(db, device, "identity_checked", PASSED)
    record(db, device, "disclosed", {"statement": "s"})


@pytest.mark.parametrize("end", ["visit_ended", "visit_aborted"])
def test_the_gate_shuts_with_the_visit(db: Store, device: Device, end: str) -> None:
    opened(db, device)
    record(db, device, end, {"reason": "r"})
    with pytest.raises(NotAllowed, match="no visit"):
        record(db, device, "disclosed", {"statement": "s"})


def test_another_visits_identity_opens_nothing(db: Store, device: Device) -> None:
    opened(db, device)
    with pytest.raises(NotAllowed):
        record(db, device, "disclosed", {"statement": "s"}, visit="visit-2")
    with pytest.raises(NotAllowed):
        record(db, device, "disclosed", {"statement": "s"}, visit=None)


def test_letters_pass_the_gate_only_when_they_name_no_debt(db: Store, device: Device) -> None:
    letter = {"serial": "L1", "template": "missed", "document": "00"}
    record(db, device, "letter_printed", letter | {"names_debt": False})
    for named in ({"names_debt": True}, {}):
        with pytest.raises(NotAllowed):
            record(db, device, "letter_printed", letter | named)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("person_met", {"who": "nobody"}),
        ("exit_triggered", {"reason": "refused"}),
        ("outcome_recorded", {"code": "not_home"}),
        ("visit_aborted", {"reason": "threat"}),
        ("not_my_debt_stated", {}),
    ],
)
def test_leaving_is_always_free(db: Store, device: Device, kind: str, body: dict[str, Any]) -> None:
    record(db, device, kind, body)


def test_a_refused_id_showing_does_not_open_the_gate(db: Store, device: Device) -> None:
    opened(db, device)
    outgoing.settle(db, [Settlement(device.events[1].id, "refused", "bad")])
    with pytest.raises(NotAllowed):
        record(db, device, "disclosed", {"statement": "s"})


def test_an_event_must_follow_the_head(db: Store, device: Device) -> None:
    first, second = device.record("visit_ended"), device.record("visit_ended")
    with pytest.raises(Tampered):
        events.append(db, second, event_hash(second))
    events.append(db, first, event_hash(first))
    with pytest.raises(Tampered):
        events.append(db, first, event_hash(first))
    events.append(db, second, event_hash(second))
    assert events.head(db, device.name) == (2, event_hash(second))
    assert events.head(db, "another") == (0, "0" * 64)


def test_events_come_back_as_they_were_signed(db: Store, device: Device) -> None:
    for event in device.visit():
        events.append(db, event, event_hash(event))
    assert events.of_visit(db, "visit-1") == device.events == outgoing.unsent(db)


def test_nothing_can_alter_or_drop_an_event(db: Store, device: Device) -> None:
    opened(db, device)
    for statement in ("UPDATE events SET raw = '{}'", "DELETE FROM events"):
        with pytest.raises(Tampered), transaction(db):
            db.execute(statement)
    assert len(outgoing.unsent(db)) == 3


def test_a_batch_takes_what_fits_and_at_least_one(db: Store, device: Device) -> None:
    for event in device.visit():
        events.append(db, event, event_hash(event))
    everything, more = outgoing.unsent_raw(db, 10**9)
    assert (len(everything), more) == (len(device.events), False)
    some, more = outgoing.unsent_raw(db, len(everything[0].encode()) + len(everything[1].encode()))
    assert (some, more) == (everything[:2], True)
    assert outgoing.unsent_raw(db, 1) == (everything[:1], True)


def test_parked_events_are_sent_again(db: Store, device: Device) -> None:
    opened(db, device)
    outgoing.settle(db, [Settlement(device.events[0].id, "parked", "gap")])
    assert outgoing.count_unsent(db) == 3
    assert [entry.state for entry in outgoing.entries(db)] == ["parked", "unsent", "unsent"]
