"""The page around a paper's text: letterhead, window-envelope address, fold marks, foot, close.

Measures follow DIN 5008 form B, which DL (fold marks at 105 and 210 mm) and C5 (148.5 mm) window
envelopes share: the address stands 20 mm from the left, 45 to 90 mm from the top.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from agent_app.documents.qr import Code
from agent_app.documents.typesetting.sheets import HEIGHT, WIDTH
from agent_app.documents.typesetting.strips import Box, Drawing, Placed, Strip, Text
from agent_app.documents.typesetting.styles import ACCENT, FAINT, HAIR, SOFT, Style
from agent_app.documents.typesetting.typeset import Pair, Setter

MM = 72 / 25.4
LEFT, RIGHT = 22 * MM, WIDTH - 22 * MM
MEASURE = RIGHT - LEFT
FOOT = HEIGHT - 17 * MM
BOTTOM = FOOT - 5 * MM
NEXT_TOP = 27 * MM
FOLDS = (105 * MM, 148.5 * MM, 210 * MM)
QR_SIDE, QR_MODULE = 23 * MM, 0.5 * MM
SIGN_HEIGHT = 66.0

OFFICE, RUNNING = Style(14, 20, bold=True, colour=ACCENT), Style(8.5, 12, colour=SOFT)
CONTACT = Style(7.8, 11.5, colour=SOFT, align="r")
LABEL, VALUE = Style(8.5, 14, colour=SOFT), Style(9, 14, align="r")
FOOT_LEFT, FOOT_RIGHT = Style(7.8, 11, colour=SOFT), Style(7.8, 11, colour=SOFT, align="r")
BACK, NAME, ADDRESS = Style(6.5, 9, colour=SOFT), Style(12, 18, bold=True), Style(10, 15)
_FOOT_RULE = Placed(FOOT, Strip(0, boxes=[Box(LEFT, 0, MEASURE, 0.5, HAIR)]))
_FOLDS = [
    Placed(at, Strip(0, boxes=[Box(4 * MM, 0, (3 if at < 110 * MM else 2) * MM, 0.4, FAINT)]))
    for at in FOLDS
]


def letterhead(setter: Setter, glyphs: Pair, agency: Mapping[str, Any]) -> list[Placed]:
    """What every first page of an office carries; the same for all its letters."""
    contact = [str(agency[key]) for key in ("address", "phone", "code") if agency.get(key)]
    strips = _column(setter, glyphs, [str(agency["name"])], OFFICE, LEFT, MEASURE * 0.55, 12 * MM)
    strips += _column(setter, glyphs, contact, CONTACT, LEFT + MEASURE / 2, MEASURE / 2, 10.6 * MM)
    rule = Strip(0, boxes=[Box(LEFT, 0, MEASURE, 1.1, ACCENT)])
    return [*strips, Placed(25 * MM, rule)]


def running_head(setter: Setter, glyphs: Pair, agency: Mapping[str, Any]) -> list[Placed]:
    """The head of every page after the first."""
    rule = Strip(0, boxes=[Box(LEFT, 0, MEASURE, 0.5, HAIR)])
    line = _column(setter, glyphs, [str(agency["name"])], RUNNING, LEFT, MEASURE, 13 * MM)
    return [*line, Placed(19 * MM, rule)]


def address_window(
    setter: Setter, glyphs: Pair, lines: Sequence[str], agency: Mapping[str, Any]
) -> list[Placed]:
    """Return address in small print, then whom the letter is for, inside the window; folds."""
    back = " · ".join(str(agency[key]) for key in ("name", "address") if agency.get(key))
    width = 85 * MM
    small = _column(setter, glyphs, [back], BACK, LEFT, width, 46.5 * MM)
    small = small[:2]
    under = small[-1].top + 10
    rule = Placed(under, Strip(0, boxes=[Box(LEFT, 0, width, 0.4, HAIR)]))
    name, *rest = lines
    large = _column(setter, glyphs, [name], NAME, LEFT, width, under + 6)
    below = large[-1].top + 19
    rest_lines = _column(setter, glyphs, rest, ADDRESS, LEFT, width, below)
    return [*small, rule, *large, *rest_lines, *_FOLDS]


def particulars(
    setter: Setter, glyphs: Pair, pairs: Sequence[tuple[str, str]], top: float
) -> list[Placed]:
    """Number, date and the like: a label and its value a line, at the right."""
    x, wide = LEFT + MEASURE * 0.6, MEASURE * 0.4
    placed = _column(setter, glyphs, [k for k, _ in pairs], LABEL, x, wide, top)
    return placed + _column(setter, glyphs, [v for _, v in pairs], VALUE, x, wide, top)


def foot(setter: Setter, glyphs: Pair, left: str, right: str) -> list[Placed]:
    placed = _column(setter, glyphs, [left], FOOT_LEFT, LEFT, MEASURE * 0.75, FOOT + 4)[:1]
    placed += _column(setter, glyphs, [right], FOOT_RIGHT, LEFT, MEASURE, FOOT + 4)
    return [_FOOT_RULE, *placed]


def closing(
    setter: Setter,
    glyphs: Pair,
    *,
    signed_by: Sequence[str],
    code: Code | None,
    caption: Sequence[str],
) -> Strip:
    """The end of a paper: who sends it and when at the right, the code to check it at the left."""
    texts: list[Text] = []
    drawings, side = [], 0.0
    signed = setter.styles["signed"]
    texts += _texts(_column(setter, glyphs, signed_by, signed, LEFT, MEASURE, 20))
    if code is not None:
        side = max(QR_SIDE, code.size * QR_MODULE)
        drawings = [Drawing(LEFT, 8 + side, code.drawing(side))]
        at = LEFT + side + 9
        small = setter.styles["small"]
        texts += _texts(_column(setter, glyphs, caption, small, at, MEASURE * 0.45, 8))
    return Strip(8 + max(side, 3.2 * signed.leading) + 4, texts, drawings=drawings)


class Ink(NamedTuple):
    """Who signed, and the drawing of it: operators with their origin at the lower left."""

    name: str
    operators: str


class Place(NamedTuple):
    """A place to sign: for whom, and either the ink and its date or room for both."""

    words: str
    date_words: str
    date: str
    ink: Ink | None


def signatures(setter: Setter, glyphs: Pair, places: Sequence[Place]) -> list[Strip]:
    """Places to sign, two a line."""
    gap = 18.0
    wide = (MEASURE - gap) / 2
    small = setter.styles["small"]
    strips = []
    for start in range(0, len(places), 2):
        texts: list[Text] = []
        boxes: list[Box] = []
        drawings: list[Drawing] = []
        for column, place in enumerate(places[start : start + 2]):
            x = LEFT + column * (wide + gap)
            who = f"{place.words}　{place.ink.name}" if place.ink else place.words
            texts += _texts(_column(setter, glyphs, [who], small, x, wide, 6))
            when = place.date if place.ink else place.date_words
            at = x + (0 if place.ink else wide * 0.75)
            style = setter.styles["small r"] if place.ink else small
            texts += _texts(_column(setter, glyphs, [when], style, at, wide - (at - x), 6))
            boxes.append(Box(x, SIGN_HEIGHT - 6, wide, 0.6, SOFT))
            if place.ink:
                drawings.append(Drawing(x + 12, SIGN_HEIGHT - 9, place.ink.operators))
        strips.append(Strip(SIGN_HEIGHT, texts, boxes, keep=True, drawings=drawings))
    return strips


def _column(
    setter: Setter,
    glyphs: Pair,
    lines: Sequence[str],
    style: Style,
    left: float,
    width: float,
    top: float,
) -> list[Placed]:
    placed = []
    for line in lines:
        for strip in setter.paragraph(glyphs, line, style, left, width):
            placed.append(Placed(top, strip))
            top += strip.height
    return placed


def _texts(placed: Sequence[Placed]) -> list[Text]:
    return [text._replace(y=text.y + item.top) for item in placed for text in item.strip.texts]
