"""The plan finder reckoned a second time, slowly: months one by one, exact fractions, plain words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from math import ceil, floor

from agent_app.domain.asking import PlanRequest
from agent_app.domain.plan import Reason

DAY = timedelta(days=1)


def waived(asked: PlanRequest, kind: str, discount: int) -> int:
    debt, policy = asked.debt, asked.policy
    fees = floor(Fraction(debt.fees * policy.fees_waived_bp, 10_000))
    left = debt.total - fees
    if kind == "early":
        return fees + floor(Fraction((debt.interest + debt.fees - fees) * policy.waives_bp, 10_000))
    return fees + floor(Fraction(left * discount, 10_000))


def amounts(
    asked: PlanRequest, kind: str, count: int, pause: int, discount: int
) -> list[int] | None:
    """Each instalment; None where there is not one unit for each."""
    due = asked.debt.total - waived(asked, kind, discount)
    bearing = min(asked.debt.principal, due)
    rate = Fraction(0 if kind in ("lump_sum", "early") else asked.policy.rate_bp, 120_000)
    unit = asked.policy.rounding
    if kind == "equal_principal":
        base = _shared(due, count, unit)
        if base is None:
            return None
        paid = [sum(base[:n]) for n in range(count)]
        left = [bearing - bearing * part // due for part in paid]
        return [one + _half_up(owed * rate) for one, owed in zip(base, left, strict=True)]
    owed = [Fraction(bearing)] * pause
    owed += [bearing * (1 - Fraction(month, count)) for month in range(count)]
    due += _half_up(sum(owed, Fraction(0)) * rate)
    return _rising(due, count, unit) if kind == "step_up" else _shared(due, count, unit)


def _half_up(value: Fraction) -> int:
    return floor(value + Fraction(1, 2))


def _shared(total: int, count: int, rounding: int) -> list[int] | None:
    """All alike but the last, which is the smallest where it can be."""
    for unit in (rounding, 1):
        for each in (ceil(Fraction(total, count * unit)), floor(Fraction(total, count * unit))):
            rows = [each * unit] * (count - 1)
            if each > 0 and total - sum(rows) > 0:
                return [*rows, total - sum(rows)]
    return None


def _rising(total: int, count: int, rounding: int) -> list[int] | None:
    weights = [3 if 3 * n < count else 4 if 3 * n < 2 * count else 5 for n in range(count)]
    for unit in (rounding, 1):
        rows = [floor(Fraction(total * w, sum(weights) * unit)) * unit for w in weights[:-1]]
        if min([*rows, total - sum(rows)]) > 0:
            return [*rows, total - sum(rows)]
    return None


def forbidden(
    asked: PlanRequest, kind: str, count: int, pause: int, discount: int
) -> Iterator[Reason]:
    """What policy says against it, before a figure is reckoned."""
    policy = asked.policy
    if asked.debt.principal + asked.debt.interest + asked.debt.fees == 0:
        yield Reason("nothing_owed", 0)
    if kind not in policy.kinds:
        yield Reason("kind_not_offered")
    for code, found, limit in (
        ("beyond_pack_months", count + pause, policy.max_months),
        ("beyond_pack_pause", pause, policy.max_pause_months),
        ("beyond_pack_discount", discount, policy.max_discount_bp),
    ):
        if found > limit:
            yield Reason(code, found, limit)
    if kind == "lump_sum" and not discount:
        yield Reason("no_discount_allowed", 0, policy.max_discount_bp)
    if kind == "early" and not policy.waives_bp:
        yield Reason("no_early_waiver", 0, 0)
    if kind == "equal_principal" and not policy.rate_bp:
        yield Reason("same_as_equal")


def too_small(asked: PlanRequest, rows: list[int]) -> Iterator[Reason]:
    policy = asked.policy
    least = min(rows[:-1]) if len(rows) > 1 else rows[0]
    if least < policy.min_instalment:
        yield Reason("below_min_instalment", least, policy.min_instalment)
    if rows[0] < policy.min_first and rows[0] < sum(rows):
        yield Reason("below_min_first", rows[0], policy.min_first)


def for_the_lead(
    asked: PlanRequest, kind: str, months: int, discount: int, rows: list[int]
) -> Iterator[Reason]:
    """What is beyond the agent's authority or the debtor's month."""
    may, budget = asked.authority, asked.budget
    if months > may.max_months:
        yield Reason("beyond_authority_months", months, may.max_months)
    if discount > may.max_discount_bp:
        yield Reason("beyond_authority_discount", discount, may.max_discount_bp)
    if rows[0] < may.min_first and rows[0] < sum(rows):
        yield Reason("first_too_small", rows[0], may.min_first)
    if budget is None:
        yield Reason("budget_unknown")
        return
    room = max(0, budget.income - budget.essentials - budget.other)
    if kind in ("lump_sum", "early"):
        room += budget.savings
    if max(rows) > room:
        yield Reason("unaffordable", max(rows), room)


def dates(asked: PlanRequest, count: int, pause: int) -> list[date]:
    """The days, found by walking through the calendar."""
    earliest = asked.today + asked.policy.min_lead_days * DAY
    latest = asked.today + asked.policy.max_first_days * DAY
    pay_days: list[date] = []
    day = earliest
    while len(pay_days) < pause + count:
        last_of_month = (day + DAY).day == 1
        if day.day == asked.pay_day or (last_of_month and day.day < asked.pay_day):
            pay_days.append(day)
        day += DAY
    pay_days = pay_days[pause:]
    if not pause:
        pay_days[0] = max(earliest, min(pay_days[0], latest))
    found: list[date] = []
    for day in pay_days:
        while not asked.is_workday(day) or day in found or (found and day < found[-1]):
            day += DAY
        found.append(day)
    return found
