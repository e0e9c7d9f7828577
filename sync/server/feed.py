"""What goes down to one device: changes in the order in which they were committed."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from sync.messages import PAGE_ROWS, Cursor, Page, Revoke
from sync.server.accounts import Device
from sync.server.db import Db, Row

_CHANGES = """
SELECT MAX(c.position, g.position) AS place, 'base' AS what, c.id AS case_id, NULL AS leaf,
       g.position > :cursor AS granted
  FROM grants g JOIN cases c ON c.id = g.case_id
 WHERE g.user = :user AND g.revoked IS NULL AND (c.position > :cursor OR g.position > :cursor)
UNION ALL
SELECT revoked, 'revoke', case_id, NULL, 0 FROM grants WHERE user = :user AND revoked > :cursor
UNION ALL
SELECT MAX(l.position, g.position), 'event', l.case_id, l.leaf, 0
  FROM grants g JOIN log l ON l.case_id = g.case_id
 WHERE g.user = :user AND g.revoked IS NULL AND g.position > :cursor
   AND l.device <> :device AND l.verdict = 'applied'
UNION ALL
SELECT l.position, 'event', l.case_id, l.leaf, 0
  FROM grants g JOIN log l ON l.case_id = g.case_id AND l.position > :cursor
 WHERE g.user = :user AND g.revoked IS NULL AND g.position <= :cursor
   AND l.device <> :device AND l.verdict = 'applied'
"""

_LAST = f"SELECT MAX(place) FROM (SELECT place FROM ({_CHANGES}) ORDER BY place LIMIT :rows)"  # noqa: S608
_UP_TO = f"SELECT * FROM ({_CHANGES}) WHERE place <= :last ORDER BY place"  # noqa: S608


def position(db: Db) -> Cursor:
    """Where the feed stands now."""
    row = db.row("SELECT epoch, position FROM feed")
    assert row is not None
    return Cursor(**row)


def pages(db: Db, device: Device, start: Cursor, rows: int = PAGE_ROWS) -> Iterator[Page]:
    """Everything after `start` this device's user may see, oldest first, in resumable pages.

    A page reads what is newest when it is made: a case that changes meanwhile moves to a later
    page, never out of sight.
    """
    cursor = start
    while True:
        values = {"user": device.user, "device": device.id, "cursor": cursor.position}
        last = db.value(_LAST, values | {"rows": rows})
        if last is None:
            return
        found = db.rows(_UP_TO, values | {"last": last})
        cursor = Cursor(cursor.epoch, last)
        yield _page(db, cursor, found, device)


def _page(db: Db, cursor: Cursor, found: list[Row], device: Device) -> Page:
    page = Page(cursor)
    for row in found:
        if row["what"] == "base":
            if row["granted"]:
                page.grants.append(row["case_id"])
            page.bases.append(_raw(db, "SELECT body FROM cases WHERE id = ?", row["case_id"]))
        elif row["what"] == "event":
            page.events.append(_raw(db, "SELECT raw FROM log WHERE leaf = ?", row["leaf"]))
        else:
            grant = db.row(
                "SELECT reason, at FROM grants WHERE user = ? AND case_id = ?",
                *(device.user, row["case_id"]),
            )
            assert grant is not None
            page.revokes.append(Revoke(row["case_id"], grant["reason"] or "", grant["at"]))
    return page


def _raw(db: Db, sql: str, key: object) -> msgspec.Raw:
    return msgspec.Raw(db.value(sql, key).encode())
