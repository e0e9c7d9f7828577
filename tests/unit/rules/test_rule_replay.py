"""Replay: pass and fail by rule, each with the event that proves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from agent_app.domain.events import Event
from agent_app.domain.rules import PastVisit, Verdict, replay, what_if
from tests.support.rule_cases import case, event, shipped

START = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def visit(*left_out: str, shift: timedelta = timedelta()) -> list[Event]:
    """A visit by the book, in Shanghai at ten in the morning, but for what is left out."""
    steps: list[tuple[str, dict[str, Any]]] = [
        ("visit_started", {"address": "h1", "crew": ["u1", "u2"]}),
        ("id_shown", {"documents": ["badge", "authorisation_letter"]}),
        ("recording_consented", {}),
        ("recording_started", {"slot": "audio-1"}),
        ("person_met", {"who": "debtor"}),
        ("identity_checked", {"method": "two_points", "fields": [], "passed": True}),
        ("disclosed", {"statement": "s1"}),
        ("outcome_recorded", {"code": "refused_to_pay", "note": "再考虑"}),
        ("visit_ended", {}),
    ]
    return [
        event(kind, START + shift + timedelta(minutes=place), body)
        for place, (kind, body) in enumerate(steps)
        if kind not in left_out
    ]


def look_back(events: list[Event], pack: str = "cn") -> dict[str, Verdict]:
    rules = shipped().joined(shipped().chain(pack))
    facts = {"synced_at": START - timedelta(hours=1)}
    return {one.rule: one for one in replay(rules, case(pack), events, facts=facts)}


def test_a_visit_by_the_book_fails_nothing() -> None:
    found = look_back(visit())
    assert [one.rule for one in found.values() if one.passed is False] == []
    assert found["cn.hours"].passed is True
    assert found["cn.gate.debt"].passed is True
    assert found["cn.gate.debt"].event.startswith("disclosed@")


def test_each_missing_step_is_proven_by_the_act_that_came_without_it() -> None:
    for missing, broken in (
        ("id_shown", "cn.introduce"),
        ("recording_started", "cn.record"),
        ("identity_checked", "cn.gate.debt"),
    ):
        found = look_back(visit(missing))
        assert found[broken].passed is False, missing
        assert found[broken].finding is not None


def test_a_visit_at_night_fails_the_hours_and_names_the_start() -> None:
    found = look_back(visit(shift=timedelta(hours=13)))
    assert found["cn.hours"].passed is False
    assert found["cn.hours"].event.startswith("visit_started@")
    assert "22:00" in found["cn.hours"].text["zh_CN"]


def test_what_if_another_pack_had_applied() -> None:
    at_half_past_eight_pm = visit(shift=timedelta(hours=10, minutes=30))
    assert look_back(at_half_past_eight_pm)["cn.hours"].passed is True
    assert look_back(at_half_past_eight_pm, "uk")["uk.hours"].passed is True
    assert look_back(visit(shift=timedelta(hours=10, minutes=30)), "jp")["jp.hours"].passed is False


def test_a_rule_of_its_day_judges_an_old_visit() -> None:
    years_ago = timedelta(days=-365 * 4)
    assert "sg.licence" in look_back(visit(), "sg")
    assert look_back(visit(shift=years_ago), "sg")["sg.licence"].passed is True


def test_what_the_record_does_not_tell_is_neither_pass_nor_fail() -> None:
    rules = shipped().joined(shipped().chain("cn"))
    bare = case("cn", crew={"agents": ["u1", "u2"], "credentials": []})
    found = {one.rule: one for one in replay(rules, bare, visit())}
    assert found["cn.crew.credentials"].passed is None
    assert found["base.stale"].passed is None


def test_recording_dropped_while_talking_is_seen() -> None:
    events = visit()
    stop = event("recording_stopped", START + timedelta(minutes=5, seconds=30), {"slot": "a"})
    found = look_back([*events[:6], stop, *events[6:]])
    assert found["cn.record"].passed is False


def test_what_if_over_many_visits_tells_a_line_a_rule() -> None:
    moves = {
        "noon": timedelta(hours=2),
        "evening": timedelta(hours=10),
        "night": timedelta(hours=13),
    }
    synced = {"synced_at": START}
    visits = [PastVisit(name, case("cn"), visit(shift=by), synced) for name, by in moves.items()]
    now = {one.rule: one for one in what_if(visits, shipped().rules_for)}
    hours = now["cn.hours"]
    assert [one.visit for one in hours.broken] == ["night"]
    assert [one.visit for one in hours.kept] == ["noon", "evening"]
    assert hours.broken[0].event.startswith("visit_started@")
    assert hours.visits == 3
    supposed = {one.rule: one for one in what_if(visits, shipped().joined(shipped().chain("jp")))}
    assert [one.visit for one in supposed["jp.hours"].broken] == ["evening", "night"]
