"""The numbers of papers: which of those leased to a device are on none of them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

_NUMBER = re.compile(r"^(?P<prefix>.*?)(?P<kind>[A-Z]?)(?P<number>\d+)$")


@dataclass(frozen=True, slots=True)
class Gap:
    """A number of a leased block that none of the papers carries."""

    prefix: str
    number: int


def gaps(serials: Iterable[str], blocks: Iterable[Mapping[str, Any]]) -> list[Gap]:
    """Numbers of the blocks `{prefix, first, last}` that are on none of the papers."""
    used: dict[str, set[int]] = {}
    for serial in serials:
        match = _NUMBER.match(serial)
        if match:
            used.setdefault(match["prefix"], set()).add(int(match["number"]))
    return [
        Gap(block["prefix"], number)
        for block in blocks
        for number in range(int(block["first"]), int(block["last"]) + 1)
        if number not in used.get(block["prefix"], ())
    ]
