"""Ways to pay the debtor can keep: side by side, or set by hand; in words why not the others."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from agent_app.domain.plan import Plan, Refusal, make_plan
from agent_app.queries.plans import FairPlans
from agent_app.script import NodeView
from ui.pages.panels.plan_approval import ApprovalCard
from ui.pages.panels.plan_detail import PlanDetail
from ui.pages.panels.plan_sliders import PlanSliders
from ui.pages.panels.plan_words import reason, remark, title, why_not
from ui.text import Text
from ui.viewmodels.panels import Panels, Wish
from ui.widgets.badge import Banner
from ui.widgets.button import Button
from ui.widgets.choice import Choices, Option
from ui.widgets.label import Label
from ui.widgets.layout import Flow, clear, column, row
from ui.widgets.number import SliderField
from ui.widgets.speech import Folded

_SHOWN = 8


def plan_panel(view: NodeView, panels: Panels, text: Text) -> QWidget:
    """The plan chosen, once one was; the finder before."""
    plan = panels.visit.state.get("plan")
    if view.value != "accepted" or not plan:
        return PlanPanel(view, panels, text)
    chosen = PlanDetail(text)
    chosen.show_plan(plan)
    again = Button(text.say("plan.change"), "quiet", name="plan-change")
    box = column(
        Banner(text.say("plan.is_accepted"), "", "success", name="plan-result"), chosen, gap=2
    )
    if not panels.visit.state.get("agreement"):
        box.addLayout(row(again, 1))
    holder = QWidget()
    holder.setLayout(box)

    def reopen() -> None:
        clear(box)
        box.addWidget(PlanPanel(view, panels, text))

    again.clicked.connect(reopen)
    return holder


class PlanPanel(QWidget):
    """Choose one or move the sliders to see its instalments; offering it records it."""

    def __init__(self, view: NodeView, panels: Panels, text: Text) -> None:
        super().__init__()
        self._panels, self._text, self._ref = panels, text, view.ref
        self._fair: FairPlans | None = None
        self._cards: dict[str, Wish] = {}
        self._options: Choices | None = None
        self._sliders: PlanSliders | None = None
        self._chosen: Plan | None = None
        pay_day = SliderField(
            panels.pay_day, 1, 28, show=lambda n: text.say("plan.day_of_month", n=n),
            name="plan-pay-day", label=text.say("plan.pay_day"),
        )  # fmt: skip
        pay_day.changed.connect(self._pay_on)
        self._offered, self._by_hand, self._detail = column(), column(), column()
        top = column(gap=2)
        if view.value:
            words = text.choose(f"plan.is_{view.value}", view.value)
            top.addWidget(Banner(words, "", "info", name="plan-result"))
        top.addWidget(pay_day)
        self.setLayout(
            column(top, self._offered, self._by_hand, self._detail, self._answers(view), gap=2)
        )
        panels.plans_found.connect(self._fill)
        panels.seek_plans()

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

    def _pay_on(self, day: int) -> None:
        self._panels.pay_day = day
        self._panels.seek_plans()

    def _fill(self, fair: FairPlans) -> None:
        self._fair = fair
        clear(self._offered)
        self._offer_cards(fair)
        if self._sliders is None:
            self._sliders = PlanSliders(fair.request, self._text)
            self._sliders.asked.connect(self._show)
            head = Label(self._text.say("plan.by_hand"), "heading")
            self._by_hand.addWidget(head)
            self._by_hand.addWidget(self._sliders)
        if self._panels.wish:
            self._show(self._panels.wish)

    def _offer_cards(self, fair: FairPlans) -> None:
        text = self._text
        plans = _spread(fair.result.options)
        if not plans:
            none, kindly = text.say("plan.none"), text.say("plan.none_remark")
            self._offered.addWidget(Banner(none, kindly, "warn", name="plan-none"))
        self._cards = {str(place): wish_of(plan) for place, plan in enumerate(plans)}
        options = [
            Option(str(place), title(plan, text), remark(plan, text), "wallet")
            for place, plan in enumerate(plans)
        ]
        self._options = Choices(options, columns=2, name="plan-options")
        self._options.picked.connect(lambda chosen: self._show(self._cards[chosen[0]]))
        self._offered.addWidget(self._options)
        why = why_not(fair.result, fair.request.debt.currency, text)
        if why:
            self._offered.addWidget(Folded(text.say("plan.why_not"), why, name="plan-why-not"))

    def _show(self, wish: Wish) -> None:
        """The plan asked for, or why it cannot be."""
        assert self._fair is not None
        assert self._options is not None
        assert self._sliders is not None
        self._panels.wish = wish
        self._options.set_chosen([key for key, card in self._cards.items() if card == wish])
        self._sliders.set_wish(wish)
        made = make_plan(
            self._fair.request, wish.kind,
            count=wish.count, pause=wish.pause, discount_bp=wish.discount_bp,
        )  # fmt: skip
        self._chosen = None if isinstance(made, Refusal) else made
        self._offer.setEnabled(self._chosen is not None and self._fair.stands(self._chosen))
        if isinstance(made, Refusal):
            self._refuse(made)
        else:
            self._detail_of(made)

    def _refuse(self, refusal: Refusal) -> None:
        clear(self._detail)
        assert self._fair is not None
        currency = self._fair.request.debt.currency
        why = "\n".join(reason(one, currency, self._text) for one in refusal.reasons)
        self._detail.addWidget(
            Banner(self._text.say("plan.cannot"), why, "danger", name="plan-refused")
        )

    def _detail_of(self, plan: Plan) -> None:
        """The same table as the sliders move; the lead's card where the plan needs one."""
        assert self._fair is not None
        item = self._detail.itemAt(0)
        shown = item.widget() if item is not None else None
        if isinstance(shown, PlanDetail) and self._detail.count() == 1 and not plan.approval:
            shown.show_plan(plan.to_json())
            return
        clear(self._detail)
        detail = PlanDetail(self._text)
        detail.show_plan(plan.to_json())
        self._detail.addWidget(detail)
        if not plan.approval:
            return
        if self._fair.stands(plan):
            agreed = Banner(self._text.say("approval.given"), "", "success", name="plan-approved")
            self._detail.addWidget(agreed)
        else:
            self._detail.addWidget(ApprovalCard(plan, self._panels, self._text))

    def _take(self) -> None:
        if self._chosen is not None:
            self._panels.offer(self._ref, self._chosen)


def wish_of(plan: Plan) -> Wish:
    """What to ask for to get this plan again."""
    return Wish(plan.kind, len(plan.instalments), plan.pause, plan.discount_bp)


def _spread(plans: tuple[Plan, ...]) -> tuple[Plan, ...]:
    """A few that differ: of each kind the shortest, a middle and the longest."""
    kept: list[Plan] = []
    for kind in dict.fromkeys(plan.kind for plan in plans):
        same = [plan for plan in plans if plan.kind == kind]
        picks = dict.fromkeys((0, len(same) // 2, len(same) - 1))
        kept += [same[place] for place in picks]
    return tuple(kept[:_SHOWN])
