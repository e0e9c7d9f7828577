"""Ends of a vault: ordered, outlived, or killed half way."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from agent_app.domain.moment import Moment
from agent_app.store.journal_file import JournalFile
from agent_app.vault import vault
from agent_app.vault.profile import Profile
from agent_app.vault.secrets_store import FileStore, Tier
from agent_app.vault.vault import Keys
from agent_app.vault.wipe import finish_wipes, order_wipe, retire, retire_outlived, salvaged, wipe
from tests.support.vaults import DAY, PHRASE


def test_wiping_leaves_nothing_and_can_be_done_twice(
    here: Profile, store: FileStore, made: Keys, tmp_path: Path
) -> None:
    (here.files / "aa").write_bytes(b"x")
    here.store.write_bytes(b"x")
    wipe(here, store)
    assert not here.folder.exists()
    assert list((tmp_path / "device").iterdir()) == []
    wipe(here, store)


class Killed(Exception):
    pass


class Dying:
    """A key store under a process that is killed at the `left`-th removal."""

    tier = Tier.FILE

    def __init__(self, store: FileStore, left: int) -> None:
        self.store, self.left = store, left

    def get(self, name: str) -> bytes | None:
        return self.store.get(name)

    def put(self, name: str, value: bytes) -> None:
        self.store.put(name, value)

    def drop(self, name: str) -> None:
        if self.left == 0:
            raise Killed
        self.left -= 1
        self.store.drop(name)


@pytest.mark.parametrize("point", range(12))
def test_a_wipe_killed_anywhere_is_finished_at_start(
    here: Profile, store: FileStore, made: Keys, tmp_path: Path, point: int
) -> None:
    (here.files / "aa").write_bytes(b"x")
    here.store.write_bytes(b"x")

    try:
        wipe(here, Dying(store, point))
    except Killed:
        assert finish_wipes(tmp_path, store) == 1
    assert not here.folder.exists()
    assert finish_wipes(tmp_path, store) == 0


def with_a_record(here: Profile) -> None:
    """What a vault in use holds: an escrow, a journal, a database, an attachment."""
    for path in (here.escrow, here.journal, here.store, here.files / "aa"):
        path.write_bytes(b"x")


@pytest.mark.parametrize(("days", "kept"), [(9, True), (11, False)])
def test_three_days_after_its_lease_only_the_office_reads_it(
    here: Profile, store: FileStore, made: Keys, tmp_path: Path, days: int, kept: bool
) -> None:
    with_a_record(here)
    aside = retire_outlived(tmp_path, store, DAY + timedelta(days=days))
    assert here.exists is kept
    assert aside == salvaged(tmp_path)
    assert [path.name for path in aside] == ([] if kept else ["A011-d-1"])
    for folder in aside:
        left = {path.name for path in folder.iterdir()}
        assert left == {"office.key", "journal.log", "files"}
    assert (store.get("A011/secret") is not None) is kept


def test_a_clock_set_back_keeps_no_vault(
    here: Profile, store: FileStore, made: Keys, tmp_path: Path
) -> None:
    later = Moment(DAY + timedelta(days=11), "Asia/Shanghai", "boot-1", 2_000_000)
    vault.unlock(here, PHRASE, store, later, renewing=True)
    with_a_record(here)
    assert retire_outlived(tmp_path, store, DAY) == [tmp_path / "salvage" / "A011-d-1"]


def test_a_vault_in_use_elsewhere_is_left_alone(
    here: Profile, store: FileStore, made: Keys, tmp_path: Path
) -> None:
    other = JournalFile(here.journal, made.journal)
    assert retire_outlived(tmp_path, store, DAY + timedelta(days=30)) == []
    other.close()
    assert here.exists


@pytest.mark.parametrize("point", [0, 1, 2])
def test_an_end_killed_anywhere_is_finished_at_start(
    here: Profile, store: FileStore, made: Keys, tmp_path: Path, point: int
) -> None:
    with_a_record(here)
    try:
        retire(here, Dying(store, point))
    except Killed:
        assert finish_wipes(tmp_path, store) == 1
    assert not here.folder.exists()
    (folder,) = salvaged(tmp_path)
    assert {path.name for path in folder.iterdir()} == {"office.key", "journal.log", "files"}
    assert finish_wipes(tmp_path, store) == 0


def test_an_order_once_taken_holds_through_a_kill(
    here: Profile, store: FileStore, made: Keys, tmp_path: Path
) -> None:
    with_a_record(here)
    order_wipe(here)
    assert finish_wipes(tmp_path, store) == 1
    assert not here.folder.exists()
    assert salvaged(tmp_path) == []
