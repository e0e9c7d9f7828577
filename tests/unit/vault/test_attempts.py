"""Wrong tries: each costs time, none can be taken back, the tenth ends it."""

from __future__ import annotations

import json
import shutil

import pytest

from agent_app.domain.errors import Lost, WrongSecret
from agent_app.domain.moment import Moment
from agent_app.vault import vault
from agent_app.vault.profile import Profile
from agent_app.vault.secrets_store import FileStore
from agent_app.vault.vault import Keys
from tests.support.vaults import NOW, PHRASE, failed


def test_wrong_tries_cost_more_and_more_time(here: Profile, store: FileStore, made: Keys) -> None:
    at, waits = NOW, []
    for _ in range(7):
        with pytest.raises(WrongSecret) as refused:
            vault.unlock(here, "wrong passphrase", store, at)
        waits.append(refused.value.wait)
        at = at.later(seconds=refused.value.wait + 1)
    assert waits == [0, 0, 5, 30, 120, 600, 600]
    assert vault.unlock(here, PHRASE, store, at).db == made.db
    with pytest.raises(WrongSecret) as refused:
        vault.unlock(here, "wrong passphrase", store, at)
    assert refused.value.wait == 0


def test_even_the_right_one_waits(here: Profile, store: FileStore, made: Keys) -> None:
    last = failed(here, store, 5)
    soon = last.later(seconds=-60)
    with pytest.raises(WrongSecret) as refused:
        vault.unlock(here, PHRASE, store, soon)
    assert 50 < refused.value.wait <= 60
    assert vault.unlock(here, PHRASE, store, last)


@pytest.mark.parametrize("years", [-10, 10])
def test_turning_the_clock_shortens_no_wait(
    here: Profile, store: FileStore, made: Keys, years: int
) -> None:
    last = failed(here, store, 5)
    turned = Moment(last.wall.replace(year=2026 + years), last.tz, last.boot, last.bt - 60_000)
    with pytest.raises(WrongSecret, match="too many"):
        vault.unlock(here, PHRASE, store, turned)


def test_a_reboot_begins_the_wait_anew(here: Profile, store: FileStore, made: Keys) -> None:
    last = failed(here, store, 6)
    booted = Moment(last.wall, last.tz, "boot-2", 5_000)
    with pytest.raises(WrongSecret) as refused:
        vault.unlock(here, PHRASE, store, booted)
    assert refused.value.wait == 600
    with pytest.raises(WrongSecret) as refused:
        vault.unlock(here, PHRASE, store, booted.later(seconds=590))
    assert refused.value.wait == 10
    assert vault.unlock(here, PHRASE, store, booted.later(seconds=600))


def test_neither_a_restored_nor_a_deleted_file_takes_failures_back(
    here: Profile, store: FileStore, made: Keys
) -> None:
    fresh = here.attempts.read_bytes()
    last = failed(here, store, 6).later(seconds=-1)
    here.attempts.write_bytes(fresh)
    with pytest.raises(WrongSecret, match="too many"):
        vault.unlock(here, PHRASE, store, last)
    here.attempts.unlink()
    with pytest.raises(WrongSecret, match="too many"):
        vault.unlock(here, PHRASE, store, last)


def test_a_try_is_counted_before_it_is_made(here: Profile, store: FileStore, made: Keys) -> None:
    """So that a kill while the passphrase is stretched gives no free try."""
    shutil.copy(here.vault, here.folder / "kept")
    header = json.loads(here.vault.read_text("utf-8"))
    header["vault_key"] = "00" * 60
    here.vault.write_text(json.dumps(header), "utf-8")
    failed(here, store, 3)
    shutil.move(here.folder / "kept", here.vault)
    with pytest.raises(WrongSecret) as refused:
        vault.unlock(here, "wrong passphrase", store, NOW.later(seconds=10))
    assert refused.value.wait == 30


def test_the_tenth_wrong_try_destroys_the_key_here(
    here: Profile, store: FileStore, made: Keys
) -> None:
    at = NOW
    for _ in range(9):
        with pytest.raises(WrongSecret):
            vault.unlock(here, "wrong wrong wrong", store, at)
        at = at.later(seconds=601)
    assert vault.opens(here, store)
    with pytest.raises(Lost):
        vault.unlock(here, "wrong wrong wrong", store, at)
    assert not vault.opens(here, store)
    with pytest.raises(Lost):
        vault.unlock(here, PHRASE, store, at.later(seconds=601))


def test_nine_wrong_tries_and_a_right_one_begin_anew(
    here: Profile, store: FileStore, made: Keys
) -> None:
    at = NOW
    for _ in range(2):
        for _ in range(9):
            with pytest.raises(WrongSecret):
                vault.unlock(here, "wrong wrong wrong", store, at)
            at = at.later(seconds=601)
        assert vault.unlock(here, PHRASE, store, at).db == made.db
