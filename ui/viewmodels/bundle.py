"""The evidence bundle of a visit under review: what to black out, and where to put it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal

from agent_app.actions.bundles import make_bundle
from agent_app.actions.desk import Change
from agent_app.domain.events import Event
from agent_app.journal.bundle import Proof
from agent_app.store.files import StoredFile
from ui.viewmodels.office import Office, ViewModel

Fetch = Callable[
    [Event, str, Callable[[StoredFile], object], Callable[[Exception], object]], object
]
"""Brings an attachment (event, slot) to this device, then says so, or what went wrong."""
Prove = Callable[[str, Callable[[Proof], object], Callable[[Exception], object]], object]
"""Asks the office for the proof of a visit."""

GROUPS: Mapping[str, frozenset[str]] = {
    "people": frozenset(
        {"name", "names", "contact", "crew", "signers", "relation", "who", "old", "new", "address"}
        | {"seal", "by", "lead", "fields"}
    ),
    "words": frozenset({"note", "text", "comment", "reason", "value", "statement", "proof"}),
    "money": frozenset(
        {"income", "spending", "savings", "lines", "plan", "amount", "checks", "known", "terms"}
    ),
    "places": frozenset({"lat", "lon", "accuracy", "position", "marks"}),
}
"""Fields that are blacked out together; whatever is in none is chosen one by one."""
SAID_IN_FILES = frozenset({"people", "words", "money"})
"""What papers, photos and recordings say too: hiding these leaves the files out as well."""
_SUM = re.compile(r"-?[\d,]{3,}(\.\d+)?")


def belongs(group: str, field: str, value: object) -> bool:
    """Whether a field is of a group; an answer that is a number of three digits is a sum."""
    answered = group == "money" and field == "value" and _SUM.fullmatch(str(value))
    return field in GROUPS[group] or bool(answered)


class BundleModel(ViewModel):
    """`made` carries the path of a bundle that was written and proves."""

    made = Signal(str)

    def __init__(
        self, office: Office, visit: str, events: Sequence[Event], fetch: Fetch, prove: Prove
    ) -> None:
        super().__init__(office)
        self.visit, self.events = visit, tuple(events)
        self._fetch, self._prove = fetch, prove

    def load(self) -> None:
        """Nothing to fetch before it is made."""

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
