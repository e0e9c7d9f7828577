"""Proof of time and status for signed agreements (PAdES B-T to B-LTA), added when they arrive.

The file the device sealed stays as it is, under its own hash; the stamped one begins with those
very bytes and only adds to them, so anyone can see that nothing was changed. The stamp comes from
the RFC 3161 service the office names in `[timestamp]`, or from the server's own.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool

from agent_app.documents.sealing.certificates import make_crl
from agent_app.documents.sealing.timestamp import respond
from agent_app.domain.errors import Offline
from sync.server import alerts, enrol, files
from sync.server.db import Db
from sync.server.office import Office, fact, put_fact

if TYPE_CHECKING:
    from agent_app.documents.sealing.authority import Authority

PAUSE = timedelta(minutes=2)


class Stamper:
    """Stamps what waits, one paper after the other, however often it is called."""

    def __init__(
        self, office: Office, service: Callable[[Office], Authority] | None = None
    ) -> None:
        self.office = office
        self._service = service or the_service
        self._one = asyncio.Lock()
        self._not_before = office.now()

    async def run(self) -> None:
        """Stamp what waits; to be called after whatever may have brought a paper."""
        async with self._one:
            await run_in_threadpool(self.stamp_waiting)

    def stamp_waiting(self) -> int:
        """Stamp every agreement that is here without; how many.

        When the service does not answer, the rest waits for a later call, PAUSE away at least.
        """
        with self.office.db() as db:
            waiting = _waiting(db)
        if not waiting or self.office.now() < self._not_before:
            return 0
        status, done = _status(self.office), 0
        for sha256, device in waiting:
            try:
                done += self._stamp(sha256, device, status)
            except Offline:
                self._not_before = self.office.now() + PAUSE
                break
        return done

    def _stamp(self, sha256: str, device: str, crl: bytes) -> bool:
        from agent_app.documents.sealing import pades, verification

        keys, office = self.office.keys, self.office
        sealed = files.whole(office, sha256).read_bytes()
        level = verification.level(sealed)
        if level != "B-B":  # no seal of ours, or one that was stamped elsewhere
            self._keep(sha256, device, sealed, level)
            return False
        stamped = pades.add_timestamp(
            sealed,
            self._service(self.office),
            certificates=[keys.ca_certificate, keys.tsa_certificate],
            crls=[crl],
        )
        self._keep(sha256, device, stamped, verification.level(stamped))
        return True

    def _keep(self, sha256: str, device: str, stamped: bytes, level: str) -> None:
        office, digest = self.office, hashlib.sha256(stamped).hexdigest()
        files.put(office, digest, stamped)
        with office.db() as db, db.writing():
            db.do(
                "INSERT OR IGNORE INTO stamped VALUES (?, ?, ?, ?)",
                *(sha256, digest, level, office.now().isoformat()),
            )
            if not level and stamped.startswith(b"%PDF-"):
                alerts.alert(db, office.now(), "agreement_without_seal", device, {"file": sha256})


def _waiting(db: Db) -> list[tuple[str, str]]:
    """Agreements that have come and hold no proof of time yet: hash and device."""
    rows = db.rows(
        "SELECT DISTINCT w.sha256, w.device FROM log l JOIN wanted w ON w.event = l.id"
        " JOIN files f ON f.sha256 = w.sha256 LEFT JOIN stamped s ON s.sha256 = w.sha256"
        " WHERE l.kind = 'agreement_signed' AND s.sha256 IS NULL"
        " AND json_extract(l.raw, '$.body.document') = w.sha256"
    )
    return [(row["sha256"], row["device"]) for row in rows]


def _status(office: Office) -> bytes:
    """A revocation list issued now: only one later than a signing proves it was not revoked."""
    with office.db() as db, db.writing():
        number = int(fact(db, "crl_number") or 1000) + 1
        put_fact(db, "crl_number", number)
        keys = office.keys
        return make_crl(
            keys.ca, keys.ca_certificate, enrol.revoked(db), at=office.now(), number=number
        )


def the_service(office: Office) -> Authority:
    """The time-stamp service the office names, else its own."""
    from agent_app.documents.sealing import authority

    with office.db() as db:
        named: Mapping[str, Any] = fact(db, "timestamp") or {}
    if url := named.get("url"):
        return authority.outside(str(url))
    return authority.local(lambda asked: own_stamp(office, asked))


def own_stamp(office: Office, request: bytes) -> bytes:
    """The office's own DER answer to a DER request; BadInput for what is none."""
    keys = office.keys
    return respond(
        request,
        keys.tsa,
        [keys.tsa_certificate, keys.ca_certificate],
        at=office.now(),
        serial=int.from_bytes(office.entropy(15)),
    )
