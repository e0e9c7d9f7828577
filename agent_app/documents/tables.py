"""Tables in hairlines: columns as wide as they want, the head again on every page."""

from collections.abc import Sequence

from agent_app.documents.markup import BOLD, Block, plain
from agent_app.documents.strips import Box, Strip, Text
from agent_app.documents.styles import HAIR, SOFT, TINT, Style
from agent_app.documents.typeset import Pair, Setter

PAD, TOP = 5.0, 4.2


def table(
    setter: Setter, glyphs: Pair, head: Block, rows: Sequence[Block], left: float, width: float
) -> list[Strip]:
    """A table in hairlines. An empty head is left out; the head comes again on a new page."""
    named = any(head.cells)
    listed = [head, *rows] if named else list(rows)
    widths = _columns(glyphs, listed, setter.styles["cell l"].size, width, named)
    strips = []
    top = None
    for number, row in enumerate(listed):
        is_head = named and number == 0
        strip = _row(setter, glyphs, row, head.detail, widths, left, is_head, number == 0)
        if is_head:
            top = strip
            strips.append(strip._replace(keep=True))
        else:
            strips.append(strip._replace(repeat=top))
    if len(strips) > 2:
        strips[-2] = strips[-2]._replace(keep=True)
    return [Strip(3, gap=True), *strips, Strip(8, gap=True)]


def _row(
    setter: Setter,
    glyphs: Pair,
    row: Block,
    aligns: str,
    widths: Sequence[float],
    left: float,
    is_head: bool,
    is_first: bool,
) -> Strip:
    look = {align: setter.styles[f"{'head' if is_head else 'cell'} {align}"] for align in "lcr"}
    texts: list[Text] = []
    tallest, x = 1, left
    for cell, align, wide in zip(row.cells, aligns, widths, strict=False):
        line = _one_line(glyphs, cell, look[align], x + PAD, wide - 2 * PAD)
        if line:
            texts.append(line)
        elif cell:
            lines = setter.paragraph(glyphs, cell, look[align], x + PAD, wide - 2 * PAD)
            for number, strip in enumerate(lines):
                offset = TOP + number * look[align].leading
                texts += [text._replace(y=text.y + offset) for text in strip.texts]
            tallest = max(tallest, len(lines))
        x += wide
    height = tallest * look["l"].leading + 2 * TOP
    total = sum(widths)
    boxes = [Box(left, height - 0.25, total, 0.5, HAIR)]
    if is_head:
        boxes.insert(0, Box(left, 0, total, height, TINT))
    if is_first:
        boxes.append(Box(left, -0.4, total, 0.8, SOFT))
    return Strip(height, texts, boxes)


def _one_line(glyphs: Pair, cell: str, style: Style, left: float, room: float) -> Text | None:
    """A cell in a hurry: plain text that fits; None for anything else."""
    if not cell or BOLD in cell or "\n" in cell:
        return None
    width = _width(glyphs, cell) * style.size / 1000
    if width > room:
        return None
    x = left if style.align == "l" else left + (room - width) / (2 if style.align == "c" else 1)
    y = TOP + style.baseline
    return Text(x, y, "R", style.size, style.colour, 0.0, glyphs.regular.hex(cell))


def _width(glyphs: Pair, text: str) -> int:
    """Of plain text in the regular face, in thousandths of its size."""
    advances = glyphs.regular.advances
    try:
        return sum(map(advances.__getitem__, text))
    except KeyError:
        glyphs.regular.need(text)
        return sum(map(advances.__getitem__, text))


def _columns(
    glyphs: Pair, rows: Sequence[Block], size: float, width: float, named: bool
) -> list[float]:
    """Column widths: what the widest cell wants, shrunk or stretched to the line."""
    count = max(len(row.cells) for row in rows)
    wants = [0.0] * count
    for row in rows:
        for column, cell in enumerate(row.cells):
            if BOLD in cell or "\n" in cell:
                longest = max(_width(glyphs, line) for line in plain(cell).split("\n"))
                longest = longest * 27 // 25  # bold is wider
            else:
                longest = _width(glyphs, cell)
            wants[column] = max(wants[column], longest * size / 1000 + 2 * PAD)
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
