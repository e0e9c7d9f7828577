"""Blocks of a paper set as strips: paragraphs, lists, tables, in one calm type scale."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from agent_app.documents.fonts import Fonts
from agent_app.documents.linebreak import break_lines
from agent_app.documents.markup import BOLD, PLAIN, Block, plain
from agent_app.documents.strips import Box, Strip, Text
from agent_app.documents.subset import Glyphs, Subset

INK, SOFT, FAINT, HAIR, TINT = (
    "0.12 0.14 0.17",
    "0.38 0.42 0.47",
    "0.55 0.58 0.62",
    "0.8 0.82 0.85",
    "0.955 0.962 0.97",
)
ACCENT = "0.11 0.29 0.42"
_CACHE_LIMIT = 512


@dataclass(frozen=True, slots=True, eq=False)
class Style:
    """How a paragraph looks; sizes in points, indents in em. Known by identity: keep and reuse."""

    size: float
    leading: float
    after: float = 0.0
    before: float = 0.0
    first: float = 0.0
    align: str = "l"
    bold: bool = False
    colour: str = INK
    justify: bool = False

    @property
    def baseline(self) -> float:
        """Down from the top of a line."""
        return self.leading / 2 + self.size * 0.37


def styles(language: str) -> dict[str, Style]:
    """The type scale: Chinese text is indented and justified, Latin text set apart by space."""
    chinese = language.startswith("zh")
    body = (
        Style(10.5, 18.5, after=3.5, first=2, justify=True) if chinese else Style(10, 15, after=6.5)
    )
    return {
        "p": body,
        "lead": replace(body, first=0),
        "li": replace(body, first=0, after=1.5 if chinese else 3),
        "h2": Style(11, 18, before=7, after=2.5, bold=True, colour=ACCENT),
        "h3": Style(10.5, 17, before=4, after=2, bold=True),
        "note": Style(8.5, 13.5, after=3, colour=SOFT, justify=chinese),
        "cell l": Style(9.5, 14.5),
        "cell c": Style(9.5, 14.5, align="c"),
        "cell r": Style(9.5, 14.5, align="r"),
        "head l": Style(9, 14.5, colour=SOFT),
        "head c": Style(9, 14.5, align="c", colour=SOFT),
        "head r": Style(9, 14.5, align="r", colour=SOFT),
        "small": Style(8, 12, colour=SOFT),
        "small r": Style(8, 12, align="r", colour=SOFT),
        "signed": Style(body.size, 17, align="r"),
        "title": Style(17, 25, after=12, align="c", bold=True),
    }


class Setter:
    """Sets text of one template in one language; `glyphs` of each document come in with it.

    What is fixed in a template is set once and kept: only its own characters, so the codes are
    the same in every document.
    """

    def __init__(self, fonts: Fonts, regular: str, bold: str, language: str) -> None:
        self.regular, self.bold = Subset(fonts.regular, regular), Subset(fonts.bold, bold)
        self.styles: Mapping[str, Style] = styles(language)
        self._fixed = frozenset(regular), frozenset(bold)
        self._kept: dict[tuple[str, Style, float, float], tuple[Strip, ...]] = {}

    def glyphs(self) -> "Pair":
        return Pair(Glyphs(self.regular), Glyphs(self.bold))

    def paragraph(
        self, glyphs: "Pair", text: str, style: Style, left: float, width: float
    ) -> tuple[Strip, ...]:
        """Strips of a paragraph, one a line, with the space around it."""
        key = (text, style, left, width)
        found = self._kept.get(key)
        if found is None:
            found = _paragraph(glyphs, text, style, left, width)
            if self._is_fixed(text, style):
                if len(self._kept) >= _CACHE_LIMIT:
                    self._kept.clear()
                self._kept[key] = found
        return found

    def _is_fixed(self, text: str, style: Style) -> bool:
        """Whether only the template's own characters are used."""
        regular, bold = self._fixed
        if BOLD in text:
            return bold.issuperset(plain(text)) and regular.issuperset(plain(text))
        return (bold if style.bold else regular).issuperset(text.replace("\n", ""))


@dataclass(frozen=True, slots=True)
class Pair:
    """The codes of both faces in one document."""

    regular: Glyphs
    bold: Glyphs

    def of(self, bold: bool) -> Glyphs:
        return self.bold if bold else self.regular


def _paragraph(
    glyphs: Pair, text: str, style: Style, left: float, width: float
) -> tuple[Strip, ...]:
    strips: list[Strip] = []
    for number, part in enumerate(text.split("\n")):
        first = style.first if number == 0 else 0.0
        strips += _lines(glyphs, part, style, first, left, width)
    if len(strips) > 1:  # no line of a paragraph stands alone on a page
        strips[0], strips[-2] = strips[0]._replace(keep=True), strips[-2]._replace(keep=True)
    if style.before:
        strips.insert(0, Strip(style.before, keep=True, gap=True))
    if style.after:
        strips.append(Strip(style.after, gap=True))
    return tuple(strips)


def _lines(
    glyphs: Pair, text: str, style: Style, first: float, left: float, width: float
) -> list[Strip]:
    characters, weights, advances = _measured(glyphs, text, style.bold)
    room, indent = width * 1000 / style.size, first * 1000
    lines = break_lines(characters, advances, room - indent, room)
    strips = []
    for number, line in enumerate(lines):
        start = left + (first * style.size if number == 0 else 0)
        free = (left + width - start) - line.width * style.size / 1000
        last = number == len(lines) - 1
        spacing = _spacing(characters, line.start, line.end, free, style, last)
        if style.align != "l":
            start += free / 2 if style.align == "c" else free
        runs = _runs(
            glyphs, characters, weights, advances, line.start, line.end, style, start, spacing
        )
        strips.append(Strip(style.leading, runs))
    return strips


def _measured(glyphs: Pair, text: str, bold: bool) -> tuple[str, list[bool], list[int]]:
    if BOLD not in text:
        face = glyphs.of(bold)
        try:
            return text, [], list(map(face.advances.__getitem__, text))
        except KeyError:
            face.need(text)
            return text, [], list(map(face.advances.__getitem__, text))
    characters: list[str] = []
    weights: list[bool] = []
    heavy = bold
    for character in text:
        if character in (BOLD, PLAIN):
            heavy = bold or character == BOLD
        else:
            characters.append(character)
            weights.append(heavy)
    for weight in (False, True):
        glyphs.of(weight).need(
            "".join(c for c, w in zip(characters, weights, strict=True) if w == weight)
        )
    pairs = zip(characters, weights, strict=True)
    return "".join(characters), weights, [glyphs.of(w).advances[c] for c, w in pairs]


def _spacing(text: str, start: int, end: int, free: float, style: Style, last: bool) -> float:
    """Points between characters: a full line is spread, an overfull one tightened."""
    count = end - start
    if count < 2 or (free >= 0 and (last or not style.justify)):
        return 0.0
    spacing = free / (count - 1)
    return spacing if spacing <= style.size * 0.07 else 0.0


def _runs(
    glyphs: Pair,
    text: str,
    weights: Sequence[bool],
    advances: Sequence[int],
    start: int,
    end: int,
    style: Style,
    x: float,
    spacing: float,
) -> list[Text]:
    baseline = style.baseline
    if not weights:
        name, code = ("B" if style.bold else "R"), glyphs.of(style.bold).hex(text[start:end])
        return [Text(x, baseline, name, style.size, style.colour, spacing, code)]
    runs = []
    for heavy, group in groupby(range(start, end), key=weights.__getitem__):
        span = list(group)
        code = glyphs.of(heavy).hex(text[span[0] : span[-1] + 1])
        runs.append(
            Text(x, baseline, "B" if heavy else "R", style.size, style.colour, spacing, code)
        )
        x += sum(advances[i] for i in span) * style.size / 1000 + spacing * len(span)
    return runs


def flow(
    setter: Setter, glyphs: Pair, blocks: Sequence[Block], left: float, width: float
) -> list[Strip]:
    """All blocks as strips, top to bottom."""
    strips: list[Strip] = []
    index, lead = 0, True
    while index < len(blocks):
        block = blocks[index]
        index += 1
        if block.kind == "table":
            rows = index
            while rows < len(blocks) and blocks[rows].kind == "row":
                rows += 1
            strips += table(setter, glyphs, block, blocks[index:rows], left, width)
            index = rows
        else:
            strips += _block(setter, glyphs, block, left, width, lead)
            if block.kind == "li" and (index == len(blocks) or blocks[index].kind != "li"):
                strips.append(Strip(3, gap=True))
        lead = lead and block.kind == "h"
    return strips


def _block(
    setter: Setter, glyphs: Pair, block: Block, left: float, width: float, lead: bool
) -> Iterable[Strip]:
    look = setter.styles
    match block.kind:
        case "h":
            style = look["h3" if block.detail == "3" else "h2"]
            set_lines = setter.paragraph(glyphs, block.text, style, left, width)
            return [strip._replace(keep=True) for strip in set_lines]
        case "li":
            style = look["li"]
            marker = setter.paragraph(glyphs, block.detail, style, left + 4, 20)[0]
            hang = 20.0
            first, *rest = setter.paragraph(glyphs, block.text, style, left + hang, width - hang)
            return [first._replace(texts=[*marker.texts, *first.texts]), *rest]
        case "hr":
            return [Strip(13, boxes=[Box(left, 6, width, 0.5, HAIR)])]
        case "note":
            inner = setter.paragraph(glyphs, block.text, look["note"], left + 10, width - 10)
            bar = [Box(left, 0, 2, 0, HAIR)]
            return [
                strip._replace(boxes=[b._replace(height=strip.height) for b in bar])
                if strip.texts
                else strip
                for strip in inner
            ]
        case _:
            return setter.paragraph(glyphs, block.text, look["lead" if lead else "p"], left, width)


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
            longest = max(_width(glyphs, line) for line in plain(cell).split("\n"))
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
