"""The rule packs this office hands out: a manifest, and their files by hash."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from agent_app.domain.errors import BadInput, Fault
from agent_app.packs import Pack, load_packs
from agent_app.script import load_form
from sync.messages import PackEntry, PackFile

SCRIPT = "scripts/visit.xlsx"
"""Where a pack keeps the script of a visit."""


@dataclass(frozen=True, slots=True)
class PackShelf:
    """`files` are contents and `packs` packs by SHA-256; what is not here is not served."""

    entries: tuple[PackEntry, ...]
    files: Mapping[str, bytes]
    packs: Mapping[str, Pack] = field(default_factory=dict)

    def scripts_of(self, stamps: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
        """The visit scripts of the packs that events were stamped with: id, version, hash.

        A stamp's hash commits to every file of its pack. An edition no longer here is left out:
        its script is then named by the stamp alone.
        """
        named = (one for stamp in stamps for one in (stamp, *stamp.get("layers", ())))
        held = (self.packs.get(one) for one in dict.fromkeys(one["sha256"] for one in named))
        sources = [pack.files[SCRIPT] for pack in held if pack and SCRIPT in pack.files]
        return [dict(_script(one)) for one in dict.fromkeys(sources)]

    def sources_of(self, scripts: Iterable[Mapping[str, str]]) -> list[bytes]:
        """The workbooks of scripts named by hash, of those that are here."""
        return [self.files[one["sha256"]] for one in scripts if one["sha256"] in self.files]


@cache
def _script(source: bytes) -> Mapping[str, str]:
    form = load_form(source, name=SCRIPT)
    digest = hashlib.sha256(source).hexdigest()
    return {"id": form.id, "version": form.version, "sha256": digest}


def shelve(root: Path) -> PackShelf:
    """Every pack under `root`, checked. Raises BadInput: a broken pack reaches no device."""
    if not root.is_dir():
        raise BadInput(Fault("no folder of packs", file=str(root)))
    entries, files, packs = [], {}, {}
    for pack in load_packs(root):
        packs[pack.sha256] = pack
        listed = []
        for path, content in pack.files.items():
            digest = hashlib.sha256(content).hexdigest()
            files[digest] = content
            listed.append(PackFile(path, digest, len(content)))
        entries.append(PackEntry(pack.id, pack.version, pack.sha256, listed))
    if not entries:
        raise BadInput(Fault("no pack in this folder", file=str(root)))
    return PackShelf(tuple(entries), files, packs)
