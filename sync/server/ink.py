"""Sealed signatures opened for a dispute: by two people of the office, for a reason, on record.

The strokes of a hand, with their speed and pressure, would let anyone write that name again; so
devices seal them to the office (`agent_app.documents.sealing.ink_escrow`) and nobody sees them
until a signature is disputed and an expert must compare it.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from agent_app.domain.errors import BadInput, Fault, NotAllowed, Tampered
from sync.server import files
from sync.server.db import Db, Row
from sync.server.office import Office


def open_ink_of(
    office: Office, visit: str, *, by: str, approved_by: str, reason: str
) -> list[dict[str, Any]]:
    """The strokes of everyone who signed an agreement in `visit` on the screen, one each:
    paper, serial, shown_sha256, signer, name, strokes (mm, ms, pressure).

    That it was asked for is on record before anything is opened. Raises BadInput without a
    reason or a paper, NotAllowed for who may not, Tampered when the paper and the ink in it
    do not belong together.
    """
    with office.db() as db, db.writing():
        papers = _papers(db, visit)
        _allow(db, visit, by, approved_by, reason)
        db.many(
            "INSERT INTO openings VALUES (?, ?, ?, ?, ?, ?)",
            [
                (office.now().isoformat(), by, approved_by, visit, one["sha256"], reason)
                for one in papers
            ],
        )
    return [
        found
        for one in papers
        for found in _inks(office, one["sha256"], files.whole(office, one["sha256"]).read_bytes())
    ]


def openings(db: Db) -> list[Row]:
    """What was opened when, by whom and why, oldest first."""
    return db.rows("SELECT * FROM openings ORDER BY at")


def _papers(db: Db, visit: str) -> list[Row]:
    found = db.rows(
        "SELECT w.sha256 FROM log l JOIN wanted w ON w.event = l.id WHERE l.visit = ?"
        " AND l.kind = 'agreement_signed' AND l.verdict = 'applied' AND w.type = 'application/pdf'"
        " ORDER BY l.leaf",
        visit,
    )
    here = [one for one in found if files.is_here(db, one["sha256"])]
    if not here:
        raise BadInput(Fault("no signed agreement of this visit is here", value=visit))
    return here


def _allow(db: Db, visit: str, by: str, approved_by: str, reason: str) -> None:
    """Two people who lead or run the office, and none whose device wrote of this visit."""
    if not reason.strip():
        raise BadInput(Fault("no reason given", mend="--reason"))
    if by == approved_by:
        raise NotAllowed("a second person must approve: --approved-by")
    there = {row["user"] for row in db.rows("SELECT user FROM log WHERE visit = ?", visit)}
    for user in (by, approved_by):
        role = db.value("SELECT role FROM users WHERE id = ? AND active", user)
        if role is None:
            raise BadInput(Fault("no such user", value=user))
        if role == "agent" or user in there:
            raise NotAllowed(f"{user}: neither agents nor who was at the visit open ink")


def _inks(office: Office, paper: str, pdf: bytes) -> Iterator[dict[str, Any]]:
    import pikepdf

    from agent_app.documents.ink import to_json
    from agent_app.documents.sealing.ink_escrow import open_ink

    with pikepdf.open(io.BytesIO(pdf)) as opened:
        held = {name: one.get_file().read_bytes() for name, one in opened.attachments.items()}
    if "terms.json" not in held:
        raise BadInput(Fault("this paper carries no sealed ink", value=paper))
    terms = json.loads(held["terms.json"])
    for signer in terms["signers"]:
        sealed = held.get(f"ink-{signer['role']}.hpke")
        if sealed is None:
            continue
        shown = terms["shown_sha256"]
        role, strokes = open_ink(sealed, office.keys.office, document_hash=shown)
        raw = to_json(strokes)
        found = sha256(raw).hexdigest()
        if (role, found) != (signer["role"], signer["ink_sha256"]):
            raise Tampered("ink", expected=signer["ink_sha256"], found=found)
        yield {
            "paper": paper,
            "serial": terms["serial"],
            "shown_sha256": shown,
            "signer": role,
            "name": signer["name"],
            "strokes": json.loads(raw),
        }
