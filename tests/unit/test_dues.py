"""Promises and instalments against what the creditor booked."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from agent_app.domain.dues import booked, dues, follow_up, gathered
from agent_app.domain.model import Case
from tests.support.case_rows import case_row


def case(as_of: str = "2026-11-22", **changes: Any) -> Case:
    row = case_row() | changes
    return Case.read(row | {"balance": {**row["balance"], "as_of": as_of}})


def promise(due: str, minor: int = 50_000) -> dict[str, Any]:
    amount = {"minor": minor, "currency": "CNY"}
    return {"amount": amount, "due": due, "status": "open", "event": "e1"}


def paid(at: str, minor: int = 50_000) -> dict[str, Any]:
    return {"at": at, "amount": minor}


def test_a_promise_is_kept_by_a_payment_and_broken_only_by_newer_figures() -> None:
    told = {"promises": [promise("2026-11-20")]}
    assert [one.state for one in dues(case(**told))] == ["broken"]
    assert [one.state for one in dues(case("2026-11-20", **told))] == ["open"]
    assert [one.state for one in dues(case(**told, last_payment=paid("2026-11-19")))] == ["kept"]
    assert [one.state for one in dues(case(**told, last_payment=paid("2026-11-21")))] == ["broken"]


def test_a_payment_counts_once_and_what_is_left_of_it_again() -> None:
    told = {"promises": [promise("2026-11-10"), promise("2026-11-20")]}
    one = case(**told, payments_booked=[paid("2026-11-05", 60_000)])
    assert [due.state for due in dues(one)] == ["kept", "broken"]
    two = case(**told, payments_booked=[paid("2026-11-05", 60_000), paid("2026-11-15", 40_000)])
    assert [due.state for due in dues(two)] == ["kept", "kept"]


def test_the_office_gathers_payments_over_hand_over_files() -> None:
    first = {"last_payment": paid("2026-10-01")}
    second = {"last_payment": paid("2026-11-01")}
    held = second | {"payments_booked": gathered(second, first)}
    assert gathered(second, held) == [paid("2026-10-01"), paid("2026-11-01")]
    assert booked(held) == [(date(2026, 10, 1), 50_000), (date(2026, 11, 1), 50_000)]


def test_the_instalments_of_an_agreement_fall_due_like_promises() -> None:
    parts = [
        {"due": f"2026-{month}-10", "amount": {"minor": 10_000, "currency": "CNY"}}
        for month in ("10", "11", "12")
    ]
    signed = {"at": "2026-09-20T10:00:00+08:00", "plan": {"instalments": parts}}
    seen = case(agreement=signed, payments_booked=[paid("2026-10-09", 10_000)])
    assert [(due.number, due.state) for due in dues(seen)] == [
        (1, "kept"), (2, "broken"), (3, "open"),
    ]  # fmt: skip
    later = follow_up(seen, date(2026, 11, 22))
    assert later is not None
    assert (later.what, later.on) == ("broken", date(2026, 11, 10))


def test_a_next_step_comes_back_on_its_day_and_not_before() -> None:
    outcome = {"code": "considering", "at": "2026-11-18T10:00:00+08:00", "next": "call",
               "due": "2026-11-25"}  # fmt: skip
    seen = case(last_outcome=outcome)
    assert follow_up(seen, date(2026, 11, 24)) is None
    found = follow_up(seen, date(2026, 11, 25))
    assert found is not None
    assert found.what == "call"


@given(st.lists(st.tuples(st.integers(1, 28), st.integers(1, 90_000)), max_size=6))
def test_more_paid_never_breaks_what_was_kept(payments: list[tuple[int, int]]) -> None:
    told = {"promises": [promise("2026-11-10", 40_000), promise("2026-11-20", 30_000)]}
    booked_days = [paid(f"2026-11-{day:02d}", minor) for day, minor in payments]
    before = [one.state for one in dues(case("2026-12-01", **told, payments_booked=booked_days))]
    more = [*booked_days, paid("2026-11-09", 70_000)]
    after = [one.state for one in dues(case("2026-12-01", **told, payments_booked=more))]
    assert before.count("kept") <= after.count("kept")
