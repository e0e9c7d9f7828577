"""Ways to pay the debtor can keep, side by side; and in words why the others are not offered."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from agent_app.domain.money import Money
from agent_app.domain.plan import Plan, PlanResult, Reason
from agent_app.script import NodeView
from ui.text import Text
from ui.viewmodels.panels import Panels
from ui.widgets.badge import Banner
from ui.widgets.button import Button
from ui.widgets.choice import Choices, Option
from ui.widgets.label import Label
from ui.widgets.layout import Flow, clear, column, row
from ui.widgets.number import Stepper
from ui.widgets.speech import Folded
from ui.widgets.table import Rows, Table

_SHOWN = 8
_AMOUNTS = ("below_min_instalment", "first_too_small", "unaffordable")
_RATES = ("beyond_authority_discount", "beyond_pack_discount")


class PlanPanel(QWidget):
    """Choose one to see its instalments; offering it records it."""

    def __init__(self, view: NodeView, panels: Panels, text: Text) -> None:
        super().__init__()
        self._panels, self._text, self._ref = panels, text, view.ref
        self._offers: tuple[Plan, ...] = ()
        self._chosen: Plan | None = None
        self._box = column(gap=2)
        self._detail = column(gap=2)
        less, more = text.say("question.less"), text.say("question.more")
        self._pay_day = Stepper(
            10, 1, 28, show=lambda n: text.say("plan.day_of_month", n=n), less=less, more=more,
            name="plan-pay-day",
        )  # fmt: skip
        self._pay_day.changed.connect(panels.seek_plans)
        days = row(Label(text.say("plan.pay_day"), "strong", wrap=False), self._pay_day)
        top = column(gap=2)
        if view.value:
            tone = "success" if view.value == "accepted" else "info"
            top.addWidget(
                Banner(
                    text.choose(f"plan.is_{view.value}", view.value), "", tone, name="plan-result"
                )
            )
        self.setLayout(column(top, days, self._box, self._detail, self._answers(view), gap=2))
        panels.plans_found.connect(self._fill)
        panels.seek_plans(self._pay_day.value)

    def _answers(self, view: NodeView) -> QWidget:
        text, visit = self._text, self._panels.visit
        self._offer = Button(text.say("plan.offer"), "primary", glyph="check", name="plan-offer")
        self._offer.setEnabled(False)
        self._offer.clicked.connect(self._take)
        others = []
        for choice in view.choices:
            if choice.value != "accepted":
                other = Button(choice.label, "quiet", name=f"plan-{choice.value}")
                other.clicked.connect(lambda _=False, v=choice.value: visit.answer(view.ref, v))
                others.append(other)
        holder = QWidget()
        holder.setLayout(Flow(self._offer, *others, gap=1.5))
        return holder

    def _fill(self, result: PlanResult) -> None:
        text = self._text
        clear(self._box)
        self._offers = _spread(result.options)
        if not self._offers:
            self._box.addWidget(
                Banner(
                    text.say("plan.none"), text.say("plan.none_remark"), "warn", name="plan-none"
                )
            )
        options = [
            Option(str(place), self._title(plan), self._remark(plan), "wallet")
            for place, plan in enumerate(self._offers)
        ]
        cards = Choices(options, columns=2, name="plan-options")
        cards.picked.connect(lambda chosen: self._show(self._offers[int(chosen[0])]))
        self._box.addWidget(cards)
        why = _reasons(result, text)
        if why:
            self._box.addWidget(Folded(text.say("plan.why_not"), why, name="plan-why-not"))

    def _title(self, plan: Plan) -> str:
        first = self._money(plan, plan.instalments[0].amount)
        if len(plan.instalments) == 1:
            return self._text.say("plan.once", amount=first)
        return self._text.say("plan.each", n=len(plan.instalments), amount=first)

    def _remark(self, plan: Plan) -> str:
        kind = self._text.say(f"plan.kind_{plan.kind}")
        total = self._money(plan, plan.total)
        return self._text.say(
            "plan.remark", kind=kind, total=total, first=self._text.date(plan.instalments[0].due)
        )

    def _money(self, plan: Plan, minor: int) -> str:
        return self._text.money(Money(minor, plan.currency))

    def _show(self, plan: Plan) -> None:
        self._chosen = plan
        self._offer.setEnabled(True)
        clear(self._detail)
        text = self._text
        head = [
            text.say("plan.number"),
            text.say("plan.due"),
            text.say("plan.amount"),
            text.say("plan.left"),
        ]
        rows = [
            (
                str(part.number),
                text.date(part.due),
                self._money(plan, part.amount),
                self._money(plan, part.left),
            )
            for part in plan.instalments
        ]
        table = Table(Rows(head, rows, frozenset({2, 3})), name="plan-table", stretch=1)
        table.fit()
        self._detail.addWidget(table)

    def _take(self) -> None:
        if self._chosen is not None:
            self._panels.offer(self._ref, self._chosen)


def _spread(plans: tuple[Plan, ...]) -> tuple[Plan, ...]:
    """A few that differ: of each kind the shortest, a middle and the longest."""
    kept: list[Plan] = []
    for kind in dict.fromkeys(plan.kind for plan in plans):
        same = [plan for plan in plans if plan.kind == kind]
        picks = dict.fromkeys((0, len(same) // 2, len(same) - 1))
        kept += [same[place] for place in picks]
    return tuple(kept[:_SHOWN])


def _reasons(result: PlanResult, text: Text) -> str:
    found: dict[str, str] = {}
    for plan in result.on_approval:
        for reason in plan.approval:
            found.setdefault(reason.code, _reason(reason, plan.currency, text))
    currency = result.on_approval[0].currency if result.on_approval else "CNY"
    for refusal in result.refused:
        for reason in refusal.reasons:
            found.setdefault(reason.code, _reason(reason, currency, text))
    return "\n".join(found.values())


def _reason(reason: Reason, currency: str, text: Text) -> str:
    def shown(value: int | None) -> str:
        if value is None:
            return ""
        if reason.code in _AMOUNTS:
            return text.money(Money(value, currency))
        return f"{value / 100:g} %" if reason.code in _RATES else str(value)

    return text.say(f"reasons.{reason.code}", found=shown(reason.found), limit=shown(reason.limit))
