"""A web page's table saved as .xls, as many core systems export: every cell is text already."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

from sync.server.imports.grid import MOST_COLUMNS, MOST_ROWS, Grid, Row, Spread, blank


def is_page(text: str) -> bool:
    return text.lstrip()[:1] == "<" and "<table" in text.lower()


def grids(text: str, name: str) -> Iterator[Grid]:
    """A grid for each outermost table of the page."""
    page = _Tables()
    page.feed(text)
    page.close()
    for rows in page.tables:
        cut = page.open and rows is page.tables[-1]
        if cut and rows:
            number, cells = rows.pop()
            rows.append((number, [*cells[:1], "…"]))
        yield Grid([(number, cells) for number, cells in rows if not blank(cells)], cut=cut)


class _Tables(HTMLParser):
    """Cells by row; one that covers several rows or columns says the same in each."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[Row]] = []
        self._depth = 0
        self._cell: list[str] | None = None
        self._spans = (1, 1)
        self._below: dict[int, tuple[int, str]] = {}

    @property
    def open(self) -> bool:
        """The page ends inside a table: it was cut off."""
        return self._depth > 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._depth += 1
            if self._depth == 1:
                self.tables.append([])
                self._below = {}
        if self._depth != 1:
            return
        rows = self.tables[-1]
        if tag in ("tr", "td", "th"):
            self._end_cell()
        if tag == "tr" and len(rows) <= MOST_ROWS:
            rows.append((len(rows) + 1, []))
            self._fill()
        elif tag in ("td", "th") and rows:
            told = dict(attrs)
            self._spans = (_count(told.get("rowspan")), _count(told.get("colspan")))
            self._cell = []
        elif tag == "br" and self._cell is not None:
            self._cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if self._depth == 1 and tag in ("td", "th", "tr", "table"):
            self._end_cell()
        if tag == "table" and self._depth:
            self._depth -= 1

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def _end_cell(self) -> None:
        if self._cell is None:
            return
        text, self._cell = "".join(self._cell).strip(), None
        cells = self.tables[-1][-1][1]
        rows, columns = self._spans
        for place in range(columns):
            if len(cells) < MOST_COLUMNS:
                if rows > 1:
                    self._below[len(cells)] = (rows - 1, text)
                cells.append(Spread(text) if place else text)
        self._fill()

    def _fill(self) -> None:
        """The cells here that one further up covers."""
        cells = self.tables[-1][-1][1]
        while (covering := self._below.get(len(cells))) is not None:
            rows, text = covering
            if rows > 1:
                self._below[len(cells)] = (rows - 1, text)
            else:
                del self._below[len(cells)]
            cells.append(Spread(text))


def _count(told: str | None) -> int:
    return min(int(told), MOST_ROWS) if told and told.isascii() and told.isdigit() else 1
