"""payment and plan_limits: how money may move, and what an instalment plan may be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import Any

from agent_app.domain.rules.history import ref
from agent_app.domain.rules.law import Law
from agent_app.domain.rules.reading import Table
from agent_app.domain.rules.situation import Situation
from agent_app.domain.rules.verdict import Judgement, broken, unknown
from agent_app.domain.terms import approves


@dataclass(frozen=True, slots=True)
class Payment(Law):
    """`channels` allowed; sums are minor units. An amount in cash above `cash_limit` (None: no
    limit known), any fee above `fee_limit`, a personal account: refused. Cash is taken against
    a receipt that says all of `receipt`: `given.receipt` or the body's, a list of field names."""

    acts: frozenset[str]
    channels: frozenset[str]
    cash_limit: int | None
    fee_limit: int | None
    personal_account: bool
    receipt: tuple[str, ...]

    placeholders = ("missing",)

    @classmethod
    def read(cls, table: Table) -> Payment:
        return cls(
            frozenset({"payment_notified"}),
            frozenset(table.words("channels")),
            table.optional_number("cash_limit"),
            table.optional_number("fee_limit"),
            table.word("personal_account", "deny", among=("deny", "allow")) == "allow",
            table.words("receipt"),
        )

    def judge(self, s: Situation) -> Judgement | None:
        asked = s.given.get("payment") or s.body
        channel = asked.get("channel")
        if channel is None:
            return unknown("payment.channel", missing=("payment.channel",))
        if asked.get("personal_account") and not self.personal_account:
            return broken("payment.personal_account", missing=("personal_account",))
        fee = minor(asked.get("fee") or 0)
        if self.fee_limit is not None and fee > self.fee_limit:
            return broken("payment.fee", missing=("fee",))
        if channel == "cash" and self.cash_limit is not None:
            if minor(asked.get("amount")) > self.cash_limit:
                return broken("payment.channel", missing=("cash",))
        elif self.channels and channel not in self.channels:
            return broken("payment.channel", missing=(str(channel),))
        return self._receipted(s) if channel == "cash" else None

    def _receipted(self, s: Situation) -> Judgement | None:
        if not self.receipt:
            return None
        told = s.given.get("receipt") or s.body.get("receipt")
        if told is None:
            return unknown("payment.receipt", missing=self.receipt)
        missing = tuple(one for one in self.receipt if one not in told)
        return broken("payment.receipt", missing=missing) if missing else None


@dataclass(frozen=True, slots=True)
class PlanLimits(Law):
    """Limits of a plan `{months | instalments, terms, instalment, surplus …}` in months and
    minor units. `required_terms` must be in the agreement; `within_surplus`: no instalment
    above what the recorded budget leaves; `authority`: also the row's own limits;
    `cool_off_hours`: so long between the first offer in this visit and the signature."""

    acts: frozenset[str]
    max_months: int | None
    min_instalment: int | None
    required_terms: tuple[str, ...]
    within_surplus: bool
    authority: bool
    cool_off_hours: int

    placeholders = ("most", "count", "missing")

    @classmethod
    def read(cls, table: Table) -> PlanLimits:
        return cls(
            frozenset({"plan_offered", "agreement_signed"}),
            table.optional_number("max_months", least=1),
            table.optional_number("min_instalment", least=1),
            table.words("required_terms"),
            table.flag("within_surplus"),
            table.flag("authority"),
            table.number("cool_off_hours", 0),
        )

    def judge(self, s: Situation) -> Judgement | None:
        plan = s.given.get("plan") or s.body.get("plan")
        if not isinstance(plan, Mapping):
            return unknown("plan", missing=("plan",)) if s.body or "plan" in s.given else None
        limits = self._length(plan, s) or self._instalment(plan, s) or self._terms(plan, s)
        return limits or self._cool_off(s)

    def _cool_off(self, s: Situation) -> Judgement | None:
        if s.act != "agreement_signed" or not self.cool_off_hours:
            return None
        offers = [
            one for one in s.history.in_visit(s.visit) if one.kind == "plan_offered"
        ] or s.history.by_kind.get("plan_offered", [])
        if not offers:
            return unknown("plan_offered", missing=("plan_offered",))
        opens = (offers[0].at + timedelta(hours=self.cool_off_hours)).astimezone(UTC)
        return broken(ref(offers[0]), until=opens) if s.now < opens else None

    def _length(self, plan: Mapping[str, Any], s: Situation) -> Judgement | None:
        most = self._most(plan, s)
        if most is None:
            return None
        months = plan_months(plan)
        if months is None:
            return unknown("plan.months", missing=("plan.months",))
        if months > most:
            return broken("plan.months", most=most, count=months)
        return None

    def _most(self, plan: Mapping[str, Any], s: Situation) -> int | None:
        """The longest term in months; a lead may have approved exactly this plan beyond it."""
        approved = any(
            one.visit == s.visit and approves(one.body, plan)
            for one in s.history.of("approval_given")
        )
        own = s.case.authority.max_months if self.authority and not approved else 0
        limits = [limit for limit in (self.max_months, own) if limit]
        return min(limits) if limits else None

    def _instalment(self, plan: Mapping[str, Any], s: Situation) -> Judgement | None:
        smallest, largest = plan_instalments(plan)
        least = self.min_instalment
        if least is not None and smallest is not None and smallest < least:
            return broken("plan.instalment", most=least, count=smallest)
        if not self.within_surplus:
            return None
        surplus = _surplus(s)
        if surplus is None or largest is None:
            return unknown("budget", missing=("budget",))
        if largest > surplus:
            return broken("plan.instalment", most=surplus, count=largest)
        return None

    def _terms(self, plan: Mapping[str, Any], s: Situation) -> Judgement | None:
        if s.act != "agreement_signed" or not self.required_terms:
            return None
        terms = s.given.get("terms") or s.body.get("terms") or plan.get("terms")
        if terms is None:
            return unknown("plan.terms", missing=self.required_terms)
        missing = tuple(one for one in self.required_terms if one not in terms)
        return broken("plan.terms", missing=missing) if missing else None


def minor(value: Any) -> int:
    """Minor units of an amount given as a number or as money in JSON; 0 of anything else."""
    if isinstance(value, Mapping):
        value = value.get("minor")
    return value if isinstance(value, int) else 0


def plan_months(plan: Mapping[str, Any]) -> int | None:
    """How many monthly instalments a plan has."""
    if isinstance(plan.get("months"), int):
        return int(plan["months"])
    rows = plan.get("instalments")
    if isinstance(rows, int):
        return rows
    return len(rows) if isinstance(rows, (list, tuple)) else None


def plan_instalments(plan: Mapping[str, Any]) -> tuple[int | None, int | None]:
    """The smallest and largest instalment in minor units, the last (what is left) apart."""
    rows = plan.get("instalments")
    if isinstance(rows, (list, tuple)) and rows:
        sums = [minor(row.get("amount") if isinstance(row, Mapping) else row) for row in rows]
        return min(sums[:-1] or sums), max(sums)
    each = plan.get("instalment")
    return (minor(each), minor(each)) if each is not None else (None, None)


def _surplus(s: Situation) -> int | None:
    """What the last recorded budget leaves each month, in minor units."""
    told = s.given.get("surplus")
    if told is not None:
        return minor(told)
    budgets = list(s.history.of("budget_recorded"))
    row = budgets[-1].body if budgets else s.case.raw.get("budget")
    if not row or row.get("income") is None or row.get("spending") is None:
        return None
    return minor(row["income"]) - minor(row["spending"])
