"""The room of a rehearsal: a real desk of its own, in a folder and with keys thrown away after.

Nothing in it knows the agent's store, journal, outbox or office; nothing can sync it.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from agent_app.actions.desk import Desk
from agent_app.actions.opening import close_desk
from agent_app.actions.papers import SERIALS
from agent_app.actions.templates import Templates
from agent_app.actions.visits import start_visit
from agent_app.domain.errors import NotAllowed
from agent_app.domain.moment import Moment
from agent_app.domain.rules import Finding
from agent_app.journal.signing import public_text, signer
from agent_app.packs import PackSet
from agent_app.queries.case_page import read_case
from agent_app.queries.may_knock import may_knock
from agent_app.rehearsal.role import SCRIPT, Role
from agent_app.rehearsal.row import ADDRESS, CASE, CREDITOR, invented_row
from agent_app.script import Form
from agent_app.store import cases, meta, recovery
from agent_app.store.filebox import FileBox
from agent_app.store.journal_file import JournalFile

DEVICE, TRAINEE, PARTNER = "rehearsal", "trainee", "partner"
SERIAL = "DRILL-"
"""Papers of a rehearsal are numbered so, and can never be taken for real ones."""
BEGINS = 10
"""O'clock at which an invented visit begins, where the rules allow it then."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What was tried and not allowed: when, and the findings that say why."""

    at: datetime
    what: str
    findings: tuple[Finding, ...]


@dataclass
class Room:
    """One rehearsal: its desk, who is visited, and how far its clock is from the true one.

    `desk` is used on the store thread only, as any desk; `visit` is empty where the rules did
    not let the agent knock.
    """

    folder: Path
    desk: Desk
    role: Role
    pack: str
    shift: timedelta
    case: str = CASE
    visit: str = ""
    refused: list[Refusal] = field(default_factory=list)
    closed: bool = False

    def shifted(self, at: Moment) -> Moment:
        """The moment it is in the room when it is `at` outside; spans of time are the same."""
        zone = ZoneInfo(self.role.setting["tz"])
        wall = (at.wall + self.shift).astimezone(zone)
        return Moment(wall, self.role.setting["tz"], at.boot, at.bt)

    def knock(self, at: Moment) -> None:
        """Begin the visit, if the rules let one; a refusal is noted and counts."""
        try:
            made = start_visit(self.desk, at, case=self.case, address=ADDRESS).made
        except NotAllowed as error:
            self.note(at, error)
        else:
            self.visit = str(made)

    def note(self, at: Moment, error: Exception) -> None:
        """Remember that something was tried and refused by the rules."""
        if isinstance(error, NotAllowed):
            self.refused.append(Refusal(at.wall, str(error), tuple(error.findings)))

    def close(self) -> None:
        """Close the desk and throw everything away; harmless when done before."""
        if self.closed:
            return
        self.closed = True
        close_desk(self.desk)
        shutil.rmtree(self.folder, ignore_errors=True)


def open_room(
    folder: Path,
    packs: PackSet,
    pack: str,
    role: Role,
    at: Moment,
    *,
    entropy: Callable[[int], bytes],
    app: str,
    form: tuple[bytes, Form] | None = None,
    begins: datetime | None = None,
    cache: Path | None = None,
) -> Room:
    """A room in `folder` (made, emptied), with the visit begun.

    `form` is a script with its file's bytes, in place of the pack's own; `begins` the invented
    moment of the knock, the next one the rules allow when None. Call it on the store thread.
    """
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "files").mkdir(parents=True)
    if form is not None:
        packs = _with_script(packs, pack, form[0])
        _keep_form(folder / "cache" / "forms", *form)
    local = at.wall.astimezone(ZoneInfo(role.setting["tz"]))
    start = begins or local.replace(hour=BEGINS, minute=0, second=0, microsecond=0)
    desk = _desk(folder, packs, role, start, entropy, app, cache)
    room = Room(folder, desk, role, pack, timedelta())
    room.shift = start - at.wall
    _put_case(room, start)
    if begins is None and (better := _allowed(room, room.shifted(at))) is not None:
        room.shift = better - at.wall
        _put_case(room, better)
    room.knock(room.shifted(at))
    return room


def _allowed(room: Room, at: Moment) -> datetime | None:
    """The next moment at which the door may be knocked on, when now is none."""
    found = may_knock(room.desk, at, read_case(room.desk, room.case), ADDRESS)
    return None if found.allowed else found.next_allowed


def _put_case(room: Room, at: datetime) -> None:
    desk = room.desk
    crew = (desk.user, PARTNER)
    cases.put_base(desk.db, [_raw(invented_row(room.role, at, room.pack, crew))])
    meta.put(desk.db, "last_sync", at.isoformat())


def _raw(row: dict[str, object]) -> bytes:
    return json.dumps(row, ensure_ascii=False).encode()


def _desk(
    folder: Path,
    packs: PackSet,
    role: Role,
    at: datetime,
    entropy: Callable[[int], bytes],
    app: str,
    cache: Path | None,
) -> Desk:
    key, event_key = entropy(32), Ed25519PrivateKey.from_private_bytes(entropy(32))
    journal = JournalFile(folder / "journal.log", key)
    db = recovery.open_both(folder / "store.db", key, journal, DEVICE)
    meta.put(db, SERIALS, {"prefix": SERIAL, "first": 1, "last": 99})
    document_key = ec.generate_private_key(ec.SECP256R1())
    setting = role.setting
    return Desk(
        db=db,
        files=FileBox(folder / "files", key),
        packs=packs,
        templates=Templates(cache or folder / "cache"),
        device=DEVICE,
        user=TRAINEE,
        role="agent",
        sign=signer(event_key),
        public_key=public_text(event_key),
        document_key=document_key,
        document_chain=_certificates(document_key, setting["agency"], at),
        told={
            "user": {"id": TRAINEE, "role": "agent"},
            "org": {
                "agency": {"name": setting["agency"], **setting["office"]},
                "creditors": [{"id": CREDITOR, **setting["creditor"]}],
            },
            "people": [
                {"id": TRAINEE, "name": setting["trainee"], "badge": "000"},
                {"id": PARTNER, "name": setting["partner"], "badge": "001"},
            ],
        },
        entropy=entropy,
        app=app,
        cache=folder / "cache",
    )


def _certificates(key: ec.EllipticCurvePrivateKey, office: str, at: datetime) -> tuple[bytes, ...]:
    """Papers are sealed with the certificate of an office that is gone when the room is."""
    from agent_app.documents.sealing.certificates import issue_device_certificate, make_ca

    own, since = ec.generate_private_key(ec.SECP256R1()), at - timedelta(days=1)
    authority = make_ca(own, office=office, at=since, serial=1)
    device = issue_device_certificate(
        own, authority, key.public_key(), office=office, device=DEVICE, user=TRAINEE, at=since,
        serial=2,
    )  # fmt: skip
    return (device, authority)


def _with_script(packs: PackSet, pack: str, content: bytes) -> PackSet:
    """The same packs, one of them with another visit script."""
    changed = {one.id: one for one in packs}
    held = changed[pack]
    changed[pack] = replace(held, files=MappingProxyType({**held.files, SCRIPT: content}))
    return PackSet(changed.values())


def _keep_form(folder: Path, content: bytes, form: Form) -> None:
    """Where a visit looks first for its compiled script."""
    folder.mkdir(parents=True)
    for name in {hashlib.sha256(content).hexdigest(), form.sha256}:
        (folder / name).write_bytes(form.to_cache())
