"""Finding cases by name, number, telephone, address: every row's `sought` is read through.

A device holds thousands of cases, not millions: reading their few words takes some ten
milliseconds, finds a name of one character as surely as a long one, and spares each sync the
upkeep of a full-text index (docs/adr/0505).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_INSIDE = re.compile("[-·・•‧'’]")
"""Marks people leave out of names and numbers."""


def folded(texts: Iterable[str]) -> list[str]:
    """Texts as compared: full width to half, no case, single spaces, no marks inside words.

    All of them in one pass, as the lines of one text: no line changes its neighbour.
    """
    lines = _INSIDE.sub("", "\n".join(text.replace("\n", " ") for text in texts))
    compared = unicodedata.normalize("NFKC", lines).casefold().split("\n")
    return [" ".join(line.split()) for line in compared]


def condition(query: str) -> tuple[str, str, list[str]]:
    """SQL for rows that hold every word of `query`, the order that puts names first, the words.

    The words stand in both as `?1`, `?2`, …; none when `query` says nothing.
    """
    words = folded([query])[0].split()
    marks = range(1, len(words) + 1)
    holds = " AND ".join(f"instr(sought, ?{n})" for n in marks)
    elsewhere = " + ".join(f"(instr(sought, ?{n}) > instr(sought, char(10)))" for n in marks)
    return holds, elsewhere, words
