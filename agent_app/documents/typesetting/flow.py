"""The blocks of a paper, one below the other, or two columns of them between rules."""

from collections.abc import Iterable, Iterator, Sequence

from agent_app.documents.typesetting.markup import Block
from agent_app.documents.typesetting.strips import Box, Drawing, Strip, Text
from agent_app.documents.typesetting.styles import HAIR
from agent_app.documents.typesetting.tables import table
from agent_app.documents.typesetting.typeset import Pair, Setter

GUTTER = HANG = 20.0


def flow(
    setter: Setter, glyphs: Pair, blocks: Sequence[Block], left: float, width: float
) -> list[Strip]:
    """All blocks as strips, top to bottom."""
    if not any(block.detail == "beside" for block in blocks):
        return _column(setter, glyphs, blocks, left, width)
    strips: list[Strip] = []
    for section in _cut(blocks, ""):
        columns = list(_cut(section, "beside"))
        if len(columns) == 1:
            strips += _column(setter, glyphs, section, left, width)
            continue
        wide = (width - GUTTER * (len(columns) - 1)) / len(columns)
        strips.append(
            _beside(
                _column(setter, glyphs, part, left + number * (wide + GUTTER), wide)
                for number, part in enumerate(columns)
            )
        )
    return strips


def _cut(blocks: Sequence[Block], rule: str) -> Iterator[list[Block]]:
    """The blocks between rules of a kind; a plain rule begins the section it stands above."""
    part: list[Block] = []
    for block in blocks:
        if block.kind == "hr" and block.detail == rule:
            yield part
            part = []
            if not rule:
                yield [block]
        else:
            part.append(block)
    yield part


def _beside(columns: Iterable[Sequence[Strip]]) -> Strip:
    """Columns as one strip, which is never cut."""
    texts: list[Text] = []
    boxes: list[Box] = []
    drawings: list[Drawing] = []
    tallest = 0.0
    for column in columns:
        top = 0.0
        for number, strip in enumerate(column):
            if strip.gap and number == 0:
                continue
            texts += [one._replace(y=one.y + top) for one in strip.texts]
            boxes += [one._replace(y=one.y + top) for one in strip.boxes]
            drawings += [one._replace(y=one.y + top) for one in strip.drawings]
            top += strip.height
        tallest = max(tallest, top)
    return Strip(tallest, texts, boxes, drawings=drawings)


def _column(
    setter: Setter, glyphs: Pair, blocks: Sequence[Block], left: float, width: float
) -> list[Strip]:
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
            mark = block.detail.lstrip("\t")
            inset = HANG * (len(block.detail) - len(mark))
            marker = setter.paragraph(glyphs, mark, style, left + inset + 4, HANG)[0]
            hang = inset + HANG
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
