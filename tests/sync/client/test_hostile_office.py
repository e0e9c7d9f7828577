"""A hostile or broken server: nothing is settled, dropped or believed without its proof."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from agent_app.domain.errors import Tampered
from agent_app.store import cases, events, meta, outgoing, quarantine
from sync import client
from sync.applying import Applying
from sync.messages import Cursor, End, Frame, Order, Page, Receipts, Start, Verdicts
from tests.support.case_rows import case_row, raw
from tests.support.field import Agent


def applying(agent: Agent) -> Applying:
    return Applying(
        *(agent.db, agent.box),
        device=agent.keys.device,
        user=agent.keys.user,
        log_key=agent.keys.facts["log_key"],
        at=agent.moment(),
    )


def frames_of(agent: Agent) -> list[Frame]:
    request = client.prepare(agent.db, device=agent.keys.device, app="0.1.0")
    return list(client.exchange(agent.transport, request))


def altered(frame: Any, **changes: Any) -> Any:
    return msgspec.structs.replace(frame, **changes)


def other(hexes: str) -> str:
    return ("0" if hexes[0] != "0" else "1") + hexes[1:]


def wrong_root(frame: Receipts) -> Receipts:
    return altered(frame, head=altered(frame.head, root=other(frame.head.root)))


def wrong_size(frame: Receipts) -> Receipts:
    return altered(frame, head=altered(frame.head, size=frame.head.size + 1))


def wrong_path(frame: Receipts) -> Receipts:
    first, *rest = frame.proofs
    return altered(frame, proofs=[altered(first, path=[other(one) for one in first.path]), *rest])


def wrong_index(frame: Receipts) -> Receipts:
    first, *rest = frame.proofs
    return altered(frame, proofs=[altered(first, index=first.index + 1), *rest])


@pytest.mark.parametrize("spoil", [wrong_root, wrong_size, wrong_path, wrong_index])
def test_a_false_receipt_settles_nothing(
    agent: Agent, spoil: Callable[[Receipts], Receipts]
) -> None:
    agent.sync()
    agent.visit()
    work = applying(agent)
    for frame in frames_of(agent):
        if isinstance(frame, Receipts):
            with pytest.raises(Tampered):
                work.apply(spoil(frame))
            break
        work.apply(frame)
    assert outgoing.count_unsent(agent.db) == 7
    assert meta.get(agent.db, "tree_head") is None
    assert agent.sync().complete
    assert outgoing.count_unsent(agent.db) == 0


def test_a_rewritten_log_is_noticed(agent: Agent) -> None:
    agent.sync()
    agent.visit()
    agent.sync()
    held = meta.get(agent.db, "tree_head")
    meta.put(agent.db, "tree_head", held | {"root": other(held["root"])})
    agent.record("comment_added", {"text": "x"})
    with pytest.raises(Tampered, match="log"):
        agent.sync()
    assert outgoing.count_unsent(agent.db) == 1


def test_verdicts_without_receipts_settle_nothing(agent: Agent) -> None:
    agent.sync()
    agent.visit()
    work = applying(agent)
    for frame in frames_of(agent):
        if not isinstance(frame, Receipts):
            work.apply(frame)
    assert outgoing.count_unsent(agent.db) == 7
    assert agent.sync().complete


@pytest.mark.parametrize("field", ["device", "expires_at", "sig", "user"])
def test_a_forged_lease_is_refused(agent: Agent, field: str) -> None:
    *_, end = frames_of(agent)
    assert isinstance(end, End)
    assert end.lease is not None
    value = getattr(end.lease, field)
    forged = altered(end.lease, **{field: value[:-1] + ("A" if value[-1] != "A" else "B")})
    with pytest.raises(Tampered):
        applying(agent).apply(altered(end, lease=forged))


def test_an_unsigned_wipe_is_refused(agent: Agent) -> None:
    *_, end = frames_of(agent)
    assert isinstance(end, End)
    order = msgspec.convert(
        {"kind": "wipe", "device": agent.keys.device, "at": end.server_time, "sig": "AAAA"},
        Order,
    )
    with pytest.raises(Tampered):
        applying(agent).apply(altered(end, orders=[order]))


def test_a_verdict_for_another_devices_event_changes_nothing(agent: Agent) -> None:
    agent.sync()
    work = applying(agent)
    made = agent.visit()
    for frame in frames_of(agent):
        if isinstance(frame, Verdicts):
            first, *rest = frame.verdicts
            frame = altered(frame, verdicts=[altered(first, id="not-an-event"), *rest])
        work.apply(frame)
    assert [one.id for one in outgoing.unsent(agent.db)] == [made[0].id]


def test_records_the_office_cannot_read_stay_and_are_told(agent: Agent) -> None:
    agent.sync()
    agent.visit()
    work = applying(agent)
    for frame in frames_of(agent):
        if isinstance(frame, Verdicts):
            odd = [altered(one, id="", seq=0, verdict="refused") for one in frame.verdicts]
            frame = altered(frame, verdicts=odd)
        if isinstance(frame, Receipts):
            frame = altered(frame, proofs=[])
        work.apply(frame)
    assert outgoing.count_unsent(agent.db) == 7
    assert work.report.not_read == meta.get(agent.db, "not_read") == 7
    agent.sync()
    assert meta.get(agent.db, "not_read") == 0


def test_an_unknown_verdict_is_kept_waiting(agent: Agent) -> None:
    agent.sync()
    agent.visit()
    work = applying(agent)
    for frame in frames_of(agent):
        if isinstance(frame, Verdicts):
            odd = [altered(one, verdict="pondered") for one in frame.verdicts]
            frame = altered(frame, verdicts=odd)
        work.apply(frame)
    assert outgoing.count_unsent(agent.db) == 7


def test_rows_we_cannot_read_are_held_and_the_rest_kept(agent: Agent) -> None:
    agent.sync()
    [page] = [
        Page(
            cursor=Cursor("e", 99),
            bases=[msgspec.Raw(b'{"id":"odd"}'), msgspec.Raw(raw(case_row("good")))],
            events=[msgspec.Raw(b'{"id":"odd event"}')],
        )
    ]
    work = applying(agent)
    work.apply(page)
    assert cases.now(agent.db, "good") is not None
    assert {held.what for held in quarantine.held(agent.db)} == {"case", "event"}
    assert meta.get(agent.db, "cursor") == {"epoch": "e", "position": 99}


def test_a_baseline_that_holds_unreadable_rows_drops_nothing(agent: Agent) -> None:
    agent.sync()
    meta.drop(agent.db, "cursor")
    work = applying(agent)
    for frame in frames_of(agent):
        if isinstance(frame, Page):
            bases = [msgspec.Raw(b'{"id":"case-1"}'), *frame.bases[1:]]
            frame = altered(frame, bases=bases)
        work.apply(frame)
    assert cases.ids(agent.db) == {"case-1", "case-2"}


def test_a_restored_office_gets_everything_again(agent: Agent) -> None:
    agent.sync()
    agent.visit()
    agent.sync()
    start, *_ = frames_of(agent)
    assert isinstance(start, Start)
    work = applying(agent)
    work.apply(altered(start, epoch="another", baseline=True))
    assert work.report.again
    assert outgoing.count_unsent(agent.db) == 7
    report = agent.sync()
    assert report.complete
    assert outgoing.count_unsent(agent.db) == 0
    assert all(entry.proof for entry in events.history(agent.db, "case-1"))
