"""People, teams, devices and the one-time codes that join them."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agent_app.domain.errors import BadInput, Fault
from agent_app.domain.events import FIRST_PREV
from agent_app.journal import warrant
from sync.messages import Person
from sync.server.db import Db, Row
from sync.server.office import Office
from sync.server.problems import Refused

CODE_SECONDS = 600
CODE_TRIES = 5
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: 8 characters are 40 bits
_LOOKALIKES = str.maketrans("OIL", "011")
ROLES = ("agent", "lead", "admin")


@dataclass(frozen=True, slots=True)
class Device:
    """A device as the intake and the feed see it."""

    id: str
    user: str
    role: str
    team: str | None
    event_key: str
    state: str
    seq: int
    head: str


def add_user(
    db: Db, user: str, name: str, role: str, *, team: str | None = None, badge: str = ""
) -> bool:
    """Add a person, or change name, role and team of a known one; False when nothing changed."""
    if role not in ROLES:
        raise BadInput(Fault("no such role", value=role, mend=" | ".join(ROLES)))
    if not re.fullmatch(r"[A-Za-z0-9_]{1,32}", user):
        raise BadInput(Fault("not a user id", value=user, mend="letters, digits and _"))
    if team is not None and not db.value("SELECT 1 FROM teams WHERE id = ?", team):
        raise BadInput(Fault("no such team", value=team, mend="doorstep-server team add"))
    known = db.row("SELECT name, role, team, badge FROM users WHERE id = ?", user)
    if known and team is None:
        team = known["team"]
    new = {"name": name, "role": role, "team": team, "badge": badge or (known or {}).get("badge")}
    if known == new:
        return False
    db.do(
        "INSERT INTO users (id, name, role, team, badge) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id)"
        " DO UPDATE SET name = excluded.name, role = excluded.role, team = excluded.team,"
        " badge = excluded.badge",
        *(user, name, role, team, new["badge"] or user),
    )
    return True


def led_teams(db: Db, user: str) -> list[str]:
    """The teams `user` leads: a lead approves their terms without being one of them."""
    return [row["id"] for row in db.rows("SELECT id FROM teams WHERE lead = ? ORDER BY id", user)]


def add_team(db: Db, team: str, name: str, lead: str | None) -> None:
    """Add a team, or change its name and lead."""
    db.do(
        "INSERT INTO teams VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name,"
        " lead = COALESCE(excluded.lead, lead)",
        *(team, name, lead),
    )


def known(db: Db, user: str) -> bool:
    return db.value("SELECT 1 FROM users WHERE id = ?", user) is not None


def person(db: Db, user: str) -> Person:
    """The person as devices show them; KeyError when unknown."""
    row = db.row(
        "SELECT users.*, teams.lead FROM users LEFT JOIN teams ON teams.id = users.team"
        " WHERE users.id = ?",
        user,
    )
    if row is None:
        raise KeyError(user)
    return _person(row)


def people_around(db: Db, user: str) -> list[Person]:
    """Everyone in the team of `user`, in the teams `user` leads, and their leads."""
    rows = db.rows(
        "SELECT DISTINCT users.*, teams.lead FROM users LEFT JOIN teams ON teams.id = users.team"
        " WHERE users.active AND (users.team = (SELECT team FROM users WHERE id = ?1)"
        " OR teams.lead = ?1 OR users.id = ?1 OR users.id IN"
        " (SELECT lead FROM teams WHERE id = (SELECT team FROM users WHERE id = ?1)))"
        " ORDER BY users.id",
        user,
    )
    return [_person(row) for row in rows]


def _person(row: Row) -> Person:
    return Person(
        id=row["id"],
        name=row["name"],
        role=row["role"],
        team=row["team"],
        lead=row["lead"],
        badge=row["badge"],
        credentials=json.loads(row["credentials"]),
    )


def set_credentials(db: Db, user: str, credentials: list[dict[str, Any]]) -> None:
    db.do(
        "UPDATE users SET credentials = ? WHERE id = ?",
        json.dumps(credentials, ensure_ascii=False),
        user,
    )


def new_code(db: Db, user: str, now: datetime, entropy: Callable[[int], bytes]) -> str:
    """A one-time enrolment code of 40 bits for `user`, good for ten minutes and five tries.

    It replaces any earlier one. Only its salted hash is kept.
    """
    if not db.value("SELECT 1 FROM users WHERE id = ? AND active", user):
        raise BadInput(Fault("no such user", value=user, mend="doorstep-server user add"))
    bits = int.from_bytes(entropy(5))
    secret = "".join(_ALPHABET[bits >> shift & 31] for shift in range(35, -1, -5))
    salt = entropy(16)
    db.do(
        "INSERT OR REPLACE INTO codes VALUES (?, ?, ?, ?, 0)",
        *(user, salt, _code_hash(salt, secret), now.timestamp() + CODE_SECONDS),
    )
    return f"{user}-{secret[:4]}-{secret[4:]}"


def use_code(db: Db, typed: str, now: datetime) -> str | None:
    """The user whose live code this is, the code then spent; None for anything else.

    Counts the try. Must run inside a transaction that commits also when the answer is None.
    """
    user, secret = _split(typed)
    row = db.row("SELECT * FROM codes WHERE upper(user) = ?", user)
    if row is None or row["tries"] >= CODE_TRIES or row["expires_at"] < now.timestamp():
        return None
    if hmac.compare_digest(row["hash"], _code_hash(row["salt"], secret)):
        db.do("DELETE FROM codes WHERE user = ?", row["user"])
        return str(row["user"])
    db.do("UPDATE codes SET tries = tries + 1 WHERE user = ?", row["user"])
    return None


def _split(typed: str) -> tuple[str, str]:
    parts = typed.strip().upper().replace(" ", "-").split("-")
    secret = "".join(parts[1:]).translate(_LOOKALIKES)
    return parts[0], secret


def _code_hash(salt: bytes, secret: str) -> bytes:
    """The secret lives ten minutes and five tries; a slow hash would add nothing."""
    return hashlib.sha256(salt + secret.encode()).digest()


def add_device(db: Db, device: Row) -> None:
    """Keep a newly enrolled device; `device` has id, user, name, keys, share, enrolled_at, app."""
    names = (
        *("id", "user", "name", "event_key", "certificate", "server_share", "warrant"),
        *("enrolled_at", "app"),
    )
    db.do(
        "INSERT INTO devices (id, user, name, event_key, certificate, server_share, warrant,"
        " enrolled_at, app, head) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        *(device[name] for name in names),
        FIRST_PREV,
    )


def device(db: Db, device_id: str) -> Device:
    """The device that may speak; Refused 401 for an unknown one or a person gone."""
    row = db.row(
        "SELECT devices.id, user, role, team, event_key, state, seq, head FROM devices"
        " JOIN users ON users.id = devices.user WHERE devices.id = ? AND users.active",
        device_id,
    )
    if row is None:
        raise Refused(401, "unknown_device", "this device is not enrolled here")
    return Device(**row)


def revoke_device(office: Office, db: Db, device_id: str, *, wipe: bool) -> bool:
    """Take a device's rights away, and order it to wipe at its next contact if `wipe`.

    Its key stops counting from now on; what it sealed before stays good.
    """
    text = db.value("SELECT warrant FROM devices WHERE id = ? AND state <> 'revoked'", device_id)
    if text is None:
        return False
    now, known = office.now(), json.loads(text)
    withdrawn = warrant.issue(
        **{name: known[name] for name in ("device", "user", "name", "key")},
        since=datetime.fromisoformat(known["since"]),
        until=now,
        sign=office.keys.log.sign,
    )
    db.do(
        "UPDATE devices SET state = 'revoked', revoked_at = ?, wipe = ?, warrant = ?,"
        " server_share = x'' WHERE id = ?",
        *(now.isoformat(), int(wipe), json.dumps(withdrawn), device_id),
    )
    return True


def warrants(db: Db) -> list[dict[str, Any]]:
    """Whose key is whose, of every device that ever was; signed by the log."""
    rows = db.rows("SELECT warrant FROM devices ORDER BY id")
    return [json.loads(row["warrant"]) for row in rows]


def release_device(db: Db, device_id: str) -> bool:
    """Let a frozen device push again, after a person looked into its alert."""
    return bool(
        db.do("UPDATE devices SET state = 'active' WHERE id = ? AND state = 'frozen'", device_id)
    )
