"""A workbook → a grid for each visible sheet; formulas count as what was last shown, or as empty."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime

import openpyxl
from openpyxl.utils.datetime import CALENDAR_MAC_1904

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

_LARGEST_WITH_MERGES = 20 * 1024 * 1024
"""Merged cells are known only to the reader that holds the whole sheet; larger ones go without."""
Cover = dict[tuple[int, int], str]


def grids(content: bytes, name: str) -> Iterator[Grid]:
    """Raises BadInput for a workbook that cannot be opened."""
    with opening(name):
        merges = _merges(content)
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    epoch_1904 = book.epoch == CALENDAR_MAC_1904
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
            sheet.reset_dimensions()
            cells = sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS)
            yield Grid(_rows(cells, merges.get(sheet.title, {}), name), sheet.title, epoch_1904)


def old_grids(content: bytes, name: str) -> Iterator[Grid]:
    """The sheets of a workbook of before 2007 (.xls). Raises BadInput."""
    import xlrd
    from xlrd.compdoc import CompDocError

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
        lines = (tuple(value(one) for one in sheet.row(i)) for i in range(sheet.nrows))
        yield Grid(_rows(lines, {}, name), sheet.name, book.datemode == 1)


def _rows(lines: Iterable[tuple[object, ...]], merged: Cover, name: str) -> Iterator[Row]:
    found = 0
    with opening(name):
        for number, cells in enumerate(lines, 1):
            texts = [shown(cell) for cell in cells[:MOST_COLUMNS]]
            if merged and not blank(texts):
                texts = [
                    text or Spread(merged.get((number, column), ""))
                    for column, text in enumerate(texts, 1)
                ]
            if not blank(texts):
                found += 1
                yield number, texts
            if found > MOST_ROWS:
                raise BadInput(Fault("too many rows", file=name, mend=f"at most {MOST_ROWS}"))


def _merges(content: bytes) -> dict[str, Cover]:
    """By sheet, what a merged cell says in each place it covers, but for its own."""
    with zipfile.ZipFile(io.BytesIO(content)) as pack:
        parts = [one for one in pack.infolist() if one.filename.startswith("xl/worksheets/")]
        if sum(one.file_size for one in parts) > _LARGEST_WITH_MERGES or not any(
            b"<mergeCell " in pack.read(one) for one in parts
        ):
            return {}
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    return {
        sheet.title: {
            place: shown(sheet.cell(area.min_row, area.min_col).value)
            for area in sheet.merged_cells.ranges
            if area.size["rows"] * area.size["columns"] <= MOST_ROWS
            for row in area.rows
            for place in row
        }
        for sheet in book.worksheets
    }


def shown(cell: object) -> str:
    """A cell as its text. A number has the 15 digits a workbook keeps; one with more has lost the
    rest and is shown with its power of ten, which no key, identity number or sum reads."""
    if cell is None:
        return ""
    if isinstance(cell, datetime | date):
        return cell.strftime("%Y/%m/%d")
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, int | float):
        return Number(f"{cell:.15g}" if abs(cell) < 1e15 else f"{cell:.14E}")
    return str(cell)
