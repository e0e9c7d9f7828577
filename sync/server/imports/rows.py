"""The rows of a table → values by field; each bad row is named, the good ones go on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from agent_app.domain.errors import Fault
from sync.server.imports import lists, totals
from sync.server.imports.cells import READERS, Unreadable, amount_of, clean, currency_of, word
from sync.server.imports.header import Place
from sync.server.imports.mapping import Column, FileMapping
from sync.server.imports.table import Table
from sync.server.imports.totals import at

Values = dict[str, Any]


def good_rows(tables: Sequence[Table], faults: list[Fault]) -> Iterator[tuple[Table, Values]]:
    """Every row whose cells can be read and whose case has not been seen above.

    A row's number is its value `_row`. What is wrong with the others is added to `faults`.
    """
    seen: dict[str, str] = {}
    for table in tables:
        yield from ((table, values) for values in _good(table, seen, faults))


def _good(table: Table, seen: dict[str, str], faults: list[Fault]) -> Iterator[Values]:
    key = next(one for one in table.places if table.mapping.columns[one.column].to == "case")
    width = 1 + max(place.index for place in table.places)
    order, sums = _currency_first(table), totals.Sums(table)
    for place, (number, cells) in enumerate(table.rows, 1):
        if totals.is_heading(cells, table.places):
            continue
        if totals.is_totals(cells):
            faults += sums.compare(number, cells)
            continue
        if table.cut and place == len(table.rows) and len(cells) < width:
            mend = "get the whole file again"
            faults.append(Fault("the file is cut off here", table.name, number, mend=mend))
            continue
        if totals.is_remark(cells, key):
            said = next(cell.strip() for cell in cells if cell.strip())
            mend = "a remark? leave it out of the table"
            faults.append(
                Fault("no case in this row", table.name, number, value=said[:80], mend=mend)
            )
            continue
        values, bad = _read_row(table, order, cells, number)
        sums.add(cells, values, values.get("currency") or "CNY")
        bad += _beside(table, cells, number)
        if not bad and (first := seen.setdefault(values["case"], f"{table.name}:{number}")) != (
            f"{table.name}:{number}"
        ):
            mend = f"keep one; the other is row {first.removeprefix(table.name + ':')}"
            bad.append(
                Fault(
                    "this case stands twice", table.name, number, key.called, values["case"], mend
                )
            )
        faults += bad
        if not bad:
            yield values


def _beside(table: Table, cells: list[str], number: int) -> list[Fault]:
    if len(cells) > table.width and any(cell.strip() for cell in cells[table.width :]):
        return [Fault("more cells than columns", table.name, number, mend="quote the comma")]
    return []


def _currency_first(table: Table) -> list[tuple[Place, Column]]:
    """The places in the order to read them: sums are read by their row's currency."""
    both = [(place, table.mapping.columns[place.column]) for place in table.places]
    return sorted(both, key=lambda one: one[1].kind != "currency")


def _read_row(
    table: Table, order: Sequence[tuple[Place, Column]], cells: list[str], number: int
) -> tuple[Values, list[Fault]]:
    values: Values = {"_row": number}
    faults = []
    for place, column in order:
        cell = at(cells, place)
        try:
            values[column.to] = _read(
                cell, column, table.mapping, values.get("currency") or "CNY", place.unit
            )
        except Unreadable as fault:
            faults.append(fault_in(table.name, number, place.called, cell, fault))
    return values, faults


def _read(cell: str, column: Column, mapping: FileMapping, currency: str, unit: str) -> Any:
    """The value of a cell, None for an empty one. `currency` is the row's own."""
    text = clean(cell)
    if not text:
        if column.required:
            raise Unreadable("empty", "this column must be filled")
        return None
    match column.kind:
        case "amount":
            return amount_of(text, currency, unit)
        case "amounts":
            return [amount_of(part, currency, unit) for part in text.split("|")]
        case "choice":
            return word(text, column.words)
        case "currency":
            return currency_of(text, column.words)
    if (reader := READERS.get(column.kind)) is not None:
        return reader(text)
    return lists.READERS[column.kind](text, mapping.tables, currency)


def fault_in(name: str, row: int, called: str, cell: str, fault: Unreadable) -> Fault:
    return Fault(fault.message, name, row, called, cell[:80], fault.mend)


def place_of(table: Table, field: str) -> Place | None:
    """Where the column stands that fills a field."""
    return next(
        (one for one in table.places if table.mapping.columns[one.column].to == field), None
    )
