"""The debtor's copy of a signed paper, fetched by a link made at the door.

Someone without the link learns nothing, not even that there is a paper. Someone with it is asked
for what only the debtor should know, where the case holds such a check, and has five tries.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from agent_app.domain.errors import BadInput
from agent_app.journal import pickup, sealcode
from agent_app.journal.pickup import Pickup
from sync.server import accounts, files
from sync.server.db import Db
from sync.server.office import Office

TRIES, TAKEN = 5, 20
"""Wrong answers, and fetches, after which a link is dead."""
ASKED = ("id_last4", "phone_last4")
"""Checks that may be asked, the first the case has."""
_PAPERS = {"agreement_signed": "agreement", "letter_printed": "serial"}


@dataclass(frozen=True, slots=True)
class Handed:
    """What a link gives now.

    `state`: unknown, expired, closed (tries used up), coming (not synced yet), ask (`check` is to
    be answered), wrong (`left` tries), ready (`path` is the paper, `serial` its number).
    """

    state: str
    check: str = ""
    left: int = 0
    path: Path | None = None
    serial: str = ""


def fetch(office: Office, token: str, answer: str | None = None) -> Handed:
    """Judge a link; `answer` is what was typed, None when only the page is opened."""
    with office.db() as db, db.writing():
        known = sealcode.signers(accounts.warrants(db), office.keys.log_public)
        try:
            link = pickup.read(token, known)
        except BadInput:
            return Handed("unknown")
        if office.now() >= link.until:
            return Handed("expired")
        return _hand(office, db, token, link, answer)


def _hand(office: Office, db: Db, token: str, link: Pickup, answer: str | None) -> Handed:
    row = db.row("SELECT * FROM log WHERE id = ? AND device = ?", link.event, link.device)
    if row is None:
        return Handed("coming")
    name = hashlib.sha256(token.encode()).hexdigest()
    used = db.row("SELECT tries, taken FROM pickups WHERE token = ?", name)
    tries, taken = (used["tries"], used["taken"]) if used else (0, 0)
    if row["kind"] not in _PAPERS:
        return Handed("unknown")
    if tries >= TRIES or taken >= TAKEN:
        return Handed("closed")
    body = msgspec.json.decode(row["raw"])["body"]
    if not files.is_here(db, body["document"]):
        return Handed("coming")
    check = _check(db, row["case_id"])
    if check is not None and answer is None:
        return Handed("ask", check["field"], TRIES - tries)
    right = check is None or _agrees(check, answer or "")
    db.do(
        "INSERT INTO pickups VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE"
        " SET tries = excluded.tries, taken = excluded.taken, at = excluded.at",
        *(name, link.event, tries + (not right), taken + right, office.now().isoformat()),
    )
    if not right:
        assert check is not None
        left = TRIES - tries - 1
        return Handed("wrong", check["field"], left) if left else Handed("closed")
    newest = files.newest(db, body["document"])
    return Handed("ready", path=files.whole(office, newest), serial=str(body[_PAPERS[row["kind"]]]))


def _check(db: Db, case: str) -> dict[str, Any] | None:
    text = db.value("SELECT body FROM cases WHERE id = ?", case)
    checks = {
        one["field"]: one for one in (msgspec.json.decode(text) if text else {}).get("checks", ())
    }
    return next((checks[field] for field in ASKED if field in checks), None)


def _agrees(check: dict[str, Any], said: str) -> bool:
    answer = "".join(said.split()).upper()
    found = hashlib.sha256(bytes.fromhex(check["salt"]) + answer.encode()).hexdigest()
    return hmac.compare_digest(found, check["hash"])
