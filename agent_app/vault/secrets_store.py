"""Where the device secret lives, and how strong that is: the tiers.

keyring: the operating system's own key store (DPAPI, Keychain, Secret Service); other programs
of the same account may ask it. file: a file only this account may read; a copied disk has it,
so the passphrase alone stands before the data. A six-digit PIN is offered in neither.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from agent_app.vault.profile import write_whole

SERVICE = "doorstep"
ALLOWED = frozenset(
    {
        "keyring.backends.Windows.WinVaultKeyring",
        "keyring.backends.macOS.Keyring",
        "keyring.backends.SecretService.Keyring",
        "keyring.backends.kwallet.DBusKeyring",
        "keyring.backends.kwallet.DBusKeyringKWallet4",
    }
)
"""keyring picks a plain text file without a word when one is installed; we never do."""


class Tier(StrEnum):
    """What guards the device secret; shown to the user and told to the office."""

    KEYRING = "keyring"
    FILE = "file"


class SecretStore(Protocol):
    """Keeps small named secrets outside the profile."""

    @property
    def tier(self) -> Tier: ...

    def get(self, name: str) -> bytes | None: ...

    def put(self, name: str, value: bytes) -> None: ...

    def drop(self, name: str) -> None: ...


class KeyringStore:
    """Secrets in the operating system's key store."""

    tier = Tier.KEYRING

    def __init__(self, backend: Any) -> None:
        self._backend = backend

    def get(self, name: str) -> bytes | None:
        kept = self._backend.get_password(SERVICE, name)
        return None if kept is None else b64decode(kept)

    def put(self, name: str, value: bytes) -> None:
        self._backend.set_password(SERVICE, name, b64encode(value).decode())

    def drop(self, name: str) -> None:
        if self.get(name) is not None:
            self._backend.delete_password(SERVICE, name)


class FileStore:
    """Secrets in files of mode 0600 in a folder beside the profiles."""

    tier = Tier.FILE

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, name: str) -> bytes | None:
        with suppress(FileNotFoundError):
            return self._path(name).read_bytes()
        return None

    def put(self, name: str, value: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_whole(self._path(name), value)

    def drop(self, name: str) -> None:
        path = self._path(name)
        with suppress(FileNotFoundError):
            write_whole(path, bytes(path.stat().st_size))
            path.unlink()

    def _path(self, name: str) -> Path:
        return self._folder / name.encode().hex()


class Layered:
    """Puts into the strongest store, finds in any: a key store that appears later hides nothing."""

    def __init__(self, stores: Sequence[KeyringStore | FileStore]) -> None:
        self._stores = tuple(stores)
        self.tier = stores[0].tier

    def get(self, name: str) -> bytes | None:
        found = (store.get(name) for store in self._stores)
        return next((value for value in found if value is not None), None)

    def put(self, name: str, value: bytes) -> None:
        self._stores[0].put(name, value)

    def drop(self, name: str) -> None:
        for store in self._stores:
            store.drop(name)


def best_store(data: Path, backends: Sequence[Any] | None = None) -> Layered:
    """What this device has, the strongest first. `backends` are keyring's, all by default."""
    stores: list[KeyringStore | FileStore] = []
    for backend in _installed() if backends is None else backends:
        kind = type(backend)
        if f"{kind.__module__}.{kind.__qualname__}" in ALLOWED:
            stores.append(KeyringStore(backend))
    return Layered([*stores[:1], FileStore(data / "device")])


def _installed() -> list[Any]:
    from keyring.backend import get_all_keyring

    viable = [one for one in get_all_keyring() if one.priority > 0]
    return sorted(viable, key=lambda one: float(one.priority), reverse=True)
