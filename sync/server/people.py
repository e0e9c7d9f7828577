"""People joining the office, with the credentials it issues to them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from agent_app.domain.errors import BadInput, Fault
from sync.server import accounts, cases
from sync.server.cases import Changes
from sync.server.db import Db
from sync.server.office import Office, fact


def join(office: Office, db: Db, user: str, name: str, role: str, team: str | None) -> None:
    """Add a person, or change one; the first time with fresh credentials."""
    known = db.value("SELECT 1 FROM users WHERE id = ?", user)
    accounts.add_user(db, user, name, role, team=team)
    if known:
        return
    issued = fact(db, "credentials")
    until = (office.now() + timedelta(days=issued["days"])).date()
    _issue(db, user, issued["kinds"], until)


def renew(db: Db, changes: Changes, user: str, until: date, kinds: Sequence[str] = ()) -> int:
    """Credentials of `user` good until that day, in every case handed out too; how many cases.

    `kinds` (all the office issues when empty) are renewed or added, others stay. BadInput for
    people not known here.
    """
    held = db.value("SELECT credentials FROM users WHERE id = ?", user)
    if held is None:
        raise BadInput(Fault("no such user", value=user, mend="doorstep-server user add"))
    renewed = kinds or fact(db, "credentials")["kinds"]
    kept = [one for one in json.loads(held) if one["kind"] not in renewed]
    _issue(db, user, renewed, until, kept)
    return cases.refresh_credentials(db, changes, user)


def _issue(
    db: Db,
    user: str,
    kinds: Sequence[str],
    until: date,
    kept: Sequence[dict[str, Any]] = (),
) -> None:
    issued = [{"kind": kind, "valid_until": until.isoformat()} for kind in kinds]
    accounts.set_credentials(db, user, [*kept, *issued])
