"""A TCP proxy that passes bytes exactly and breaks where it is told to."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass
class Proxy:
    """`cut_up` and `cut_down` close the connection after so many bytes that way, counted over
    all connections; None never. `reset` closes hard. `seen_up`, `seen_down` count bytes."""

    url: str = ""
    cut_up: int | None = None
    cut_down: int | None = None
    reset: bool = False
    seen_up: int = 0
    seen_down: int = 0
    cuts: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def heal(self) -> None:
        """Break no more; count from zero."""
        with self._lock:
            self.cut_up = self.cut_down = None
            self.seen_up = self.seen_down = 0

    def _allowed(self, size: int, up: bool) -> tuple[int, bool]:
        """How many of `size` bytes may pass, and whether the line breaks then."""
        with self._lock:
            seen, cut = (self.seen_up, self.cut_up) if up else (self.seen_down, self.cut_down)
            passed = size if cut is None else max(0, min(size, cut - seen))
            if up:
                self.seen_up += passed
            else:
                self.seen_down += passed
            broken = cut is not None and seen + size >= cut
            self.cuts += broken
            return passed, broken


@contextmanager
def proxied(url: str) -> Iterator[Proxy]:
    """A proxy in front of a server on this machine."""
    target = urlsplit(url)
    proxy = Proxy()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        proxy.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        threads: list[threading.Thread] = []

        def accept() -> None:
            while True:
                try:
                    client, _ = listening.accept()
                except OSError:
                    return
                server = socket.create_connection((target.hostname, target.port))
                for pair in ((client, server, True), (server, client, False)):
                    thread = threading.Thread(target=_pump, args=(proxy, *pair))
                    thread.start()
                    threads.append(thread)

        accepting = threading.Thread(target=accept)
        accepting.start()
        try:
            yield proxy
        finally:
            with suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)
            listening.close()
            accepting.join()
            for thread in threads:
                thread.join()


def _pump(proxy: Proxy, source: socket.socket, sink: socket.socket, up: bool) -> None:
    hard = False
    with suppress(OSError):
        while data := source.recv(65536):
            passed, broken = proxy._allowed(len(data), up)
            sink.sendall(data[:passed])
            if broken:
                hard = proxy.reset
                break
    for end in (source, sink):
        with suppress(OSError):
            if hard:
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                end.shutdown(socket.SHUT_RD)
            else:
                end.shutdown(socket.SHUT_RDWR)
    source.close()


@contextmanager
def answering(*pieces: bytes, pause: float = 0.0, keep_open: bool = False) -> Iterator[str]:
    """A server that says `pieces` to whoever asks, with a pause before each."""
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    client, _ = listening.accept()
                except OSError:
                    return
                with client, suppress(OSError):
                    client.recv(65536)
                    for piece in pieces:
                        if stop.wait(pause):
                            return
                        client.sendall(piece)
                    if keep_open:
                        stop.wait()

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            stop.set()
            with suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)
            listening.close()
            thread.join()
