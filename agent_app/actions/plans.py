"""Budget, plan and promise: what the debtor can keep, within pack, policy and authority."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from agent_app.actions.approvals import approved
from agent_app.actions.desk import Change, Desk
from agent_app.actions.record import record
from agent_app.domain.asking import Authority, Budget, Debt, PlanRequest
from agent_app.domain.errors import BadInput, Fault, NotAllowed
from agent_app.domain.model import Case
from agent_app.domain.moment import Moment
from agent_app.domain.plan import Plan
from agent_app.domain.policy import Limits, Policy, policy_of

CAP_MONTHS = 60
"""The longest plan where neither pack nor creditor says (company policy; Art. 70 for cards)."""


def record_budget(
    desk: Desk,
    at: Moment,
    *,
    case: str,
    visit: str,
    income: int,
    lines: Mapping[str, int],
    savings: int = 0,
) -> Change:
    """What the debtor said of a month, in minor units; `lines` is spending by category."""
    if income < 0 or savings < 0 or any(amount < 0 for amount in lines.values()):
        raise BadInput(Fault("an amount is below nothing", mend="give amounts of 0 or more"))
    currency = Case.read(desk.row(case)).currency
    body = {
        "income": income,
        "spending": sum(lines.values()),
        "currency": currency,
        "lines": dict(lines),
        "savings": savings,
    }
    record(desk, at, "budget_recorded", body, case=case, visit=visit)
    return Change.of([case], "visit")


def offer_plan(desk: Desk, at: Moment, *, case: str, visit: str, plan: Plan) -> Change:
    """The debtor was offered this plan; `made` is its JSON, which the agreement then repeats.

    Raises NotAllowed for a plan that needs the lead's approval of exactly its terms and has none
    in this visit.
    """
    told = plan.to_json()
    if plan.approval and not approved(desk, visit, told):
        codes = ", ".join(reason.code for reason in plan.approval)
        raise NotAllowed(f"the lead must approve this plan first: {codes}")
    record(desk, at, "plan_offered", {"plan": told}, case=case, visit=visit)
    return Change.of([case], "visit", made=told)


def plan_request(
    case: Case, *, today: date, essentials: Iterable[str], holidays: Iterable[date] = (),
    pay_day: int = 10, max_months: int | None = None, limits: Iterable[Limits] = (),
) -> PlanRequest:  # fmt: skip
    """What the plan finder is asked for a case, with the budget last recorded.

    `essentials` names the categories of spending that come before any creditor; `max_months`
    is the rule pack's limit, `limits` what packs and creditor say of plans; `holidays` are days
    on which nothing falls due. Raises BadInput for a faulty `policy` in the case's row.
    """
    balance, authority, off = case.balance, case.authority, frozenset(holidays)
    return PlanRequest(
        debt=Debt(
            balance.principal.minor, balance.interest.minor, balance.fees.minor, case.currency
        ),
        budget=_budget(case.raw.get("budget"), frozenset(essentials)),
        policy=policy_of(
            limits,
            case.raw.get("policy"),
            case.id,
            Policy(max(CAP_MONTHS, authority.max_months), authority.max_discount_bp),
        ).tightened(max_months),
        authority=Authority(
            authority.max_discount_bp, authority.max_months or CAP_MONTHS, authority.min_first
        ),
        today=today,
        pay_day=pay_day,
        is_workday=lambda day: day not in off,
    )


def _budget(told: Mapping[str, Any] | None, essentials: frozenset[str]) -> Budget | None:
    if not told:
        return None
    lines = told.get("lines") or {}
    first = sum(amount for name, amount in lines.items() if name in essentials)
    spending = int(told["spending"])
    kept = first if lines else spending
    return Budget(int(told["income"]), kept, spending - kept, int(told.get("savings", 0)))
