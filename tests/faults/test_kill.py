"""Kill -9 at random moments: what was acknowledged is there, and the journal goes on."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from agent_app.journal import chain
from agent_app.store import cases, files, outgoing
from agent_app.store.db import check
from tests.support.killing import killed_after
from tests.support.writer import DEVICE, KEY, Shelf, live

pytestmark = pytest.mark.faults


def sound(folder: Path, acknowledged: list[str]) -> int:
    """Check everything a restart finds; how many events are there."""
    shelf = Shelf.opened(folder)
    try:
        kept = outgoing.unsent(shelf.db)
        assert [event.id for event in kept][: len(acknowledged)] == acknowledged
        assert len(kept) <= len(acknowledged) + 1, "at most the one that was being saved"
        assert chain.check(kept, DEVICE.public, after=(0, "0" * 64)) == []
        assert [event for _, event in shelf.journal.read().records] == kept
        named = [(event.id, one["sha256"]) for event in kept for one in event.files]
        stored = files.unsent(shelf.db)
        assert [(one.event, one.sha256) for one in stored] == named
        for one in stored[-3:]:
            shelf.box.read(one)
        assert {path.name for path in shelf.box.path.iterdir()} == {one.name for one in stored}
        row = cases.now(shelf.db, "case-1")
        assert row is not None
        assert sum(visit["events"] for visit in row["visits"].values()) == len(kept)
        return len(kept)
    finally:
        shelf.close()


def test_twenty_kills_lose_nothing(tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(10**6)
    print("seed", seed)
    moments = random.Random(seed)
    acknowledged: list[str] = []
    for _ in range(20):
        words, seconds = moments.randint(3, 12), moments.uniform(0.0, 0.02)
        acknowledged += killed_after(live, tmp_path, words=words, seconds=seconds)
        there = sound(tmp_path, acknowledged)
        if there > len(acknowledged):
            shelf = Shelf.opened(tmp_path)
            acknowledged = [event.id for event in outgoing.unsent(shelf.db)]
            shelf.close()
    assert check(tmp_path / "store.db", KEY) == []
    assert len(acknowledged) >= 60
