from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_app.domain.instalments import on_day
from agent_app.domain.plan import (
    KINDS,
    Authority,
    Budget,
    Debt,
    Plan,
    PlanRequest,
    Policy,
    Reason,
    Refusal,
    budget_of,
    find_plans,
    make_plan,
)
from tests.conftest import SCALE

TODAY = date(2026, 11, 22)
DEBT = Debt(1_286_000, 93_450, 12_000, "CNY")
POLICY = Policy(
    60, max_discount_bp=3000, min_instalment=20_000, max_pause_months=3, waives_bp=10_000,
    rounding=100,
)  # fmt: skip
AUTHORITY = Authority(max_discount_bp=1000, max_months=24, min_first=30_000)


def request(**changes: object) -> PlanRequest:
    asked = {
        "debt": DEBT,
        "budget": Budget(600_000, 420_000, 50_000, 2_000_000),
        "policy": POLICY,
        "authority": AUTHORITY,
        "today": TODAY,
    } | changes
    return PlanRequest(**asked)  # type: ignore[arg-type]


def weekday(day: date) -> bool:
    return day.weekday() < 5


amounts = st.integers(0, 5_000_000)
requests = st.builds(
    PlanRequest,
    debt=st.builds(Debt, amounts, st.integers(0, 300_000), st.integers(0, 50_000), st.just("CNY")),
    budget=st.none()
    | st.builds(Budget, st.integers(0, 2_000_000), amounts, st.integers(0, 99_999), amounts),
    policy=st.builds(
        Policy,
        max_months=st.integers(1, 60),
        max_discount_bp=st.integers(0, 5000),
        min_instalment=st.integers(1, 50_000),
        max_pause_months=st.integers(0, 6),
        waives_bp=st.integers(0, 10_000),
        rate_bp=st.sampled_from([0, 0, 600, 1500]),
        rounding=st.sampled_from([1, 100, 1000]),
        min_lead_days=st.integers(0, 10),
        max_first_days=st.integers(10, 60),
    ),
    authority=st.builds(
        Authority, st.integers(0, 5000), st.integers(1, 60), st.integers(0, 100_000)
    ),
    today=st.dates(date(2024, 1, 1), date(2032, 12, 31)),
    pay_day=st.integers(1, 31),
    is_workday=st.sampled_from([weekday, lambda day: True]),
)


@settings(max_examples=5000 * SCALE)
@given(
    requests,
    st.sampled_from(KINDS),
    st.integers(1, 60),
    st.integers(0, 6),
    st.integers(0, 5000),
)
def test_the_laws_of_a_plan(
    asked: PlanRequest, kind: str, count: int, pause: int, discount: int
) -> None:
    count = 1 if kind in ("lump_sum", "early") else count
    pause = pause if kind == "deferral" else 0
    discount = discount if kind == "lump_sum" else 0
    found = make_plan(asked, kind, count=count, pause=pause, discount_bp=discount)
    if isinstance(found, Refusal):
        assert found.reasons
        assert all(is_true(reason, asked, found) for reason in found.reasons)
        return
    assert found.total + found.waived == asked.debt.total + found.interest_added
    assert found.instalments[-1].left == 0
    assert all(row.amount > 0 for row in found.instalments)
    check_dates(asked, found)
    assert found.months <= asked.policy.max_months
    assert found.discount_bp <= asked.policy.max_discount_bp
    check_approval(asked, found)


def check_dates(asked: PlanRequest, plan: Plan) -> None:
    days = [row.due for row in plan.instalments]
    assert days == sorted(set(days))
    assert days[0] >= asked.today + timedelta(days=asked.policy.min_lead_days)
    assert all(map(asked.is_workday, days))
    assert all(day >= on_day(day.replace(day=1), 1) for day in days)


def check_approval(asked: PlanRequest, plan: Plan) -> None:
    """No approval is asked exactly when authority and budget bear the plan."""
    first_least = min(asked.authority.min_first, plan.total)
    within = (
        plan.months <= asked.authority.max_months
        and plan.discount_bp <= asked.authority.max_discount_bp
        and plan.instalments[0].amount >= first_least
    )
    once = plan.kind in ("lump_sum", "early")
    if asked.budget is None:
        affordable = False
    else:
        room = asked.budget.surplus + (asked.budget.savings if once else 0)
        affordable = plan.largest <= room
    assert (plan.approval == ()) == (within and affordable)
    for reason in plan.approval:
        assert reason.found is None or reason.limit is None or reason.found != reason.limit


def is_true(reason: Reason, asked: PlanRequest, refused: Refusal) -> bool:
    policy, debt = asked.policy, asked.debt
    months = refused.count + refused.pause
    return {
        "nothing_owed": debt.total == 0,
        "beyond_pack_months": months > policy.max_months,
        "beyond_pack_pause": refused.pause > policy.max_pause_months,
        "beyond_pack_discount": refused.discount_bp > policy.max_discount_bp,
        "no_discount_allowed": refused.discount_bp == 0,
        "no_early_waiver": policy.waives_bp == 0,
        "same_as_equal": policy.rate_bp == 0,
        "too_little_to_split": debt.total < refused.count * policy.rounding * 12,
        "below_min_instalment": (reason.found or 0) < policy.min_instalment,
    }[reason.code]


@settings(max_examples=40 * SCALE)
@given(requests)
def test_everything_found_is_sorted_into_its_place(asked: PlanRequest) -> None:
    result = find_plans(asked)
    assert all(plan.approval == () for plan in result.options)
    assert all(plan.approval for plan in result.on_approval)
    kinds = {plan.kind for plan in (*result.options, *result.on_approval)}
    kinds |= {refusal.kind for refusal in result.refused}
    longest = max(asked.policy.max_months, asked.authority.max_months)
    assert kinds == set(KINDS) if longest > 2 else kinds >= {"lump_sum", "early"}


def test_an_ordinary_case_has_ordinary_plans() -> None:
    result = find_plans(request())
    twelve = next(plan for plan in result.options if plan.kind == "equal" and plan.months == 12)
    assert [row.amount for row in twelve.instalments] == [116_000] * 11 + [115_450]
    assert twelve.instalments[0].due == date(2026, 12, 10)
    early = next(plan for plan in result.options if plan.kind == "early")
    assert (early.total, early.waived) == (1_286_000, 105_450)


def test_what_only_the_lead_may_agree_to_is_kept_apart() -> None:
    long = make_plan(request(), "equal", count=36)
    assert isinstance(long, Plan)
    assert [(r.code, r.found, r.limit) for r in long.approval] == [
        ("beyond_authority_months", 36, 24)
    ]


def test_essentials_are_protected() -> None:
    poor = request(budget=Budget(450_000, 430_000))
    result = find_plans(poor)
    assert result.options == ()
    assert all(any(r.code == "unaffordable" for r in p.approval) for p in result.on_approval)


def test_an_unknown_budget_is_not_an_empty_one() -> None:
    result = find_plans(request(budget=None))
    assert result.options == ()
    assert {r.code for p in result.on_approval for r in p.approval} >= {"budget_unknown"}


def test_month_ends_and_holidays() -> None:
    plan = make_plan(
        request(today=date(2027, 1, 20), pay_day=31, is_workday=weekday), "equal", count=3
    )
    assert isinstance(plan, Plan)
    assert [row.due for row in plan.instalments] == [
        date(2027, 2, 1),  # 31 January is a Sunday
        date(2027, 3, 1),  # 28 February too
        date(2027, 3, 31),
    ]


def test_running_interest_is_shown_and_summed() -> None:
    runs = request(policy=Policy(60, rate_bp=1200, rounding=1))
    equal = make_plan(runs, "equal", count=12)
    falling = make_plan(runs, "equal_principal", count=12)
    assert isinstance(equal, Plan)
    assert isinstance(falling, Plan)
    assert equal.interest_added == 1_286_000 * 1200 * 13 // 2 // 120_000
    assert falling.instalments[0].amount > falling.instalments[-1].amount
    assert falling.total == DEBT.total + falling.interest_added


def test_the_json_is_what_rules_and_papers_read() -> None:
    plan = make_plan(request(), "deferral", count=10, pause=2)
    assert isinstance(plan, Plan)
    shown = plan.to_json()
    assert (shown["months"], shown["count"], len(shown["instalments"])) == (12, 10, 10)
    assert shown["total"] == {"minor": 1_391_450, "currency": "CNY"}
    assert shown["first_due"] == "2027-02-10"


def test_a_budget_is_summed_by_category() -> None:
    lines = {"wage": 600_000, "rent": 200_000, "food": 150_000, "hobby": 30_000, "savings": 80_000}
    budget = budget_of(lines, frozenset({"rent", "food"}), frozenset({"wage"}))
    assert budget == Budget(600_000, 350_000, 30_000, 80_000)
    assert budget.surplus == 220_000


@pytest.mark.parametrize("total", [1, 5, 59])
def test_a_sum_too_small_to_split_is_refused(total: int) -> None:
    found = make_plan(request(debt=Debt(total, 0, 0, "CNY"), policy=Policy(60)), "equal", count=60)
    assert isinstance(found, Refusal)
    assert found.reasons[0].code == "too_little_to_split"
