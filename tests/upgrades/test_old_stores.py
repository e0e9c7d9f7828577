"""Every kept profile opens with this version and holds what it held."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from agent_app.store import files
from agent_app.store.db import check, open_store
from agent_app.store.schema import MIGRATIONS
from tests.support.writer import KEY, Shelf
from tests.upgrades.keep import HERE, told

KEPT = sorted(path.parent for path in HERE.glob("*/expected.json"))


@pytest.mark.parametrize("kept", KEPT, ids=lambda path: path.name)
def test_an_old_profile_opens_whole(kept: Path, tmp_path: Path) -> None:
    shutil.copytree(kept, tmp_path / "profile")
    shelf = Shelf.opened(tmp_path / "profile")
    assert told(shelf) == json.loads((kept / "expected.json").read_text("utf-8"))
    for stored in files.unsent(shelf.db):
        assert len(shelf.box.read(stored)) == stored.size
    assert MIGRATIONS.pending(shelf.db) == []
    shelf.save("comment_added", {"text": "the journal goes on"}, "v9")
    shelf.close()
    assert check(tmp_path / "profile" / "store.db", KEY) == []


def test_every_schema_is_kept(tmp_path: Path) -> None:
    """A migration without a kept profile of the schema before it is not tested at all."""
    db = open_store(tmp_path / "store.db", None)
    applied = [step.name for step in MIGRATIONS.applied(db)]
    db.close()
    assert len(KEPT) >= len(applied), f"run tests.upgrades.keep for {applied[-1]}"
