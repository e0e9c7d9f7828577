"""A hand-over file as a header and rows of text, from CSV in any of our encodings or from XLSX."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from agent_app.domain.errors import BadInput, Fault
from sync.server.imports.decode import readings
from sync.server.imports.mapping import FileMapping, fitting

LARGEST = 200 * 1024 * 1024
LARGEST_SHEET = 50 * 1024 * 1024
LARGEST_RATIO = 100
MOST_ROWS = 200_000


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` are (row number as a spreadsheet shows it, cells)."""

    header: list[str]
    rows: Sequence[tuple[int, list[str]]]
    mapping: FileMapping


def read_table(
    content: bytes, name: str, mappings: Sequence[FileMapping], encoding: str | None = None
) -> Table:
    """The table in `content`, by the mapping its header fits.

    Raises BadInput when no reading of the bytes has a header that fits: then a person must say
    the encoding or the mapping.
    """
    if len(content) > LARGEST:
        raise BadInput(Fault("too large", file=name, mend=f"at most {LARGEST} bytes"))
    if content.startswith(b"PK\x03\x04"):
        candidates: Iterator[list[tuple[int, list[str]]]] = iter([_sheet(content, name)])
    else:
        candidates = (_csv(text, name) for text in readings(content, encoding))
    closest: list[Fault] = []
    for rows in candidates:
        header = [cell.strip() for cell in rows[0][1]] if rows else []
        chosen = fitting(mappings, header)
        if chosen is not None:
            _refuse_twice(header, name, chosen)
            return Table(header, rows[1:], chosen)
        closest = _nearest(header, name, mappings) or closest
    raise BadInput(closest or Fault("not a table we can read", file=name, mend="--encoding NAME"))


def _csv(text: str, name: str) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, list[str]]] = []
    start = 1
    try:
        for cells in reader:
            if any(cells):
                rows.append((start, cells))
            start = reader.line_num + 1
            if len(rows) > MOST_ROWS:
                raise BadInput(Fault("too many rows", file=name, mend=f"at most {MOST_ROWS}"))
    except csv.Error as fault:
        raise BadInput(
            Fault(f"not CSV: {fault}", file=name, row=start, mend="close the quotation mark")
        ) from fault
    return rows


def _sheet(content: bytes, name: str) -> list[tuple[int, list[str]]]:
    """The first visible sheet; formulas count as what was last shown, or as empty."""
    import openpyxl

    _refuse_bomb(content, name)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as fault:
        raise BadInput(
            Fault("not a workbook we can open", file=name, mend="save it as CSV")
        ) from fault
    try:
        sheet = next(one for one in book.worksheets if one.sheet_state == "visible")
        rows = []
        for number, cells in enumerate(sheet.iter_rows(values_only=True, max_col=256), 1):
            texts = [_shown(cell) for cell in cells]
            if any(texts):
                rows.append((number, texts))
            if len(rows) > MOST_ROWS:
                raise BadInput(Fault("too many rows", file=name, mend=f"at most {MOST_ROWS}"))
        return rows
    finally:
        book.close()


def _refuse_bomb(content: bytes, name: str) -> None:
    try:
        parts = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except zipfile.BadZipFile as fault:
        raise BadInput(Fault("a damaged workbook", file=name, mend="save it again")) from fault
    size = sum(part.file_size for part in parts)
    if size > LARGEST_SHEET or size > LARGEST_RATIO * max(len(content), 1):
        raise BadInput(Fault("a workbook that unpacks too large", file=name, mend="save it as CSV"))
    names = [part.filename for part in parts]
    if len(set(names)) < len(names) or any(".." in one or one.startswith("/") for one in names):
        raise BadInput(Fault("a workbook with odd parts inside", file=name, mend="save it as CSV"))
    if any(one.endswith("vbaProject.bin") for one in names):
        raise BadInput(Fault("a workbook with macros", file=name, mend="save it as .xlsx or CSV"))


def _shown(cell: object) -> str:
    """A cell as its text; a number without a needless fraction, a date as our dates."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.strftime("%Y/%m/%d")
    if isinstance(cell, float):
        return repr(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    return str(cell)


def _refuse_twice(header: list[str], name: str, mapping: FileMapping) -> None:
    twice = {one for one in header if one in mapping.columns and header.count(one) > 1}
    if twice:
        raise BadInput(
            [Fault("a column stands twice", name, 1, one, mend="keep one") for one in sorted(twice)]
        )


def _nearest(header: list[str], name: str, mappings: Sequence[FileMapping]) -> list[Fault]:
    """Which columns lack for the mapping this header comes closest to; nothing if far from all."""
    best = min(mappings, key=lambda one: len(one.missing(header)), default=None)
    if best is None or not set(header) & set(best.columns):
        return []
    return [
        Fault("this column is missing", name, 1, lacking, mend="add it, or give another --mapping")
        for lacking in best.missing(header)
    ]
