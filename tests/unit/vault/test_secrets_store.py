"""Where the device keeps its share of the key."""

from __future__ import annotations

from pathlib import Path

from agent_app.vault import vault
from agent_app.vault.profile import Profile
from agent_app.vault.secrets_store import FileStore, Tier, best_store
from agent_app.vault.vault import Keys
from agent_app.vault.wipe import wipe
from tests.support.vaults import NOW, PHRASE


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
