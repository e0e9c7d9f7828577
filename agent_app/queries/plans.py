"""Ways to pay for one case, from what the debtor said of income and spending."""

from __future__ import annotations

from collections.abc import Sequence

from agent_app.actions.desk import Desk
from agent_app.actions.plans import plan_request
from agent_app.domain.moment import Moment
from agent_app.domain.plan import PlanResult, find_plans
from agent_app.queries.case_page import read_case


def fair_plans(
    desk: Desk, at: Moment, case: str, essentials: Sequence[str], pay_day: int
) -> PlanResult:
    """Every plan for the budget last recorded; those beyond authority or budget wait for the lead.

    `essentials` names the spending that comes before any creditor; `pay_day` is a day of a month.
    """
    seen = read_case(desk, case)
    asked = plan_request(seen, today=at.wall.date(), essentials=essentials, pay_day=pay_day)
    return find_plans(asked)
