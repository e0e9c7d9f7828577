"""What a `position_read` says: where the device took itself to be, and what it heard around it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

DATUMS = ("WGS-84", "GCJ-02", "BD-09")
MOST_NETWORKS = 16
FARTHEST = 2e7
"""Metres: half way round the earth."""
NETWORK = re.compile(r"[0-9a-f]{8}")
"""A nearby network as it leaves the device: the short keyed hash of `agent_app.journal.nearby`."""


@dataclass(frozen=True, slots=True)
class Position:
    """Degrees in `datum`; `accuracy` in metres, 0 where the receiver states none."""

    lat: float
    lon: float
    accuracy: float
    datum: str
    networks: frozenset[str] = frozenset()


def read_position(body: Mapping[str, Any]) -> Position | None:
    """The position a body tells; None where it tells none that could be on earth.

    Networks that are not as they should be are left out: the position stands without them.
    """
    if _place_wrong(body):
        return None
    lat, lon, accuracy = (float(body[name]) for name in ("lat", "lon", "accuracy"))
    heard = frozenset() if _networks_wrong(body) else frozenset(body.get("networks", ()))
    return Position(lat, lon, accuracy, str(body["datum"]), heard)


def wrong_field(body: Mapping[str, Any]) -> str:
    """The first field that is missing or not what it must be; "" when all are right."""
    if name := _place_wrong(body):
        return name
    if not isinstance(body.get("provider"), str):
        return "provider"
    return "networks" if _networks_wrong(body) else ""


def _place_wrong(body: Mapping[str, Any]) -> str:
    for name, least, most in (
        ("lat", -90.0, 90.0),
        ("lon", -180.0, 180.0),
        ("accuracy", 0.0, FARTHEST),
    ):
        value = body.get(name)
        if not _number(value) or not least <= value <= most:
            return name
    return "" if body.get("datum") in DATUMS else "datum"


def _number(value: object) -> TypeGuard[float]:
    """A number that is one: JSON's, without NaN, infinity and what no float holds."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value) if isinstance(value, float) else abs(value) < 2**53


def _networks_wrong(body: Mapping[str, Any]) -> bool:
    """Left out is right; else 1 to MOST_NETWORKS different marks."""
    heard = body.get("networks", ["00000000"])
    if not isinstance(heard, list | tuple) or not 1 <= len(heard) <= MOST_NETWORKS:
        return True
    marks = {one for one in heard if isinstance(one, str) and NETWORK.fullmatch(one)}
    return len(marks) != len(heard)
