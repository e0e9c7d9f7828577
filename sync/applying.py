"""What an exchange brings, written into the store: one frame, one transaction with the cursor.

A stream cut anywhere is resumed by syncing again. Verdicts are settled together with the
receipts that prove them, never before.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from agent_app.domain.errors import Rewritten
from agent_app.domain.moment import Moment
from agent_app.journal import receipt
from agent_app.store import (
    cases,
    events,
    files,
    meta,
    outgoing,
    packs,
    quarantine,
    recovery,
    serials,
)
from agent_app.store.cases import Rows
from agent_app.store.db import Store, transaction
from agent_app.store.filebox import FileBox
from agent_app.store.outgoing import Settlement
from sync import trust
from sync.messages import (
    End,
    Frame,
    Lease,
    Office,
    Order,
    Page,
    Receipts,
    Start,
    Verdict,
    Verdicts,
)

COMPACT_BYTES = 1024 * 1024


@dataclass(slots=True)
class SyncReport:
    """What one sync did. `complete`: the office holds every event ever made here, files aside."""

    settled: int = 0
    refused: int = 0
    parked: int = 0
    late: int = 0
    changed: set[str] = field(default_factory=set)
    recalled: set[str] = field(default_factory=set)
    unreadable: int = 0
    not_read: int = 0
    """Own events the office could not read, so it could not even say which; they stay here."""
    complete: bool = False
    held: int = 0
    made: int = 0
    again: bool = False
    finished: bool = False
    device: str = ""
    lease: Lease | None = None
    orders: list[Order] = field(default_factory=list)
    update_required: bool = False
    office_changed: bool = False
    server_time: str = ""


def read(frame: Frame) -> tuple[Frame, Rows]:
    """A frame and the rows it brings, read; needs no store, so another thread may do it."""
    return frame, cases.read(map(bytes, frame.bases) if isinstance(frame, Page) else ())


class Applying:
    """Writes the frames of one exchange into the store, in the order they came.

    `log_key` is the office log's public key from enrolment; `at` the moment the frames came.
    Raises Tampered, before anything of that frame is kept, when a proof does not hold.
    """

    def __init__(
        self, db: Store, box: FileBox, *, device: str, user: str, log_key: str, at: Moment
    ) -> None:
        self.report = SyncReport()
        self._db, self._box, self._device, self._user = db, box, device, user
        self._log_key, self._at = log_key, at
        self._verdicts: list[Verdict] = []
        self._unmentioned: set[str] = set()
        self._purged = False
        self._unknown = len(quarantine.held(db))

    def apply(self, frame: Frame, rows: Rows | None = None) -> None:
        """One frame, whole or not at all; `rows` are those of a page, where they are read already."""
        try:
            self._apply(frame, rows)
        except Rewritten:
            assert isinstance(frame, Receipts)
            trust.contradicted(self._db, frame)
            raise

    def _apply(self, frame: Frame, rows: Rows | None) -> None:
        leftover: list[str] = []
        with transaction(self._db):
            match frame:
                case Start():
                    self._start(frame)
                case Verdicts():
                    self._verdicts = frame.verdicts
                case Receipts():
                    self._receipts(frame)
                case Page():
                    leftover = self._page(frame, rows or read(frame)[1])
                case Office():
                    self._office(frame)
                case End():
                    leftover = self._end(frame)
        self._box.remove(leftover)
        if isinstance(frame, End):
            self._tidy()

    def _start(self, frame: Start) -> None:
        known = meta.get(self._db, "cursor")
        if known and known["epoch"] != frame.epoch:
            outgoing.unsettle(self._db)
            meta.put(self._db, "restarted", True)
            self.report.again = True
        if frame.baseline:
            self._unmentioned = cases.ids(self._db)
        self.report.server_time = frame.server_time

    def _clock(self, server_time: str) -> None:
        """Both clocks, raw: where the office's time stood on ours."""
        at = self._at
        meta.put(
            self._db,
            "clock",
            {"office": server_time, "wall": at.wall.isoformat(), "boot": at.boot, "bt": at.bt},
        )
        self.report.server_time = server_time

    def _receipts(self, frame: Receipts) -> None:
        head = msgspec.to_builtins(frame.head)
        trust.grown(self._db, head, frame.consistency, self._log_key)
        touched = self._settle()
        for proof in frame.proofs:
            entry = events.get(self._db, proof.event)
            if entry is not None and entry.own:
                found = {"head": head, "index": proof.index, "path": proof.path}
                receipt.check(found, entry.hash, self._log_key)
                outgoing.put_proof(self._db, entry.hash, found)
        meta.put(self._db, "tree_head", receipt.held(head, self._at))
        self._clock(self.report.server_time)
        for case_id in touched:
            cases.reproject(self._db, case_id)
        self.report.changed |= touched

    def _settle(self) -> set[str]:
        verdicts, self._verdicts = self._verdicts, []
        settlements = [_settlement(one) for one in verdicts if one.id]
        self.report.not_read += len(verdicts) - len(settlements)
        for one in settlements:
            self.report.settled += one.state == "applied"
            self.report.refused += one.state == "refused"
            self.report.parked += one.state == "parked"
            self.report.late += one.late
        return outgoing.settle(self._db, settlements)

    def _page(self, frame: Page, rows: Rows) -> list[str]:
        leftover: list[str] = []
        for revoke in frame.revokes:
            leftover += cases.recall(self._db, revoke.case, revoke.at)
            self.report.recalled.add(revoke.case)
        based = cases.keep(self._db, rows)
        for raw in frame.events:
            events.put_foreign(self._db, bytes(raw), arrived=frame.arrived)
        meta.put(self._db, "cursor", msgspec.to_builtins(frame.cursor))
        self._unmentioned.difference_update(based)
        self.report.changed.update(based)
        return leftover

    def _office(self, frame: Office) -> None:
        facts = msgspec.to_builtins(frame)
        packs.put_manifests(self._db, facts["packs"])
        meta.put(self._db, "office", facts)
        self.report.office_changed = True

    def _end(self, frame: End) -> list[str]:
        if frame.lease is not None:
            trust.signed("lease", frame.lease, self._log_key, self._device, self._user)
        for order in frame.orders:
            trust.signed("order", order, self._log_key, self._device)
        leftover = self._drop_unmentioned(frame.server_time)
        cases.let_go(self._db)
        hidden = cases.hidden(self._db)
        for case_id in hidden:
            leftover += cases.purge_settled(self._db, case_id)
        self._purged = len(cases.hidden(self._db)) < len(hidden)
        files.mark_unsent(self._db, [wanted.sha256 for wanted in frame.waiting])
        if frame.serials is not None:
            serials.lease(self._db, msgspec.to_builtins(frame.serials))
        if frame.team is not None:
            meta.put(self._db, "team", msgspec.to_builtins(frame.team))
        meta.put(self._db, "cursor", msgspec.to_builtins(frame.cursor))
        meta.put(self._db, "last_sync", self._at.wall.isoformat())
        self._clock(frame.server_time)
        self._conclude(frame)
        return leftover

    def _drop_unmentioned(self, at: str) -> list[str]:
        leftover: list[str] = []
        if self._unmentioned and quarantine.held(self._db, "case"):
            return []  # one of them may be a row that seems missing
        for case_id in self._unmentioned:
            leftover += cases.recall(self._db, case_id, at)
            self.report.recalled.add(case_id)
        return leftover

    def _conclude(self, frame: End) -> None:
        report = self.report
        seq, digest = events.head(self._db, self._device)
        report.held, report.made = frame.digest.count, seq
        report.complete = (frame.digest.count, frame.digest.head) == (seq, digest)
        meta.put(self._db, "held", msgspec.to_builtins(frame.digest))
        meta.put(self._db, "not_read", report.not_read)
        meta.put(self._db, "frozen", frame.device == "frozen")
        report.device, report.lease, report.orders = frame.device, frame.lease, frame.orders
        report.update_required = frame.update_required
        report.unreadable = len(quarantine.held(self._db)) - self._unknown
        report.finished = True

    def _tidy(self) -> None:
        """The journal file forgets what is proven, and every trace of recalled cases."""
        files.sweep(self._db, self._box)
        journal = self._db.journal
        if journal is not None and (
            journal.size > COMPACT_BYTES or self.report.recalled or self._purged
        ):
            recovery.compact(self._db)


def _settlement(verdict: Verdict) -> Settlement:
    state = verdict.verdict
    if state == "duplicate":
        state = verdict.was or "applied"
    if state not in ("applied", "refused"):
        state = "parked"
    return Settlement(verdict.id, state, verdict.reason, verdict.message, verdict.late)
