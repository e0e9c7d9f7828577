"""Text → grids: comma, tab, semicolon or bar between the cells; whichever gives the right header."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from agent_app.domain.errors import BadInput, Fault
from sync.server.imports.decode import Reading
from sync.server.imports.grid import MOST_ROWS, Grid, Row, blank

SEPARATORS = ",\t;|，"
_LOOKED_AT = 65_536


def grids(reading: Reading, name: str) -> Iterator[Grid]:
    """A grid for each separator that the beginning of the text holds; read only as far as asked."""
    start = reading.text[:_LOOKED_AT]
    for separator in SEPARATORS:
        if separator in start:
            rows = _rows(reading.text, separator, name)
            yield Grid(rows, cut=reading.cut or not reading.text.endswith(("\n", "\r")))


def _rows(text: str, separator: str, name: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    start, found = 1, 0
    try:
        for cells in reader:
            if not blank(cells):
                found += 1
                yield start, cells
            start = reader.line_num + 1
            if found > MOST_ROWS:
                raise BadInput(Fault("too many rows", file=name, mend=f"at most {MOST_ROWS}"))
    except csv.Error as fault:
        raise BadInput(
            Fault(f"not CSV: {fault}", file=name, row=start, mend="close the quotation mark")
        ) from fault
