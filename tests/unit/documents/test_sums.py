"""A paper whose sums do not agree is not made; a batch keeps its good letters and names the others."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_app import figures
from agent_app.cli import run
from agent_app.documents import fields
from agent_app.documents.sums import check_sums
from agent_app.domain.asking import Authority, Budget, Debt, PlanRequest
from agent_app.domain.errors import BadInput
from agent_app.domain.money import parse_amount
from agent_app.domain.plan import Refusal, make_plan
from agent_app.domain.policy import Policy
from tests.support.case_rows import case_row
from tests.support.papers import printed

SHOWN = fields.FIELDS | {"plan.instalments"}


def cny(minor: int, currency: str = "CNY") -> dict[str, Any]:
    return {"minor": minor, "currency": currency}


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("balance.total", cny(0), "nothing is owed"),
        ("balance.total", cny(-5), "nothing is owed"),
        ("balance.fees", cny(12_001), "not the sum of its parts"),
        ("balance.fees", cny(12_000, "TWD"), "two currencies"),
        ("plan.total", cny(1_391_449), "not the sum of its parts"),
        ("plan.count", 11, "not so many"),
        ("plan.last_due", "2027-11-06", "not the day"),
    ],
)
def test_sums_that_do_not_agree_are_refused(path: str, value: object, message: str) -> None:
    case = fields.sample_case()
    check_sums(case, SHOWN)
    fields.put(case, path, value)
    with pytest.raises(BadInput, match=message):
        check_sums(case, SHOWN)
    check_sums(case, {"debtor.name"})


def test_a_letter_demands_no_sum_that_is_none() -> None:
    with pytest.raises(BadInput, match=r"overdue_notice.md:balance.total: nothing is owed"):
        printed("overdue_notice", balance__total=cny(0))


@pytest.mark.parametrize("apart", [[], ["--separate"]])
def test_one_letter_that_cannot_be_set_keeps_no_other_from_it(
    apart: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows, more, out = tmp_path / "rows.json", tmp_path / "more.toml", tmp_path / "out"
    rows.write_text(json.dumps([case_row("c1"), case_row("c2", "משה"), case_row("c3")]), "utf-8")
    more.write_text('[contact]\nname = "李文博"\nphone = "028-8000-0002"\n', "utf-8")
    command = ["letters", "render", "missed_you", "--cases", str(rows), "--more", str(more)]
    assert run([*command, "--out", str(out), *apart]) == 2
    said = capsys.readouterr()
    assert said.out.startswith("2 letters")
    assert [line.partition(": ")[0] for line in said.err.splitlines()] == ["c2"] * 3
    assert "U+05DE HEBREW LETTER MEM" in said.err
    if apart:
        assert sorted(path.stem for path in out.iterdir()) == ["P-000001", "P-000003"]


@given(
    currency=st.sampled_from(["CNY", "TWD", "JPY", "KWD"]),
    parts=st.tuples(*[st.integers(0, 10**15)] * 3),
    kind=st.sampled_from(["equal", "step_up", "equal_principal", "deferral"]),
    count=st.integers(1, 60),
    today=st.dates(date(2023, 12, 1), date(2028, 3, 31)),
    pay_day=st.integers(1, 31),
    surplus=st.integers(0, 10**13),
)
@settings(max_examples=80)
def test_a_plan_on_paper_adds_up_in_any_money(
    currency: str, parts: tuple[int, int, int], kind: str, count: int,
    today: date, pay_day: int, surplus: int,
) -> None:  # fmt: skip
    """Read back from the figures printed: to the last minor unit, one date a month, and within the
    debtor's means unless the lead is asked first."""
    asked = PlanRequest(
        debt=Debt(*parts, currency),
        budget=Budget(surplus, 0),
        policy=Policy(60, max_pause_months=1, rate_bp=1200, rounding=100),
        authority=Authority(0, 60, 0),
        today=today,
        pay_day=pay_day,
    )
    plan = make_plan(asked, kind, count=count, pause=int(kind == "deferral"))
    if isinstance(plan, Refusal):
        return
    case = fields.sample_case() | {"plan": plan.to_json()}
    check_sums(case, {"plan.instalments", "plan.total"})
    rows = case["plan"]["instalments"]
    printed_sums = [parse_amount(figures.amount(row["amount"]), currency) for row in rows]
    assert sum(printed_sums) == sum(parts) + plan.interest_added - plan.waived
    assert min(printed_sums) > 0
    months = [row["due"][:7] for row in rows]
    assert months == sorted(set(months))
    assert plan.approval or max(printed_sums) <= surplus
