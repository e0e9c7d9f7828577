"""The fair plan finder: every way to pay that the debtor can keep, and why not the others.

Pure and whole: integer minor units in, integer minor units out. A plan is only offered when it
is within the rule pack, the creditor's policy, the agent's authority and what the budget leaves
after essentials. One that is beyond authority or budget alone is kept apart: the lead may approve
it. One beyond pack or policy is refused. Every refusal carries its reasons with the figures.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from agent_app.domain.asking import PlanRequest
from agent_app.domain.instalments import due_dates, split
from agent_app.domain.money import Money
from agent_app.domain.policy import FULL_BP

_ONCE = ("lump_sum", "early")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why not: a code and its figures. `found` breaks `limit`; both minor units, months or bp."""

    code: str
    found: int | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Instalment:
    number: int
    due: date
    amount: int
    left: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A way to pay: `total` is the sum of the instalments, `waived` what is forgiven at the end,
    `interest_added` what running interest costs. `approval`: why the lead must agree first."""

    kind: str
    pause: int
    discount_bp: int
    instalments: tuple[Instalment, ...]
    waived: int
    interest_added: int
    interest_runs: bool
    currency: str
    approval: tuple[Reason, ...] = ()

    @property
    def total(self) -> int:
        return sum(row.amount for row in self.instalments)

    @property
    def months(self) -> int:
        """From the first month to the last, the pause counted."""
        return len(self.instalments) + self.pause

    @property
    def largest(self) -> int:
        return max(row.amount for row in self.instalments)

    def to_json(self) -> dict[str, Any]:
        """As `plan_offered` and `agreement_signed` carry it, and as papers show it."""

        def money(minor: int) -> dict[str, Any]:
            return Money(minor, self.currency).to_json()

        return {
            "kind": self.kind,
            "months": self.months,
            "count": len(self.instalments),
            "pause": self.pause,
            "discount_bp": self.discount_bp,
            "first_due": self.instalments[0].due.isoformat(),
            "last_due": self.instalments[-1].due.isoformat(),
            "total": money(self.total),
            "waived": money(self.waived),
            "interest_added": money(self.interest_added),
            "interest_runs": self.interest_runs,
            "instalments": [
                {
                    "number": row.number,
                    "due": row.due.isoformat(),
                    "amount": money(row.amount),
                    "left": money(row.left),
                }
                for row in self.instalments
            ],
        }


@dataclass(frozen=True, slots=True)
class Refusal:
    """A way to pay that nobody here may offer, and every reason."""

    kind: str
    count: int
    pause: int
    discount_bp: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class PlanResult:
    """`options` may be signed now; `on_approval` once the lead agrees; `refused` by nobody.

    Each is in the order of KINDS, then of months.
    """

    options: tuple[Plan, ...]
    on_approval: tuple[Plan, ...]
    refused: tuple[Refusal, ...]


def find_plans(request: PlanRequest) -> PlanResult:
    """Every plan of every kind and length up to the longest the policy or the authority knows."""
    options, on_approval, refused = [], [], []
    for kind, count, pause, discount in _candidates(request):
        found = make_plan(request, kind, count=count, pause=pause, discount_bp=discount)
        if isinstance(found, Refusal):
            refused.append(found)
        elif found.approval:
            on_approval.append(found)
        else:
            options.append(found)
    return PlanResult(tuple(options), tuple(on_approval), tuple(refused))


def make_plan(
    request: PlanRequest, kind: str, *, count: int, pause: int = 0, discount_bp: int = 0
) -> Plan | Refusal:
    """One plan, as a hand on the sliders asks for it, or why it cannot be."""
    reasons = list(_beyond_policy(request, kind, count, pause, discount_bp))
    if not reasons:
        plan = _draw_up(request, kind, count, pause, discount_bp)
        reasons = list(_too_small(request, plan)) if plan else [Reason("too_little_to_split")]
        if plan and not reasons:
            return replace(plan, approval=tuple(_needs_approval(request, plan)))
    return Refusal(kind, count, pause, discount_bp, tuple(reasons))


def _candidates(request: PlanRequest) -> Iterator[tuple[str, int, int, int]]:
    longest = max(request.policy.max_months, request.authority.max_months)
    discounts = {request.authority.max_discount_bp, request.policy.max_discount_bp}
    for kind in request.kinds:
        if kind == "lump_sum":
            for discount in sorted(d for d in discounts if d) or [0]:
                yield kind, 1, 0, discount
        elif kind == "early":
            yield kind, 1, 0, 0
        elif kind == "deferral":
            for pause in range(1, max(request.policy.max_pause_months, 1) + 1):
                for count in range(2, longest - pause + 1):
                    yield kind, count, pause, 0
        else:
            for count in range(2, longest + 1):
                yield kind, count, 0, 0


def _beyond_policy(
    request: PlanRequest, kind: str, count: int, pause: int, discount_bp: int
) -> Iterator[Reason]:
    policy = request.policy
    if request.debt.total <= 0:
        yield Reason("nothing_owed", request.debt.total)
    if kind not in policy.kinds:
        yield Reason("kind_not_offered")
    if count + pause > policy.max_months:
        yield Reason("beyond_pack_months", count + pause, policy.max_months)
    if pause > policy.max_pause_months:
        yield Reason("beyond_pack_pause", pause, policy.max_pause_months)
    if discount_bp > policy.max_discount_bp:
        yield Reason("beyond_pack_discount", discount_bp, policy.max_discount_bp)
    if kind == "lump_sum" and discount_bp == 0:
        yield Reason("no_discount_allowed", 0, policy.max_discount_bp)
    if kind == "early" and policy.waives_bp == 0:
        yield Reason("no_early_waiver", 0, 0)
    if kind == "equal_principal" and policy.rate_bp == 0:
        yield Reason("same_as_equal")


def _too_small(request: PlanRequest, plan: Plan) -> Iterator[Reason]:
    amounts = [row.amount for row in plan.instalments]
    least = min(amounts[:-1] or amounts)
    if least < request.policy.min_instalment:
        yield Reason("below_min_instalment", least, request.policy.min_instalment)
    if amounts[0] < min(request.policy.min_first, plan.total):
        yield Reason("below_min_first", amounts[0], request.policy.min_first)


def _needs_approval(request: PlanRequest, plan: Plan) -> Iterator[Reason]:
    authority, budget = request.authority, request.budget
    if plan.months > authority.max_months:
        yield Reason("beyond_authority_months", plan.months, authority.max_months)
    if plan.discount_bp > authority.max_discount_bp:
        yield Reason("beyond_authority_discount", plan.discount_bp, authority.max_discount_bp)
    first = plan.instalments[0].amount
    if first < min(authority.min_first, plan.total):
        yield Reason("first_too_small", first, authority.min_first)
    if budget is None:
        yield Reason("budget_unknown")
        return
    bearable = budget.at_once if plan.kind in _ONCE else budget.surplus
    if plan.largest > bearable:
        yield Reason("unaffordable", plan.largest, bearable)


def _draw_up(
    request: PlanRequest, kind: str, count: int, pause: int, discount_bp: int
) -> Plan | None:
    """The plan itself; None when the sum is too small for so many instalments."""
    debt, policy = request.debt, request.policy
    waived = debt.fees * policy.fees_waived_bp // FULL_BP
    if kind == "early":
        waived += (debt.interest + debt.fees - waived) * policy.waives_bp // FULL_BP
    else:
        waived += (debt.total - waived) * discount_bp // FULL_BP
    due = debt.total - waived
    rate = 0 if kind in _ONCE else policy.rate_bp
    amounts = split(kind, due, min(debt.principal, due), count, pause, rate, policy.rounding)
    if amounts is None:
        return None
    earliest = request.today + timedelta(days=policy.min_lead_days)
    latest = request.today + timedelta(days=policy.max_first_days)
    dates = due_dates(earliest, latest, request.pay_day, count, pause, request.is_workday)
    left, rows = sum(amounts), []
    for number, (amount, day) in enumerate(zip(amounts, dates, strict=True), 1):
        left -= amount
        rows.append(Instalment(number, day, amount, left))
    added = sum(amounts) - due
    return Plan(kind, pause, discount_bp, tuple(rows), waived, added, rate > 0, debt.currency)
