"""What a person reads off a paper, held against its seal: the sum, the number, the day, the name.

The seal holds what was printed. A forged sum stands only on the paper, so somebody has to read it
out; this tells, field by field, whether it is what was sealed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, tzinfo

from agent_app.domain.errors import BadInput
from agent_app.domain.money import Money, parse_amount
from agent_app.journal.sealcode import Seal

ASKED = ("sum", "serial", "issued", "until", "agent", "principal", "case")
"""The fields a paper may show, in the order in which they are asked for."""
_DAY = re.compile(r"(\d{4})\D{1,2}(\d{1,2})\D{1,2}(\d{1,2})")
_SUM = re.compile(r"-?[\d,. ]*\d")


def asked_of(seal: Seal) -> tuple[str, ...]:
    """The fields of this seal that can be compared."""
    return tuple(name for name in ASKED if getattr(seal, name))


def differing(seal: Seal, read: Mapping[str, str], zone: tzinfo) -> tuple[str, ...]:
    """The fields whose text as read off the paper is not what was sealed; blank ones are passed
    over. Days are those of `zone`."""
    told = {name: _plain(text) for name, text in read.items() if name in ASKED and text.strip()}
    return tuple(
        name for name, text in told.items() if not _agrees(getattr(seal, name), text, zone)
    )


def _agrees(sealed: object, read: str, zone: tzinfo) -> bool:
    if isinstance(sealed, Money):
        return _sum(read, sealed.currency) == sealed
    if isinstance(sealed, datetime):
        return _day(read) == sealed.astimezone(zone).date()
    whole = _plain(str(sealed or ""))
    return _letters(read) in {_letters(whole), *map(_letters, whole.split())}


def _sum(read: str, currency: str) -> Money | None:
    found = _SUM.search(read)
    try:
        typed = found.group().replace(",", "").replace(" ", "") if found else ""
        return Money(parse_amount(typed, currency), currency)
    except BadInput:
        return None


def _day(read: str) -> date | None:
    found = _DAY.search(read)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _plain(text: str) -> str:
    """Full-width letters and digits as their usual ones (NFKC)."""
    return unicodedata.normalize("NFKC", text).strip()


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
