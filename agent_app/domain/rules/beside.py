"""Contacts with the same person about another debt, for rules that count the person's."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from agent_app.domain.model import Case
from agent_app.domain.rules.history import Contact, History


def contacts_beside(
    case: Case, others: Iterable[Case], before: datetime | None = None
) -> list[dict[str, Any]]:
    """What is known of `others`, cases of the debtor of `case`, as rows `History` takes.

    A visit is said to have been to the address of `case` that reads the same, if one does.
    `before` (aware) leaves out what came at or after it.
    """
    places = {_read(one.text): one.id for one in case.addresses}
    return [
        {
            "at": one.at.isoformat(),
            "channel": one.channel,
            "result": "met" if one.reached else "not_reached",
            "to": _place(one, other, places) if one.channel == "visit" else one.to,
            "event": one.event,
            "completed": one.completed,
        }
        for other in others
        for one in History(other, ()).contacts("any")
        if before is None or _earlier(one, before)
    ]


def _place(one: Contact, other: Case, places: dict[str, str]) -> str:
    if not one.to:
        return ""
    text = next((_read(there.text) for there in other.addresses if there.id == one.to), None)
    if text is None:
        return ""
    return places.get(text, f"{other.id}:{one.to}")


def _read(address: str) -> str:
    """An address without the spaces in which two files may differ."""
    return "".join(address.casefold().split())


def _earlier(one: Contact, before: datetime) -> bool:
    at = one.at
    return at < before if isinstance(at, datetime) else at < before.date()
