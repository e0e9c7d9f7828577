"""What a file system owes: that something counts as saved, and who may read it."""

from __future__ import annotations

import os
from pathlib import Path


def sync_folder(path: Path) -> None:
    """Make renames in a folder durable, where the system has such a thing."""
    if os.name == "nt":
        return
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def private(path: str, flags: int) -> int:
    """An `opener`: the file is for the own account only."""
    return os.open(path, flags, 0o600)
