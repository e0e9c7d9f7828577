"""The lines calls go over, which a timer can shut.

`requests` bounds each socket operation, so a server that drips a byte every few seconds holds a
call for ever; a timer shuts the sockets instead.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection


class Lines(HTTPAdapter):
    """Knows the sockets of the calls it carries, so that a timer can shut them."""

    def __init__(self) -> None:
        self._sockets: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        self._lock = threading.Lock()
        super().__init__(max_retries=0)

    def init_poolmanager(self, *arguments: Any, **named: Any) -> None:
        super().init_poolmanager(*arguments, **named)
        self.poolmanager.pool_classes_by_scheme = {
            "http": _watched(urllib3.HTTPConnectionPool, HTTPConnection, self._opened),
            "https": _watched(urllib3.HTTPSConnectionPool, HTTPSConnection, self._opened),
        }

    @contextlib.contextmanager
    def deadline(self, seconds: float) -> Iterator[None]:
        """Shut every socket when the block takes longer than `seconds`."""
        timer = threading.Timer(seconds, self._shut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _opened(self, line: socket.socket) -> None:
        with self._lock:
            self._sockets.add(line)

    def _shut(self) -> None:
        with self._lock:
            lines = tuple(self._sockets)
            self._sockets.clear()
        for line in lines:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)


def _watched(pool: Any, connection: Any, opened: Callable[[socket.socket], None]) -> Any:
    class Watched(connection):  # type: ignore[misc]
        def connect(self) -> None:
            super().connect()
            opened(self.sock)

    class WatchedPool(pool):  # type: ignore[misc]
        ConnectionCls = Watched

    return WatchedPool
