"""The blocks of a paper, one below the other: headings, paragraphs, lists, notes, tables."""

from collections.abc import Iterable, Sequence

from agent_app.documents.markup import Block
from agent_app.documents.strips import Box, Strip
from agent_app.documents.styles import HAIR
from agent_app.documents.tables import table
from agent_app.documents.typeset import Pair, Setter


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
