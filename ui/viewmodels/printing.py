"""Papers to a printer, one after the other: progress, stop, and going on after a jam."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal

from agent_app.actions.desk import Change
from agent_app.documents.printing import Printer, PrintOrder, Run, printers, run_command, submit
from agent_app.queries.papers import PaperRow, paper
from ui.viewmodels.office import Office, ViewModel


class PrintModel(ViewModel):
    """`printers` is None until known, empty where there is no print service. A serial that
    reached the queue is in `printed` and never queued again, however often one starts anew.
    `moved` says a paper was queued, `stopped` that no more come; `failed` why."""

    moved = Signal()
    stopped = Signal()

    def __init__(self, office: Office, papers: Sequence[PaperRow], run: Run = run_command) -> None:
        super().__init__(office)
        self.papers, self._run = tuple(papers), run
        self.printers: list[Printer] | None = None
        self.printed: set[str] = set()
        self.running = False

    def load(self) -> None:
        """Which printers there are; without CUPS the screen's own dialog prints."""
        self.office.jobs.net(
            printers, self._run,
            done=self.while_here(self._know), failed=self.while_here(lambda _: self._know([])),
        )  # fmt: skip

    def concerns(self, change: Change) -> bool:
        return False

    def start(self, order: PrintOrder) -> None:
        """Queue what is not queued yet."""
        if not self.running:
            self.running = True
            self._next(order)

    def stop(self) -> None:
        """No more after the paper that is on its way."""
        self.running = False

    def _know(self, found: list[Printer]) -> None:
        self.printers = found
        self.ready.emit()

    def _next(self, order: PrintOrder) -> None:
        waiting = next((one for one in self.papers if one.serial not in self.printed), None)
        if waiting is None or not self.running:
            self.running = False
            self.stopped.emit()
            return
        jobs = self.office.jobs
        failed = self.while_here(self._jam)

        def queue(pdf: bytes) -> None:
            done = self.while_here(partial(self._queued, waiting.serial, order))
            jobs.net(submit, pdf, waiting.serial, order, self._run, done=done, failed=failed)

        jobs.store(
            paper, self.office.desk, waiting.document, done=self.while_here(queue), failed=failed
        )

    def _queued(self, serial: str, order: PrintOrder, _: str) -> None:
        self.printed.add(serial)
        self.moved.emit()
        self._next(order)

    def _jam(self, error: Exception) -> None:
        self.running = False
        self.failed.emit(error)
        self.stopped.emit()
