"""Document numbers, leased in blocks so that a device can number papers with no network."""

from __future__ import annotations

from datetime import datetime

from sync.messages import Serials
from sync.server.db import Db
from sync.server.office import fact, put_fact

BLOCK = 200


def lease(db: Db, now: datetime) -> Serials:
    """The next block of the year; numbers unused are never given again."""
    key = f"serials-{now.year}"
    first = int(fact(db, key) or 1)
    put_fact(db, key, first + BLOCK)
    return Serials(prefix=f"D{now.year}-", first=first, last=first + BLOCK - 1)
