"""Which bytes of a sealed file its signatures cover, and what stands in the holes they leave."""

import re
from hashlib import sha256

_BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")
_HOLE = re.compile(rb"[0-9a-f]*|[0-9A-F]*")


def sealed_sha256(pdf: bytes) -> str:
    """The hash of the file up to the end of its first seal: of what the device recorded."""
    ranges = (tuple(map(int, found.groups())) for found in _BYTE_RANGE.finditer(pdf))
    ends = [start + length for zero, _, start, length in ranges if zero == 0]
    return sha256(pdf[: min(ends, default=len(pdf))]).hexdigest()


def hole_is_clean(pdf: bytes, covered: tuple[int, int, int, int], message: bytes) -> bool:
    """Whether only `message` (a CMS), in one case of hex, and zeros stand between the covered bytes."""
    start, length, after, _ = covered
    hole = pdf[start + length : after]
    inner, size = hole[1:-1], 2 * _der_length(message)
    framed = hole[:1] == b"<" and hole[-1:] == b">" and not start
    one_case = _HOLE.fullmatch(inner[:size]) is not None
    return framed and one_case and not inner[size:].strip(b"0")


def _der_length(data: bytes) -> int:
    """Bytes the outermost DER value takes."""
    if len(data) < 2 or data[1] < 0x80:
        return 2 + (data[1] if len(data) > 1 else 0)
    count = data[1] & 0x7F
    return 2 + count + int.from_bytes(data[2 : 2 + count], "big")
