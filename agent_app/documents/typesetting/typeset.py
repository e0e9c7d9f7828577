"""Text set as strips: paragraphs of one or two weights, justified the Chinese way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from agent_app.documents.typesetting.fonts import Fonts
from agent_app.documents.typesetting.linebreak import break_lines
from agent_app.documents.typesetting.markup import BOLD, PLAIN, plain
from agent_app.documents.typesetting.strips import Strip, Text
from agent_app.documents.typesetting.styles import Style, styles
from agent_app.documents.typesetting.subset import Glyphs, Subset

_CACHE_LIMIT = 512


class Setter:
    """Sets text of one template in one language; `glyphs` of each document come in with it.

    What is fixed in a template is set once and kept: only its own characters, so the codes are
    the same in every document.
    """

    def __init__(
        self, fonts: Fonts, regular: str, bold: str, language: str, *, form: bool = False
    ) -> None:
        self.regular, self.bold = Subset(fonts.regular, regular), Subset(fonts.bold, bold)
        self.styles: Mapping[str, Style] = styles(language, form=form)
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
