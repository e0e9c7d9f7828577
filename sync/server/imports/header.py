"""Which row is the header, which cell of it is which column, and in what unit its sums are."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from agent_app.domain.errors import Fault
from sync.server.imports.grid import Row
from sync.server.imports.mapping import FileMapping

DEEPEST = 30
"""So many rows of titles and remarks may stand above a header."""
UNITS: Mapping[str, Decimal] = {
    "元": Decimal(1), "圆": Decimal(1), "圓": Decimal(1), "yuan": Decimal(1), "rmb": Decimal(1),
    "cny": Decimal(1), "人民币元": Decimal(1), "人民币": Decimal(1), "万": Decimal(10_000),
    "万元": Decimal(10_000), "萬": Decimal(10_000), "萬元": Decimal(10_000),
    "千元": Decimal(1000), "百元": Decimal(100), "角": Decimal("0.1"), "分": Decimal("0.01"),
    "fen": Decimal("0.01"), "cents": Decimal("0.01"), "亿元": Decimal(100_000_000),
}  # fmt: skip
_BRACKETS = re.compile(r"[(\[【<]([^)\]】>]*)[)\]】>]")
_REMARKS = re.compile(r"必填|选填|選填|required|optional|文本|text|本人|[ymd年月日/.-]+")
_UNIT = re.compile(r"(?:金额|金額)?(?:单位|單位|unit)[::]?(.+)")
_TITLE_UNIT = re.compile(r"(金额|金額)?(?:单位|單位|unit):?\s*(?:人民币|人民幣)?([^\s,;:()。、]+)")
UNKNOWN = Decimal(0)
"""A unit that is said and not known: no sum under it can be read."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a column of the mapping stands: its place in a row, what the file calls it, the unit
    of its sums as a factor of the currency's own ("" for none said)."""

    index: int
    column: str
    called: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Header:
    """What one row, read as a header by one mapping, would be."""

    mapping: FileMapping
    row: int
    width: int
    places: list[Place]
    missing: list[str]
    twice: list[str] = field(default_factory=list)

    @property
    def fits(self) -> bool:
        return not self.missing


@lru_cache(maxsize=4096)
def plain(cell: str) -> str:
    """A heading without what people add for the eye: width, case, spaces, stars, colons."""
    text = unicodedata.normalize("NFKC", cell).casefold()
    return re.sub(r"[\s*_·::#'\"-]+", "", text)


def find(rows: Sequence[Row], mappings: Sequence[FileMapping]) -> tuple[int, Header] | None:
    """The header among the first rows, and how many rows it and what is above it take.

    A heading of two rows is read as the lower over the upper. Without one that fits, the nearest;
    None when no row has even one known column.
    """
    best: tuple[int, Header] | None = None
    unit = ""
    for depth, (number, cells) in enumerate(rows, 1):
        said = _said_above(cells) or unit
        tried = [(depth, number, cells, unit)]
        if depth < len(rows):
            lower, below = rows[depth]
            tried.append((depth + 1, lower, _two_rows(cells, below), said))
        for taken, row, names, sums in tried:
            for mapping in mappings:
                found = _read(names, row, mapping, sums)
                if found.places and (best is None or _order(found) < _order(best[1])):
                    best = taken, found
            if best is not None and best[1].fits:
                return best
        unit = said
    return best


def _order(header: Header) -> tuple[int, int]:
    return len(header.missing), -len(header.places)


def _two_rows(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    width = max(len(upper), len(lower))
    padded = [*upper, *[""] * (width - len(upper))], [*lower, *[""] * (width - len(lower))]
    return [below or above for above, below in zip(*padded, strict=True)]


def _said_above(cells: Sequence[str]) -> str:
    """The unit of all sums, where a title says it. 单位 is also a firm: "单位：某公司" says none."""
    for cell in cells:
        for found in _TITLE_UNIT.finditer(unicodedata.normalize("NFKC", cell).casefold()):
            of_money, word = found[1] or found[2].endswith(("元", "圆", "圓")), found[2]
            if word in UNITS or of_money:
                return str(UNITS.get(word, UNKNOWN))
    return ""


def _read(cells: Sequence[str], number: int, mapping: FileMapping, unit: str) -> Header:
    """The exact names of the mapping first, then the other names it knows."""
    split = [_split(cell) for cell in cells]
    places: list[Place] = []
    twice: list[str] = []
    for column in mapping.columns.values():
        for names in ([column.name], column.also):
            known = {plain(name) for name in names}
            there = [
                i for i, (name, _) in enumerate(split) if name in known or plain(cells[i]) in known
            ]
            if not there:
                continue
            twice += [column.name] * (len(there) > 1)
            own = split[there[0]][1] or unit
            sums = own if column.kind in ("amount", "amounts") else ""
            places.append(Place(there[0], column.name, cells[there[0]].strip(), sums))
            break
    got = {place.column for place in places}
    missing = [
        one.name for one in mapping.columns.values() if not one.optional and one.name not in got
    ]
    return Header(mapping, number, len(cells), places, missing, twice)


def _split(cell: str) -> tuple[str, str]:
    """A heading's plain name and unit; brackets that say neither unit nor form stay in the name:
    "手机号(联系人)" is not the debtor's."""
    unit = ""

    def drop(found: re.Match[str]) -> str:
        nonlocal unit
        inner = found[1].strip()
        named = _UNIT.fullmatch(inner)
        word = (named[1] if named else inner).strip()
        if word in UNITS:
            unit = str(UNITS[word])
            return ""
        if named:
            unit = str(UNKNOWN)
            return ""
        return "" if _REMARKS.fullmatch(inner) else found[0]

    text = unicodedata.normalize("NFKC", cell).casefold()
    return plain(_BRACKETS.sub(drop, text)), unit


def lacking(header: Header, name: str) -> list[Fault]:
    """What keeps a header from fitting, or makes it doubtful."""
    mend = "add it, or give another --mapping"
    return [
        *(
            Fault("this column is missing", name, header.row, one, mend=mend)
            for one in header.missing
        ),
        *(
            Fault("a column stands twice", name, header.row, one, mend="keep one")
            for one in sorted(set(header.twice) if header.fits else ())
        ),
    ]
