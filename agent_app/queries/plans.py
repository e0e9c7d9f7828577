"""Ways to pay for one case, from what the debtor said of income and spending."""

from __future__ import annotations

from dataclasses import dataclass

from agent_app.actions.desk import Desk
from agent_app.actions.plans import plan_request
from agent_app.domain.asking import PlanRequest
from agent_app.domain.budget import keys_of
from agent_app.domain.moment import Moment
from agent_app.domain.plan import Plan, PlanResult, find_plans
from agent_app.domain.rules.guard import longest_plan
from agent_app.journal import approval
from agent_app.queries.case_page import read_case
from agent_app.store import events


@dataclass(frozen=True, slots=True)
class FairPlans:
    """What was asked, to ask again as sliders move (`make_plan`), and every plan there is.

    `approved` holds the hashes of the terms the lead approved in this visit.
    """

    request: PlanRequest
    result: PlanResult
    approved: frozenset[str]

    def stands(self, plan: Plan) -> bool:
        """Whether the plan may be offered now: within authority and budget, or approved."""
        terms = approval.spoken(plan.to_json())
        return not plan.approval or approval.terms_hash(terms) in self.approved


def fair_plans(desk: Desk, at: Moment, case: str, pay_day: int, visit: str = "") -> FairPlans:
    """Every plan for the budget last recorded; those beyond authority or budget wait for the lead.

    `pay_day` is a day of a month. The pack says which spending comes before any creditor.
    """
    seen = read_case(desk, case)
    essentials = keys_of(desk.packs.budget_for(seen), "essential")
    rules = desk.packs.rules_for(seen)
    request = plan_request(
        seen,
        today=at.wall.date(),
        essentials=essentials,
        holidays={day for one in rules.calendars.values() for day in one.holidays},
        pay_day=pay_day,
        max_months=longest_plan(rules, seen, at.wall),
        limits=desk.packs.limits_for(seen),
    )
    given = frozenset(
        str(event.body["terms_hash"])
        for event in (events.of_visit(desk.db, visit) if visit else ())
        if event.kind == "approval_given"
    )
    return FairPlans(request, find_plans(request), given)
