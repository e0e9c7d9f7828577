"""Ending a profile: keys first, then files; begun once, always finished.

Without the device secret and the header nothing that remains can be read, so a kill anywhere
leaves at worst unreadable files, and the next start goes on. A profile is wiped whole by the
office's order; one whose key ran out is retired: what the office can still open is set aside.
"""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

from agent_app.journal.salvage import ESCROW, FILES, JOURNAL
from agent_app.store.journal_file import held
from agent_app.vault import vault
from agent_app.vault.profile import Profile, profiles, shred, write_whole
from agent_app.vault.secrets_store import SecretStore

_WIPE, _RETIRE = b"begun", b"retire "


def order_wipe(profile: Profile) -> None:
    """Decide it for good: from here on the next start wipes, whatever happens before."""
    if profile.folder.exists():
        write_whole(profile.wiping, _WIPE)


def wipe(profile: Profile, store: SecretStore) -> None:
    """Destroy the profile. Safe to call again at any point; close the database before."""
    if profile.folder.exists():
        order_wipe(profile)
        _finish(profile, store, None)


def retire(profile: Profile, store: SecretStore) -> Path | None:
    """Destroy the profile but for what the office can open; where that is, None if nothing is.

    Safe to call again at any point; close the database before.
    """
    name = f"{profile.folder.name}-{vault.read_header(profile).device[-12:]}"
    write_whole(profile.wiping, _RETIRE + name.encode())
    return _finish(profile, store, name)


def retire_outlived(data: Path, store: SecretStore, wall: datetime) -> list[Path]:
    """At start: retire every profile whose lease ran out too long ago; the salvage folders.

    One that another window has open is left to it.
    """
    late = [one for one in profiles(data) if vault.outlived(one, store, wall)]
    free = [one for one in late if not held(one.journal)]
    return [kept for one in free if (kept := retire(one, store)) is not None]


def finish_wipes(data: Path, store: SecretStore) -> int:
    """At start: carry out every ending a kill interrupted; how many."""
    begun = sorted((data / "profiles").glob("*/wiping"))
    for marker in begun:
        said = marker.read_bytes()
        name = said.removeprefix(_RETIRE).decode() if said.startswith(_RETIRE) else None
        _finish(Profile(marker.parent), store, name)
    return len(begun)


def salvaged(data: Path) -> list[Path]:
    """The folders on this device that wait to be carried to the office."""
    return sorted(path.parent for path in (data / "salvage").glob(f"*/{ESCROW}"))


def _finish(profile: Profile, store: SecretStore, name: str | None) -> Path | None:
    """Keys, then the database; then the rest is removed, or moved aside as `name`."""
    for secret in ("secret", "attempts"):
        store.drop(f"{profile.folder.name}/{secret}")
    for path in (profile.vault, profile.share, profile.attempts):
        shred(path)
    kept = {profile.wiping.name}
    if name is not None and profile.escrow.exists():
        kept |= {ESCROW, JOURNAL}
    else:
        shutil.rmtree(profile.files, ignore_errors=True)
    for path in sorted(profile.folder.iterdir()):
        if path.name not in kept and path.name != FILES:
            path.unlink(missing_ok=True)
    if JOURNAL not in kept:
        profile.wiping.unlink()
        profile.folder.rmdir()
        return None
    aside = profile.folder.parent.parent / "salvage" / str(name)
    aside.parent.mkdir(mode=0o700, exist_ok=True)
    profile.folder.rename(aside)
    (aside / profile.wiping.name).unlink()
    return aside
