"""What a recording sounds like, coarsely: how long, how loud, and the course of its loudness."""

from collections.abc import Iterable
from math import log2, sqrt
from typing import Any

_HEAD = 44
_WINDOWS = 64
_STRIDE = 16
_LEVELS = 16
_BLOCK = 0.25
"""Seconds over which loudness is taken."""


def marks(pieces: Iterable[bytes]) -> dict[str, Any]:
    """Of a 16-bit mono WAV in pieces of even length: `seconds` of sound, `loudest` (root mean
    square over a quarter of a second, 0 to 32767), and `course`: 64 hex digits, the loudness of
    64 equal parts in steps of 3 dB. {} for anything else.
    """
    squares: list[float] = []
    rate, total = 0, 0
    pending = b""
    for number, piece in enumerate(pieces):
        if number == 0:
            if piece[:4] != b"RIFF" or piece[22:24] != b"\1\0" or piece[34:36] != b"\x10\0":
                return {}
            rate, piece = int.from_bytes(piece[24:28], "little"), piece[_HEAD:]
        pending += piece
        block = max(2, int(rate * _BLOCK) * 2)
        while len(pending) >= block:
            squares.append(_power(pending[:block]))
            pending, total = pending[block:], total + block
    if not rate:
        return {}
    total += len(pending)
    loudest = sqrt(max(squares, default=0.0))
    return {
        "seconds": round(total / 2 / rate, 1),
        "loudest": round(loudest),
        "course": _course(squares),
    }


def _power(block: bytes) -> float:
    samples = memoryview(block[: len(block) // 2 * 2]).cast("h")[::_STRIDE]
    return sum(one * one for one in samples) / max(1, len(samples))


def _course(squares: list[float]) -> str:
    if len(squares) < _WINDOWS:
        return ""
    parts = []
    for number in range(_WINDOWS):
        start, end = (len(squares) * at // _WINDOWS for at in (number, number + 1))
        power = sum(squares[start:end]) / (end - start)
        parts.append(min(_LEVELS - 1, max(0, int(log2(power + 1) - 5))))
    return "".join(f"{level:x}" for level in parts)
