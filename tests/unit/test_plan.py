"""Plans: their laws, against a second and simpler reckoning, and what ordinary cases get."""

import random
from datetime import date, timedelta

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from agent_app.domain.asking import Authority, Budget, Debt, PlanRequest
from agent_app.domain.plan import Plan, Reason, Refusal, find_plans, make_plan
from agent_app.domain.policy import KINDS, Policy
from tests.conftest import SCALE
from tests.support import naive_plans as naive

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


def golden_week(day: date) -> bool:
    return weekday(day) and not (day.month == 10 and day.day < 9)


class Dice:
    """Numbers from one seed: thirty draws an example would take longer than all else together."""

    def __init__(self, seed: int) -> None:
        self._roll = random.Random(seed).getrandbits

    def __call__(self, most: int, least: int = 0) -> int:
        """From `least` to `most`; small spans of it are as likely as the whole."""
        span = min(most - least, (1 << self._roll(8) % 24) - 1)
        return least + self._roll(24) % (span + 1)


def asked_by(roll: Dice) -> PlanRequest:
    return PlanRequest(
        debt=Debt(roll(5_000_000), roll(300_000), roll(50_000), "CNY"),
        budget=Budget(roll(2_000_000), roll(900_000), roll(99_999), roll(5_000_000))
        if roll(7)
        else None,
        policy=Policy(
            max_months=roll(60, 1),
            max_discount_bp=roll(5000),
            min_instalment=roll(50_000, 1),
            min_first=roll(60_000),
            max_pause_months=roll(6),
            waives_bp=roll(10_000),
            fees_waived_bp=roll(10_000),
            rate_bp=(0, 600, 1500, 2400)[roll(3)],
            rounding=(1, 100, 1000)[roll(2)],
            min_lead_days=roll(10),
            max_first_days=roll(60, 10),
            kinds=KINDS if roll(7) else KINDS[:3],
        ),
        authority=Authority(roll(5000), roll(60, 1), roll(100_000)),
        today=date(2024, 1, 1) + timedelta(days=roll(3_000)),
        pay_day=roll(31, 1),
        is_workday=(lambda day: True, weekday, golden_week)[roll(2)],
    )


@settings(max_examples=2000 * SCALE)
@given(st.integers(0, 2**24 - 1), st.sampled_from(KINDS))
def test_the_laws_of_a_plan(seed: int, kind: str) -> None:
    """Sums exact, days legal, nothing beyond pack, policy, authority or budget, every reason true
    with its figures and none left out: all against the naive reckoning."""
    roll = Dice(seed)
    asked = asked_by(roll)
    once = kind in ("lump_sum", "early")
    count = 1 if once else roll(60 if roll(3) == 0 else asked.policy.max_months, 1)
    pause = roll(6) if kind == "deferral" else 0
    note(asked)
    discount = roll(5000) if kind == "lump_sum" else 0
    found = make_plan(asked, kind, count=count, pause=pause, discount_bp=discount)
    asking = (asked, kind, count, pause, discount)
    rows = None
    if not (reasons := list(naive.forbidden(*asking))):
        rows = naive.amounts(*asking)
        reasons = list(naive.too_small(asked, rows)) if rows else [Reason("too_little_to_split")]
    if isinstance(found, Refusal):
        assert list(found.reasons) == reasons != []
        return
    assert rows is not None
    assert (reasons, [row.amount for row in found.instalments]) == ([], rows)
    assert found.waived == naive.waived(asked, kind, discount)
    assert found.total + found.waived == asked.debt.total + found.interest_added
    assert [row.left for row in found.instalments] == [sum(rows[n:]) for n in range(1, count + 1)]
    days = [row.due for row in found.instalments]
    assert days == naive.dates(asked, count, pause) == sorted(set(days))
    assert days[0] >= asked.today + timedelta(days=asked.policy.min_lead_days)
    assert all(map(asked.is_workday, days))
    assert list(found.approval) == list(
        naive.for_the_lead(asked, kind, count + pause, discount, rows)
    )


@settings(max_examples=20 * SCALE)
@given(st.integers(0, 2**24 - 1))
def test_everything_found_is_sorted_into_its_place(seed: int) -> None:
    asked = asked_by(Dice(seed))
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


@pytest.mark.parametrize("total", [1, 5, 59])
def test_a_sum_too_small_to_split_is_refused(total: int) -> None:
    found = make_plan(request(debt=Debt(total, 0, 0, "CNY"), policy=Policy(60)), "equal", count=60)
    assert isinstance(found, Refusal)
    assert found.reasons[0].code == "too_little_to_split"
