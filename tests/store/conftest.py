from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent_app.store.db import Store, open_store
from agent_app.store.filebox import FileBox
from agent_app.store.journal_file import JournalFile
from tests.support.journals import Device

KEY = bytes(range(32))


@pytest.fixture
def device() -> Device:
    return Device()


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[JournalFile]:
    journal = JournalFile(tmp_path / "journal.log", KEY)
    yield journal
    journal.close()


@pytest.fixture
def db(tmp_path: Path, journal: JournalFile) -> Iterator[Store]:
    db = open_store(tmp_path / "store.db", KEY)
    db.journal = journal
    yield db
    db.close()


@pytest.fixture
def box(tmp_path: Path) -> FileBox:
    path = tmp_path / "files"
    path.mkdir()
    return FileBox(path, KEY)
