"""Events coming up: each is proven, logged, judged and counted, one savepoint each.

Order of the verdicts: readable → whose → seen before → signature → place in the chain → content.
What passes the first five is appended to the log whatever its content: a refused event stays
evidence, it just does not count. One bad event never blocks the rest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from agent_app.domain.errors import BadInput
from agent_app.domain.events import Event
from agent_app.journal.continuity import Contact, Continuity, contact, place
from agent_app.journal.merkle import Tree
from sync.messages import Head, Verdict
from sync.server import alerts, log, seals, teams
from sync.server.accounts import Device
from sync.server.cases import CaseBook, Changes
from sync.server.db import Db
from sync.server.events import Arrived, read_events
from sync.server.judge import Judgement, judge
from sync.server.office import Office


@dataclass(slots=True)
class Intake:
    """One push of one device, inside one write transaction."""

    office: Office
    db: Db
    device: Device
    changes: Changes
    verdicts: list[Verdict] = field(default_factory=list)
    seq: int = 0
    head: str = ""
    frozen: bool = False
    _tree: Tree | None = None
    _moves: list[Event] = field(default_factory=list)
    _book: CaseBook = field(init=False)

    def __post_init__(self) -> None:
        self._book = CaseBook(self.db, self.changes)
        self.seq, self.head = self.device.seq, self.device.head
        self.frozen = self.device.state != "active"

    def take(self, events: Sequence[Arrived], claimed: Head) -> list[Verdict]:
        """Judge a push, then whatever it unparks; the device's chain moves on."""
        self._meet(claimed)
        for arrived in events:
            self.verdicts.append(self._take(arrived))
        self._unpark()
        self._book.settle()
        for event in self._moves:
            teams.move(self.db, self.changes, event)
        self.db.do(
            "UPDATE devices SET seq = ?, head = ?, state = ? WHERE id = ?",
            *(self.seq, self.head, self._state(), self.device.id),
        )
        if self.device.role != "agent" and claimed == Head(self.seq, self.head):
            alerts.ask_about_approvals(self.db, self.office.now(), self.device)
        return self.verdicts

    def _state(self) -> str:
        if self.device.state == "revoked":
            return "revoked"
        return "frozen" if self.frozen else "active"

    def _meet(self, claimed: Head) -> None:
        """Freeze a device whose journal is older than, or other than, what it once sent."""
        met = contact(claimed.seq, claimed.hash, self.seq, self._known)
        if met in (Contact.RESTORED, Contact.FORK):
            self._freeze(f"device_{met.value}", {"claimed": claimed.seq, "held": self.seq})

    def _take(self, arrived: Arrived) -> Verdict:
        raw, event, digest = arrived.raw, arrived.event, arrived.digest
        if event is None:
            return self._quarantine(
                raw, "unreadable", Verdict("", 0, "refused"), arrived.unreadable
            )
        verdict = Verdict(event.id, event.seq, "refused")
        if event.device != self.device.id or event.user != self.device.user:
            return self._quarantine(raw, "foreign_device", verdict)
        if (known := self._seen(event, raw, digest, verdict)) is not None:
            return known
        if arrived.faulty:
            return self._quarantine(raw, "bad_signature", verdict, arrived.faulty)
        return self._place(event, raw, digest, verdict)

    def _seen(self, event: Event, raw: bytes, digest: str, verdict: Verdict) -> Verdict | None:
        row = self.db.row("SELECT * FROM log WHERE id = ?", event.id)
        if row is None:
            return None
        if row["hash"] != digest or row["device"] != self.device.id:
            self._alert("body_changed", {"event": event.id})
            return self._quarantine(raw, "body_changed", verdict)
        return Verdict(
            *(event.id, event.seq, "duplicate", row["verdict"], row["reason"], row["message"]),
            late=bool(row["late"]),
        )

    def _place(self, event: Event, raw: bytes, digest: str, verdict: Verdict) -> Verdict:
        where = place(event.seq, event.prev, digest, self.seq, self._known)
        if where is Continuity.FORK:
            self._freeze("device_fork", {"seq": event.seq, "hash": digest})
        if where is not Continuity.NEXT or self.frozen:
            waits = self.frozen and where is not Continuity.FORK
            return self._park(event, raw, digest, "frozen" if waits else where.value)
        return self._accept(event, raw, digest, verdict)

    def _accept(self, event: Event, raw: bytes, digest: str, verdict: Verdict) -> Verdict:
        """Log the event, then let it count if its content may."""
        body = self._book.read(event.case) if event.case else None
        ruling = judge(self.db, self.device, event, body)
        if ruling.verdict == "applied" and body is not None:
            try:
                self._book.count(event)
            except BadInput as fault:
                ruling = Judgement("refused", "unreadable_body", str(fault))
        if ruling.verdict == "applied" and event.kind in teams.MOVES:
            self._moves.append(event)
        verdict.verdict, verdict.late = ruling.verdict, ruling.late
        verdict.reason, verdict.message = ruling.reason, ruling.message
        self._append(event, raw, digest, verdict)
        return verdict

    def _append(self, event: Event, raw: bytes, digest: str, verdict: Verdict) -> None:
        if self._tree is None:
            self._tree = log.tree(self.db)
        leaf = self._tree.append(bytes.fromhex(digest))
        self.db.do(
            "INSERT INTO log (leaf, hash, id, device, seq, user, kind, case_id, visit, raw,"
            " verdict, reason, message, late, received_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            *(leaf, digest, event.id, event.device, event.seq, event.user, event.kind),
            *(event.case, event.visit, raw.decode(), verdict.verdict, verdict.reason),
            *(verdict.message, int(verdict.late), self._at()),
        )
        self.db.do(
            "DELETE FROM parked WHERE device = ? AND seq = ? AND hash = ?",
            *(event.device, event.seq, digest),
        )
        self.changes.leaves.append(leaf)
        self.seq, self.head = event.seq, digest
        seals.keep(self.db, event.body.get("seal"), event.id)
        self._want_files(event)

    def _want_files(self, event: Event) -> None:
        self.db.many(
            "INSERT OR IGNORE INTO wanted VALUES (?, ?, ?, ?, ?, ?)",
            [
                (one["sha256"], event.id, event.device, event.case, one["size"], one["type"])
                for one in event.files
            ],
        )

    def _park(self, event: Event, raw: bytes, digest: str, reason: str) -> Verdict:
        self.db.do(
            "INSERT OR IGNORE INTO parked VALUES (?, ?, ?, ?, ?, ?, ?)",
            *(event.id, digest, event.device, event.seq, raw.decode(), reason, self._at()),
        )
        self._want_files(event)
        return Verdict(event.id, event.seq, "parked", reason=reason)

    def _unpark(self) -> None:
        """Take the parked events that now continue the chain."""
        while not self.frozen:
            row = self.db.row(
                "SELECT * FROM parked WHERE device = ? AND seq = ? AND reason <> 'fork'",
                *(self.device.id, self.seq + 1),
            )
            if row is None:
                break
            keys = self.device.event_key, self.office.keys.log_public
            (arrived,) = read_events([row["raw"].encode()], *keys)
            verdict = self._take(arrived)
            if self.seq < row["seq"]:
                break
            self.verdicts = [one for one in self.verdicts if one.id != row["id"]]
            self.verdicts.append(verdict)

    def _quarantine(
        self, raw: bytes, reason: str, verdict: Verdict, message: str | None = None
    ) -> Verdict:
        self.db.do(
            "INSERT OR IGNORE INTO quarantine VALUES (?, ?, ?, ?, ?)",
            *(hashlib.sha256(raw).hexdigest(), self.device.id, raw, reason, self._at()),
        )
        verdict.reason, verdict.message = reason, message
        return verdict

    def _freeze(self, kind: str, detail: dict[str, Any]) -> None:
        self.frozen = True
        self._alert(kind, detail)

    def _alert(self, kind: str, detail: dict[str, Any]) -> None:
        alerts.alert(self.db, self.office.now(), kind, self.device.id, detail)

    def _known(self, seq: int) -> str | None:
        if seq == self.seq:
            return self.head
        found = self.db.value(
            "SELECT hash FROM log WHERE device = ? AND seq = ?", self.device.id, seq
        )
        return None if found is None else str(found)

    def _at(self) -> str:
        return self.office.now().isoformat(timespec="milliseconds")
