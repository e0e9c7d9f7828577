"""Time-ordered ids: UUID version 7 (RFC 9562 §5.7)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID


def uuid7(at: datetime, entropy: bytes) -> str:
    """The id made at `at` (aware) from 10 bytes of randomness."""
    if len(entropy) < 10:
        raise ValueError("an id needs 10 bytes of entropy")
    millis = int(at.timestamp() * 1000) & ((1 << 48) - 1)
    rand = int.from_bytes(entropy[:10])
    value = millis << 80 | 0x7 << 76 | (rand >> 68 & 0xFFF) << 64
    value |= 0b10 << 62 | rand & ((1 << 62) - 1)
    return str(UUID(int=value))
