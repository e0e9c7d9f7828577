from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from agent_app.planner import Stop, length, metres, order

places = st.builds(
    Stop,
    id=st.uuids().map(str),
    lat=st.floats(22.4, 22.8),
    lon=st.floats(113.8, 114.4),
    priority=st.integers(0, 1),
)


@given(st.lists(places, max_size=12))
def test_every_stop_once_and_the_pressing_first(stops: list[Stop]) -> None:
    route = order(stops)
    assert sorted(stop.id for stop in route) == sorted(stop.id for stop in stops)
    assert all(a.priority >= b.priority for a, b in pairwise(route))


@given(st.lists(places.map(lambda s: Stop(s.id, s.lat, s.lon)), min_size=5, max_size=10))
def test_no_stretch_walked_the_other_way_round_would_be_shorter(stops: list[Stop]) -> None:
    start, *rest = stops
    walk = [start, *order(rest, start)]
    for first in range(1, len(walk)):
        for last in range(first + 1, len(walk)):
            turned = walk[:first] + walk[first : last + 1][::-1] + walk[last + 1 :]
            assert length(walk) <= length(turned) + 1e-3


def test_stops_without_a_place_come_last_as_given() -> None:
    far, near = Stop("far", 30.0, 120.0), Stop("near", 22.5, 114.0)
    lost = Stop("lost", None, None)
    assert [s.id for s in order([lost, far, near], near)] == ["near", "far", "lost"]


def test_a_degree_of_latitude_is_111_km() -> None:
    assert round(metres(Stop("a", 0.0, 0.0), Stop("b", 1.0, 0.0)) / 1000) == 111
