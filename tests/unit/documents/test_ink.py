import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from agent_app.documents import ink
from agent_app.documents.ink import FIELD_HEIGHT, FIELD_WIDTH, Point, Stroke
from tests.support.papers import handwriting

points = st.builds(
    Point,
    x=st.floats(-50, 200, width=32),
    y=st.floats(-50, 100, width=32),
    time=st.integers(0, 100_000),
    pressure=st.none() | st.floats(0, 1, width=16),
    tilt_x=st.none() | st.integers(-60, 60).map(float),
)
strokes = st.lists(
    st.builds(Stroke, st.lists(points, min_size=1, max_size=30).map(tuple)), max_size=4
).map(tuple)


@given(strokes)
def test_any_hand_is_drawn_inside_its_place(hand: tuple[Stroke, ...]) -> None:
    drawn = ink.paths(hand)
    for pair in re.findall(r"(-?[\d.]+) (-?[\d.]+)(?= (?:m|c|-?[\d.]))", drawn):
        x, y = map(float, pair)
        if drawn.startswith(f"{pair[0]} {pair[1]}"):
            continue  # the colour
        assert -2 <= x <= FIELD_WIDTH + 2
        assert -2 <= y <= FIELD_HEIGHT + 2
    assert "nan" not in drawn


@given(strokes)
def test_the_raw_strokes_come_back_whole(hand: tuple[Stroke, ...]) -> None:
    assert ink.from_json(ink.to_json(hand)) == hand


def test_no_ink_draws_nothing() -> None:
    assert ink.paths(()) == ""
    assert ink.paths((Stroke(()),)) == ""


def test_a_dot_is_a_dot() -> None:
    assert ink.paths((Stroke((Point(1, 1, 0),)),)).count(" m ") == 1


def test_a_signature_is_small_and_follows_pressure() -> None:
    hand = handwriting(7)
    assert sum(len(stroke.points) for stroke in hand) == 560
    assert len(ink.paths(hand)) < 40_000
    light = tuple(
        replace(s, points=tuple(replace(p, pressure=0.0) for p in s.points)) for s in hand
    )
    assert ink.paths(light) != ink.paths(hand)
