"""Backup while serving, restore elsewhere. A restored office never pretends nothing happened.

The backup is a tar of the database, the keys and the files, sealed with a passphrase. A restored
office opens a new feed epoch and a new log origin: devices take everything anew and send again
whatever it has lost since.
"""

from __future__ import annotations

import json
import os
import shutil
import tarfile
import tempfile
from pathlib import Path

from agent_app.domain.errors import BadInput, Fault
from sync.server.office import Clock, Office, open_office, start_log
from sync.server.sealed import seal, unseal

_PARTS = ("office.db", "keys", "files")


def backup(office: Office, target: Path, passphrase: str) -> None:
    """Write a backup to `target`, which must not exist; the office may go on meanwhile.

    The database is copied first: a file it names is already there by then.
    """
    _need(passphrase)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        copy, plain = Path(folder) / "office.db", Path(folder) / "plain.tar"
        with office.db() as db:
            db.copy_to(copy)
        with tarfile.open(plain, "w") as tar:
            tar.add(copy, "office.db")
            tar.add(office.folder / "keys", "keys")
            tar.add(office.files, "files")
        sealed = Path(folder) / "sealed"
        with plain.open("rb") as source, sealed.open("xb") as out:
            seal(source, out, passphrase, office.entropy)
            out.flush()
            os.fsync(out.fileno())
        if target.exists():
            raise BadInput(Fault("there is a file here already", file=str(target)))
        sealed.rename(target)


def restore(source: Path, folder: Path, passphrase: str, now: Clock) -> Office:
    """The office of a backup, in an empty `folder`. BadInput if one is there, WrongSecret."""
    if (folder / "office.db").exists():
        raise BadInput(Fault("there is an office here already", file=str(folder), mend="move it"))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        plain, unpacked = Path(scratch) / "plain.tar", Path(scratch) / "office"
        with source.open("rb") as sealed, plain.open("xb") as out:
            unseal(sealed, out, passphrase)
        with tarfile.open(plain) as tar:
            _unpack(tar, unpacked)
        for part in reversed(_PARTS):  # the database last: without it there is no office
            (unpacked / part).rename(folder / part)
    (folder / "uploads").mkdir(exist_ok=True)
    office = open_office(folder, now)
    with office.db() as db, db.writing():
        start_log(office, db)
        db.do("DELETE FROM uploads")
        epoch = json.dumps({"epoch": db.value("SELECT epoch FROM feed")})
        db.do(
            "INSERT INTO alerts (at, kind, detail) VALUES (?, 'restored', ?)",
            *(now().isoformat(), epoch),
        )
    return office


def _unpack(tar: tarfile.TarFile, folder: Path) -> None:
    """Plain files and folders below `folder`, for the owner alone; BadInput for anything else.

    `extractall(filter=…)` came with Python 3.11.4, and Debian 12 has 3.11.2.
    """
    for member in tar:
        target = (folder / member.name).resolve()
        content = tar.extractfile(member) if member.isfile() else None
        if not target.is_relative_to(folder.resolve()) or not (content or member.isdir()):
            raise BadInput(Fault("no backup of ours holds this", file="tar", value=member.name))
        if content is None:
            target.mkdir(mode=0o700, parents=True, exist_ok=True)
            continue
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with target.open("xb") as out:
            shutil.copyfileobj(content, out)
        target.chmod(0o600)


def _need(passphrase: str) -> None:
    if len(passphrase) < 10:
        raise BadInput(Fault("the passphrase is too short", mend="at least 10 characters"))
