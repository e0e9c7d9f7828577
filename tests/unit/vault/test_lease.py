"""How long a vault opens without the office, whatever the clock says."""

from __future__ import annotations

import pytest

from agent_app.domain.errors import Locked
from agent_app.vault import vault
from agent_app.vault.profile import Profile
from agent_app.vault.secrets_store import FileStore
from agent_app.vault.vault import Keys
from tests.support.vaults import NOW, PHRASE


def test_the_lease_runs_out_and_is_renewed(here: Profile, store: FileStore, made: Keys) -> None:
    late = NOW.later(days=8)
    with pytest.raises(Locked, match="lease"):
        vault.unlock(here, PHRASE, store, late)
    assert vault.unlock(here, PHRASE, store, late, renewing=True).db == made.db
    vault.renew(
        *(here, store),
        issued_at="2026-11-30T10:00:00+08:00",
        expires_at="2026-12-07T10:00:00+08:00",
        now="2026-11-30T10:00:00+08:00",
    )
    assert vault.unlock(here, PHRASE, store, late).db == made.db


def test_turning_the_clock_back_extends_no_lease(
    here: Profile, store: FileStore, made: Keys
) -> None:
    with pytest.raises(Locked, match="lease"):
        vault.unlock(here, PHRASE, store, NOW.later(days=8))
    with pytest.raises(Locked, match="lease"):
        vault.unlock(here, PHRASE, store, NOW)


def test_a_clock_once_far_ahead_is_set_right_by_the_office(
    here: Profile, store: FileStore, made: Keys
) -> None:
    with pytest.raises(Locked):
        vault.unlock(here, PHRASE, store, NOW.later(days=5000))
    vault.renew(
        *(here, store),
        issued_at="2026-11-22T10:00:00+08:00",
        expires_at="2026-11-29T10:00:00+08:00",
        now="2026-11-22T10:00:00+08:00",
    )
    assert vault.unlock(here, PHRASE, store, NOW).db == made.db
