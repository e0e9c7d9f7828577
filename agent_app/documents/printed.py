"""What a person reads off a paper, held against its seal: the sum, the number, the day, the name.

The seal holds what was printed. A forged sum stands only on the paper, so somebody has to read it
out; this tells, field by field, whether it is what was sealed, in any way a paper writes it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime, tzinfo

from agent_app.domain.errors import BadInput
from agent_app.domain.money import Money, parse_amount
from agent_app.figures import CURRENCIES, MONTHS, capital
from agent_app.journal.sealcode import Seal

ASKED = ("sum", "serial", "issued", "until", "agent", "principal", "case")
"""The fields a paper may show, in the order in which they are asked for."""
PERSON = ("agent", "principal", "serial")
_SUM = re.compile(r"-?[\d,. ]*\d")
_NUMBER = re.compile(r"(?<!\d)\d{1,4}(?!\d)")
_MINGUO = 1911
"""Years of the Republic begin with 1912."""


def asked_of(seal: Seal) -> tuple[str, ...]:
    """The fields of this seal that can be compared: those it holds, and for a paper the sum also
    where it holds none, since a copied code may stand on a paper that demands one. Of a person,
    who they say they are."""
    if seal.kind == "credential":
        return PERSON
    return tuple(name for name in ASKED if getattr(seal, name) or name == "sum")


def differing(seal: Seal, read: Mapping[str, str], zone: tzinfo) -> tuple[str, ...]:
    """The fields whose text as read off the paper is not what was sealed; blank ones are passed
    over. Days are those of `zone`."""
    asked = asked_of(seal)
    told = {name: _plain(text) for name, text in read.items() if name in asked and text.strip()}
    return tuple(
        name for name, text in told.items() if not _agrees(getattr(seal, name), text, zone)
    )


def _agrees(sealed: object, read: str, zone: tzinfo) -> bool:
    if isinstance(sealed, Money):
        return _sum(read, sealed.currency) == sealed or _letters(read) in _in_words(sealed)
    if isinstance(sealed, datetime):
        return sealed.astimezone(zone).date() in set(days(read))
    whole = _plain(str(sealed or ""))
    return _letters(read) in {_letters(whole), *map(_letters, whole.split())}


def _sum(read: str, currency: str) -> Money | None:
    found = _SUM.search(read)
    try:
        typed = found.group().replace(",", "").replace(" ", "") if found else ""
        return Money(parse_amount(typed, currency), currency)
    except BadInput:
        return None


def _in_words(sealed: Money) -> set[str]:
    """The sum in formal numerals, 叁仟玖佰壹拾叁元整, with the currency's name or without."""
    return {
        _letters(name + capital(sealed.to_json(), language))
        for language, names in CURRENCIES.items()
        for name in ("", names.get(sealed.currency, ""))
    }


def days(read: str) -> Iterator[date]:
    """Every day this may mean: 2026年11月23日, 2026-11-23, 23 Nov 2026, 11/23/2026, 民國115年…"""
    read = _plain(read)
    for number, name in enumerate(MONTHS, 1):
        read = re.sub(rf"{name[:3]}\w*", f" {number} ", read, flags=re.IGNORECASE)
    first, second, third = ([int(one) for one in _NUMBER.findall(read)] + [0, 0, 0])[:3]
    year = first if first > 999 else first + _MINGUO
    for parts in ((year, second, third), (third, first, second), (third, second, first)):
        with suppress(ValueError):
            yield date(*parts)


def _plain(text: str) -> str:
    """Full-width letters and digits as their usual ones (NFKC)."""
    return unicodedata.normalize("NFKC", text).strip()


def _letters(text: str) -> str:
    plain = text.casefold().replace("圆", "元").replace("圓", "元")
    return "".join(letter for letter in plain if letter.isalnum())
