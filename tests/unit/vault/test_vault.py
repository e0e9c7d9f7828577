"""A vault is made, opened by its passphrase on its device, and never by a changed header."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from agent_app.domain.errors import BadInput, Locked, Tampered, TooOld, WrongSecret
from agent_app.vault import vault
from agent_app.vault.profile import Profile, profile, profiles
from agent_app.vault.secrets_store import FileStore, Tier
from agent_app.vault.vault import Keys
from tests.support.vaults import NOW, PHRASE, create, secrets_of


def test_the_same_keys_come_out(here: Profile, store: FileStore, made: Keys) -> None:
    again = vault.unlock(here, PHRASE, store, NOW)
    assert secrets_of(again) == secrets_of(made)
    assert len({again.db, again.files, again.journal, again.cache}) == 4
    assert again.tier is Tier.FILE
    assert "王芳" not in here.vault.read_text("utf-8")


def test_a_passphrase_typed_by_another_keyboard_is_the_same(
    here: Profile, store: FileStore, made: Keys
) -> None:
    full_width_space = PHRASE.replace(" ", "　")
    assert vault.unlock(here, full_width_space, store, NOW).db == made.db


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
    sound = json.loads(here.vault.read_text("utf-8"))
    for name, value in {
        "user": "A012",
        "device": "d-2",
        "epoch": 2,
        "tier": "keyring",
        "kdf": sound["kdf"] | {"memory_kib": 32},
    }.items():
        here.vault.write_text(json.dumps(sound | {name: value}), "utf-8")
        with pytest.raises(WrongSecret):
            vault.unlock(here, PHRASE, store, NOW.later(days=0))
        here.vault.write_text(json.dumps(sound), "utf-8")
        vault.unlock(here, PHRASE, store, NOW)
    for name in ("device_keys", "facts"):
        here.vault.write_text(json.dumps(sound | {name: sound[name][:-2] + "00"}), "utf-8")
        with pytest.raises(Tampered):
            vault.unlock(here, PHRASE, store, NOW)


def test_a_newer_or_broken_header_is_named(here: Profile, store: FileStore, made: Keys) -> None:
    sound = json.loads(here.vault.read_text("utf-8"))
    here.vault.write_text(json.dumps(sound | {"v": vault.VERSION + 1}), "utf-8")
    with pytest.raises(TooOld):
        vault.unlock(here, PHRASE, store, NOW)
    here.vault.write_text("{", "utf-8")
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
