"""The risk card: what the record says about means and willingness, point by point.

Advice on tone and plan, never pressure. No score comes from who somebody is: not from age, sex,
employer or address. Every point names the fact it comes from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from agent_app.domain.dues import dues
from agent_app.domain.model import Case
from agent_app.domain.rules.history import History

_LOW, _HIGH = -2, 2


@dataclass(frozen=True, slots=True)
class Point:
    """One reason: `weight` from -2 (harder) to +2 (easier), on the side of means or willingness.

    `code` is the reason's key under "risk." in the texts; `values` fill its placeholders.
    """

    side: str
    code: str
    weight: int
    values: Mapping[str, Any]
    text: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RiskCard:
    """Sums of the points of each side, the points, and the advice that follows from them."""

    means: int
    willingness: int
    points: tuple[Point, ...]
    advice: str
    advice_text: Mapping[str, str]


def card(case: Case) -> RiskCard:
    """The card of one case; a side on which nothing is known has no points and a sum of 0."""
    points = tuple(
        Point(side, code, max(_LOW, min(_HIGH, weight)), values, _said(code, values))
        for side, code, weight, values in _points(case)
    )
    means = sum(point.weight for point in points if point.side == "means")
    willingness = sum(point.weight for point in points if point.side == "willingness")
    advice = _advice(case, means, willingness)
    return RiskCard(means, willingness, points, advice, ADVICE[advice])


Raw = tuple[str, str, int, dict[str, Any]]


def _points(case: Case) -> Iterator[Raw]:
    yield from _age_of_debt(case)
    yield from _payments(case)
    yield from _promises(case)
    yield from _contacts(case)
    yield from _circumstances(case)


def _age_of_debt(case: Case) -> Iterator[Raw]:
    """By the days overdue; where only the stage is known, by the days it begins with."""
    days = _days_overdue(case)
    if days is None:
        return
    if days <= 30:
        yield "means", "recent", 1, {"days": days}
    elif days > 180:
        yield "means", "very_old", -2, {"days": days}
    elif days > 90:
        yield "means", "old", -1, {"days": days}


def _days_overdue(case: Case) -> int | None:
    if case.raw.get("days_overdue") is not None:
        return case.days_overdue
    stage = case.bucket.lstrip("Mm")
    return (int(stage) - 1) * 30 + 1 if stage.isdigit() and int(stage) else None


def _payments(case: Case) -> Iterator[Raw]:
    """How many of the last six billed months were paid, in full or in part."""
    billed = sorted(
        (month for month in case.history if month.bill.minor > 0), key=lambda one: one.month
    )
    months = billed[-6:]
    if not months:
        return
    full = sum(month.paid.minor >= month.bill.minor for month in months)
    some = sum(0 < month.paid.minor < month.bill.minor for month in months)
    values = {"full": full, "some": some, "months": len(months)}
    if full * 2 >= len(months):
        yield "means", "paid_often", 2, values
    elif full + some == 0:
        yield "means", "paid_never", -1, values
    elif some:
        yield "willingness", "paid_in_part", 1, values


def _promises(case: Case) -> Iterator[Raw]:
    states = [one.state for one in dues(case) if one.kind == "promise"]
    kept, broken = states.count("kept"), states.count("broken")
    if kept:
        yield "willingness", "promises_kept", min(kept, 2), {"count": kept}
    if broken:
        yield "willingness", "promises_broken", -min(broken, 2), {"count": broken}


def _contacts(case: Case) -> Iterator[Raw]:
    """Calls and visits, the hand-over file's and our own."""
    known = History(case, ())
    tried = [*known.contacts("call"), *known.contacts("visit")]
    if not tried:
        return
    reached = sum(contact.reached for contact in tried)
    values = {"reached": reached, "tried": len(tried)}
    if reached * 2 >= len(tried):
        yield "willingness", "reachable", 1, values
    elif reached == 0 and len(tried) >= 3:
        yield "willingness", "unreachable", -1, values


def _circumstances(case: Case) -> Iterator[Raw]:
    flags = case.raw.get("flags") or {}
    if flags.get("hardship"):
        yield "means", "hardship", -2, {}
    budget = case.raw.get("budget") or {}
    if budget.get("income") is not None and budget.get("spending") is not None:
        left = _minor(budget["income"]) - _minor(budget["spending"])
        yield "means", "budget_left" if left > 0 else "budget_short", 1 if left > 0 else -2, {}


def _minor(value: Any) -> int:
    return int(value["minor"]) if isinstance(value, Mapping) else int(value)


def _advice(case: Case, means: int, willingness: int) -> str:
    flags = case.raw.get("flags") or {}
    if flags.get("vulnerable") or flags.get("hardship"):
        return "care_first"
    if means < 0 and willingness >= 0:
        return "small_plan"
    if means < 0:
        return "listen_first"
    return "normal_plan" if willingness >= 0 else "rebuild_trust"


def _said(code: str, values: Mapping[str, Any]) -> dict[str, str]:
    return {language: text.format(**values) for language, text in REASONS[code].items()}


def _texts(zh_cn: str, zh_tw: str, en: str) -> dict[str, str]:
    return {"zh_CN": zh_cn, "zh_TW": zh_tw, "en": en}


REASONS: Mapping[str, Mapping[str, str]] = {
    "recent": _texts(
        "逾期 {days} 天，时间不长", "逾期 {days} 天，時間不長", "{days} days late: recent"
    ),
    "old": _texts("逾期已 {days} 天", "逾期已 {days} 天", "{days} days late"),
    "very_old": _texts(
        "逾期已 {days} 天，时间较长", "逾期已 {days} 天，時間較長", "{days} days late: a long time"
    ),
    "paid_often": _texts(
        "近 {months} 个账期中有 {full} 期足额还款",
        "近 {months} 個帳期中有 {full} 期足額還款",
        "Paid {full} of the last {months} bills in full",
    ),
    "paid_never": _texts(
        "近 {months} 个账期均未还款",
        "近 {months} 個帳期均未還款",
        "Paid none of the last {months} bills",
    ),
    "paid_in_part": _texts(
        "近 {months} 个账期中有 {some} 期部分还款",
        "近 {months} 個帳期中有 {some} 期部分還款",
        "Paid part of {some} of the last {months} bills",
    ),
    "promises_kept": _texts(
        "曾履行承诺 {count} 次", "曾履行承諾 {count} 次", "Kept {count} promise(s)"
    ),
    "promises_broken": _texts(
        "有 {count} 次承诺未能履行", "有 {count} 次承諾未能履行", "Missed {count} promise(s)"
    ),
    "reachable": _texts(
        "联系 {tried} 次，接通 {reached} 次",
        "聯絡 {tried} 次，接通 {reached} 次",
        "Reached {reached} of {tried} times",
    ),
    "unreachable": _texts(
        "联系 {tried} 次均未接通", "聯絡 {tried} 次均未接通", "Never reached in {tried} tries"
    ),
    "hardship": _texts("本人表示生活困难", "本人表示生活困難", "Says they are in hardship"),
    "budget_left": _texts("收支有结余", "收支有結餘", "The budget leaves something each month"),
    "budget_short": _texts("收支没有结余", "收支沒有結餘", "The budget leaves nothing each month"),
}

ADVICE: Mapping[str, Mapping[str, str]] = {
    "care_first": _texts(
        "先了解处境，不谈金额；必要时转专人跟进。",
        "先了解處境，不談金額；必要時轉專人跟進。",
        "Ask how they are before any sum; hand over to a specialist if needed.",
    ),
    "small_plan": _texts(
        "愿意还但吃力：从负担得起的小额分期谈起。",
        "願意還但吃力：從負擔得起的小額分期談起。",
        "Willing but stretched: start from a small plan they can keep.",
    ),
    "listen_first": _texts(
        "先听对方说，弄清困难，再看有无可行方案。",
        "先聽對方說，弄清困難，再看有無可行方案。",
        "Listen first, find out what is hard, then see what could work.",
    ),
    "normal_plan": _texts(
        "可按对方的收支谈还款安排。",
        "可按對方的收支談還款安排。",
        "Talk about a plan that fits their budget.",
    ),
    "rebuild_trust": _texts(
        "核对账目、说明权利，先恢复信任。",
        "核對帳目、說明權利，先恢復信任。",
        "Go through the figures and their rights; rebuild trust first.",
    ),
}
