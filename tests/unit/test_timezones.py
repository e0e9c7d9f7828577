"""Whose clock hangs at a door: from the address itself, where it lies, or its region."""

from __future__ import annotations

import subprocess
import sys

import pytest

from agent_app.domain.model import Address, Case
from agent_app.journal.datum import gcj02_to_bd09, wgs84_to_gcj02
from agent_app.timezones import placed, zone_at, zone_of, zone_of_region
from tests.support.rule_cases import row


@pytest.mark.parametrize(
    ("lat", "lon", "zone"),
    [
        (23.13, 113.26, "Asia/Shanghai"),
        (43.80, 87.60, "Asia/Shanghai"),  # Urumqi: mainland China has one legal time
        (22.30, 114.17, "Asia/Hong_Kong"),
        (25.03, 121.56, "Asia/Taipei"),
        (51.50, -0.12, "Europe/London"),
        (42.36, -71.06, "America/New_York"),
        (33.45, -112.07, "America/Phoenix"),
        (-31.95, 115.86, "Australia/Perth"),
        (-8.65, 115.22, "Asia/Makassar"),
        (0.0, -150.0, ""),  # nobody lives there
        (100.0, 0.0, ""),
    ],
)
def test_a_place_has_the_zone_of_its_ground(lat: float, lon: float, zone: str) -> None:
    assert zone_at(lat, lon, "WGS-84") == zone


def test_the_datum_is_minded_at_a_border() -> None:
    """700 m decide at the Shenzhen river; the law on its two banks is not the same."""
    north = (22.5336, 114.1119)
    gcj = wgs84_to_gcj02(*north)
    assert zone_at(*north, "WGS-84") == "Asia/Shanghai"
    assert zone_at(*gcj, "GCJ-02") == "Asia/Shanghai"
    assert zone_at(*gcj02_to_bd09(*gcj), "BD-09") == "Asia/Shanghai"
    assert zone_at(*north, "a datum nobody knows") == ""


def test_a_region_tells_where_its_country_has_one_zone() -> None:
    assert zone_of_region("CN-XJ") == "Asia/Shanghai"
    assert zone_of_region("GB") == "Europe/London"
    assert zone_of_region("US-MA") == ""
    assert zone_of_region("") == ""


def test_what_the_address_says_itself_comes_first() -> None:
    there = Address("a", "home", "x", "CN-GD", "Asia/Tokyo", 51.5, -0.12, "WGS-84")
    assert zone_of(there) == "Asia/Tokyo"
    assert zone_of(Address("a", "home", "x", "CN-GD", "", 51.5, -0.12)) == "Europe/London"
    assert zone_of(Address("a", "home", "x", "CN-GD")) == "Asia/Shanghai"
    assert zone_of(Address("a", "home", "x", "US-MA")) == ""


def test_a_case_is_placed_only_where_it_must_be() -> None:
    whole = Case.read(row("cn"))
    assert placed(whole) is whole
    raw = row("us")
    raw["addresses"] = [
        {"id": "h1", "kind": "home", "text": "1", "lat": 42.36, "lon": -71.06, "datum": "WGS-84"}
    ]
    assert placed(Case.read(raw)).addresses[0].tz == "America/New_York"


def test_nobody_pays_for_the_map_until_it_is_needed() -> None:
    code = (
        "import sys, agent_app.timezones, agent_app.actions.guard;"
        "sys.exit('timezonefinder' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
