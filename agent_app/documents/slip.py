"""Receipts on a thermal roll of 58 or 80 mm: a narrow page just as long as what it says.

Printed through the same queue as letters: the driver of every roll printer takes PDF. Only a
payment the creditor's own channel confirmed, or a paper handed over, is receipted; where the pack
allows no cash, no slip for cash can be made.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from agent_app.documents import qr
from agent_app.documents.letter import COMMON, Rendered
from agent_app.documents.typesetting.fonts import Fonts
from agent_app.documents.typesetting.sheets import About, Sheets
from agent_app.documents.typesetting.strips import Box, Drawing, Placed, Strip, operators, paginate
from agent_app.documents.typesetting.styles import INK, Style
from agent_app.documents.typesetting.typeset import Pair, Setter

MM = 72 / 25.4
_PRINTABLE = {58: 48 * MM, 80: 72 * MM}
_TITLE, _HEAD = Style(11, 16, align="c", bold=True), Style(8, 11.5, align="c")
_LABEL, _VALUE = Style(8.5, 13), Style(8.5, 13, align="r", bold=True)
_NOTE = Style(7.2, 10.5, align="c")
_CODE = 34 * MM
"""A code of version 10: more than four dots a module at the 203 dots an inch of roll printers."""


@dataclass(frozen=True, slots=True)
class Slip:
    """What a slip says: `lines` are a label and its value, `notes` small print below."""

    office: str
    title: str
    serial: str
    at: datetime
    language: str
    lines: Sequence[tuple[str, str]]
    notes: Sequence[str] = ()
    seal_text: str | None = None


def render_slip(slip: Slip, *, fonts: Fonts, roll: int = 58) -> Rendered:
    """The slip as a one-page PDF for a roll of 58 or 80 mm; the same bytes every time."""
    setter = Setter(fonts, COMMON, slip.title, slip.language)
    glyphs, wide = setter.glyphs(), _PRINTABLE[roll]
    margin = (roll * MM - wide) / 2
    strips: list[Strip] = []

    def put(text: str, style: Style) -> None:
        strips.extend(setter.paragraph(glyphs, text, style, margin, wide))

    put(slip.office, _HEAD)
    put(slip.title, _TITLE)
    strips.append(_rule(margin, wide))
    for label, value in slip.lines:
        left = setter.paragraph(glyphs, label, _LABEL, margin, wide)
        right = setter.paragraph(glyphs, value, _VALUE, margin, wide)
        fits = glyphs.regular.width(label) + glyphs.bold.width(value) < wide * 1000 / 9
        if fits and len(left) == len(right) == 1:
            strips.append(left[0]._replace(texts=[*left[0].texts, *right[0].texts]))
        else:
            strips += [*left, *right]
    strips.append(_rule(margin, wide))
    if slip.seal_text:
        drawn = qr.small_enough(slip.seal_text).drawing(_CODE)
        drawing = Drawing((roll * MM - _CODE) / 2, _CODE + 4, drawn)
        strips.append(Strip(_CODE + 8, drawings=[drawing]))
    for note in (slip.serial, slip.at.strftime("%Y-%m-%d %H:%M"), *slip.notes):
        put(note, _NOTE)
    return _paper(slip, glyphs, strips, roll * MM)


def _paper(slip: Slip, glyphs: Pair, strips: Sequence[Strip], width: float) -> Rendered:
    height = sum(strip.height for strip in strips) + 8 * MM
    placed: list[Placed] = paginate(strips, 3 * MM, 3 * MM, height + 1)[0]
    about = About(slip.title, slip.office, slip.language, slip.at)
    fonts = {"R": glyphs.regular, "B": glyphs.bold}
    sheets = Sheets(about, fonts, size=(width, height))
    sheets.add_page(operators(placed, height))
    pdf = sheets.finish()
    text = "\n".join([slip.office, slip.title, *(f"{k}\t{v}" for k, v in slip.lines), slip.serial])
    return Rendered(pdf, text, "", 1)


def _rule(left: float, width: float) -> Strip:
    return Strip(7, boxes=[Box(left, 3, width, 0.6, INK)])
