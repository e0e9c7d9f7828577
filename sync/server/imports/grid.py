"""Rows of cells, wherever they came from, before anyone knows which column is which."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from agent_app.domain.errors import BadInput, Fault

Row = tuple[int, list[str]]
"""A row number as a spreadsheet shows it, and the cells as text."""
MOST_ROWS = 200_000
MOST_COLUMNS = 256


class Number(str):
    """A cell that the workbook keeps as a number: in a column of dates it counts days."""

    __slots__ = ()


class Spread(str):
    """The value of a merged cell, in the cells it covers: a name is theirs too, a sum is not."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Grid:
    """One table-like thing in a file: a sheet, or the text under one separator.

    `epoch_1904`: the workbook counts its days from 1904. `cut`: the last row is not whole.
    """

    rows: Iterable[Row]
    sheet: str = ""
    epoch_1904: bool = False
    cut: bool = False


_DAMAGE = (
    zipfile.BadZipFile, zlib.error, struct.error, OSError, EOFError, NotImplementedError,
    LookupError, ValueError, TypeError, AssertionError,
)  # fmt: skip
"""What the libraries that open archives and workbooks raise when the bytes are not what they say."""


@contextmanager
def opening(name: str) -> Iterator[None]:
    """What a parser stumbles over inside is the file's fault, and is said as such (BadInput)."""
    try:
        yield
    except _DAMAGE as fault:
        mend = "it may be cut off: get it again, or save it as CSV"
        raise BadInput(Fault("a damaged file", file=name, mend=mend)) from fault


def blank(cells: Iterable[str]) -> bool:
    return not any(cell.strip() for cell in cells)
