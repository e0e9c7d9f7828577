"""Where a profile keeps what: one folder per user of the device."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

from agent_app.disk import sync_folder
from agent_app.journal.salvage import ESCROW

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


@dataclass(frozen=True, slots=True)
class Profile:
    """The folder of one user: vault.json, store.db, journal.log, files/, office.key."""

    folder: Path

    @property
    def vault(self) -> Path:
        return self.folder / "vault.json"

    @property
    def share(self) -> Path:
        return self.folder / "share.sealed"

    @property
    def attempts(self) -> Path:
        return self.folder / "attempts.sealed"

    @property
    def pin(self) -> Path:
        """The PIN of a security key, sealed by the vault (`vault.hardware`)."""
        return self.folder / "pin.sealed"

    @property
    def store(self) -> Path:
        return self.folder / "store.db"

    @property
    def journal(self) -> Path:
        return self.folder / "journal.log"

    @property
    def files(self) -> Path:
        return self.folder / "files"

    @property
    def wiping(self) -> Path:
        return self.folder / "wiping"

    @property
    def escrow(self) -> Path:
        """The keys of the unsent record, sealed to the office (`journal.salvage`)."""
        return self.folder / ESCROW

    @property
    def exists(self) -> bool:
        return self.vault.exists()

    def make(self) -> None:
        """Make the folders, for this account's eyes only."""
        for folder in (self.folder, self.files):
            folder.mkdir(parents=True, exist_ok=True)
            if os.name != "nt":
                folder.chmod(0o700)


def profile(data: Path, user: str) -> Profile:
    """The profile of a user id under the data folder; odd ids are named by their hex."""
    name = user if _PLAIN.fullmatch(user) else "u-" + user.encode().hex()[:80]
    return Profile(data / "profiles" / name)


def profiles(data: Path) -> list[Profile]:
    """Every profile of this device that has a vault, by name."""
    folders = sorted((data / "profiles").glob("*/vault.json"))
    return [Profile(path.parent) for path in folders]


def write_whole(path: Path, data: bytes) -> None:
    """Replace a small file so that a crash leaves the old one or the new one."""
    fresh = path.with_name(path.name + ".new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(handle, data)
        os.fsync(handle)
    finally:
        os.close(handle)
    os.replace(fresh, path)
    sync_folder(path.parent)


def shred(path: Path) -> None:
    """Overwrite before unlinking; on flash storage only the keys' destruction counts."""
    try:
        with open(path, "r+b") as stream:
            stream.write(bytes(os.fstat(stream.fileno()).st_size))
            stream.flush()
            os.fsync(stream.fileno())
    except FileNotFoundError:
        return
    path.unlink()


def write_json(path: Path, value: object) -> None:
    """`write_whole` of readable JSON."""
    write_whole(path, json.dumps(value, indent=1, sort_keys=True).encode())
