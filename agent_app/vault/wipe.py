"""Destroying a profile: keys first, then files; begun once, always finished.

Without the device secret and the header nothing that remains can be read, so a kill anywhere
leaves at worst unreadable files, and the next start goes on.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from agent_app.vault.profile import Profile, write_whole
from agent_app.vault.secrets_store import SecretStore


def wipe(profile: Profile, store: SecretStore) -> None:
    """Destroy the profile. Safe to call again at any point; close the database before."""
    if not profile.folder.exists():
        return
    write_whole(profile.wiping, b"begun")
    for name in ("secret", "attempts"):
        store.drop(f"{profile.folder.name}/{name}")
    for path in (profile.vault, profile.share, profile.attempts):
        _shred(path)
    shutil.rmtree(profile.files, ignore_errors=True)
    for path in sorted(profile.folder.iterdir()):
        if path != profile.wiping:
            path.unlink(missing_ok=True)
    profile.wiping.unlink()
    profile.folder.rmdir()


def finish_wipes(data: Path, store: SecretStore) -> int:
    """At start: carry out every wipe a kill interrupted; how many."""
    begun = sorted((data / "profiles").glob("*/wiping"))
    for marker in begun:
        wipe(Profile(marker.parent), store)
    return len(begun)


def _shred(path: Path) -> None:
    """Overwrite before unlinking; on flash storage only the keys' destruction counts."""
    try:
        with open(path, "r+b") as stream:
            stream.write(bytes(os.fstat(stream.fileno()).st_size))
            stream.flush()
            os.fsync(stream.fileno())
    except FileNotFoundError:
        return
    path.unlink()
