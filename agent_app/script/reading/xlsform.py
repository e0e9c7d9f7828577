"""An XLSForm workbook to a FormData, through pyxform; faults in the author's own rows."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

from agent_app.domain.errors import BadInput, Fault
from agent_app.script.form import FormData, Secondary
from agent_app.script.reading.document import Place
from agent_app.script.reading.xform import read_xform

Row = dict[str, Any]
COLUMNS = {
    "relevant": ("relevant", "relevance", "bind::relevant"),
    "calculate": ("calculation", "calculate", "bind::calculate"),
    "constraint": ("constraint", "bind::constraint"),
    "required": ("required", "bind::required"),
    "readonly": ("read_only", "readonly", "read only", "bind::readonly"),
    "itemset": ("choice_filter",),
    "count": ("repeat_count",),
    "setvalue": ("calculation", "default"),
    "label": ("label",),
    "hint": ("hint",),
}
"""Which column an aspect of a node is written in."""
_QUOTED = re.compile(r"'([^']+)'")
_ROW = re.compile(r"\[row\s*:\s*(\d+)\]\s*")
_SHEET = re.compile(r"'(survey|choices|settings|entities|external_choices|osm)' sheet|(\w+) sheet")
_COLUMN = re.compile(r"[Tt]he '([\w:]+)' (?:value|column)|column '([\w:]+)'")


def read_xlsform(source: bytes, name: str = "") -> FormData:
    """Convert and read; raises BadInput naming sheet, row and column."""
    workbook, survey = _open(source, name)
    from pyxform.errors import PyXFormError
    from pyxform.xls2xform import convert

    try:
        result = convert(xlsform=workbook, validate=False, pretty_print=False)
    except PyXFormError as error:
        raise BadInput(_fault(str(error), name, survey)) from None
    data = read_xform(result.xform.encode(), name, _Locator(survey, name))
    data.warnings = list(result.warnings)
    data.secondary.update(_external_choices(result.itemsets))
    return data


def _open(source: bytes, name: str) -> tuple[dict[str, Any], list[Row]]:
    """The sheets as pyxform takes them, and our own copy of the survey's rows."""
    from dataclasses import asdict
    from zipfile import BadZipFile

    from pyxform.errors import PyXFormError
    from pyxform.xls2json_backends import get_xlsform
    from xlrd import XLRDError

    try:
        workbook = asdict(get_xlsform(xlsform=source))
    except PyXFormError as error:
        raise BadInput(_fault(str(error), name, ())) from None
    except TypeError:  # pyxform, of a table whose first column names no sheet it knows
        mend = 'begin with a sheet, or a first column, called "survey"'
        raise BadInput(Fault("is no XLSForm", file=name, mend=mend)) from None
    except (BadZipFile, XLRDError, KeyError, ValueError, OSError) as error:
        fault = Fault(str(error), file=name, mend="save it again as .xlsx, .xls or .csv")
        raise BadInput(fault) from None
    return workbook, [dict(row) for row in workbook["survey"] or ()]


def _fault(message: str, name: str, survey: Sequence[Row]) -> Fault:
    """pyxform's words as a fault: where it says row, sheet and column, so do we."""
    row = _ROW.search(message)
    sheet = _SHEET.search(message)
    column = _COLUMN.search(message)
    where = next((g for g in sheet.groups() if g), "survey") if sheet else "survey"
    field = next((g for g in column.groups() if g), "") if column else ""
    said = " ".join(_ROW.sub("", message).split())
    what, _, mend = said.partition("Please ")
    number = int(row.group(1)) if row else None
    if number is None and where == "survey":
        number, field = _quoted_cell(said, survey)
    return Fault(
        message=what.strip() or said,
        file=f"{name}:{where}" if name else where,
        row=number,
        field=field,
        value=_cell(survey, number, field) if where == "survey" else "",
        mend=f"please {mend}" if mend else "see the XLSForm reference",
    )


def _quoted_cell(message: str, survey: Sequence[Row]) -> tuple[int | None, str]:
    """Where the text that a message quotes stands, when it names no row."""
    for words in _QUOTED.findall(message):
        for number, row in enumerate(survey, 2):
            for column, cell in row.items():
                if cell == words:
                    return number, column
    return None, ""


def _cell(rows: Sequence[Row], row: int | None, field: str) -> str:
    if row is None or not field or not 0 <= row - 2 < len(rows):
        return ""
    return str(rows[row - 2].get(field, ""))


class _Locator:
    """From node paths to survey rows; the first row below the header is 2."""

    def __init__(self, rows: Sequence[Row], name: str) -> None:
        self.rows = rows
        self.places = dict(_paths(rows))
        self.file = f"{name}:survey" if name else "survey"

    def __call__(self, path: str, aspect: str) -> Place:
        row = self.places.get(path.partition("/")[2].partition("/")[2])
        wanted = COLUMNS.get(aspect, (aspect,))
        headers = self.rows[row - 2] if row is not None else {}
        column = next((h for h in headers for w in wanted if h == w or h.startswith(f"{w}::")), "")
        written = str(headers.get(column, "")) if column else ""
        return Place(self.file, row, column or wanted[0], written)


def _paths(rows: Iterable[Row]) -> Iterable[tuple[str, int]]:
    around: list[str] = []
    for number, row in enumerate(rows, 2):
        kind = " ".join(str(row.get("type", "")).replace("_", " ").split()).lower()
        name = str(row.get("name", "")).strip()
        if kind.startswith("end "):
            around = around[:-1]
            continue
        path = "/".join([*around, name])
        yield path, number
        if kind.startswith("begin "):
            around = [*around, name]
            if kind.startswith("begin repeat"):
                yield f"{path}_count", number


def _external_choices(itemsets: str | None) -> dict[str, Secondary]:
    """The lists of the external_choices sheet, each an instance of its own."""
    lists: dict[str, list[dict[str, str]]] = {}
    for row in csv.DictReader(io.StringIO(itemsets or "")):
        lists.setdefault(row.get("list_name", ""), []).append(row)
    found = {}
    for name, rows in lists.items():
        out = io.StringIO()
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
        found[name] = Secondary(csv=out.getvalue())
    return found
