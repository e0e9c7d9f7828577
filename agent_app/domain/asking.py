"""What the plan finder is asked: the debt, the month's budget, who may agree to what, from when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from agent_app.domain.policy import KINDS, Policy


@dataclass(frozen=True, slots=True)
class Debt:
    """What is owed, in minor units of `currency`."""

    principal: int
    interest: int
    fees: int
    currency: str

    @property
    def total(self) -> int:
        return self.principal + self.interest + self.fees


@dataclass(frozen=True, slots=True)
class Budget:
    """A month in minor units; `savings` may be used once. Essentials come before any creditor."""

    income: int
    essentials: int
    other: int = 0
    savings: int = 0

    @property
    def surplus(self) -> int:
        return max(0, self.income - self.essentials - self.other)

    @property
    def at_once(self) -> int:
        """The most a single payment may be."""
        return self.surplus + self.savings


@dataclass(frozen=True, slots=True)
class Authority:
    """What the agent may agree to alone; beyond it the lead decides."""

    max_discount_bp: int
    max_months: int
    min_first: int = 0


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """What the finder is asked. `budget` None: not known yet, so nothing is affordable.

    `pay_day` is a day of the month; a month without it takes its last day, and a day on which
    `is_workday` is false moves to the next that is one.
    """

    debt: Debt
    budget: Budget | None
    policy: Policy
    authority: Authority
    today: date
    pay_day: int = 10
    is_workday: Callable[[date], bool] = field(default=lambda day: True)
    kinds: Sequence[str] = KINDS
