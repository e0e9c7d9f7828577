"""The rule packs this office hands out: a manifest, and their files by hash."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from agent_app.packs import load_packs
from sync.messages import PackEntry, PackFile


@dataclass(frozen=True, slots=True)
class PackShelf:
    """`files` are contents by SHA-256; what is not on the shelf is not served."""

    entries: tuple[PackEntry, ...]
    files: Mapping[str, bytes]


def shelve(root: Path) -> PackShelf:
    """Every pack under `root`, checked. Raises BadInput: a broken pack reaches no device."""
    entries, files = [], {}
    for pack in load_packs(root):
        listed = []
        for path, content in pack.files.items():
            digest = hashlib.sha256(content).hexdigest()
            files[digest] = content
            listed.append(PackFile(path, digest, len(content)))
        entries.append(PackEntry(pack.id, pack.version, pack.sha256, listed))
    return PackShelf(tuple(entries), files)
