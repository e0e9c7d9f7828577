"""A batch of papers: made, then queued one after the other; progress, stop, going on after a jam."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import Signal

from agent_app.actions import batches
from agent_app.actions.batches import Batch, Waiting
from agent_app.actions.desk import Change
from agent_app.documents.printing import (
    Printer,
    PrintOrder,
    Run,
    media_of,
    printers,
    run_command,
    submit,
)
from agent_app.queries.papers import PaperRow, paper
from ui.viewmodels.office import Office, ViewModel

SEEN = "seen"
"""The job of a paper a person found in the tray."""


class PrintModel(ViewModel):
    """One batch, kept in the store at each step. `printers` is None until known, empty where there
    is no print service. `moved` says a paper was made or queued, `stopped` that no more come;
    `failed` why. `begin_…` starts a batch; without one, what was left is taken up."""

    moved = Signal()
    stopped = Signal()

    def __init__(self, office: Office, run: Run = run_command) -> None:
        super().__init__(office)
        self._run = run
        self.printers: list[Printer] | None = None
        self.batch: Batch | None = None
        self.running = False

    def load(self) -> None:
        """What is left of the last batch, and which printers there are."""
        self.read(batches.batch, done=self._hold)
        self.office.jobs.net(
            printers, self._run,
            done=self.while_here(self._know), failed=self.while_here(lambda _: self._know([])),
        )  # fmt: skip

    def concerns(self, change: Change) -> bool:
        return False

    def begin_printing(self, papers: Sequence[PaperRow]) -> None:
        waiting = [Waiting(one.serial, one.document) for one in papers]
        self.act(batches.begin_printing, papers=waiting, done=self._begun)

    def begin_letters(
        self, template: str, language: str, cases: Sequence[str],
        more: Mapping[str, Mapping[str, object]] | None = None,
    ) -> None:  # fmt: skip
        """One letter for each case; they are made before any is printed. `more` as for one."""
        told: dict[str, Any] = {"template": template, "language": language, "more": more}
        told["listed"] = list(cases)
        self.act(batches.begin_letters, **told, done=self._begun)

    def start(self, order: PrintOrder | None) -> None:
        """Make what is not made, queue what is not queued; without `order` only make."""
        if not self.running and self.batch is not None and not self.batch.sending:
            self.running = True
            self._next(order)

    def stop(self) -> None:
        """No more after the paper that is on its way."""
        self.running = False

    def settle(self, *, lies_there: bool) -> None:
        """Whether the paper on its way when all ended was found in the tray."""
        assert self.batch is not None
        serial = self.batch.sending
        if lies_there:
            self._note(batches.note_printed, serial, SEEN)
        else:
            self._note(batches.note_unsent, serial)

    def drop(self) -> None:
        """Forget what is left of the batch."""
        self.running, self.batch = False, None
        self.office.jobs.store(
            batches.drop_batch, self.office.desk, done=self.while_here(lambda _: self.ready.emit())
        )

    def _begun(self, change: Change) -> None:
        self._hold(change.made)

    def _hold(self, found: Batch | None) -> None:
        self.batch = found if found is not None and not found.over else None
        self.ready.emit()

    def _know(self, found: list[Printer]) -> None:
        self.printers = found
        self.ready.emit()

    # -- one step after the other

    def _next(self, order: PrintOrder | None) -> None:
        now = self.batch
        if now is not None and self.running and now.cases:
            self.act(batches.make_next, done=lambda change: self._moved(order, change.made))
        elif now is not None and self.running and order is not None and now.unprinted:
            self._send(now.unprinted[0], order)
        else:
            self.running = False
            self.stopped.emit()

    def _send(self, waiting: Waiting, order: PrintOrder) -> None:
        jobs, desk = self.office.jobs, self.office.desk
        failed = self.while_here(partial(self._jam, waiting.serial))

        def fetch(_: Batch) -> None:
            jobs.store(paper, desk, waiting.document, done=self.while_here(queue), failed=failed)

        def queue(pdf: bytes) -> None:
            sent = self.while_here(partial(self._sent, waiting.serial, order))
            on = replace(order, media=media_of(pdf))
            jobs.net(submit, pdf, waiting.serial, on, self._run, done=sent, failed=failed)

        jobs.store(
            batches.note_sending, desk, waiting.serial, done=self.while_here(fetch), failed=failed
        )

    def _sent(self, serial: str, order: PrintOrder, job: str) -> None:
        kept = self.while_here(partial(self._moved, order))
        jobs, desk = self.office.jobs, self.office.desk
        jobs.store(batches.note_printed, desk, serial, job, done=kept, failed=self._stop)

    def _moved(self, order: PrintOrder | None, now: Batch) -> None:
        self.batch = now
        self.moved.emit()
        self._next(order)

    def _note(self, note: Any, *args: str) -> None:
        def kept(now: Batch) -> None:
            self.batch = now
            self.moved.emit()
            self.ready.emit()

        self.office.jobs.store(note, self.office.desk, *args, done=self.while_here(kept))

    def _jam(self, serial: str, error: Exception) -> None:
        """The service said no before it took the paper: it is not on its way."""
        self._note(batches.note_unsent, serial)
        self._stop(error)

    def _stop(self, error: Exception) -> None:
        self.running = False
        self.failed.emit(error)
        self.stopped.emit()
