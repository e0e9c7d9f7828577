"""Work off the UI thread: one thread owns the store, a small pool owns the network.

The only threading in ui. `done` and `failed` always run on the UI thread.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from ui.tidy import Tidy

_NET_THREADS = 3


class Jobs(QObject):
    """Runs plain functions elsewhere and brings back what they return.

    `store` reads, `act` changes and then tells every screen through `changed`, `net` may wait on
    the network and must never be given the store. A failure nobody asked about goes to `failed`.
    """

    changed = Signal(object)
    failed = Signal(object)
    idle = Signal()
    _back = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tidy = Tidy(self)
        self._store = ThreadPoolExecutor(1, "store")
        self._net = ThreadPoolExecutor(_NET_THREADS, "net")
        self._running = 0
        self._back.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def running(self) -> int:
        """Jobs whose answer has not been delivered yet."""
        return self._running

    def store(
        self,
        work: Callable[..., Any],
        *args: Any,
        done: Callable[[Any], object] | None = None,
        failed: Callable[[Exception], object] | None = None,
        **kwargs: Any,
    ) -> None:
        """Run `work(*args)` on the thread that owns the store; jobs keep their order."""
        self._start(self._store, partial(work, *args, **kwargs), done, failed)

    def act(
        self,
        work: Callable[..., Any],
        *args: Any,
        done: Callable[[Any], object] | None = None,
        failed: Callable[[Exception], object] | None = None,
        **kwargs: Any,
    ) -> None:
        """As `store`, for an action: what it returns is also sent out as `changed`."""

        def tell(result: Any) -> None:
            if done is not None:
                done(result)
            self.changed.emit(result)

        self._start(self._store, partial(work, *args, **kwargs), tell, failed)

    def net(
        self,
        work: Callable[..., Any],
        *args: Any,
        done: Callable[[Any], object] | None = None,
        failed: Callable[[Exception], object] | None = None,
        **kwargs: Any,
    ) -> None:
        """Run `work(*args)` in the network pool."""
        self._start(self._net, partial(work, *args, **kwargs), done, failed)

    def close(self) -> None:
        """Finish what runs, drop what waits, end the threads."""
        for pool in (self._net, self._store):
            pool.shutdown(wait=True, cancel_futures=True)
        self._tidy.stop()

    def _start(
        self,
        pool: Executor,
        work: Callable[[], Any],
        done: Callable[[Any], object] | None,
        failed: Callable[[Exception], object] | None,
    ) -> None:
        self._running += 1

        def ready(future: Future[Any]) -> None:
            if not future.cancelled():
                self._back.emit((future, done, failed))

        pool.submit(work).add_done_callback(ready)

    def _deliver(self, answer: tuple[Future[Any], Any, Any]) -> None:
        future, done, failed = answer
        self._running -= 1
        error = future.exception()
        if error is None:
            if done is not None:
                done(future.result())
        elif isinstance(error, Exception):
            (failed or self.failed.emit)(error)
        else:
            raise error
        if self._running == 0:
            self.idle.emit()
