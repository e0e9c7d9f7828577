"""What goes down to one device: changes in the order in which they were committed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from sync.messages import PAGE_ROWS, Cursor, Page, Revoke
from sync.server.accounts import Device
from sync.server.db import Db

Change = tuple[int, str, Any, int]
"""A place in the feed; base, event or revoke; whose; whether it comes with a new grant."""

_CHANGES = """
SELECT MAX(c.position, g.position) AS place, 'base' AS what, c.id AS name, 1 AS granted
  FROM grants g CROSS JOIN cases c INDEXED BY cases_place ON c.id = g.case_id
 WHERE g.user = :user AND g.revoked IS NULL AND g.position > :cursor
UNION ALL
SELECT c.position, 'base', c.id, 0
  FROM cases c CROSS JOIN grants g ON g.user = :user AND g.case_id = c.id
 WHERE c.position > :cursor AND g.revoked IS NULL AND g.position <= :cursor
UNION ALL
SELECT revoked, 'revoke', case_id, 0 FROM grants WHERE user = :user AND revoked > :cursor
UNION ALL
SELECT MAX(l.position, g.position), 'event', l.leaf, 0
  FROM grants g CROSS JOIN log l ON l.case_id = g.case_id
 WHERE g.user = :user AND g.revoked IS NULL AND g.position > :cursor
   AND l.device <> :device AND l.verdict = 'applied'
UNION ALL
SELECT l.position, 'event', l.leaf, 0
  FROM log l CROSS JOIN grants g ON g.user = :user AND g.case_id = l.case_id
 WHERE l.position > :cursor AND g.revoked IS NULL AND g.position <= :cursor
   AND l.device <> :device AND l.verdict = 'applied'
 ORDER BY place
"""
"""CROSS JOIN keeps SQLite to the order written: from the few that changed to whose they are."""

_BODIES = """
SELECT id, CAST(body AS BLOB) AS raw FROM cases
 WHERE id IN (SELECT value FROM json_each(?)) AND id IN
    (SELECT case_id FROM grants WHERE user = ? AND revoked IS NULL)
"""
_EVENTS = """
SELECT leaf, CAST(raw AS BLOB) AS raw FROM log
 WHERE leaf IN (SELECT value FROM json_each(?)) AND case_id IN
    (SELECT case_id FROM grants WHERE user = ? AND revoked IS NULL)
"""


def position(db: Db) -> Cursor:
    """Where the feed stands now."""
    row = db.row("SELECT epoch, position FROM feed")
    assert row is not None
    return Cursor(**row)


def pages(db: Db, device: Device, start: Cursor, rows: int = PAGE_ROWS) -> Iterator[Page]:
    """Everything after `start` this device's user may see, oldest first, in resumable pages.

    What has changed is listed once; a page then reads what is newest when it is made. What
    changes meanwhile lies after the list, for the next sync, and what is revoked meanwhile is
    left out.
    """
    values = {"user": device.user, "device": device.id, "cursor": start.position}
    for part in _parts(db.tuples(_CHANGES, values), rows):
        yield _page(db, Cursor(start.epoch, part[-1][0]), part, device)


def _parts(found: list[Change], rows: int) -> Iterator[list[Change]]:
    """Slices of some `rows`; a cursor cannot stand between changes of one place."""
    begin = 0
    while begin < len(found):
        end = min(begin + rows, len(found))
        while end < len(found) and found[end][0] == found[end - 1][0]:
            end += 1
        yield found[begin:end]
        begin = end


def _page(db: Db, cursor: Cursor, part: list[Change], device: Device) -> Page:
    page = Page(cursor)
    named: dict[str, list[str | int]] = {"base": [], "event": [], "revoke": []}
    for _, what, name, _ in part:
        named[what].append(name)
    bodies = _stored(db, _BODIES, named["base"], device.user)
    events = _stored(db, _EVENTS, named["event"], device.user)
    if device.role != "agent":
        page.arrived = _arrivals(db, events)
    page.bases = [bodies[name] for name in named["base"] if name in bodies]
    page.grants = [name for _, _, name, granted in part if granted and name in bodies]
    page.events = [events[name] for name in named["event"] if name in events]
    page.revokes = [_revoke(db, device.user, name) for name in named["revoke"]]
    return page


def _revoke(db: Db, user: str, case: str | int) -> Revoke:
    grant = db.row("SELECT reason, at FROM grants WHERE user = ? AND case_id = ?", user, case)
    assert grant is not None
    return Revoke(str(case), grant["reason"] or "", grant["at"])


def _stored(db: Db, sql: str, keys: Iterable[str | int], user: str) -> dict[str | int, msgspec.Raw]:
    """Rows as they lie in the database, by key."""
    wanted = msgspec.json.encode([*keys]).decode()
    return {key: msgspec.Raw(raw) for key, raw in db.tuples(sql, wanted, user)}


def _arrivals(db: Db, leaves: Iterable[str | int]) -> dict[str, str]:
    """When the log took these, by event id."""
    wanted = msgspec.json.encode([*leaves]).decode()
    sql = "SELECT id, received_at FROM log WHERE leaf IN (SELECT value FROM json_each(?))"
    return {row["id"]: row["received_at"] for row in db.rows(sql, wanted)}
