"""How a sum falls into instalments and on which days. Integers only; nothing is ever lost.

Running interest is simple and monthly on the principal still owed, which a plan pays down evenly
(`equal_principal`: as its own instalments pay it down); half a unit rounds up, once a plan or row.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from agent_app.domain.policy import FULL_BP

_TWELFTHS = 12 * FULL_BP
_STEPS = (3, 4, 5)


def split(
    kind: str, due: int, principal: int, count: int, pause: int, rate_bp: int, rounding: int
) -> list[int] | None:
    """The amounts of a plan for `due`, of which `principal` bears `rate_bp` a year.

    None when the sum is too small for so many instalments.
    """
    if kind == "equal_principal":
        base = split_equally(due, count, rounding)
        if base is None:
            return None
        owed = _owed_before(principal, base, due)
        extra = [(left * rate_bp + _TWELFTHS // 2) // _TWELFTHS for left in owed]
        return [amount + interest for amount, interest in zip(base, extra, strict=True)]
    cost = _level_interest(principal, count, pause, rate_bp)
    return (split_rising if kind == "step_up" else split_equally)(due + cost, count, rounding)


def split_equally(total: int, count: int, rounding: int = 1) -> list[int] | None:
    """`total` in `count` equal parts, multiples of `rounding`, the last taking what is left.

    Rounded up where that leaves something for the last, so the last is the smallest; else down.
    None when there is not one unit for each.
    """
    for unit in (rounding, 1):
        for each in (-(-total // (count * unit)) * unit, total // (count * unit) * unit):
            last = total - each * (count - 1)
            if each > 0 and last > 0:
                return [each] * (count - 1) + [last]
    return None


def split_rising(total: int, count: int, rounding: int = 1) -> list[int] | None:
    """Three stretches in the ratio of 3 : 4 : 5, the last instalment taking what is left."""
    weights = [_STEPS[min(2, index * 3 // count)] for index in range(count)]
    for unit in (rounding, 1):
        whole = sum(weights) * unit
        parts = [total * weight // whole * unit for weight in weights[:-1]]
        last = total - sum(parts)
        if min([*parts, last]) > 0:
            return [*parts, last]
    return None


def _level_interest(principal: int, count: int, pause: int, rate_bp: int) -> int:
    """Interest on a principal that stands still for `pause` months, then falls evenly."""
    standing = principal * rate_bp * pause
    falling = principal * rate_bp * (count + 1) // 2
    return (standing + falling + _TWELFTHS // 2) // _TWELFTHS


def _owed_before(principal: int, base: Sequence[int], due: int) -> list[int]:
    """How much principal is still owed before each instalment, paid down pro rata."""
    paid, owed = 0, []
    for amount in base:
        owed.append(principal - principal * paid // due)
        paid += amount
    return owed


def due_dates(
    earliest: date,
    latest: date,
    pay_day: int,
    count: int,
    pause: int,
    is_workday: Callable[[date], bool],
) -> list[date]:
    """The days on which instalments fall, one a month, after `pause` months without any.

    The first is the first `pay_day` from `earliest`, or `latest` when that comes sooner. A day
    that is no workday moves to the next that is.
    """
    start = earliest.replace(day=1)
    if on_day(start, pay_day) < earliest:
        start = add_months(start, 1)
    days = [on_day(add_months(start, pause + month), pay_day) for month in range(count)]
    if not pause:
        days[0] = max(earliest, min(days[0], latest))
    moved: list[date] = []
    for day in days:
        while not is_workday(day) or (moved and day <= moved[-1]):
            day += timedelta(days=1)
        moved.append(day)
    return moved


def on_day(month: date, day: int) -> date:
    """That day of a month, or its last day where the month is shorter."""
    return month.replace(day=min(day, monthrange(month.year, month.month)[1]))


def add_months(first: date, months: int) -> date:
    """The first of a month, `months` later."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)
