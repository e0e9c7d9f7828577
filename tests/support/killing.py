"""Processes that say what they saved and are killed at a given moment."""

from __future__ import annotations

from collections.abc import Callable
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, SpawnContext
from pathlib import Path
from time import monotonic

Say = Callable[[str], None]
Life = Callable[[Path, Say], None]

if "forkserver" in get_all_start_methods():
    _context: ForkServerContext | SpawnContext = get_context("forkserver")
else:
    _context = get_context("spawn")
_context.set_forkserver_preload(["tests.support.writer", "tests.support.day", "tests.support.warm"])


def killed_after(live: Life, folder: Path, *, words: int = 1, seconds: float = 0.0) -> list[str]:
    """Let `live(folder, say)` run in a process of its own and kill it with SIGKILL `seconds` after
    it said so many words, or let it end; all it said."""
    hears, says = _context.Pipe(duplex=False)
    process = _context.Process(target=_live, args=(live, folder, says))
    process.start()
    says.close()
    said: list[str] = []
    with hears:
        while len(said) < words and (word := _hear(hears)) is not None:
            said.append(word)
        killed_at = monotonic() + seconds
        while (left := killed_at - monotonic()) > 0 and hears.poll(left):
            if (word := _hear(hears)) is None:
                break
            said.append(word)
        process.kill()
        while (word := _hear(hears)) is not None:
            said.append(word)
    process.join()
    ended = process.exitcode
    process.close()
    assert ended in (0, -9), f"it fell by itself: {ended}"
    return said


def _hear(hears: Connection) -> str | None:
    """The next word; None when no whole one follows."""
    try:
        return hears.recv_bytes().decode()
    except (EOFError, OSError):
        return None


def _live(live: Life, folder: Path, says: Connection) -> None:
    live(folder, lambda word: says.send_bytes(word.encode()))
