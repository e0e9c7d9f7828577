"""Contacts with the same person about another debt, for rules that count the person's."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from agent_app.domain.model import Case
from agent_app.domain.rules.history import Contact, History

NOT_HERE = "elsewhere"


def contacts_beside(
    case: Case, others: Iterable[Case], before: datetime | None = None
) -> list[dict[str, Any]]:
    """What is known of `others`, cases of the debtor of `case`, as rows `History` takes.

    `to` is the address or the number of `case` that reads the same, or `NOT_HERE`: where else
    a person was sought is no business of this case. `id` is the same whoever tells of a
    contact. `before` (aware) leaves out what came at or after it.
    """
    here = {_read(one.text): one.id for one in case.addresses}
    here |= {_read(one["number"]): one["number"] for one in case.raw.get("phones") or ()}
    return [
        {
            "id": name,
            "at": one.at.isoformat(),
            "channel": one.channel,
            "result": "met" if one.reached else "not_reached",
            "to": _place(one, other, here),
            "event": one.event,
            "completed": one.completed,
        }
        for other in others
        for name, one in _named(other)
        if before is None or _earlier(one, before)
    ]


def _named(other: Case) -> Iterator[tuple[str, Contact]]:
    """The contacts of a case by their events, or by a name that does not say whose they are."""
    alike: Counter[str] = Counter()
    for one in History(other, ()).contacts("any"):
        if one.elsewhere:
            continue
        told = f"{other.id} {one.at.isoformat()} {one.channel}"
        alike[told] += 1
        digest = hashlib.sha256(f"{told} {alike[told]}".encode()).hexdigest()
        yield one.event or digest[:16], one


def _place(one: Contact, other: Case, here: dict[str, str]) -> str:
    to = one.to
    if one.channel == "visit":
        to = next((there.text for there in other.addresses if there.id == to), "")
    return here.get(_read(to), NOT_HERE) if to else ""


def _read(place: str) -> str:
    """An address or a number without the spaces and dashes in which two files may differ."""
    return "".join(place.casefold().replace("-", "").split())


def _earlier(one: Contact, before: datetime) -> bool:
    at = one.at
    return at < before if isinstance(at, datetime) else at < before.date()
