"""What a lead is told of the teams led: devices, when they last synced, what must be looked into."""

from __future__ import annotations

import msgspec

from agent_app.domain.errors import BadInput
from agent_app.domain.events import Event
from sync.messages import Team, TeamAlert, TeamDevice
from sync.server import cases
from sync.server.cases import Changes
from sync.server.db import Db

MOVES = frozenset({"case_reassigned", "case_recalled"})
"""A lead's events that change who holds a case."""


def of_lead(db: Db, lead: str) -> Team:
    """Devices and alerts of everyone in the teams `lead` leads, the newest alert first."""
    alerts = db.rows(
        "SELECT a.at, a.kind, a.device, a.detail, d.user FROM alerts a"
        " JOIN devices d ON d.id = a.device JOIN users u ON u.id = d.user"
        " JOIN teams t ON t.id = u.team WHERE t.lead = ? ORDER BY a.id DESC LIMIT 100",
        lead,
    )
    devices = db.rows(
        "SELECT d.id AS device, d.user, d.name, d.state, d.seen_at, (SELECT count(*) FROM wanted w"
        " WHERE w.device = d.id AND w.sha256 NOT IN (SELECT sha256 FROM files)) AS waiting"
        " FROM devices d JOIN users u ON u.id = d.user JOIN teams t ON t.id = u.team"
        " WHERE t.lead = ? AND d.state <> 'revoked' ORDER BY d.user, d.id",
        lead,
    )
    return Team(
        [TeamAlert(**row | {"detail": msgspec.json.decode(row["detail"])}) for row in alerts],
        [TeamDevice(**row) for row in devices],
    )


def leads(db: Db, lead: str, user: str) -> bool:
    """Whether `user` is in a team `lead` leads."""
    sql = "SELECT 1 FROM users u JOIN teams t ON t.id = u.team WHERE t.lead = ? AND u.id = ?"
    return bool(db.value(sql, lead, user))


def move(db: Db, changes: Changes, event: Event) -> None:
    """Do what a counted event says about who holds its case."""
    case, reason = event.case or "", str(event.body.get("reason") or event.kind)
    if event.kind == "case_recalled":
        cases.recall(db, changes, case, reason)
        return
    try:
        cases.assign(db, changes, case, event.body["agent"], partner=None, reason=reason)
    except BadInput:
        return  # the person left meanwhile: the case stays where it is
