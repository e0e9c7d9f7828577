"""A workbook → a grid for each visible sheet; formulas count as what was last shown, or as empty."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime

import xlrd
from xlrd.compdoc import CompDocError

from agent_app.domain.errors import BadInput, Fault
from sync.server.imports.grid import (
    MOST_COLUMNS,
    MOST_ROWS,
    Grid,
    Number,
    Row,
    Spread,
    blank,
    opening,
)
from sync.server.imports.workbook import Sheet, Workbook

Line = tuple[int, list[object]]
"""A row number and what its cells hold."""


def grids(content: bytes, name: str) -> Iterator[Grid]:
    """Raises BadInput for a workbook that cannot be opened."""
    with opening(name):
        book = Workbook(zipfile.ZipFile(io.BytesIO(content)))
        sheets = [*book.sheets()]
    for sheet in sheets:
        lines = _spread(sheet) if sheet.merges else sheet.rows
        yield Grid(_rows(lines, name), sheet.title, book.epoch_1904)


def old_grids(content: bytes, name: str) -> Iterator[Grid]:
    """The sheets of a workbook of before 2007 (.xls). Raises BadInput."""
    with opening(name):
        try:
            book = xlrd.open_workbook(file_contents=content, logfile=io.StringIO())
            sheets = [one for one in book.sheets() if one.visibility == 0]
        except xlrd.XLRDError as fault:
            if "encrypted" not in str(fault):
                raise ValueError(str(fault)) from fault
            mend = "save it without a password"
            raise BadInput(Fault("protected by a password", file=name, mend=mend)) from fault
        except CompDocError as fault:
            raise ValueError(str(fault)) from fault

    def value(cell: xlrd.sheet.Cell) -> object:
        if cell.ctype == xlrd.XL_CELL_DATE:
            return xlrd.xldate_as_datetime(cell.value, book.datemode)
        if cell.ctype == xlrd.XL_CELL_ERROR:
            return xlrd.error_text_from_code.get(cell.value, "#N/A")
        return cell.value

    for sheet in sheets:
        lines = ((i + 1, [value(one) for one in sheet.row(i)]) for i in range(sheet.nrows))
        yield Grid(_rows(lines, name), sheet.name, book.datemode == 1)


def _rows(lines: Iterable[Line], name: str) -> Iterator[Row]:
    found = 0
    with opening(name):
        for number, cells in lines:
            texts = [shown(cell) for cell in cells[:MOST_COLUMNS]]
            if not blank(texts):
                found += 1
                yield number, texts
            if found > MOST_ROWS:
                raise BadInput(Fault("too many rows", file=name, mend=f"at most {MOST_ROWS}"))


def _spread(sheet: Sheet) -> Iterator[Line]:
    """Rows in which a merged cell is said in every place it covers; it is told after the last."""
    rows = {number: cells[:MOST_COLUMNS] for number, cells in sheet.rows}
    for left, top, right, bottom in sheet.merged:
        right = min(right, MOST_COLUMNS)
        if (right - left + 1) * (bottom - top + 1) > MOST_ROWS or len(rows.get(top, ())) < left:
            continue
        said = Spread(shown(rows[top][left - 1]))
        for number in range(top, bottom + 1):
            cells = rows.get(number, [])
            if not blank(map(shown, cells)):
                cells.extend([None] * (right - len(cells)))
                for place in range(left - 1, right):
                    if (number, place) != (top, left - 1):
                        cells[place] = shown(cells[place]) or said
    yield from rows.items()


def shown(cell: object) -> str:
    """A cell as its text. A number has the 15 digits a workbook keeps; one with more has lost the
    rest and is shown with its power of ten, which no key, identity number or sum reads."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, datetime | date):
        return cell.strftime("%Y/%m/%d")
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, int | float):
        return Number(f"{cell:.15g}" if abs(cell) < 1e15 else f"{cell:.14E}")
    return str(cell)
