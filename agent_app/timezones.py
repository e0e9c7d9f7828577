"""The time zone of an address that names none, offline: from where it lies, else its region.

The map is `timezonefinder`'s: a quarter of a second and 60 MB when the first such address is met, a few
microseconds a look-up after that, and nothing at all while every address names its zone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from agent_app.domain.errors import BadInput
from agent_app.domain.model import Address, Case
from agent_app.journal.datum import to_wgs84

if TYPE_CHECKING:
    from timezonefinder import TimezoneFinder

LEGAL: Mapping[str, str] = {"Asia/Urumqi": "Asia/Shanghai"}
"""Where people set their clocks by one zone and the law by another: mainland China has one legal
time (regulations: UTC+8 everywhere)."""


def zone_of(address: Address) -> str:
    """Its own zone, else that of the place it lies at, else of its region; empty: not known."""
    if address.tz:
        return address.tz
    if address.lat is not None and address.lon is not None:
        found = zone_at(address.lat, address.lon, address.datum or "WGS-84")
        if found:
            return found
    return zone_of_region(address.region)


def placed(case: Case) -> Case:
    """The case with a time zone for every address that has or lies in one."""
    if all(one.tz for one in case.addresses):
        return case
    return replace(case, addresses=tuple(replace(one, tz=zone_of(one)) for one in case.addresses))


def zone_at(lat: float, lon: float, datum: str) -> str:
    """The IANA zone of a point in degrees; empty on the high seas and off the earth."""
    try:
        lat, lon = to_wgs84(lat, lon, datum)
        found = _map().timezone_at(lat=lat, lng=lon)
    except (BadInput, ValueError):
        return ""
    if not found or found.startswith("Etc/"):
        return ""
    return LEGAL.get(found, found)


def zone_of_region(region: str) -> str:
    """The zone of a region (ISO 3166-1 or -2) whose whole country has one; empty for others."""
    zones = _zones_of_countries().get(region[:2].upper(), frozenset())
    return next(iter(zones)) if len(zones) == 1 else ""


@lru_cache(maxsize=1)
def _map() -> TimezoneFinder:
    from timezonefinder import TimezoneFinder

    return TimezoneFinder(in_memory=True)  # else it keeps files open for good


@lru_cache(maxsize=1)
def _zones_of_countries() -> Mapping[str, frozenset[str]]:
    """The legal zones of each country, by the IANA table."""
    text = (files("tzdata.zoneinfo") / "zone.tab").read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
    found: dict[str, set[str]] = {}
    for country, _, zone, *_ in rows:
        found.setdefault(country, set()).add(LEGAL.get(zone, zone))
    return {country: frozenset(zones) for country, zones in found.items()}
