"""Rows, events and facts of another program: each odd place is named, the sound ones pass."""

from __future__ import annotations

from typing import Any

import pytest

from agent_app.domain.shapes import odd_facts, odd_fields, odd_places
from tests.support.rule_cases import row

HOME = {"id": "h1", "kind": "home", "text": "1"}


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"addresses": [HOME, HOME | {"region": {"x": 1}}]}, "addresses[2].region"),
        ({"addresses": {"h1": HOME}}, "addresses"),
        ({"creditor": {"id": [], "name": "B"}}, "creditor.id"),
        ({"creditor": []}, "creditor"),
        ({"contact_changes": [{"field": {}, "at": "2026-11-20"}]}, "contact_changes[1].field"),
        ({"contact_changes": [{"field": "phone"}]}, "contact_changes[1].at"),
        ({"elsewhere": ["yesterday"]}, "elsewhere"),
        ({"elsewhere": [{"at": "2026-11-20"}]}, "elsewhere[1].channel"),
        ({"crew": {"agents": ["u1"], "conflicts": [7]}}, "crew.conflicts"),
        ({"flags": ["deceased"]}, "flags"),
        (
            {"marks": [{"event": "e", "kind": "exit_triggered", "body": {"reason": ["threat"]}}]},
            "marks[1].body.reason",
        ),
    ],
)
def test_an_odd_place_of_a_row_is_named(changes: dict[str, Any], place: str) -> None:
    assert [name for name, _ in odd_places(row() | changes)] == [place]


def test_what_a_row_leaves_empty_is_not_odd() -> None:
    empty = {"rungs": "", "flags": None, "scope": None, "contact_changes": [], "agency": None}
    assert list(odd_places(row() | empty)) == []


@pytest.mark.parametrize(
    ("kind", "body", "odd"),
    [
        ("visit_started", {"address": "h1", "crew": "u1"}, ["crew"]),
        ("visit_started", {"address": "h1", "crew": [["u1"]]}, ["crew"]),
        ("person_met", {"who": {"name": "x"}}, ["who"]),
        ("person_met", {"who": None}, ["who"]),
        ("identity_checked", {"passed": "no"}, ["passed"]),
        ("letter_printed", {"fields": None}, []),
        ("budget_recorded", {"income": {"minor": 5}, "spending": "much"}, ["spending"]),
        ("promise_made", {"amount": {"minor": 5}, "due": "soon"}, ["due"]),
        ("promise_made", {"amount": None, "due": "2026-12-01"}, ["amount"]),
        ("plan_offered", {"plan": {"months": 3}}, []),
        ("plan_offered", {"plan": {"instalments": [{"amount": 1, "due": 5}]}}, ["plan"]),
        ("kind_of_tomorrow", {"who": 5}, []),
    ],
)
def test_an_odd_field_of_a_body_is_named(kind: str, body: dict[str, Any], odd: list[str]) -> None:
    assert [name for name, _ in odd_fields(kind, body)] == odd


def test_a_fact_of_another_sort_is_named() -> None:
    assert list(odd_facts({"crew": "u1", "place": "home"})) == [("crew", "a list of texts")]
