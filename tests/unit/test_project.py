"""The reducer's laws: pure, repeatable, and the same whichever way the events are split."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from agent_app.domain.events import Event
from agent_app.domain.model import Case
from agent_app.domain.project import project
from tests.support.case_rows import case_row

BODIES: dict[str, dict[str, Any]] = {
    "visit_started": {"address": "addr-1", "crew": ["wang", "li"]},
    "id_shown": {"documents": ["badge"]},
    "person_met": {"who": "self_identified"},
    "identity_checked": {"method": "two_points", "fields": ["id_last4"], "passed": True},
    "disclosed": {"statement": {}},
    "answered": {"ref": "/data/who", "value": "self_identified"},
    "promise_made": {"amount": {"minor": 100, "currency": "CNY"}, "due": "2026-12-01"},
    "dispute_raised": {"reason": "amount"},
    "agreement_signed": {"agreement": "A-1", "plan": {}, "document": "0" * 64},
    "plan_breached": {},
    "letter_printed": {"serial": "L-1", "template": "visit_notice", "document": "0" * 64},
    "letter_delivered": {"serial": "L-1", "how": "hand", "proof": "signature"},
    "contact_changed": {"field": "phone", "new": "19900000002"},
    "consent_given": {"to": "contact_time", "by": "debtor"},
    "consent_withdrawn": {"to": "contact_time"},
    "address_changed": {"address": {"id": "addr-1", "kind": "home", "text": "新地址"}},
    "comment_added": {"text": "请补充照片"},
    "outcome_recorded": {"code": "promise"},
    "visit_ended": {},
    "review_decided": {"decision": "accepted", "comment": ""},
}


def event(seq: int, kind: str, visit: str | None = "visit-1", **body: Any) -> Event:
    return Event(
        id=f"event-{seq}",
        device="device-1",
        user="wang",
        seq=seq,
        prev="",
        kind=kind,
        case="case-1",
        visit=visit,
        wall=f"2026-11-23T10:{seq % 60:02d}:00.000+08:00",
        tz="Asia/Shanghai",
        boot="boot",
        bt=seq,
        body=body or BODIES[kind],
    )


journals = st.lists(
    st.tuples(st.sampled_from(sorted(BODIES)), st.sampled_from(["visit-1", "visit-2", None])),
    max_size=25,
).map(lambda kinds: [event(seq, kind, visit) for seq, (kind, visit) in enumerate(kinds, 1)])


@given(journals, st.integers(0, 25))
def test_any_split_of_the_events_gives_the_same_case(events: list[Event], cut: int) -> None:
    whole = project(case_row(), events)
    assert project(project(case_row(), events[:cut]), events[cut:]) == whole


@given(journals)
def test_events_applied_twice_count_once(events: list[Event]) -> None:
    visits_only = [one for one in events if one.visit]
    once = project(case_row(), visits_only)
    assert project(once, visits_only) == once


@given(journals)
def test_the_base_is_never_changed(events: list[Event]) -> None:
    base = case_row()
    kept = copy.deepcopy(base)
    project(base, events)
    assert base == kept


@given(journals)
def test_the_view_reads_whatever_the_reducer_writes(events: list[Event]) -> None:
    case = Case.read(project(case_row(), events))
    assert case.raw["id"] == "case-1"


def test_a_third_person_at_the_door_shuts_what_identity_opened() -> None:
    row = project(
        case_row(),
        [
            event(1, "visit_started"),
            event(2, "id_shown"),
            event(3, "identity_checked"),
            event(4, "person_met", who="third_party"),
        ],
    )
    assert row["visits"]["visit-1"]["identity"] is False


def test_a_changed_address_keeps_the_former_one() -> None:
    row = project(case_row(), [event(1, "address_changed")])
    assert [one["text"] for one in row["addresses"]] == ["新地址"]
    assert row["former_addresses"][0]["text"] == case_row()["addresses"][0]["text"]
