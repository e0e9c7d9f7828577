"""The visible sheets of an .xlsx (ECMA-376), read through once, a row at a time.

Only what a table needs: no formulas, no looks beyond whether a number is shown as a date.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import IO

from lxml import etree
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils.cell import column_index_from_string, range_boundaries
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

Area = tuple[int, int, int, int]
"""First column, first row, last column, last row; from 1."""
_SHUT = {"resolve_entities": False, "no_network": True, "load_dtd": False}
"""Nothing outside the file is ever read for it."""
_FURTHEST = 16_384
"""Columns a sheet can have."""


@dataclass
class Sheet:
    """Rows by number, each with its cells from the first column on, as they were last shown.

    `merged` is known once `rows` has been read to its end.
    """

    title: str
    rows: Iterator[tuple[int, list[object]]]
    merges: bool
    merged: list[Area] = field(default_factory=list)


class Workbook:
    """Raises what `zipfile` does, LookupError and ValueError where the file breaks its form."""

    def __init__(self, pack: zipfile.ZipFile) -> None:
        self._pack = pack
        self._book = self._tree("xl/workbook.xml")
        kept = self._book.find("{*}workbookPr")
        self.epoch_1904 = kept is not None and kept.get("date1904") in ("1", "true")
        self._epoch = MAC_EPOCH if self.epoch_1904 else WINDOWS_EPOCH
        self._parts: dict[str, str] = {}
        self._of_kind: dict[str, str] = {}
        for one in self._tree("xl/_rels/workbook.xml.rels").iter("{*}Relationship"):
            path = posixpath.normpath(posixpath.join("/xl", one.get("Target", ""))).lstrip("/")
            self._parts[one.get("Id", "")] = path
            self._of_kind[path] = one.get("Type", "").rpartition("/")[2]
        self._strings = self._shared()
        self._styles = self._dates()

    def sheets(self) -> Iterator[Sheet]:
        """Those a person sees, in their order."""
        for one in self._book.iter("{*}sheet"):
            named = next((value for key, value in one.items() if key.endswith("}id")), "")
            part = self._parts.get(named, "")
            table = self._of_kind.get(part) == "worksheet"
            if table and one.get("state", "visible") == "visible":
                merges = b"mergeCell " in self._pack.read(part)
                sheet = Sheet(one.get("name", ""), iter(()), merges)
                sheet.rows = self._rows(part, sheet)
                yield sheet

    def _rows(self, part: str, sheet: Sheet) -> Iterator[tuple[int, list[object]]]:
        number = 0
        with self._pack.open(part) as stream:
            for one in _ended(stream, "{*}row", "{*}mergeCell"):
                if one.tag.endswith("mergeCell"):
                    left, top, right, bottom = range_boundaries(one.get("ref", ""))
                    if left and top and right and bottom:
                        sheet.merged.append((left, top, right, bottom))
                    continue
                number = int(one.get("r") or number + 1)
                yield number, self._cells(one)
                one.clear()
                while one.getprevious() is not None:
                    del one.getparent()[0]

    def _cells(self, row: etree._Element) -> list[object]:
        cells: list[object] = []
        for one in row.iterchildren("{*}c"):
            if named := one.get("r"):
                place, here = _column(named.rstrip("0123456789")), len(cells)
                if not here < place <= _FURTHEST:
                    raise ValueError(f"a cell out of its order: {named}")
                cells.extend([None] * (place - 1 - here))
            cells.append(self._value(one))
        return cells

    def _value(self, cell: etree._Element) -> object:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return "".join(map(_text, cell))
        text = next((one.text for one in cell if str(one.tag).endswith("}v")), None)
        if text is None:
            return None
        if kind == "n":
            return self._number(text, int(cell.get("s") or 0))
        if kind == "s":
            return self._strings[int(text)]
        if kind == "b":
            return text.strip() in ("1", "true")
        if kind == "d":
            with suppress(ValueError):
                return datetime.fromisoformat(text)
        return text

    def _number(self, text: str, style: int) -> object:
        value = float(text) if set(text) & set(".eE") else int(text)
        if not self._styles or not self._styles[style]:
            return value
        try:
            return from_excel(value, self._epoch, timedelta=self._styles[style] == "span")
        except (OverflowError, ValueError):
            return "#VALUE!"

    def _shared(self) -> list[str]:
        found: list[str] = []
        for part in self._named("sharedStrings"):
            with self._pack.open(part) as stream:
                for one in _ended(stream, "{*}si"):
                    found.append(_text(one).replace("x005F_", ""))
                    one.clear()
        return found

    def _dates(self) -> list[str]:
        """Of each cell style: "date", "span" of time, or "" for any other."""
        found: list[str] = []
        for part in self._named("styles"):
            styles = self._tree(part)
            own = {one.get("numFmtId"): one.get("formatCode") for one in styles.iter("{*}numFmt")}
            for one in styles.iterfind("{*}cellXfs/{*}xf"):
                number = one.get("numFmtId", "0")
                found.append(_kind(own.get(number) or BUILTIN_FORMATS.get(int(number), "")))
        return found

    def _named(self, kind: str) -> list[str]:
        return [part for part, what in self._of_kind.items() if what == kind]

    def _tree(self, part: str) -> etree._Element:
        with self._pack.open(part) as stream, _sound():
            return etree.parse(stream, etree.XMLParser(**_SHUT)).getroot()


@contextmanager
def _sound() -> Iterator[None]:
    try:
        yield
    except etree.XMLSyntaxError as fault:
        raise ValueError(str(fault)) from fault


def _ended(stream: IO[bytes], *tags: str) -> Iterator[etree._Element]:
    """Elements as they end."""
    with _sound():
        for _, one in etree.iterparse(stream, tag=tags, **_SHUT):
            yield one


def _text(item: etree._Element) -> str:
    """The words of a string, without how they are read aloud (`rPh`)."""
    if len(item) == 1 and str(item[0].tag).endswith("}t"):
        return item[0].text or ""
    words = [
        one.text or "" for one in item.iter("{*}t") if not str(one.getparent().tag).endswith("}rPh")
    ]
    return "".join(words)


@cache
def _column(letters: str) -> int:
    return int(column_index_from_string(letters))


def _kind(code: str) -> str:
    if not is_date_format(code):
        return ""
    return "span" if is_timedelta_format(code) else "date"
