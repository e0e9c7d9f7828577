"""Bytes of a hand-over file → text, in the one order that does not guess wrongly.

BOM → strict UTF-8 → strict GB18030 → strict Big5 → the same with damaged places marked → the
header must fit → else ask. UTF-8 read as
GBK, and Big5 read as GB18030, decode without error into other characters, so the order alone
settles nothing: only a fitting header does.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from agent_app.domain.errors import BadInput, Fault

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_PLAIN, _WIDE = ("utf-8", "gb18030", "big5hkscs"), ("utf-16-le", "utf-16-be")
_INSIDE = (
    *("ascii", "latin-1", "cp437", "cp850", "cp932", "cp936", "cp949", "cp950", "mac-roman"),
    *(f"cp{page}" for page in range(1250, 1259)),
)
"""What archives name their parts in, and workbooks of before 1997 keep their words in."""
_LONGEST_SIGN = 4


@dataclass(frozen=True, slots=True)
class Reading:
    """What the bytes may say; `cut` when they end in the middle of a character."""

    text: str
    cut: bool = False


def readings(content: bytes, encoding: str | None = None) -> Iterator[Reading]:
    """The texts the bytes may be, best first; only one with the right header is the right one.

    An `encoding` given by a person is the only one tried. Raises BadInput for one not known.
    """
    names = _encodings(content, encoding)
    for name in names:
        try:
            yield Reading(content.decode(name).removeprefix("\ufeff"))
        except UnicodeDecodeError as fault:
            if fault.end < len(content) or len(content) - fault.start >= _LONGEST_SIGN:
                continue
            whole = content[: fault.start].decode(name)
            yield Reading(whole.removeprefix("\ufeff"), cut=True)
    for name in names:  # a name cut off in its middle spoils its row, not the file
        yield Reading(content.decode(name, errors="replace").removeprefix("\ufeff"))


def ready(encoding: str | None = None) -> None:
    """Have every encoding at hand, for a process that may open no file later."""
    for name in (*(name for _, name in _BOMS), *_PLAIN, *_WIDE, *_INSIDE, encoding or "utf-8"):
        with suppress(LookupError):
            codecs.lookup(name)


def _encodings(content: bytes, given: str | None) -> list[str]:
    if given is not None:
        try:
            codecs.lookup(given)
        except LookupError as fault:
            mend = "utf-8 | gb18030 | big5"
            raise BadInput(Fault("no such encoding", value=given, mend=mend)) from fault
        return [given]
    marked = next((name for bom, name in _BOMS if content.startswith(bom)), None)
    if marked:
        return [marked]
    if (wide := _unmarked_utf16(content[:2000])) is not None:
        return [wide]
    return [*_PLAIN]


def _unmarked_utf16(start: bytes) -> str | None:
    """Commas and line ends of two bytes: no other text holds the zero byte."""
    for name, comma in (("utf-16-le", b",\x00"), ("utf-16-be", b"\x00,"), ("utf-16-le", b"\t\x00")):
        place = start.find(comma)
        if start.count(b"\x00") > 4 and place >= 0 and place % 2 == 0:
            return name
    return None
