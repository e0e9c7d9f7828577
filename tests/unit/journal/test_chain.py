"""The device's chain: sealed events hold; any change, gap or swap is named."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from agent_app.domain.errors import BadInput
from agent_app.domain.events import Event
from agent_app.journal import chain, receipt
from agent_app.journal.signing import public_text, signer
from tests.support.journals import VISIT, Device, Log, seeded

Names = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
Bodies = st.dictionaries(
    Names, Names | st.integers(-1000, 1000) | st.floats(-1e9, 1e9) | st.booleans() | st.none()
)


def test_an_honest_visit_has_no_fault() -> None:
    device = Device()
    device.visit()
    assert chain.check(device.events, device.public) == []
    first, second = device.events[:2]
    assert second.prev == chain.event_hash(first)
    assert chain.check([second], device.public, after=(1, second.prev)) == []


def test_an_event_survives_the_wire() -> None:
    device = Device()
    for event in device.visit():
        again = Event.from_json(event.to_json())
        assert chain.event_hash(again) == chain.event_hash(event)
        assert chain.check_event(again, device.public) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda e: e.but(body={**e.body, "note": "别的"}), "body"),
        (lambda e: e.but(body={}), "body"),
        (lambda e: e.but(body={**e.body, "more": 1}), "body"),
        (lambda e: e.but(salt=seeded("other").hex()), "body"),
        (lambda e: e.but(hashes={"more": "00" * 32}), "body"),
        (lambda e: e.but(kind="visit_aborted"), "sig"),
        (lambda e: e.but(wall="2026-11-23T09:00:00.000+08:00"), "sig"),
        (lambda e: e.but(bt=e.bt + 1), "sig"),
        (lambda e: e.but(case="case-2"), "sig"),
        (lambda e: e.but(files=({"slot": "photo-1", "sha256": "00" * 32, "size": 1},)), "sig"),
        (lambda e: e.but(sig=e.sig[:-4] + "AAAA"), "sig"),
        (lambda e: e.but(sig="no base64!"), "sig"),
        (lambda e: e.but(payload_hash="00" * 32), "body"),
    ],
)
def test_a_change_is_found_where_it_was_made(change: Callable[[Event], Event], field: str) -> None:
    device = Device()
    device.visit()
    device.events[10] = change(device.events[10])
    faults = chain.check(device.events, device.public)
    assert (faults[0].row, faults[0].field) == (11, field)


def test_gaps_swaps_and_foreign_events_are_named() -> None:
    device, other = Device(), Device("device-2")
    device.visit()
    other.visit()
    events = device.events
    assert [f.field for f in chain.check(events[:3] + events[4:], device.public)] == ["seq"]
    swapped = [*events[:3], events[4], events[3], *events[5:]]
    assert chain.check(swapped, device.public)[0].message == "event 4 should come here"
    mixed = [*events[:3], other.events[3]]
    assert {f.field for f in chain.check(mixed, device.public)} == {"sig", "device", "prev"}
    assert chain.check(events[5:6], device.public, after=(4, "00" * 32))[0].field == "seq"
    assert chain.check(events[5:6], device.public, after=(5, "00" * 32))[0].field == "prev"


def test_a_chain_begins_with_zeros() -> None:
    device = Device()
    draft = device.draft("visit_started", {"address": "a", "crew": []}).but(prev="11" * 32)
    event = chain.seal(draft, sign=signer(device.key), salt=seeded("s"))
    assert [fault.field for fault in chain.check([event], device.public)] == ["prev"]


def test_an_older_receipt_after_a_newer_one_is_a_fault() -> None:
    device, log = Device(), Log()
    old = None
    for step in range(3):
        log.take(device.record("comment_added", {"text": str(step)}))
        device.held = receipt.held(log.head(), device.moment)
        old = old or device.held
    assert chain.check(device.events, device.public) == []
    device.held = old
    device.record("comment_added", {"text": "from a copy"})
    device.held = None
    device.record("comment_added", {"text": "from an older copy"})
    faults = chain.check(device.events, device.public)
    assert [(fault.row, fault.field) for fault in faults] == [(4, "receipt"), (5, "receipt")]


def test_a_head_nobody_signed_is_a_fault_where_the_log_key_is_known() -> None:
    device, log = Device(), Log()
    log.take(device.record("visit_started", {"address": "a", "crew": []}))
    device.held = receipt.held(log.head(), device.moment)
    good = device.record("visit_ended")
    assert chain.check_event(good, device.public, log_key=log.public) == []
    device.held = {**device.held, "at": "2026-11-24T00:00:00.000+08:00"}
    bad = device.record("comment_added", {"text": "tomorrow"})
    assert chain.check_event(bad, device.public) == []
    faults = chain.check_event(bad, device.public, log_key=log.public)
    assert [fault.field for fault in faults] == ["receipt"]


def test_nonsense_in_an_event_is_a_fault_not_a_crash() -> None:
    device = Device()
    event = device.visit()[1]
    for nonsense in (
        event.but(salt="zz"),
        event.but(salt="", salts={"documents": None}),
        event.but(body={"documents": object()}),
        event.but(receipt={"size": "x"}),
        event.but(receipt={"size": float("nan")}),
        event.but(user="\ud800"),
        event.but(salts=3),
    ):
        assert chain.check([nonsense, nonsense], device.public)


@given(Bodies, st.sets(Names))
def test_a_redacted_event_still_proves(body: dict[str, object], hide: set[str]) -> None:
    device = Device()
    event = device.record("comment_added", body)
    copy = chain.redact(event, hide)
    assert copy.body == {name: body[name] for name in body.keys() - hide}
    assert copy.salt == ""
    assert chain.event_hash(copy) == chain.event_hash(event)
    assert chain.check_event(copy, device.public) == []
    assert chain.check_event(chain.redact(copy, body), device.public) == []
    if copy.body:
        name = next(iter(copy.body))
        assert chain.check_event(copy.but(body={**copy.body, name: "…"}), device.public)


def test_a_hidden_field_cannot_be_shown_otherwise() -> None:
    device = Device()
    event = device.record("outcome_recorded", {"code": "promise", "note": "x"})
    copy = chain.redact(event, {"note"})
    forged = copy.but(body={**copy.body, "note": "y"}, salts={**copy.salts, "note": "00" * 32})
    assert chain.check_event(forged, device.public)
    short = copy.but(salts={"code": "zz"})
    assert chain.check_event(short, device.public)
    both = copy.but(hashes={**copy.hashes, "code": "ab" * 32})
    assert chain.check_event(both, device.public)
    spare = copy.but(salts={**copy.salts, "other": "00" * 32})
    assert chain.check_event(spare, device.public)


def test_a_hardware_key_seals_too() -> None:
    key = ec.derive_private_key(11, ec.SECP256R1())
    draft = Device().draft(*VISIT[0])
    event = chain.seal(draft, sign=signer(key), salt=seeded("s"))
    assert chain.check([event], public_text(key)) == []


def test_a_salt_is_32_bytes_and_a_body_is_json() -> None:
    device = Device()
    with pytest.raises(BadInput, match="32 bytes"):
        chain.seal(device.draft("visit_ended", {}), sign=signer(device.key), salt=b"short")
    with pytest.raises(BadInput):
        device.record("comment_added", {"text": float("nan")})
