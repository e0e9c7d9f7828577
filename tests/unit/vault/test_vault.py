from __future__ import annotations

import json
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from agent_app.domain.errors import BadInput, Locked, Lost, Tampered, TooOld, WrongSecret
from agent_app.domain.moment import Moment
from agent_app.store.journal_file import JournalFile
from agent_app.vault import vault
from agent_app.vault.derive import Cost
from agent_app.vault.lease import Lease
from agent_app.vault.profile import Profile, profile, profiles
from agent_app.vault.secrets_store import FileStore, Tier, best_store
from agent_app.vault.vault import DeviceKeys, Keys
from agent_app.vault.wipe import (
    finish_wipes,
    order_wipe,
    retire,
    retire_outlived,
    salvaged,
    wipe,
)

PHRASE = "青山不改 绿水长流"
CHEAP = Cost(memory_kib=64, passes=1)
DAY = datetime.fromisoformat("2026-11-22T10:00:00+08:00")
NOW = Moment(DAY, "Asia/Shanghai", "boot-1", 1_000_000)
LEASE = Lease("2026-11-22T09:00:00+08:00", "2026-11-29T09:00:00+08:00", bytes(range(32)))


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "device")


@pytest.fixture
def here(tmp_path: Path) -> Profile:
    return profile(tmp_path, "A011")


@pytest.fixture
def made(here: Profile, store: FileStore) -> Keys:
    return create(here, store)


def create(here: Profile, store: FileStore) -> Keys:
    own = DeviceKeys(Ed25519PrivateKey.generate(), ec.generate_private_key(ec.SECP256R1()))
    return vault.create(
        *(here, PHRASE, store),
        user="A011",
        device="d-1",
        keys=own,
        leased=LEASE,
        facts={"log_key": "ed25519:x", "name": "王芳"},
        cost=CHEAP,
    )


def secrets_of(keys: Keys) -> tuple[object, ...]:
    return (
        *(keys.user, keys.device, keys.db, keys.files, keys.journal, keys.cache, keys.facts),
        keys.event_key.private_bytes_raw(),
        keys.document_key.private_numbers(),
    )


def test_the_same_keys_come_out(here: Profile, store: FileStore, made: Keys) -> None:
    again = vault.unlock(here, PHRASE, store, NOW)
    assert secrets_of(again) == secrets_of(made)
    assert len({again.db, again.files, again.journal, again.cache}) == 4
    assert again.tier is Tier.FILE
    assert "王芳" not in here.vault.read_text()


def test_a_passphrase_typed_by_another_keyboard_is_the_same(
    here: Profile, store: FileStore, made: Keys
) -> None:
    full_width_space = PHRASE.replace(" ", "　")
    assert vault.unlock(here, full_width_space, store, NOW).db == made.db


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


def failed(here: Profile, store: FileStore, times: int) -> Moment:
    at = NOW
    for _ in range(times):
        with pytest.raises(WrongSecret) as refused:
            vault.unlock(here, "wrong passphrase", store, at)
        at = at.later(seconds=refused.value.wait)
    return at


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
    header = json.loads(here.vault.read_text())
    header["vault_key"] = "00" * 60
    here.vault.write_text(json.dumps(header))
    failed(here, store, 3)
    shutil.move(here.folder / "kept", here.vault)
    with pytest.raises(WrongSecret) as refused:
        vault.unlock(here, "wrong passphrase", store, NOW.later(seconds=10))
    assert refused.value.wait == 30


def test_a_copied_profile_is_dead_without_the_device(
    here: Profile, store: FileStore, made: Keys, tmp_path: Path
) -> None:
    copied = Profile(tmp_path / "elsewhere" / "A011")
    shutil.copytree(here.folder, copied.folder)
    with pytest.raises(Locked, match="device's secret"):
        vault.unlock(copied, PHRASE, FileStore(tmp_path / "other"), NOW)
    foreign = FileStore(tmp_path / "third")
    foreign.put("A011/secret", bytes(32))
    with pytest.raises(Locked, match="share"):
        vault.unlock(copied, PHRASE, foreign, NOW)


def test_without_the_share_nothing_opens_and_nothing_is_deleted(
    here: Profile, store: FileStore, made: Keys
) -> None:
    kept = here.share.read_bytes()
    here.share.unlink()
    with pytest.raises(Locked, match="share"):
        vault.unlock(here, PHRASE, store, NOW)
    here.share.write_bytes(kept)
    assert vault.unlock(here, PHRASE, store, NOW).db == made.db


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


def test_a_new_passphrase_opens_the_same_vault(here: Profile, store: FileStore, made: Keys) -> None:
    vault.change_passphrase(here, PHRASE, "another long one 九", store, NOW)
    with pytest.raises(WrongSecret):
        vault.unlock(here, PHRASE, store, NOW)
    again = vault.unlock(here, "another long one 九", store, NOW)
    assert secrets_of(again) == secrets_of(made)
    with pytest.raises(WrongSecret):
        vault.change_passphrase(here, PHRASE, "yet another one 十", store, NOW)
    with pytest.raises(BadInput):
        vault.change_passphrase(here, "another long one 九", "123456", store, NOW)


def test_no_field_of_the_header_can_be_changed(here: Profile, store: FileStore, made: Keys) -> None:
    sound = json.loads(here.vault.read_text())
    for name, value in {
        "user": "A012",
        "device": "d-2",
        "epoch": 2,
        "tier": "keyring",
        "kdf": sound["kdf"] | {"memory_kib": 32},
    }.items():
        here.vault.write_text(json.dumps(sound | {name: value}))
        with pytest.raises(WrongSecret):
            vault.unlock(here, PHRASE, store, NOW.later(days=0))
        here.vault.write_text(json.dumps(sound))
        vault.unlock(here, PHRASE, store, NOW)
    for name in ("device_keys", "facts"):
        here.vault.write_text(json.dumps(sound | {name: sound[name][:-2] + "00"}))
        with pytest.raises(Tampered):
            vault.unlock(here, PHRASE, store, NOW)


def test_a_newer_or_broken_header_is_named(here: Profile, store: FileStore, made: Keys) -> None:
    sound = json.loads(here.vault.read_text())
    here.vault.write_text(json.dumps(sound | {"v": 2}))
    with pytest.raises(TooOld):
        vault.unlock(here, PHRASE, store, NOW)
    here.vault.write_text("{")
    with pytest.raises(Tampered):
        vault.unlock(here, PHRASE, store, NOW)
    here.vault.unlink()
    with pytest.raises(Locked, match="no vault"):
        vault.unlock(here, PHRASE, store, NOW)


def test_a_vault_is_made_once_and_never_weak(here: Profile, store: FileStore, made: Keys) -> None:
    with pytest.raises(BadInput, match="already"):
        create(here, store)


def test_each_user_has_a_vault_and_a_pseudonym(tmp_path: Path, store: FileStore) -> None:
    for user in ("A011", "../../etc", "王芳", "A 1"):
        create(profile(tmp_path, user), store)
    found = profiles(tmp_path)
    assert len(found) == 4
    assert all(one.folder.parent == tmp_path / "profiles" for one in found)


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


class SecretService:
    """Stands in for a keyring backend: an object with keyring's three methods."""

    priority = 5.0

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, name: str) -> str | None:
        return self.kept.get((service, name))

    def set_password(self, service: str, name: str, value: str) -> None:
        self.kept[service, name] = value

    def delete_password(self, service: str, name: str) -> None:
        del self.kept[service, name]


class PlaintextKeyring(SecretService):
    priority = 9.0


def test_only_backends_we_know_keep_the_secret(tmp_path: Path) -> None:
    known = type("Keyring", (SecretService,), {"__module__": "keyring.backends.SecretService"})()
    plain = PlaintextKeyring()
    assert best_store(tmp_path, [plain, SecretService()]).tier is Tier.FILE
    chosen = best_store(tmp_path, [plain, known])
    assert chosen.tier is Tier.KEYRING
    assert chosen.get("a") is None
    chosen.put("a", b"\0\xff")
    assert chosen.get("a") == b"\0\xff"
    assert known.kept
    assert not plain.kept
    chosen.drop("a")
    chosen.drop("a")
    assert chosen.get("a") is None


def test_a_key_store_that_appears_later_hides_no_vault(
    here: Profile, store: FileStore, made: Keys, tmp_path: Path
) -> None:
    known = type("Keyring", (SecretService,), {"__module__": "keyring.backends.SecretService"})()
    later = best_store(tmp_path, [known])
    again = vault.unlock(here, PHRASE, later, NOW)
    assert (again.db, again.tier) == (made.db, Tier.FILE)
    wipe(here, later)
    assert list((tmp_path / "device").iterdir()) == []


def test_the_file_tier_is_for_this_account_only(tmp_path: Path) -> None:
    store = FileStore(tmp_path / "device")
    store.put("A011/secret", b"x")
    [path] = (tmp_path / "device").iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "device").stat().st_mode & 0o777 == 0o700
    assert "A011" not in path.name


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
