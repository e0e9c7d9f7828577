"""Rows that are no cases: a line of totals, a heading repeated, a remark below the table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from agent_app.domain.errors import Fault
from agent_app.domain.money import plain_amount
from sync.server.imports.cells import Unreadable, amount_of
from sync.server.imports.header import Place, plain
from sync.server.imports.table import Table

_TOTALS = (
    "合计",
    "合計",
    "总计",
    "總計",
    "小计",
    "小計",
    "共计",
    "共計",
    "total",
    "sum",
    "subtotal",
)


def is_heading(cells: Sequence[str], places: Sequence[Place]) -> bool:
    """The header again, as where pages of an export were put one below the other."""
    return all(at(cells, one).strip() == one.called for one in places)


def is_totals(cells: Sequence[str]) -> bool:
    first = next((cell for cell in cells if cell.strip()), "")
    return plain(first).startswith(_TOTALS) and len(first) < 20


def is_remark(cells: Sequence[str], key: Place) -> bool:
    """One or two cells, and none in the column of the case numbers but it may be the first."""
    filled = [cell for cell in cells if cell.strip()]
    return len(filled) <= 2 and (key.index > 0 or len(filled) == 1)


def at(cells: Sequence[str], place: Place) -> str:
    return cells[place.index] if place.index < len(cells) else ""


class Sums:
    """What the rows above add up to, column by column, to hold against a line of totals.

    Refused rows count too: the line was made from all of them. A sum that could not be read, or
    a second currency, leaves nothing to compare.
    """

    def __init__(self, table: Table) -> None:
        columns = table.mapping.columns
        self._name = table.name
        self._amounts = [
            (one, columns[one.column].to)
            for one in table.places
            if columns[one.column].kind == "amount"
        ]
        self._sums: Counter[str] = Counter()
        self._part: Counter[str] = Counter()
        self._unknown: set[str] = set()
        self._currencies: set[str] = set()

    def add(self, cells: Sequence[str], values: Mapping[str, Any], currency: str) -> None:
        """A row: what was read of it, and its cells for what was not."""
        self._currencies.add(currency)
        for place, field in self._amounts:
            amount = values.get(field)
            if amount is not None:
                self._sums[place.column] += amount
                self._part[place.column] += amount
            elif at(cells, place).strip():
                self._unknown.add(place.column)

    def compare(self, number: int, cells: Sequence[str]) -> list[Fault]:
        """Faults where the line of totals says otherwise than the rows; of the rows since the
        line before, or of all."""
        faults = []
        if len(self._currencies) == 1:
            [currency] = self._currencies
            for place, _ in self._amounts:
                cell = at(cells, place).strip()
                if not cell or place.column in self._unknown:
                    continue
                found = {self._sums[place.column], self._part[place.column]}
                try:
                    if amount_of(cell, currency, place.unit) in found:
                        continue
                except Unreadable:
                    pass
                mend = f"the rows add up to {plain_amount(self._sums[place.column], currency)}"
                faults.append(
                    Fault(
                        "the line of totals differs", self._name, number, place.called, cell, mend
                    )
                )
        self._part.clear()
        return faults
