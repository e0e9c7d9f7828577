"""Tables in hairlines: columns as wide as they want, the head again on every page."""

from collections.abc import Sequence
from typing import NamedTuple

from agent_app.documents.typesetting.markup import BOLD, Block, plain
from agent_app.documents.typesetting.strips import Box, Strip, Text
from agent_app.documents.typesetting.styles import HAIR, SOFT, TINT
from agent_app.documents.typesetting.typeset import Pair, Setter

PAD, TOP = 5.0, 4.2


def table(
    setter: Setter, glyphs: Pair, head: Block, rows: Sequence[Block], left: float, width: float
) -> list[Strip]:
    """A table in hairlines. An empty head is left out; the head comes again on a new page."""
    named = any(head.cells)
    listed = [head, *rows] if named else list(rows)
    cells = [[_measured(glyphs, cell) for cell in row.cells] for row in listed]
    widths = _columns(cells, setter.styles["cell l"].size, width, named)
    strips = []
    top = None
    for number, row in enumerate(cells):
        is_head = named and number == 0
        strip = _row(setter, glyphs, row, head.detail, widths, left, is_head, number == 0)
        if is_head:
            top = strip
            strips.append(strip._replace(keep=True))
        else:
            strips.append(Strip(strip.height, strip.texts, strip.boxes, repeat=top))
    if len(strips) > 2:
        strips[-2] = strips[-2]._replace(keep=True)
    return [Strip(3, gap=True), *strips, Strip(8, gap=True)]


class Cell(NamedTuple):
    """A cell's text and its widest line in thousandths of the size; `plain`: one light line."""

    text: str
    width: int
    plain: bool


def _measured(glyphs: Pair, text: str) -> Cell:
    if BOLD not in text and "\n" not in text:
        return Cell(text, _width(glyphs, text), True)
    widest = max(_width(glyphs, line) for line in plain(text).split("\n"))
    return Cell(text, widest * 27 // 25, False)  # bold is wider


def _row(
    setter: Setter,
    glyphs: Pair,
    row: Sequence[Cell],
    aligns: str,
    widths: Sequence[float],
    left: float,
    is_head: bool,
    is_first: bool,
) -> Strip:
    kind = "head" if is_head else "cell"
    texts: list[Text] = []
    tallest, x = 1, left
    for cell, align, wide in zip(row, aligns, widths, strict=False):
        style, room = setter.styles[f"{kind} {align}"], wide - 2 * PAD
        free = room - cell.width * style.size / 1000
        if cell.plain and free >= 0:
            if cell.text:
                at = x + PAD + (0 if align == "l" else free / 2 if align == "c" else free)
                code, y = glyphs.regular.hex(cell.text), TOP + style.baseline
                texts.append(Text(at, y, "R", style.size, style.colour, 0.0, code))
        else:
            lines = setter.paragraph(glyphs, cell.text, style, x + PAD, room)
            for number, strip in enumerate(lines):
                offset = TOP + number * style.leading
                texts += [text._replace(y=text.y + offset) for text in strip.texts]
            tallest = max(tallest, len(lines))
        x += wide
    height = tallest * setter.styles[f"{kind} l"].leading + 2 * TOP
    total = x - left
    boxes = [Box(left, height - 0.25, total, 0.5, HAIR)]
    if is_head:
        boxes.insert(0, Box(left, 0, total, height, TINT))
    if is_first:
        boxes.append(Box(left, -0.4, total, 0.8, SOFT))
    return Strip(height, texts, boxes)


def _width(glyphs: Pair, text: str) -> int:
    """Of plain text in the regular face, in thousandths of its size."""
    advances = glyphs.regular.advances
    try:
        return sum(map(advances.__getitem__, text))
    except KeyError:
        glyphs.regular.need(text)
        return sum(map(advances.__getitem__, text))


def _columns(rows: Sequence[Sequence[Cell]], size: float, width: float, named: bool) -> list[float]:
    """Column widths: what the widest cell wants, shrunk or stretched to the line."""
    count = max(map(len, rows))
    wants = [
        max(row[at].width if at < len(row) else 0 for row in rows) * size / 1000 + 2 * PAD
        for at in range(count)
    ]
    total = sum(wants)
    if total <= width:
        spare = width - total
        if not named:
            label = min(24.0, spare / 2)
            return [wants[0] + label, *wants[1:-1], wants[-1] + spare - label]
        return [want + spare / count for want in wants]
    fair = width / count
    narrow = sum(want for want in wants if want <= fair)
    wide = sum(want for want in wants if want > fair)
    return [want if want <= fair else want * (width - narrow) / wide for want in wants]
