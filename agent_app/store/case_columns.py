"""The columns lists and filters need, read from a raw case row without building the rest of it."""

from __future__ import annotations

from typing import Any

import msgspec


class _Named(msgspec.Struct, frozen=True):
    name: str = ""


class _Balance(msgspec.Struct, frozen=True):
    total: int
    currency: str


class _Address(msgspec.Struct, frozen=True):
    text: str
    region: str | None = None
    tz: str | None = None
    lat: float | None = None
    lon: float | None = None
    datum: str | None = None


class _Phone(msgspec.Struct, frozen=True):
    number: str = ""


class _Review(msgspec.Struct, frozen=True):
    decision: str | None = None


class _Visit(msgspec.Struct, frozen=True):
    state: str = "planned"
    started_at: str | None = None
    planned_for: str | None = None
    review: _Review | None = None


class _Outcome(msgspec.Struct, frozen=True):
    code: str | None = None


class _Row(msgspec.Struct, frozen=True):
    id: str
    debtor: _Named
    balance: _Balance
    revision: int = 0
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

COLUMNS = (
    "id", "revision", "debtor", "creditor", "product", "total", "currency", "bucket",
    "days_overdue", "priority", "address", "region", "tz", "lat", "lon", "datum", "visit",
    "visit_state", "planned_for", "visited_at", "outcome", "sent_back", "held", "lease_end",
)  # fmt: skip

NOT_HOLDING = frozenset({"hardship"})


class Columns(msgspec.Struct, frozen=True):
    """`values` of COLUMNS; `sought` is what search looks into: name, places, further texts."""

    values: tuple[Any, ...]
    sought: tuple[str, str, tuple[str, ...]]

    @property
    def id(self) -> str:
        return str(self.values[0])


def derive(raw: bytes | msgspec.Raw) -> Columns:
    """The columns of one raw case row. Raises msgspec.MsgspecError when it cannot be read."""
    row = _decoder.decode(raw)
    address = row.addresses[0] if row.addresses else _Address("")
    visit, state = _standing_visit(row.visits)
    planned = [one.planned_for for one in row.visits.values() if one.state == "planned"]
    started = [one.started_at for one in row.visits.values() if one.started_at]
    values = (
        row.id, row.revision, row.debtor.name, row.creditor.name, row.product.name,
        row.balance.total, row.balance.currency, row.bucket, row.days_overdue, row.priority,
        address.text or None, address.region, address.tz, address.lat, address.lon, address.datum,
        visit, state, min((at for at in planned if at), default=None), max(started, default=None),
        row.last_outcome.code if row.last_outcome else None,
        sum(_sent_back(one) for one in row.visits.values()),
        len(row.holds) + len(row.flags.keys() - NOT_HOLDING),
        row.lease_end,
    )  # fmt: skip
    places = " ".join(one.text for one in row.addresses)
    texts = (row.id, row.creditor.name, *(one.number for one in row.phones))
    return Columns(values, (row.debtor.name, places, texts))


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
