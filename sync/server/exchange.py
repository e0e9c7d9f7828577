"""One sync: events up, then frames down, each a point the device can resume from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import msgspec

from agent_app.journal.signing import b64
from sync import coding, messages
from sync.messages import Cursor, Digest, End, Frame, Office, Start, SyncRequest, Verdicts, Waiting
from sync.server import accounts, feed, leases, log, serials, teams
from sync.server import office as offices
from sync.server.accounts import Device
from sync.server.cases import Changes
from sync.server.db import Db
from sync.server.enrol import revocations
from sync.server.events import read_events
from sync.server.intake import Intake
from sync.server.packs import PackShelf

MOST_PROVEN = 1000
"""Receipts given out again in one answer."""


def receive(
    office: offices.Office, device: Device, request: SyncRequest, shelf: PackShelf
) -> list[Frame]:
    """Take the push in; the frames that answer it, up to where the pages begin."""
    raws = [bytes(raw) for raw in request.events]
    arrived = read_events(raws, device.event_key, office.keys.log_public)
    with office.db() as db, db.writing():
        device = accounts.device(db, device.id)
        changes = Changes()
        intake = Intake(office, db, device, changes)
        verdicts = intake.take(arrived, request.head)
        db.do(
            "UPDATE devices SET seen_at = ?, app = ? WHERE id = ?",
            *(office.now().isoformat(), request.app[:40], device.id),
        )
        head = log.sign_head(office, db)
        here = feed.position(db)
        frames: list[Frame] = [
            Start(
                protocol=messages.PROTOCOL,
                server_time=_now(office),
                epoch=here.epoch,
                baseline=request.cursor is None or request.cursor.epoch != here.epoch,
            )
        ]
        if verdicts:
            frames.append(Verdicts(verdicts))
        proven = [*(one.id for one in verdicts), *_own(db, device, request.unproven)]
        if head["size"] or request.tree_size:
            # also when nothing is new: its time fences the day in, and a log that shrank is seen
            frames.append(log.receipts(db, head, proven, request.tree_size))
        facts = slow_facts(office, db, device, shelf)
        if facts.sha256 != request.office:
            frames.append(facts)
        changes.publish(db, office.now())
    return frames


def _own(db: Db, device: Device, asked: list[str]) -> list[str]:
    """Of the events asked about, those of this device."""
    few = msgspec.json.encode(asked[:MOST_PROVEN]).decode()
    rows = db.rows(
        "SELECT id FROM log WHERE device = ? AND id IN (SELECT value FROM json_each(?))",
        *(device.id, few),
    )
    return [row["id"] for row in rows]


def answer(
    office: offices.Office, device: Device, request: SyncRequest, opening: list[Frame]
) -> Iterator[bytes]:
    """The whole stream: `opening`, the pages since the cursor, the end."""
    yield b"".join(map(coding.encode_frame, opening))
    start = opening[0]
    assert isinstance(start, Start)
    cursor = Cursor(start.epoch, 0)
    if request.cursor is not None and not start.baseline:
        cursor = request.cursor
    update = request.protocol < messages.OLDEST_PROTOCOL
    with office.db() as db:
        device = accounts.device(db, device.id)
        if device.state != "revoked" and not update:
            for page in feed.pages(db, device, cursor):
                cursor = page.cursor
                yield coding.encode_frame(page)
        yield coding.encode_frame(_end(office, db, device, request, cursor, update))


def slow_facts(office: offices.Office, db: Db, device: Device, shelf: PackShelf) -> Office:
    """Organisation, colleagues, packs and revocations, with a hash to skip them when known."""
    user = accounts.person(db, device.user)
    led = accounts.led_teams(db, device.user)
    team = user.team or next(iter(led), None)
    facts = Office(
        sha256="",
        org=offices.org(db),
        user=user,
        people=accounts.people_around(db, device.user),
        packs=list(shelf.entries),
        revocations=b64(revocations(office, db)),
        warrants=accounts.warrants(db),
        approval_secret=b64(office.keys.approval_secret(team)) if team else "",
        approval_secrets={one: b64(office.keys.approval_secret(one)) for one in led},
        network_salt=b64(office.keys.network_salt()) if offices.wants_networks(db) else "",
    )
    facts.sha256 = hashlib.sha256(msgspec.json.encode(facts)).hexdigest()
    return facts


def _end(
    office: offices.Office,
    db: Db,
    device: Device,
    request: SyncRequest,
    cursor: Cursor,
    update: bool,
) -> End:
    now, active = office.now(), device.state != "revoked"
    wipe = db.value("SELECT wipe FROM devices WHERE id = ?", device.id)
    block = None
    if request.more_serials and active:
        with db.writing():
            block = serials.lease(db, now)
    return End(
        cursor=cursor,
        server_time=_now(office),
        digest=Digest(device.seq, device.head),
        device=device.state,
        waiting=waiting(db, device.id),
        lease=leases.lease(office.keys, device.id, device.user, now) if active else None,
        orders=[leases.order(office.keys, "wipe", device.id, now)] if wipe else [],
        serials=block,
        update_required=update,
        team=teams.of_lead(db, device.user) if active and device.role != "agent" else None,
    )


def waiting(db: Db, device: str) -> list[Waiting]:
    """Files that events of `device` name and the office has not got."""
    rows = db.rows(
        "SELECT sha256, size, event FROM wanted WHERE device = ? AND sha256 NOT IN"
        " (SELECT sha256 FROM files) ORDER BY event",
        device,
    )
    return [Waiting(**row) for row in rows]


def _now(office: offices.Office) -> str:
    return office.now().isoformat(timespec="milliseconds")
