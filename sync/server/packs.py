"""The rule packs this office hands out: a manifest, and their files by hash."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sync.messages import PackEntry, PackFile


@dataclass(frozen=True, slots=True)
class PackShelf:
    """`files` by their SHA-256; what is not on the shelf is not served."""

    entries: tuple[PackEntry, ...]
    files: Mapping[str, Path]


def shelve(root: Path) -> PackShelf:
    """Every pack folder under `root` (one with a `pack.toml`), hashed once."""
    entries, files = [], {}
    for header in sorted(root.glob("*/pack.toml")):
        listed = []
        for path in sorted(one for one in header.parent.rglob("*") if one.is_file()):
            if "__pycache__" in path.parts:
                continue
            content = path.read_bytes()
            digest = hashlib.sha256(content).hexdigest()
            files[digest] = path
            listed.append(
                PackFile(path.relative_to(header.parent).as_posix(), digest, len(content))
            )
        facts = tomllib.loads(header.read_text("utf-8"))
        lines = "".join(f"{one.sha256}  {one.path}\n" for one in listed)
        entries.append(
            PackEntry(
                id=str(facts.get("id", header.parent.name)),
                version=str(facts.get("version", "")),
                sha256=hashlib.sha256(lines.encode()).hexdigest(),
                files=listed,
            )
        )
    return PackShelf(tuple(entries), files)
