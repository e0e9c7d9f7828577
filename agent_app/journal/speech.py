"""Codes people read, type and say aloud: Crockford's 32 letters, in groups of four.

No I, L, O or U: what is misread as one of them is taken for 1, 1, 0 and V. Full-width letters, as
a Chinese keyboard gives them, are their usual ones.
"""

from __future__ import annotations

import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans("ILOU", "110V")
_FIELD = 0b100101
"""x⁵ + x² + 1: the 32 letters as the elements of a field, of which 2 generates all but 0."""


def spell(raw: bytes, letters: int) -> str:
    """The first `letters` × 5 bits of `raw`, as `7K3M-9Q2X`."""
    return _grouped(_first(raw, letters))


def spell_checked(raw: bytes, letters: int) -> str:
    """The first bits of `raw` in one letter fewer, then a check letter: see `slipped`."""
    text = _first(raw, letters - 1)
    return _grouped(text + ALPHABET[_doubled(_sum(text))])


def heard(typed: str) -> str:
    """What was meant by a code as typed: letters only, in their one spelling."""
    plain = unicodedata.normalize("NFKC", typed).upper()
    return "".join(letter for letter in plain if letter.isalnum()).translate(_MISREAD)


def slipped(typed: str, letters: int) -> bool:
    """Whether this cannot be what `spell_checked` gave: one letter wrong or two exchanged, each
    is always found, more of them 31 times in 32."""
    text = heard(typed)
    return len(text) != letters or not set(text) <= set(ALPHABET) or _sum(text) != 0


def _first(raw: bytes, letters: int) -> str:
    value = int.from_bytes(raw) >> (len(raw) * 8 - letters * 5)
    return "".join(ALPHABET[value >> 5 * place & 31] for place in reversed(range(letters)))


def _grouped(text: str) -> str:
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def _sum(text: str) -> int:
    """The letters weighed by the powers of 2 in the field, the last by 1."""
    total = 0
    for letter in text:
        total = _doubled(total) ^ ALPHABET.index(letter)
    return total


def _doubled(value: int) -> int:
    twice = value << 1
    return twice ^ _FIELD if twice & 32 else twice
