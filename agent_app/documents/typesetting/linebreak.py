"""Where a line of Chinese, English or both may end (GB/T 15834, CLREQ §3.1.2).

Reportlab's own rules are the Japanese ones and let a line begin with ， or 》. Here: marks that
close never begin a line, marks that open never end one, —— and …… stay whole, and a date, an
amount or an identifier is never cut. A mark that does not fit is squeezed in before a character
is pushed out.
"""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

NEVER_FIRST = frozenset("，。、；：！？）》〉】〕」』｝］”’％‰℃…—·～,.;:?!)]}%　 ")
NEVER_LAST = frozenset("（《〈【〔「『｛［“‘￥¥$([{#№")
WORD_MARKS = frozenset(".,:/-_@%+&=#*'~")
SQUEEZE = 0.032
"""Largest tightening, in em a character: one mark more on a line of thirty characters."""


class Line(NamedTuple):
    """Characters start to end (end exclusive, blanks at the end left out), and their width."""

    start: int
    end: int
    width: int


def break_lines(
    text: str, advances: Sequence[int], first: float, rest: float, em: int = 1000
) -> list[Line]:
    """Cut `text` into lines; widths and `advances` are in units of `em` to the font size.

    `first` is the room on the first line, `rest` on the others. A single word wider than the
    line is cut, since the paper is no wider for it.
    """
    whole = sum(advances)
    if whole <= first and not text.endswith(" "):
        return [Line(0, len(text), whole)]
    edges = list(accumulate(advances, initial=0))
    lines: list[Line] = []
    start, room, count = 0, first, len(text)
    while start < count:
        end = bisect_right(edges, edges[start] + room + 0.5) - 1
        if end < count:
            end = _legal_end(text, edges, start, max(end, start + 1), room, em)
        stop = end
        while stop > start and text[stop - 1] == " ":
            stop -= 1
        lines.append(Line(start, stop, edges[stop] - edges[start]))
        start, room = end, rest
        while start < count and text[start] == " ":
            start += 1
    return lines or [Line(0, 0, 0)]


def may_break(text: str, at: int) -> bool:
    """Whether a line may end before character `at`."""
    before, after = text[at - 1], text[at]
    if after == " ":
        return True
    if after in NEVER_FIRST or before in NEVER_LAST:
        return before == " " and after not in NEVER_FIRST
    return not (_in_word(before) and _in_word(after))


def is_word_character(character: str) -> bool:
    """Letters and digits of scripts that set words apart by blanks."""
    return character.isalnum() and character < "\u2e80"


def _in_word(character: str) -> bool:
    return is_word_character(character) or character in WORD_MARKS


def _legal_end(text: str, edges: list[int], start: int, end: int, room: float, em: int) -> int:
    if may_break(text, end):
        return end
    for later in (end + 1, end + 2):
        if later <= len(text) and (later == len(text) or may_break(text, later)):
            excess = edges[later] - edges[start] - room
            if excess <= SQUEEZE * em * (later - start - 1):
                return later
            break
    for earlier in range(end - 1, start, -1):
        if may_break(text, earlier):
            return earlier
    return end
