"""What a person's other cases tell this one: contacts, and what holds of the person, not of a debt."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from agent_app.domain.model import Case, Mark
from agent_app.domain.rules.history import Contact, History
from agent_app.domain.rules.records import FLAGS, OF_A_DEBT, TELLS
from agent_app.domain.rules.situation import moment

NOT_HERE = "elsewhere"

_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)

Row = dict[str, Any]


def known_beside(case: Case, others: Iterable[Case], before: datetime | None = None) -> list[Row]:
    """All that `others`, cases of the debtor of `case`, tell it, as rows `History` takes.

    `before` (aware) leaves out what came at or after it; holds and flags of a row stay.
    """
    known = list(others)
    return [*contacts_beside(case, known, before), *of_person(case, known, before)]


def of_person(case: Case, others: Iterable[Case], before: datetime | None = None) -> list[Row]:
    """What in `others` concerns the person: holds, flags, happenings, the last wish. No words
    said, no sum; a place only if it is one of `case` too."""
    here = _places(case)
    return [row for other in others for row in _told(other, here, before)]


def _told(other: Case, here: Mapping[str, str], before: datetime | None) -> Iterator[Row]:
    whose = {"case": other.id}
    for row in other.raw.get("holds") or ():
        if row["kind"] not in OF_A_DEBT:
            kept = {key: row[key] for key in ("kind", "since", "until", "extended") if key in row}
            yield whose | {"id": f"hold {row['kind']} {row.get('since') or ''}", "hold": kept}
    for name, value in (other.raw.get("flags") or {}).items():
        if name in FLAGS and value is not False:
            yield whose | {"id": f"flag {name}", "flag": name, "value": value and True}
    doors = {visit: one.get("address") for visit, one in (other.raw.get("visits") or {}).items()}
    for mark in other.marks:
        if _is_told(mark) and (before is None or mark.at < before):
            to = here.get(_read(_text(other, doors.get(mark.visit or ""))), NOT_HERE)
            body = {key: mark.body.get(key) for key in TELLS[mark.kind]}
            yield whose | _happening(mark.event, mark.kind, mark.at, body) | {
                "visit": mark.visit, "to": to,
            }  # fmt: skip
    yield from (whose | row for row in _wish(other, here, before))


def _is_told(mark: Mark) -> bool:
    """Of the people met only a child is told of: whom else one met is no other case's business."""
    return mark.kind in TELLS and (mark.kind != "person_met" or mark.body.get("who") == "minor")


def _wish(other: Case, here: Mapping[str, str], before: datetime | None) -> Iterator[Row]:
    """The last word on how the person wishes to be met; what the file brought if none was said."""
    told = [
        (moment(one.get("at")) or _LONG_AGO, one) for one in other.raw.get("contact_changes") or ()
    ]
    said = [
        (at, one.get("new"), str(one.get("event") or "wish"))
        for at, one in told
        if one.get("field") == "preference" and (before is None or at < before)
    ]
    brought = (other.raw.get("flags") or {}).get("preferences")
    at, new, event = said[-1] if said else (_LONG_AGO, brought, "wish")
    if not isinstance(new, Mapping):
        return
    new = dict(new)
    if isinstance(shut := new.pop("blocked_addresses", None), list):
        places = [here.get(_read(_text(other, one)), NOT_HERE) for one in shut]
        new["blocked_addresses"] = [one for one in places if one != NOT_HERE]
    body = {"field": "preference", "new": new}
    yield _happening(event, "contact_changed", at, body)


def _happening(event: str, kind: str, at: datetime, body: Mapping[str, Any]) -> Row:
    return {"id": event, "kind": kind, "at": at.isoformat(), "body": dict(body)}


def contacts_beside(
    case: Case, others: Iterable[Case], before: datetime | None = None
) -> list[Row]:
    """What is known of `others`, cases of the debtor of `case`, as rows `History` takes.

    `to` is the address or the number of `case` that reads the same, or `NOT_HERE`: where else
    a person was sought is no business of this case. `id` is the same whoever tells of a
    contact. `before` (aware) leaves out what came at or after it.
    """
    here = _places(case)
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


def _places(case: Case) -> dict[str, str]:
    """The addresses and numbers of a case as they read."""
    here = {_read(one.text): one.id for one in case.addresses}
    return here | {_read(one["number"]): one["number"] for one in case.raw.get("phones") or ()}


def _text(other: Case, address: str | None) -> str:
    return next((there.text for there in other.addresses if there.id == address), "")


def _place(one: Contact, other: Case, here: dict[str, str]) -> str:
    to = _text(other, one.to) if one.channel == "visit" else one.to
    return here.get(_read(to), NOT_HERE) if to else ""


def _read(place: str) -> str:
    """An address or a number without the spaces and dashes in which two files may differ."""
    return "".join(place.casefold().replace("-", "").split())


def _earlier(one: Contact, before: datetime) -> bool:
    at = one.at
    return at < before if isinstance(at, datetime) else at < before.date()
