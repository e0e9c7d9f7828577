"""A hand-over file as rows of text under known columns, from any of the forms creditors send."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain, islice

from agent_app.domain.errors import BadInput, Fault
from sync.server.imports import container
from sync.server.imports.grid import Grid, Number, Row, Spread
from sync.server.imports.header import DEEPEST, Header, Place, find, lacking
from sync.server.imports.mapping import FileMapping

_SERIALS = range(36_526, 73_051)
"""Days since 1899-12-30 of the years 2000 to 2099."""
_TO_1904 = 1462
_SPREADING = ("text", "key", "choice", "currency", "date")


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` are (row number as a spreadsheet shows it, cells); `name` is the file's, with the
    sheet's where there are several; `width`: how many cells the header has; `cut`: the file ends
    in the middle of the last row."""

    name: str
    width: int
    places: list[Place]
    rows: Sequence[Row]
    mapping: FileMapping
    cut: bool = False


def read_tables(
    content: bytes, name: str, mappings: Sequence[FileMapping], encoding: str | None = None
) -> list[Table]:
    """The tables in `content` whose header fits a mapping: one, but for workbooks of several.

    Raises BadInput when no reading of the bytes has a header that fits: then a person must say
    the encoding or the mapping.
    """
    found: list[Table] = []
    refused: list[Fault] = []
    for grid in container.grids(content, name, encoding):
        rows = iter(grid.rows)
        top, broken = _top(rows)
        seen = find(top, mappings)
        faults = lacking(seen[1], name) if seen else []
        if seen and seen[1].fits and (broken or faults):
            raise broken or BadInput(faults)
        if seen and seen[1].fits:
            whole = chain(top[seen[0] :], rows)
            found.append(_table(grid, seen[1], whole, f"{name} [{grid.sheet}]"))
            if not grid.sheet:
                break
        elif faults and (not refused or len(faults) < len(refused)):
            refused = faults
        elif broken and not refused:
            refused = list(broken.faults)
    if len(found) == 1:
        return [replace(found[0], name=name)]
    mend = "--encoding NAME, or save it as CSV"
    if not found:
        raise BadInput(refused or Fault("not a table we can read", file=name, mend=mend))
    return found


def _top(rows: Iterator[Row]) -> tuple[list[Row], BadInput | None]:
    """The rows a header may be among, and what broke off the reading of them."""
    top: list[Row] = []
    try:
        for row in islice(rows, DEEPEST):
            top += [row]
    except BadInput as fault:
        return top, fault
    return top, None


def _table(grid: Grid, header: Header, rows: Iterable[Row], name: str) -> Table:
    """Merged cells give their value to words, never to sums; numbers under dates are days."""
    kinds = [(place.index, header.mapping.columns[place.column].kind) for place in header.places]

    def settled(cells: list[str]) -> list[str]:
        for index, kind in kinds:
            cell = cells[index] if index < len(cells) else ""
            if isinstance(cell, Spread) and kind not in _SPREADING:
                cells[index] = ""
            elif isinstance(cell, Number) and kind == "date":
                cells[index] = _day(cell, grid.epoch_1904)
        return [str(cell) for cell in cells]

    found = [(number, settled(cells)) for number, cells in rows]
    return Table(name, header.width, header.places, found, header.mapping, grid.cut)


def _day(cell: str, epoch_1904: bool) -> str:
    if not cell.isdecimal() or (days := int(cell) + _TO_1904 * epoch_1904) not in _SERIALS:
        return cell
    return (date(1899, 12, 30) + timedelta(days=days)).isoformat()
