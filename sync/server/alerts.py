"""What a person must look into: kept once each, listed by `doorstep-server alerts`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from agent_app.domain.events import Event
from agent_app.journal import approval
from sync.server.accounts import Device
from sync.server.db import Db

UNMATCHED = "approval_unmatched"


def alert(db: Db, at: datetime, kind: str, device: str, detail: Mapping[str, Any]) -> None:
    """Note it; the same a second time changes nothing."""
    db.do(
        "INSERT OR IGNORE INTO alerts (at, kind, device, detail) VALUES (?, ?, ?, ?)",
        *(at.isoformat(timespec="milliseconds"), kind, device, _text(detail)),
    )


def ask_about_approvals(db: Db, at: datetime, lead: Device) -> None:
    """Alert to approvals agents say they got and no lead recorded, in the cases of `lead`.

    To be called when the lead's device has sent all it holds. A twin that comes later, from
    another lead's device, takes the alert back.
    """
    rows = db.rows(
        "SELECT raw FROM log WHERE kind = 'approval_given' AND verdict = 'applied' AND case_id IN"
        " (SELECT case_id FROM grants WHERE user = ?) ORDER BY leaf",
        lead.user,
    )
    events = [Event.from_json(msgspec.json.decode(row["raw"])) for row in rows]
    asked = approval.unmatched(events, _leads(db))
    for event in events:
        if event in asked:
            alert(db, at, UNMATCHED, event.device, _about(event))
        else:
            db.do(
                "DELETE FROM alerts WHERE kind = ? AND detail = ?", UNMATCHED, _text(_about(event))
            )


def _leads(db: Db) -> set[str]:
    return {row["id"] for row in db.rows("SELECT id FROM users WHERE role <> 'agent'")}


def _about(event: Event) -> dict[str, Any]:
    return {"event": event.id, "case": event.case, "visit": event.visit, "user": event.user}


def _text(detail: Mapping[str, Any]) -> str:
    return json.dumps(detail, sort_keys=True)
