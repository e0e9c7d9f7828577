"""Work shared out to every core: for signatures, whose arithmetic leaves the interpreter free."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

LEAST, MOST = 64, 4
"""Items worth a thread, and threads: beyond four they only wait for the interpreter."""

Item = TypeVar("Item")
Result = TypeVar("Result")


def spread(
    work: Callable[[Item], Result], items: Sequence[Item], cores: int | None = None
) -> list[Result]:
    """`work` of each item, in order; here and now where threads would not pay."""
    count = min(cores or os.cpu_count() or 1, MOST, len(items) // LEAST)
    if count < 2:
        return [work(item) for item in items]
    share = -(-len(items) // count)
    parts = [items[start : start + share] for start in range(0, len(items), share)]
    with ThreadPoolExecutor(count) as pool:
        done = pool.map(lambda part: [work(item) for item in part], parts)
        return [result for part in done for result in part]
