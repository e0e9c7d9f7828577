"""Work on more threads than one: shared out to every core, or done ahead of who asks for it."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

LEAST, MOST = 64, 4
"""Items worth a thread, and threads: beyond four they only wait for the interpreter."""
MOST_WAITING = 8
"""Threads that only wait for a disk."""

Item = TypeVar("Item")
Result = TypeVar("Result")


def spread(
    work: Callable[[Item], Result], items: Sequence[Item], cores: int | None = None
) -> list[Result]:
    """`work` of each item, in order; here and now where threads would not pay.

    For signatures, whose arithmetic leaves the interpreter free.
    """
    count = min(cores or os.cpu_count() or 1, MOST, len(items) // LEAST)
    if count < 2:
        return [work(item) for item in items]
    share = -(-len(items) // count)
    parts = [items[start : start + share] for start in range(0, len(items), share)]
    with ThreadPoolExecutor(count) as pool:
        done = pool.map(lambda part: [work(item) for item in part], parts)
        return [result for part in done for result in part]


def settle(work: Callable[[Item], object], items: Iterable[Item]) -> None:
    """`work` of all the items at once; ends when every one has.

    For what waits on a disk: it writes its journal once for all who wait for it together.
    """
    with ThreadPoolExecutor(MOST_WAITING) as hands:
        for _ in hands.map(work, items):
            pass


def ahead(items: Iterator[Item]) -> Generator[Item, None, None]:
    """The same items in the same order; a thread makes the next while the last is worked on.

    A caller that stops early does not wait for the one under way.
    """
    maker = ThreadPoolExecutor(1, "ahead")
    try:
        coming = maker.submit(next, items, None)
        while (item := coming.result()) is not None:
            coming = maker.submit(next, items, None)
            yield item
    finally:
        maker.shutdown(wait=False, cancel_futures=True)


def together(work: Callable[[Item], Result], items: Iterable[Item], most: int) -> Iterator[Result]:
    """`work` of each item, in order, at most so many under way at once.

    For what waits on a line. A caller that stops early does not wait for the others.
    """
    hands = ThreadPoolExecutor(most, "together")
    waiting: deque[Future[Result]] = deque()
    try:
        for item in items:
            waiting.append(hands.submit(work, item))
            if len(waiting) == most:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        hands.shutdown(wait=False, cancel_futures=True)
