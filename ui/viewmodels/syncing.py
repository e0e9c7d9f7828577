"""Sync as the app runs it: store work on the store thread, waiting on the network elsewhere.

One sync sends what is unsettled, applies what comes, fetches pack files, uploads attachments.
A line that breaks leaves every frame that came applied; the next sync goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from agent_app.actions.desk import Change
from agent_app.actions.signing import SLOT
from agent_app.domain.errors import DoorstepError
from agent_app.domain.events import Event
from agent_app.journal.bundle import Proof
from agent_app.store import files
from agent_app.store.filebox import StoredFile
from sync import course
from sync.applying import SyncReport
from sync.course import Here, Steps
from sync.files import download, download_stamped
from sync.proof import fetch_proof
from sync.transport import Transport
from ui.viewmodels.office import Office


class Syncing(QObject):
    """`run` syncs unless a sync is already under way. `finished` carries the SyncReport,
    `failed` the error; `running` says whether one is under way."""

    finished = Signal(object)
    failed = Signal(object)
    running = Signal(bool)

    def __init__(self, office: Office, transport: Callable[[], Transport]) -> None:
        """`transport` makes a connection signed by this device, used by one call at a time."""
        super().__init__()
        self._office, self._transport = office, transport
        self._steps: Steps[SyncReport] | None = None

    @property
    def busy(self) -> bool:
        return self._steps is not None

    def run(self) -> None:
        if self._steps is None:
            self._steps = self._sync(self._transport())
            self.running.emit(True)
            self._go(None)

    def fetch(
        self,
        event: Event,
        slot: str,
        done: Callable[[StoredFile], object],
        failed: Callable[[Exception], object],
    ) -> None:
        """An attachment of another device's event: from this device, else from the office."""
        office = self._office
        desk = office.desk

        def keep(stored: StoredFile) -> None:
            add = partial(files.add, desk.db, stored, own=False)
            office.jobs.store(add, done=lambda _: stamp(stored), failed=failed)

        def stamp(held: StoredFile) -> None:
            if slot != SLOT:
                done(held)
                return
            get = partial(download_stamped, desk.files, self._transport(), held)
            office.jobs.net(get, done=partial(add_stamped, held), failed=lambda _: done(held))

        def add_stamped(held: StoredFile, stamped: StoredFile | None) -> None:
            if stamped is None:
                done(held)
                return
            add = partial(files.add, desk.db, stamped, own=False)
            office.jobs.store(add, done=lambda _: done(held), failed=failed)

        def bring(held: StoredFile | None) -> None:
            if held is not None:
                done(held)
                return
            get = partial(download, desk.files, self._transport(), event, slot)
            office.jobs.net(get, done=keep, failed=failed)

        office.jobs.store(files.get, desk.db, event.id, slot, done=bring, failed=failed)

    def prove(
        self,
        visit: str,
        done: Callable[[Proof], object],
        failed: Callable[[Exception], object],
    ) -> None:
        """The office's proof of a visit, asked for now."""
        self._office.jobs.net(fetch_proof, self._transport(), visit, done=done, failed=failed)

    def _go(self, result: Any, error: Exception | None = None) -> None:
        steps = self._steps
        if steps is None:
            return
        try:
            step = steps.throw(error) if error else steps.send(result)
        except StopIteration as done:
            self._end()
            self.finished.emit(done.value)
        except DoorstepError as failure:
            self._end()
            self.failed.emit(failure)
        else:
            run = self._office.jobs.net if step.where == "net" else self._office.jobs.store
            run(step.work, done=self._go, failed=partial(self._go, None))

    def _end(self) -> None:
        self._steps = None
        self.running.emit(False)
        self._office.jobs.changed.emit(
            Change.of([], "today", "cases", "visit", "outbox", "review", "letters")
        )

    def _sync(self, line: Transport) -> Steps[SyncReport]:
        desk = self._office.desk
        log_key, now = desk.told["log_key"], self._office.now
        here = Here(desk.db, desk.files, desk.device, desk.user, log_key, desk.app, now)
        shipped = [content for pack in desk.packs for content in pack.files.values()]
        with closing(line):
            report = yield from course.exchange(here, line)
            yield from course.fetch_packs(desk.db, line, shipped)
            yield from course.upload(desk.db, desk.files, line)
            yield from course.fetch_stamped(desk.db, desk.files, line, SLOT)
        return report
