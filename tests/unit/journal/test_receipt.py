"""Receipts and heads: what the server signed holds, anything else does not."""

from __future__ import annotations

import pytest

from agent_app.domain.errors import Tampered
from agent_app.journal import chain, receipt
from tests.support.journals import START, Device, Log


@pytest.fixture
def log() -> Log:
    log, device = Log(), Device()
    log.take(*device.visit())
    return log


def test_every_event_has_a_receipt_under_any_later_head(log: Log) -> None:
    device = Device()
    events = device.visit()
    first = log.head()
    log.take(Device("device-2").record("visit_ended"))
    for head in (first, log.head()):
        for event in events:
            receipt.check(log.receipt(event, head), chain.event_hash(event), log.public)


def test_a_receipt_proves_no_other_event_and_no_other_log(log: Log) -> None:
    event, other = Device().visit()[:2]
    made = log.receipt(event, log.head())
    with pytest.raises(Tampered, match="does not prove"):
        receipt.check(made, chain.event_hash(other), log.public)
    with pytest.raises(Tampered, match="not signed"):
        receipt.check(made, chain.event_hash(event), Log("elsewhere").public)
    for change in ({"root": "00" * 32}, {"size": 99}, {"at": "2026-01-01T00:00:00.000+08:00"}):
        with pytest.raises(Tampered, match="not signed"):
            receipt.check_head(made["head"] | change, log.public)
    with pytest.raises(Tampered, match="not readable"):
        receipt.check_head({"size": 1}, log.public)


def test_a_log_may_only_grow(log: Log) -> None:
    old = log.head()
    log.take(Device("device-2").record("visit_ended"))
    new = log.head()
    proof = [step.hex() for step in log.tree.consistency(old["size"])]
    receipt.check_growth(old, new, proof, log.public)
    receipt.check_growth(new, new, [], log.public)
    with pytest.raises(Tampered, match="shrunk"):
        receipt.check_growth(new, old, [], log.public)


def test_a_rewritten_log_is_found(log: Log) -> None:
    old = log.head()
    rewritten = Log()
    rewritten.take(*Device("device-2").visit(), Device("device-3").record("visit_ended"))
    new = rewritten.head()
    proof = [step.hex() for step in rewritten.tree.consistency(old["size"])]
    with pytest.raises(Tampered, match="rewritten"):
        receipt.check_growth(old, new, proof, log.public)


def test_another_log_is_said_to_be_another(log: Log) -> None:
    other = Log("doorstep.test/log/2")
    with pytest.raises(Tampered, match="the log: expected"):
        receipt.check_growth(log.head(), other.head(), [], other.public)


def test_a_held_head_carries_the_boot_clock(log: Log) -> None:
    held = receipt.held(log.head() | {"extra": 1}, START)
    assert set(held) == {"origin", "size", "root", "at", "sig", "boot", "bt"}
    receipt.check_head(held, log.public)
