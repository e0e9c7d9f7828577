"""What lists and search need of a case, read from its raw row without building the rest of it."""

from __future__ import annotations

from typing import Any

import msgspec

from agent_app.store.search import sought


class _Named(msgspec.Struct, frozen=True, gc=False):
    name: str = ""


class _Debtor(msgspec.Struct, frozen=True, gc=False):
    id: str = ""
    name: str = ""


class _Balance(msgspec.Struct, frozen=True, gc=False):
    total: int
    currency: str


class _Address(msgspec.Struct, frozen=True, gc=False):
    text: str
    region: str | None = None
    tz: str | None = None
    lat: float | None = None
    lon: float | None = None
    datum: str | None = None


class _Phone(msgspec.Struct, frozen=True, gc=False):
    number: str = ""


class _Review(msgspec.Struct, frozen=True, gc=False):
    decision: str | None = None


class _Visit(msgspec.Struct, frozen=True, gc=False):
    state: str = "planned"
    started_at: str | None = None
    planned_for: str | None = None
    review: _Review | None = None


class _Outcome(msgspec.Struct, frozen=True, gc=False):
    code: str | None = None


class _Row(msgspec.Struct, frozen=True, gc=False):
    id: str
    debtor: _Debtor
    balance: _Balance
    creditor: _Named = _Named()
    product: _Named = _Named()
    bucket: str = ""
    days_overdue: int = 0
    priority: int = 0
    addresses: list[_Address] = []
    phones: list[_Phone] = []
    visits: dict[str, _Visit] = {}
    last_outcome: _Outcome | None = None
    holds: list[msgspec.Raw] = []
    flags: dict[str, msgspec.Raw] = {}
    lease_end: str | None = None


_decoder = msgspec.json.Decoder(_Row)

NOT_HOLDING = frozenset({"hardship"})


class DayRow(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What a list shows of a case; `total` in minor units. Fields are only ever added at the end."""

    id: str
    debtor: str
    creditor: str
    product: str
    total: int
    currency: str
    bucket: str
    days_overdue: int
    priority: int
    address: str | None
    region: str | None
    tz: str | None
    lat: float | None
    lon: float | None
    datum: str | None
    visit: str | None
    visit_state: str | None
    planned_for: str | None
    visited_at: str | None
    outcome: str | None
    sent_back: int
    held: int
    lease_end: str | None


COLUMNS = ("id", "visit_state", "priority", "days_overdue", "sought", "listed", "person")

_encode = msgspec.json.Encoder().encode
read_row = msgspec.json.Decoder(DayRow).decode
"""The DayRow in the column `listed`."""


def derive(raw: bytes | str) -> tuple[Any, ...]:
    """The values of COLUMNS for one raw case row, its id first.

    Raises msgspec.MsgspecError when it cannot be read.
    """
    row = _decoder.decode(raw)
    address = row.addresses[0] if row.addresses else _Address("")
    visit, state = _standing_visit(row.visits)
    planned = [one.planned_for for one in row.visits.values() if one.state == "planned"]
    started = [one.started_at for one in row.visits.values() if one.started_at]
    listed = DayRow(
        row.id, row.debtor.name, row.creditor.name, row.product.name,
        row.balance.total, row.balance.currency, row.bucket, row.days_overdue, row.priority,
        address.text or None, address.region, address.tz, address.lat, address.lon, address.datum,
        visit, state, min((at for at in planned if at), default=None), max(started, default=None),
        row.last_outcome.code if row.last_outcome else None,
        sum(_sent_back(one) for one in row.visits.values()),
        len(row.holds) + len(row.flags.keys() - NOT_HOLDING),
        row.lease_end,
    )  # fmt: skip
    texts = (
        *(one.text for one in row.addresses),
        *(row.id, row.creditor.name),
        *(one.number for one in row.phones),
    )
    words = sought(row.debtor.name, texts)
    return (
        *(row.id, state, row.priority, row.days_overdue),
        *(words, _encode(listed), row.debtor.id),
    )


def _standing_visit(visits: dict[str, _Visit]) -> tuple[str | None, str | None]:
    """The visit a list speaks of: the open one, else the planned one, else the newest."""
    for state in ("open", "planned"):
        for visit, one in visits.items():
            if one.state == state:
                return visit, state
    newest = max(visits, default=None)
    return newest, visits[newest].state if newest else None


def _sent_back(visit: _Visit) -> bool:
    return visit.review is not None and visit.review.decision == "sent_back"
