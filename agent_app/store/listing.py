"""What lists and search need of a case, read from its raw row without building the rest of it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

import msgspec

from agent_app.store.search import folded


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


class Case(msgspec.Struct, frozen=True, gc=False):
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


_NOWHERE = _Address("")
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


_encode = msgspec.json.Encoder().encode
read_row = msgspec.json.Decoder(DayRow).decode
"""The DayRow in the column `listed`."""


read_case = msgspec.json.Decoder(Case).decode
"""What is needed of a raw case row. Raises msgspec.MsgspecError when it cannot be read."""


def derived(rows: Sequence[Case]) -> list[tuple[Any, ...]]:
    """For each row its id, visit_state, priority, days_overdue, sought, listed and person."""
    words = iter(folded(chain.from_iterable(map(_sought, rows))))
    return [
        (
            *(row.id, state, row.priority, row.days_overdue),
            *(f"{next(words)}\n{next(words)}", _encode(listed), row.debtor.id),
        )
        for row, (state, listed) in zip(rows, map(_listed, rows), strict=True)
    ]


def _sought(row: Case) -> tuple[str, str]:
    """What search looks into: the debtor's name, and on a second line everything else."""
    texts = [one.text for one in row.addresses]
    texts += (row.id, row.creditor.name)
    texts += [one.number for one in row.phones]
    return row.debtor.name, " ".join(texts)


def _listed(row: Case) -> tuple[str | None, DayRow]:
    """The state of the visit a list speaks of, and what the list shows."""
    address = row.addresses[0] if row.addresses else _NOWHERE
    visit = state = planned = started = None
    sent_back = 0
    if row.visits:
        visits = row.visits.values()
        visit, state = _standing_visit(row.visits)
        planned = min((at for one in visits if (at := _planned(one))), default=None)
        started = max((at for one in visits if (at := one.started_at)), default=None)
        sent_back = sum(map(_sent_back, visits))
    return state, DayRow(
        row.id, row.debtor.name, row.creditor.name, row.product.name,
        row.balance.total, row.balance.currency, row.bucket, row.days_overdue, row.priority,
        address.text or None, address.region, address.tz, address.lat, address.lon, address.datum,
        visit, state, planned, started,
        row.last_outcome.code if row.last_outcome else None, sent_back,
        len(row.holds) + len(row.flags.keys() - NOT_HOLDING) if row.flags else len(row.holds),
        row.lease_end,
    )  # fmt: skip


def _planned(visit: _Visit) -> str | None:
    return visit.planned_for if visit.state == "planned" else None


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
