from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from agent_app.domain.errors import Tampered
from agent_app.store import packs
from agent_app.store.db import Store

FILES = {"pack.toml": b'id = "cn"', "letters/frame.toml": b"size = 4", "rules.toml": b""}


def manifest(files: dict[str, bytes]) -> dict[str, object]:
    listed = [
        {"path": path, "sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
        for path, content in files.items()
    ]
    return {"id": "cn", "version": "2026.11.0", "sha256": "00", "files": listed}


def test_packs_are_used_only_when_every_file_is_here(db: Store, tmp_path: Path) -> None:
    packs.put_manifests(db, [manifest(FILES)])
    assert packs.unpack(db, tmp_path) is None
    assert packs.take(db, [FILES["pack.toml"], b"something else"]) == 1
    for sha256 in packs.missing(db):
        content = next(c for c in FILES.values() if hashlib.sha256(c).hexdigest() == sha256)
        packs.put_file(db, sha256, content)
    assert packs.files(db) == {"cn": FILES}
    root = packs.unpack(db, tmp_path)
    assert root is not None
    assert (root / "cn" / "letters" / "frame.toml").read_bytes() == b"size = 4"


def test_what_was_altered_on_disk_is_written_anew(db: Store, tmp_path: Path) -> None:
    packs.put_manifests(db, [manifest(FILES)])
    packs.take(db, FILES.values())
    root = packs.unpack(db, tmp_path)
    assert root is not None
    (root / "cn" / "pack.toml").write_bytes(b"bent")
    (root / "cn" / "extra.toml").write_bytes(b"slipped in")
    packs.unpack(db, tmp_path)
    found = {path.relative_to(root / "cn").as_posix() for path in root.rglob("*") if path.is_file()}
    assert found == set(FILES)
    assert (root / "cn" / "pack.toml").read_bytes() == FILES["pack.toml"]


def test_bytes_must_be_the_ones_named(db: Store, tmp_path: Path) -> None:
    packs.put_manifests(db, [manifest(FILES)])
    with pytest.raises(Tampered):
        packs.put_file(db, packs.missing(db)[0], b"other")
    packs.put_manifests(db, [manifest({"../../outside": b"x"})])
    packs.take(db, [b"x"])
    with pytest.raises(Tampered):
        packs.unpack(db, tmp_path)
