"""A plan in words: its title, its remark, and why it needs the lead or cannot be."""

from __future__ import annotations

from agent_app.domain.money import Money
from agent_app.domain.plan import Plan, PlanResult, Reason
from ui.text import Text

_AMOUNTS = ("below_min_instalment", "below_min_first", "first_too_small", "unaffordable")
_RATES = ("beyond_authority_discount", "beyond_pack_discount", "no_discount_allowed")


def title(plan: Plan, text: Text) -> str:
    """How many payments, and the first."""
    first = text.money(Money(plan.instalments[0].amount, plan.currency))
    if len(plan.instalments) == 1:
        return text.say("plan.once", amount=first)
    return text.say("plan.each", n=len(plan.instalments), amount=first)


def months(count: int, text: Text) -> str:
    """So many months, one of them without its plural."""
    return text.say("plan.month" if count == 1 else "plan.months", n=count)


def pause(count: int, text: Text) -> str:
    """How long nothing is paid."""
    if not count:
        return text.say("plan.no_pause")
    return text.say("plan.pause_month" if count == 1 else "plan.pause_months", n=count)


def remark(plan: Plan, text: Text) -> str:
    """What kind it is, what it costs in all, when it begins."""
    total = text.money(Money(plan.total, plan.currency))
    kind = text.say(f"plan.kind_{plan.kind}")
    return text.say("plan.remark", kind=kind, total=total, first=text.date(plan.instalments[0].due))


def reason(one: Reason, currency: str, text: Text) -> str:
    """A reason with its figures as money, per cent or months."""

    def shown(value: int | None) -> str:
        if value is None:
            return ""
        if one.code in _AMOUNTS:
            return text.money(Money(value, currency))
        return f"{value / 100:g} %" if one.code in _RATES else str(value)

    return text.say(f"reasons.{one.code}", found=shown(one.found), limit=shown(one.limit))


def why_not(result: PlanResult, currency: str, text: Text) -> str:
    """For each way to pay that is not offered: a line with its first reasons."""
    found: dict[str, dict[str, str]] = {}
    offered = {plan.kind for plan in result.options}
    apart = [(plan.kind, plan.approval) for plan in result.on_approval]
    apart += [(refusal.kind, refusal.reasons) for refusal in result.refused]
    for kind, reasons in apart:
        of_kind = found.setdefault(kind, {})
        for one in reasons:
            of_kind.setdefault(one.code, reason(one, currency, text))
    lines = []
    for kind, of_kind in found.items():
        name = text.say(f"plan.kind_{kind}")
        key = "plan.why_some" if kind in offered else "plan.why_none"
        lines.append(text.say(key, kind=name, why=text.say("plan.why_join").join(of_kind.values())))
    return "\n".join(lines)
