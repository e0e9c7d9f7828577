"""Datums and place flags: honest doors pass, each oddity has its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agent_app.domain.errors import BadInput
from agent_app.domain.model import Case
from agent_app.journal import datum
from agent_app.journal.honesty import Others, flags
from agent_app.journal.place import place_flags
from tests.support.case_rows import case_row
from tests.support.journals import START, Device

DOOR = (22.5431, 114.0579)
MAINLAND = st.tuples(st.floats(20.0, 45.0), st.floats(85.0, 125.0))


def case(**address: Any) -> Case:
    row = case_row()
    usual = {"id": "addr-1", "lat": DOOR[0], "lon": DOOR[1], "datum": "WGS-84"}
    row["addresses"] = [row["addresses"][0] | {"tz": "Asia/Shanghai"} | usual | address]
    return Case.read(row)


def position(lat: float, lon: float, **more: Any) -> Mapping[str, Any]:
    usual = {"accuracy": 12.5, "datum": "WGS-84", "provider": "gnss"}
    return {"lat": lat, "lon": lon} | usual | more


def visit(device: Device, *reads: Mapping[str, Any], address: str = "addr-1", **more: Any) -> None:
    device.record("visit_started", {"address": address, "crew": ["wang", "li"]}, **more)
    for read in reads:
        device.record("position_read", read, **more)
    device.record("visit_ended", **more)


def kinds(device: Device, of: Case | None = None) -> list[str]:
    return [flag.kind for flag in place_flags(device.events, of or case())]


def beside(device: Device) -> set[str]:
    others = Others(device.events, lambda _: case())
    return {flag.kind for flag in flags(device.events, case(), others=others)}


@given(MAINLAND)
def test_datums_convert_both_ways(point: tuple[float, float]) -> None:
    gcj = datum.wgs84_to_gcj02(*point)
    assert datum.distance(point, gcj) < 700
    assert datum.distance(point, datum.gcj02_to_wgs84(*gcj)) < 0.001
    bd = datum.gcj02_to_bd09(*gcj)
    assert 700 < datum.distance(gcj, bd) < 1100
    assert datum.distance(point, datum.to_wgs84(*bd, "BD-09")) < 0.01


def test_published_points() -> None:
    """Tiananmen as the three kinds of map give it, to about ten metres."""
    gcj = datum.wgs84_to_gcj02(39.90734, 116.39123)
    assert gcj == pytest.approx((39.90874, 116.39748), abs=2e-4)
    assert datum.gcj02_to_bd09(39.908692, 116.397477) == pytest.approx(
        (39.915028, 116.403857), abs=2e-4
    )


@pytest.mark.parametrize(
    "point", [(22.3193, 114.1694), (22.1987, 113.5439), (25.0330, 121.5654), (39.1, 124.4)]
)
def test_hong_kong_macau_taiwan_and_the_border_lie_in_the_box(point: tuple[float, float]) -> None:
    gcj = datum.wgs84_to_gcj02(*point)
    assert 100 < datum.distance(point, gcj) < 800
    assert datum.distance(point, datum.to_wgs84(*gcj, "GCJ-02")) < 0.001
    assert datum.to_wgs84(*point, "WGS-84") == point


@given(st.floats(-90, 90), st.floats(-180, 180), st.sampled_from(["GCJ-02", "BD-09"]))
@example(0.8293, 72.004, "GCJ-02")
@example(55.8271, 137.8347, "BD-09")
@example(0.83, 100.0, "GCJ-02")
@example(-90.0, 180.0, "BD-09")
def test_no_place_on_earth_is_moved_far(lat: float, lon: float, name: str) -> None:
    """At the box's own edge, where the shift sets in at once, and at the poles too."""
    moved = datum.to_wgs84(lat, lon, name)
    assert abs(moved[0] - lat) < 0.03
    assert abs(moved[1] - lon) < 0.03


def test_outside_china_nothing_is_shifted_and_unknown_datums_are_refused() -> None:
    assert datum.wgs84_to_gcj02(48.2082, 16.3738) == (48.2082, 16.3738)
    assert datum.to_wgs84(1.0, 2.0, "WGS-84") == (1.0, 2.0)
    with pytest.raises(BadInput, match="unknown datum"):
        datum.to_wgs84(1.0, 2.0, "NAD-27")


def test_distance_of_a_degree() -> None:
    assert datum.distance((0.0, 0.0), (1.0, 0.0)) == pytest.approx(111_195, abs=1)


def test_an_honest_visit_has_no_remark() -> None:
    device = Device()
    visit(device, position(22.5433, 114.0581))
    assert kinds(device) == []
    assert flags(device.events, case()) == []


def test_the_same_door_in_another_datum_is_the_same_door() -> None:
    device = Device()
    visit(device, position(*DOOR))
    gcj = datum.wgs84_to_gcj02(*DOOR)
    bd = datum.gcj02_to_bd09(*gcj)
    assert kinds(device, case(lat=gcj[0], lon=gcj[1], datum="GCJ-02")) == []
    assert kinds(device, case(lat=bd[0], lon=bd[1], datum="BD-09")) == []
    assert kinds(device, case(lat=bd[0], lon=bd[1], datum="WGS-84")) == ["far_from_door"]


def test_far_from_the_door() -> None:
    device = Device()
    visit(device, position(22.5531, 114.0579))
    (flag,) = place_flags(device.events, case())
    assert (flag.kind, flag.facts) == ("far_from_door", {"metres": 1112})
    assert flag.detail == "metres 1112"
    assert kinds(device, case(text="湖南省长沙县黄花镇大路村塘湾组12号")) == []
    assert kinds(device, case(lat=None, lon=None)) == []
    vague = Device()
    visit(vague, position(22.5531, 114.0579, accuracy=900))
    assert kinds(vague) == []


@pytest.mark.parametrize(
    ("text", "rural"),
    [
        ("湖南省长沙县黄花镇大路村塘湾组12号", True),
        ("云南省文山州广南县坝美乡法利屯", True),
        ("屏東縣霧臺鄉好茶村3鄰", True),
        ("Village Rampur, Tehsil Sadar", True),
        ("广东省广州市天河区冼村街道映月路26号18栋1708室", False),
        ("东莞市长安镇乌沙社区江贝路8号", False),
        ("北京市海淀区中关村大街27号", False),
        ("12 Villager Close, Leeds", False),
    ],
)
def test_what_is_a_village(text: str, rural: bool) -> None:
    assert case(text=text).addresses[0].rural is rural


def test_too_good_too_fast_and_the_very_same_spot() -> None:
    device = Device()
    visit(device, position(*DOOR, accuracy=0.5))
    assert kinds(device) == ["position_too_good"]
    unsaid = Device()
    visit(unsaid, position(*DOOR, accuracy=0))
    assert kinds(unsaid) == ["accuracy_unsaid"]
    fast = Device()
    visit(fast, position(*DOOR), visit="visit-1")
    visit(fast, position(22.60, 114.30), visit="visit-2", address="addr-2")
    assert "too_fast" in beside(fast)
    same = Device()
    visit(same, position(*DOOR), visit="visit-1")
    visit(same, position(*DOOR), visit="visit-2")
    assert beside(same) == {"same_position"}


@pytest.mark.parametrize(("hours", "said"), [(-3, False), (0, True), (3, False)])
def test_a_clock_that_went_back_over_a_restart_is_no_speed(hours: int, said: bool) -> None:
    device = Device()
    visit(device, position(*DOOR), visit="visit-1")
    device.moment = replace(device.moment.later(hours=hours), boot="boot-2", bt=9_000)
    visit(device, position(22.60, 114.30), visit="visit-2", address="addr-2")
    assert ("too_fast" in beside(device)) == said


def test_a_day_goes_on_over_midnight_and_in_the_order_of_the_device() -> None:
    """Two doors twenty kilometres apart in two minutes, the clock an hour back between them."""
    device = Device()
    device.moment = replace(START, wall=datetime.fromisoformat("2026-11-23T23:56:00+08:00"))
    visit(device, position(*DOOR), visit="visit-1")
    visit(device, position(22.60, 114.30), visit="visit-2", address="addr-2")
    assert {"too_fast"} <= beside(device)
    device.moment = replace(device.moment, wall=device.moment.wall - timedelta(hours=1))
    visit(device, position(*DOOR), visit="visit-3")
    told = Others(device.events, lambda _: case()).kinds()
    assert [("too_fast" in told.get(f"visit-{n}", ())) for n in (1, 2, 3)] == [False, True, True]


def test_a_partner_whose_device_shows_another_zone_is_still_seen() -> None:
    own, other = Device(), Device("device-2", user="li")
    other.moment = replace(START, wall=START.wall.astimezone(ZoneInfo("America/Los_Angeles")))
    visit(own, *[position(*DOOR)] * 5)
    visit(other, *[position(*DOOR)] * 5, case="case-2", visit="visit-2")
    told = Others([*own.events, *other.events], lambda _: None).kinds()
    assert "crew_elsewhere" in told["visit-1"]


@pytest.mark.parametrize("lon", [179.9999, -179.9999, 0.0, -0.0])
def test_the_date_line_and_the_meridian_are_places(lon: float) -> None:
    """A door on one side, the device twenty metres off on the other."""
    door = case(lat=0.0, lon=-lon, datum="WGS-84")
    near, far = Device(), Device()
    visit(near, position(0.0, lon))
    visit(far, position(0.0, lon + 1.0 if lon < 0 else lon - 1.0))
    assert kinds(near, door) == []
    assert kinds(far, door) == ["far_from_door"]


def test_a_position_outside_a_visit() -> None:
    device = Device()
    visit(device)
    device.record("position_read", position(*DOOR))
    assert kinds(device) == ["position_outside_visit"]


def test_a_long_report_from_a_short_stay() -> None:
    device = Device()
    device.record("visit_started", {"address": "addr-1", "crew": []})
    for step in range(8):
        device.moment = device.moment.later(minutes=-1, seconds=0.2)
        device.record("answered", {"ref": f"/q{step}", "value": "x"})
    device.moment = device.moment.later(minutes=-1, seconds=5)
    device.record("visit_ended")
    assert kinds(device) == ["short_stay", "all_at_once"]


@pytest.mark.parametrize(
    ("named", "shown", "door", "said"),
    [
        ("Asia/Shanghai", "+08:00", "Asia/Kolkata", "Asia/Shanghai"),
        ("Asia/Tokyo", "+08:00", "Asia/Shanghai", "Asia/Tokyo"),
        ("Asia/Shanghai", "+09:00", "Asia/Shanghai", "UTC+09:00"),
        ("Mars/Base", "+09:00", "Asia/Shanghai", "UTC+09:00"),
        ("Asia/Chongqing", "+08:00", "Asia/Shanghai", ""),
        ("Mars/Base", "+08:00", "Asia/Shanghai", ""),
        ("Asia/Tokyo", "+09:00", "Asia", ""),
        ("Asia/Tokyo", "+09:00", "", ""),
    ],
)
def test_a_device_set_to_another_time_zone(named: str, shown: str, door: str, said: str) -> None:
    """By the name or by the time it shows; names of one time are one, no zone says nothing."""
    device = Device()
    visit(device, tz=named, wall=f"2026-11-23T10:00:00.000{shown}")
    found = [flag.facts["device"] for flag in flags(device.events, case(tz=door))]
    assert found == ([said] if said else [])


def test_devices_are_looked_at_one_by_one() -> None:
    one, other = Device(), Device("device-2", user="li")
    visit(one, position(*DOOR))
    other.moment = one.moment.later(hours=-3)
    visit(other, position(22.60, 114.30))
    found = flags([*other.events, *one.events], case())
    assert [flag.kind for flag in found] == ["far_from_door"]
