"""The evidence bundle of a visit under review: what to black out, and where to put it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal

from agent_app.actions.bundles import make_bundle
from agent_app.actions.desk import Change
from agent_app.domain.events import Event
from agent_app.journal.bundle import Proof
from agent_app.queries.passages import Passage, passages
from agent_app.store.filebox import StoredFile
from ui.viewmodels.office import Office, ViewModel

Fetch = Callable[
    [Event, str, Callable[[StoredFile], object], Callable[[Exception], object]], object
]
"""Brings an attachment (event, slot) to this device, then says so, or what went wrong."""
Prove = Callable[[str, Callable[[Proof], object], Callable[[Exception], object]], object]
"""Asks the office for the proof of a visit."""


class BundleModel(ViewModel):
    """`passages` is what may be hidden; `made` carries the path of a bundle that proves."""

    made = Signal(str)

    def __init__(
        self,
        office: Office,
        visit: str,
        events: Sequence[Event],
        language: str,
        fetch: Fetch,
        prove: Prove,
    ) -> None:
        super().__init__(office)
        self.visit, self.events = visit, tuple(events)
        self._language, self._fetch, self._prove = language, fetch, prove
        self.passages: tuple[Passage, ...] = ()

    def load(self) -> None:
        self.read(passages, self.events, self._language, done=self._show)

    def _show(self, found: tuple[Passage, ...]) -> None:
        self.passages = found
        self.ready.emit()

    def concerns(self, change: Change) -> bool:
        return False

    def make(
        self, out: Path, hide: Mapping[str, Collection[str]], drop_files: Collection[str]
    ) -> None:
        """Ask the office for its proof, bring the files that go in, write the bundle."""
        wanted = (
            (event, str(file["slot"]))
            for event in self.events
            for file in event.files
            if file["sha256"] not in drop_files
        )
        write = partial(self._write, out, dict(hide), tuple(drop_files))
        self.busy.emit(True)
        self._prove(
            self.visit,
            self.while_here(lambda proof: self._bring(wanted, partial(write, proof))),
            self.while_here(self._fail),
        )

    def _bring(self, wanted: Iterator[tuple[Event, str]], then: Callable[[], object]) -> None:
        """One file after the other; one that is not to be had is shown as withheld."""
        following = next(wanted, None)
        if following is None:
            then()
            return
        on = self.while_here(lambda _: self._bring(wanted, then))
        self._fetch(*following, on, on)

    def _write(
        self, out: Path, hide: Mapping[str, Collection[str]], drop: Sequence[str], proof: Proof
    ) -> None:
        def told(path: Path) -> None:
            self.busy.emit(False)
            self.made.emit(str(path))

        self.office.jobs.store(
            make_bundle, self.office.desk, self.office.now(), visit=self.visit, proof=proof,
            out=out, hide=hide, drop_files=drop,
            done=self.while_here(told), failed=self.while_here(self._fail),
        )  # fmt: skip

    def _fail(self, error: Exception) -> None:
        self.busy.emit(False)
        self.failed.emit(error)
