"""Whatever a body says that the office let count, nobody who reads it falls over it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from agent_app.domain.events import KINDS
from agent_app.domain.languages import LANGUAGES
from agent_app.domain.position import read_position
from agent_app.domain.project import project
from agent_app.journal import chain, timeline
from agent_app.journal.canonical import canonical
from agent_app.journal.honesty import TELLING, Others, flags
from agent_app.journal.saying import Saying
from agent_app.wording import Wording
from tests.support.case_rows import case_row
from tests.support.journals import Device
from tests.unit.journal.test_place import case

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=9)
    | st.floats(-1e15, 1e15),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
DEGREES = st.sampled_from(
    [0, -0.0, 90, -90, 180, -180, 179.9999999, 1e-9, 90.0000001, 55.8271, 72.004]
)
MARKS = st.lists(st.sampled_from(["0123abcd", "0123abce", "0123abcf", "x", ""]), max_size=18)
BODIES = st.fixed_dictionaries(
    {},
    optional={
        "lat": DEGREES | JSON,
        "lon": DEGREES | JSON,
        "accuracy": st.sampled_from([0, 0.0, -1, 1e308, 12.5]) | JSON,
        "datum": st.sampled_from(["WGS-84", "GCJ-02", "BD-09", "NAD-27"]) | JSON,
        "provider": st.just("gnss") | JSON,
        "networks": MARKS | JSON,
    },
)


def lived(*bodies: Mapping[str, Any]) -> Device:
    device = Device()
    for number, body in enumerate(bodies):
        visit: dict[str, Any] = {"visit": f"visit-{number}"}
        device.record("visit_started", {"address": "addr-1", "crew": ["wang"]}, **visit)
        device.record("position_read", json.loads(canonical(body)), **visit)
        device.record("visit_ended", **visit)
    return device


@settings(max_examples=25)
@given(st.tuples(BODIES, BODIES, BODIES))
@example(({}, {"lat": "22.5"}, {"lat": 1e308, "lon": 0, "accuracy": 0, "datum": "WGS-84"}))
@example(
    (
        {"lat": 0, "lon": 180, "accuracy": 1e308, "datum": "BD-09", "networks": ["x"] * 99},
        {"lat": 0, "lon": -180, "accuracy": 0, "datum": "GCJ-02", "networks": {"a": 1}},
        {"lat": -90, "lon": 0.0, "accuracy": 1, "datum": ["WGS-84"], "networks": "0123abcd"},
    ),
)
def test_every_reader_reads_on(bodies: tuple[Mapping[str, Any], ...]) -> None:
    events = lived(*bodies).events
    others = Others(events, lambda _: case())
    found = flags(events, case(), others=others)
    for language in LANGUAGES:
        words = Wording(language)
        assert all(words.say(f"flags.{one.kind}", **one.facts) for one in found)
        saying = Saying(words)
        told = [*saying.lines(events[1]), *saying.machine(events[1])]
        assert {line.field for line in told} <= events[1].body.keys()
    page = timeline.page(events, "zh_CN", case="case-1", names={}, files=())
    assert "0123abcd" not in page
    assert project(case_row(), events)["visits"].keys() == {"visit-0", "visit-1", "visit-2"}
    hidden = chain.redact(events[1], frozenset(events[1].body))
    assert read_position(hidden.body) is None
    assert flags([events[0], hidden, events[2]], case()) == []


MEDIA = st.fixed_dictionaries(
    {},
    optional={
        "taken": st.sampled_from(["2026-11-23T10:00:00", "0001-01-01T00:00:00", "x"]) | JSON,
        "lat": st.just(22.5) | JSON,
        "lon": st.just(114.0) | JSON,
        "camera": st.just("V2324A") | JSON,
        "look": st.just("f0" * 32) | JSON,
        "course": st.just("0123" * 16) | JSON,
        "seconds": st.just(9.0) | JSON,
        "loudest": st.just(900) | JSON,
    },
)
FIELDS = {
    "marks": MEDIA | JSON,
    "pages": st.dictionaries(st.text(max_size=3), MEDIA | JSON, max_size=2) | JSON,
    "signers": st.lists(st.fixed_dictionaries({"ink": st.just("0f" * 16) | JSON}), max_size=2)
    | JSON,
    "crew": st.just(["wang", "li"]) | JSON,
    "address": st.just("addr-1") | JSON,
    "code": st.just("promise") | JSON,
    "who": st.just("debtor") | JSON,
    "slot": st.just("audio-1") | JSON,
    "seconds": st.just(9.0) | JSON,
    "least": st.just(5) | JSON,
    "ref": st.just("/q1") | JSON,
    "checks": st.dictionaries(st.sampled_from(["amount", "date"]), JSON, max_size=2) | JSON,
    "amount": st.fixed_dictionaries({"minor": JSON, "currency": JSON}) | JSON,
    "networks": MARKS | JSON,
}
READ = sorted(
    TELLING | {"answered", "plan_offered", "budget_recorded", "promise_made", "disclosed"}
)


@st.composite
def body_of(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    """All it must have, and some of what others have."""
    more = draw(st.sets(st.sampled_from(sorted(FIELDS)), max_size=4))
    return {name: draw(FIELDS.get(name, JSON)) for name in sorted(KINDS[kind] | more)}


@st.composite
def lives(draw: st.DrawFn) -> list[tuple[str, dict[str, Any]]]:
    kinds = draw(st.lists(st.sampled_from(READ), max_size=6))
    told = [(kind, draw(body_of(kind))) for kind in ["visit_started", *kinds]]
    return [*told, ("visit_ended", {})]


@settings(max_examples=25)
@given(st.lists(lives(), min_size=1, max_size=2))
def test_no_body_of_any_kind_stops_a_reader(visits: list[list[tuple[str, dict[str, Any]]]]) -> None:
    device, row, counted = Device(), case_row(), []
    for number, steps in enumerate(visits):
        for kind, body in steps:
            plain = json.loads(canonical(body))
            event = device.record(kind, plain, visit=f"visit-{number}")
            try:
                row = project(row, [event])
            except (KeyError, TypeError, ValueError, AttributeError):
                continue  # the office refuses it
            counted.append(event)
    others = Others(counted, lambda _: case())
    found = flags(counted, case(), others=others)
    words = Wording("en")
    assert all(words.say(f"flags.{one.kind}", **one.facts) for one in found)
    timeline.page(counted, "zh_CN", case="case-1", names={}, files=())
    assert set(others.kinds()) <= {"visit-0", "visit-1"}
