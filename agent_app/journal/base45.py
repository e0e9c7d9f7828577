"""Base45 (RFC 9285): bytes in the alphabet that QR codes pack most densely."""

from __future__ import annotations

from agent_app.domain.errors import BadInput

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES = {letter: value for value, letter in enumerate(ALPHABET)}


def encode(raw: bytes) -> str:
    """Three letters for two bytes, two for a last single one."""
    letters = []
    for at in range(0, len(raw), 2):
        pair = raw[at : at + 2]
        value = int.from_bytes(pair)
        for _ in range(len(pair) + 1):
            value, rest = divmod(value, 45)
            letters.append(ALPHABET[rest])
    return "".join(letters)


def decode(text: str) -> bytes:
    """The bytes of `encode(raw)`; BadInput for any other text."""
    raw = bytearray()
    for at in range(0, len(text), 3):
        group = text[at : at + 3]
        try:
            value = sum(_VALUES[letter] * 45**place for place, letter in enumerate(group))
            raw += value.to_bytes(len(group) - 1)
        except (KeyError, OverflowError) as error:
            raise BadInput(f"not base45: {group!r}") from error
        if len(group) == 1:
            raise BadInput(f"not base45: {group!r}")
    return bytes(raw)
