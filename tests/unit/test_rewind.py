"""Rewinding a case undoes exactly what the reducer did from that moment on."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agent_app.domain.events import Event
from agent_app.domain.project import project
from agent_app.domain.rewind import rewound
from tests.support.case_rows import case_row
from tests.unit.test_project import BODIES, event

KINDS = sorted(set(BODIES) - {"address_changed", "dispute_raised"})
journals = st.lists(st.sampled_from(KINDS), min_size=1, max_size=15)


def visit(kinds: list[str]) -> list[Event]:
    return [event(1, "visit_started"), *(event(seq, kind) for seq, kind in enumerate(kinds, 2))]


@given(journals)
def test_a_visit_rewound_to_its_start_left_nothing_behind(kinds: list[str]) -> None:
    events = visit(kinds)
    earlier = rewound(project(case_row(), events), events[0].at)
    assert not earlier.get("marks")
    assert not earlier["agreement"]
    assert not earlier["promises"]
    assert not earlier["visits"]


@given(journals, journals)
def test_what_came_before_stays(kinds: list[str], later: list[str]) -> None:
    first = visit(kinds)
    row = project(case_row(), first)
    second = [
        event(90 + n, kind, "visit-2").but(wall=f"2026-11-24T10:{n:02d}:00.000+08:00")
        for n, kind in enumerate(["visit_started", *later])
    ]
    earlier = rewound(project(row, second), second[0].at)
    assert earlier["marks"] == row["marks"]
    assert earlier["promises"] == row["promises"]


def test_a_clock_set_back_does_not_make_the_visits_end_its_beginning() -> None:
    begun, said = event(1, "visit_started"), event(2, "dispute_raised")
    events = [begun, said.but(wall=begun.wall.replace("T1", "T0"))]
    row = project(case_row(), events)
    assert "dispute" in rewound(row, begun.at)["flags"]
    earlier = rewound(row, begun.at, [(one.id, one.visit) for one in events])
    assert (earlier["flags"], earlier["marks"], earlier["visits"]) == ({}, [], {})
