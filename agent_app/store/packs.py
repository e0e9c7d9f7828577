"""Packs the office sent: manifests and files by content, used only when complete."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from agent_app.domain.errors import Tampered
from agent_app.store.db import Database, guarded, transaction


def put_manifests(db: Database, entries: Iterable[Mapping[str, Any]]) -> None:
    """Keep what the office says its packs are: {id, version, sha256, files: [{path, sha256}]}."""
    kept = list(entries)
    with transaction(db):
        db.execute("DELETE FROM packs")
        db.conn.executemany(
            "INSERT INTO packs VALUES (?, ?, ?, ?)",
            [
                (one["id"], one["version"], one["sha256"], json.dumps(one, ensure_ascii=False))
                for one in kept
            ],
        )


def missing(db: Database) -> list[str]:
    """Hashes of the files named by a manifest that are not here yet."""
    named = dict.fromkeys(one["sha256"] for entry in manifests(db) for one in entry["files"])
    held = {row[0] for row in db.execute("SELECT sha256 FROM pack_files").fetchall()}
    return [sha256 for sha256 in named if sha256 not in held]


def take(db: Database, contents: Iterable[bytes]) -> int:
    """Keep the files still missing that are at hand (the shipped packs'); how many were."""
    wanted = set(missing(db))
    found = {hashlib.sha256(one).hexdigest(): one for one in contents} if wanted else {}
    for sha256 in wanted & found.keys():
        put_file(db, sha256, found[sha256])
    return len(wanted & found.keys())


def put_file(db: Database, sha256: str, content: bytes) -> None:
    """Keep one file. Raises Tampered when its bytes are not the ones named."""
    if (found := hashlib.sha256(content).hexdigest()) != sha256:
        raise Tampered("pack file", expected=sha256, found=found)
    with guarded():
        db.execute("INSERT OR IGNORE INTO pack_files VALUES (?, ?)", [sha256, content])


def manifests(db: Database) -> list[dict[str, Any]]:
    """The office's packs, by id."""
    return [json.loads(row[0]) for row in db.execute("SELECT manifest FROM packs ORDER BY id")]


def files(db: Database) -> dict[str, dict[str, bytes]] | None:
    """Every pack's files, {pack id: {path: bytes}}; None until all have arrived."""
    entries = manifests(db)
    if not entries or missing(db):
        return None
    held = dict(db.execute("SELECT sha256, bytes FROM pack_files").fetchall())
    return {
        entry["id"]: {one["path"]: held[one["sha256"]] for one in entry["files"]}
        for entry in entries
    }


def unpack(db: Database, cache: Path) -> Path | None:
    """The office's packs as a folder for `agent_app.packs.load_packs`; None until complete.

    Files are written anew where their bytes are not the ones named, so that nothing altered on
    disk is ever loaded. What no manifest names any more is removed.
    """
    held = files(db)
    if held is None:
        return None
    root = cache / "packs"
    wanted = {
        root / pack / name: content
        for pack, contents in held.items()
        for name, content in contents.items()
    }
    if any(not path.resolve().is_relative_to(root.resolve()) for path in wanted):
        raise Tampered("pack file", expected="a name inside its pack", found="one outside")
    for path in [one for one in root.rglob("*") if one.is_file() and one not in wanted]:
        path.unlink()
    for path, content in wanted.items():
        if not path.exists() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    return root
