"""Codes people read, type and say aloud: Crockford's 32 letters, in groups of four.

No I, L, O or U: what is misread as one of them is taken for 1, 1, 0 and V.
"""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans("ILOU", "110V")


def spell(raw: bytes, letters: int) -> str:
    """The first `letters` × 5 bits of `raw`, as `7K3M-9Q2X`."""
    value = int.from_bytes(raw) >> (len(raw) * 8 - letters * 5)
    text = "".join(ALPHABET[value >> 5 * place & 31] for place in reversed(range(letters)))
    return "-".join(text[at : at + 4] for at in range(0, letters, 4))


def heard(typed: str) -> str:
    """What was meant by a code as typed: letters only, in their one spelling."""
    kept = "".join(letter for letter in typed.upper() if letter.isalnum())
    return kept.translate(_MISREAD)
