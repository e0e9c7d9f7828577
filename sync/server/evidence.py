"""What a stranger needs to check a visit: its events, their proofs, whose keys signed them."""

from __future__ import annotations

from pathlib import Path

import msgspec

from agent_app.domain.errors import BadInput, Fault
from agent_app.domain.events import Event
from agent_app.domain.languages import LANGUAGES
from agent_app.journal import bundle, chain, receipt
from agent_app.script.asked import asked
from sync.messages import Evidence
from sync.server import accounts, files, log
from sync.server.accounts import Device
from sync.server.db import Db, Row
from sync.server.office import Office
from sync.server.packs import PackShelf
from sync.server.problems import Refused


def of_visit(office: Office, device: Device | None, visit: str, shelf: PackShelf) -> Evidence:
    """The evidence of a visit, proven under the log's newest head.

    `device` is who asks (None: the office itself); `shelf` holds the packs the visit may have
    been made under. Refused 404 for a visit they may not see.
    """
    with office.db() as db, db.writing():
        rows = _rows(db, visit)
        if not rows or (device is not None and not _may_see(db, device, rows)):
            raise Refused(404, "no_such_visit", "no such visit here")
        events = [_shown(row, visit) for row in rows]
        tree = log.tree(db)
        held = [event.receipt["size"] for event in events if event.receipt]
        return Evidence(
            events=[msgspec.Raw(msgspec.json.encode(event.to_json())) for event in events],
            receipts=receipt.evidence(
                tree,
                log.sign_head(office, db),
                {row["hash"]: row["leaf"] for row in rows},
                [size for size in held if size <= tree.size],
            ),
            log_key=office.keys.log_public,
            warrants=_warrants(db, {*(row["device"] for row in rows), device.id if device else ""}),
            scripts=shelf.scripts_of(
                event.pack for event in events if event.visit == visit and event.pack
            ),
        )


def write_bundle(office: Office, visit: str, out: Path, shelf: PackShelf) -> None:
    """The bundle of a visit with every file the office holds of it, signed by the log.

    BadInput when there is no such visit.
    """
    try:
        found = of_visit(office, None, visit, shelf)
    except Refused as refused:
        raise BadInput(Fault(refused.problem.message, value=visit)) from refused
    events = [Event.from_json(msgspec.json.decode(raw)) for raw in found.events]
    own = (event for event in events if event.visit == visit)
    hashes = {one["sha256"] for event in own for one in event.files}
    with office.db() as db:
        here = {one for one in hashes if files.is_here(db, one)}
    bundle.write(
        out,
        visit=visit,
        proof=bundle.Proof(events, found.receipts, found.log_key, found.warrants, found.scripts),
        files={one: files.whole(office, one) for one in here},
        asked=asked(shelf.sources_of(found.scripts), events, visit, LANGUAGES),
        maker=bundle.Maker(found.log_key, office.keys.log.sign, office.now()),
    )


def _rows(db: Db, visit: str) -> list[Row]:
    """The visit's entries, and whatever its devices logged between its start and its end."""
    return db.rows(
        "SELECT leaf, hash, raw, visit, case_id, device FROM log WHERE visit = ?"
        " UNION SELECT l.leaf, l.hash, l.raw, l.visit, l.case_id, l.device FROM log l JOIN"
        " (SELECT device, MIN(seq) AS first, MAX(seq) AS last FROM log WHERE visit = ?"
        "  AND kind IN ('visit_started', 'visit_ended', 'visit_aborted') GROUP BY device) own"
        " ON own.device = l.device AND l.seq BETWEEN own.first AND own.last ORDER BY leaf",
        *(visit, visit),
    )


def _may_see(db: Db, device: Device, rows: list[Row]) -> bool:
    cases = {row["case_id"] for row in rows if row["case_id"]}
    return any(
        db.value(
            "SELECT 1 FROM grants WHERE user = ? AND case_id = ? AND revoked IS NULL",
            *(device.user, case),
        )
        for case in cases
    )


def _shown(row: Row, visit: str) -> Event:
    event = Event.from_json(msgspec.json.decode(row["raw"]))
    return event if row["visit"] == visit else chain.redact(event, event.body)


def _warrants(db: Db, devices: set[str]) -> list[dict[str, object]]:
    return [one for one in accounts.warrants(db) if one["device"] in devices]
