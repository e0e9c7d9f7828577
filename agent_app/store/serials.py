"""The blocks of paper numbers leased to this device: used to the end, one after the other.

A newer block waits until the one in use is spent, so no number is passed over. Spent blocks are
kept, so that the register can say of every number what became of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agent_app.store import meta
from agent_app.store.db import Database

NAME = "serials"
Block = Mapping[str, Any]
"""`prefix`, `first` and `last`; the one in use also `next`, `later` and `spent` (lists)."""


def lease(db: Database, block: Block) -> None:
    """Take a new block; it waits while the one in use still has numbers."""
    held = meta.get(db, NAME)
    fresh = {key: block[key] for key in ("prefix", "first", "last")}
    if held is None:
        meta.put(db, NAME, fresh)
    else:
        meta.put(db, NAME, _turned({**held, "later": [*held.get("later", ()), fresh]}))


def peek(db: Database) -> tuple[str, int] | None:
    """Prefix and number of the next paper; None when no number is left."""
    held = meta.get(db, NAME)
    if held is None or _next(held) > held["last"]:
        return None
    return str(held["prefix"]), _next(held)


def spend(db: Database) -> None:
    """The number `peek` gave is used. Call it in the transaction that records its use."""
    held = meta.get(db, NAME)
    meta.put(db, NAME, _turned({**held, "next": _next(held) + 1}))


def left(db: Database) -> int:
    """How many papers can still be numbered."""
    held = meta.get(db, NAME)
    if held is None:
        return 0
    waiting = sum(one["last"] - one["first"] + 1 for one in held.get("later", ()))
    return max(0, int(held["last"]) - _next(held) + 1) + int(waiting)


def blocks(db: Database) -> list[Block]:
    """Every block this device has begun to use, the oldest first, up to the last number spent."""
    held = meta.get(db, NAME)
    if held is None:
        return []
    return [*held.get("spent", ()), {**held, "last": _next(held) - 1}]


def _turned(held: dict[str, Any]) -> dict[str, Any]:
    """The next block in use once this one is spent."""
    later = held.get("later", [])
    if _next(held) <= held["last"] or not later:
        return held
    done = {key: held[key] for key in ("prefix", "first", "last")}
    return {**later[0], "later": later[1:], "spent": [*held.get("spent", ()), done]}


def _next(held: Block) -> int:
    return int(held.get("next", held["first"]))
