"""People joining the office, with the credentials it issues to them."""

from __future__ import annotations

from datetime import timedelta

from sync.server import accounts
from sync.server.db import Db
from sync.server.office import Office, fact


def join(office: Office, db: Db, user: str, name: str, role: str, team: str | None) -> None:
    """Add a person, or change one; the first time with fresh credentials."""
    known = db.value("SELECT 1 FROM users WHERE id = ?", user)
    accounts.add_user(db, user, name, role, team=team)
    if known:
        return
    issued = fact(db, "credentials")
    until = (office.now() + timedelta(days=issued["days"])).date().isoformat()
    held = [{"kind": kind, "valid_until": until} for kind in issued["kinds"]]
    accounts.set_credentials(db, user, held)
