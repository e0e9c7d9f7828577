"""One folder a test run for what is costly to make and never changes: unpacked fonts, forms."""

from __future__ import annotations

import atexit
import os
import shutil
from pathlib import Path
from tempfile import mkdtemp

_NAMED = "DOORSTEP_TEST_CACHE"


def run_cache() -> Path:
    """Made by the first process that asks; those it starts share it, and it takes it away."""
    if _NAMED not in os.environ:
        made = mkdtemp(prefix="doorstep-", dir=os.environ.get("PYTEST_DEBUG_TEMPROOT"))
        os.environ[_NAMED] = made
        owner = os.getpid()
        atexit.register(lambda: _remove(made, owner))
    return Path(os.environ[_NAMED])


def _remove(folder: str, owner: int) -> None:
    """A forked child leaves it to its parent."""
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)
