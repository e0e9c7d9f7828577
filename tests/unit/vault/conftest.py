from __future__ import annotations

from pathlib import Path

import pytest

from agent_app.vault.profile import Profile, profile
from agent_app.vault.secrets_store import FileStore
from agent_app.vault.vault import Keys
from tests.support.vaults import create


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "device")


@pytest.fixture
def here(tmp_path: Path) -> Profile:
    return profile(tmp_path, "A011")


@pytest.fixture
def made(here: Profile, store: FileStore) -> Keys:
    return create(here, store)
