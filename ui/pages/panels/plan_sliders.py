"""A plan set by hand: months, pause and discount as far as the policy allows, and its shape."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QWidget

from agent_app.domain.asking import PlanRequest
from ui.pages.panels.plan_words import months, pause
from ui.text import Text
from ui.viewmodels.panels import Wish
from ui.widgets.choice import Choices, Option
from ui.widgets.layout import column
from ui.widgets.number import SliderField

_STEP_BP = 100


class PlanSliders(QWidget):
    """`asked` carries a Wish as a slider moves; `set_wish` puts the sliders where a plan is."""

    asked = Signal(object)

    def __init__(self, request: PlanRequest, text: Text) -> None:
        super().__init__()
        policy = request.policy
        shapes = ["equal", "step_up", *(["equal_principal"] if policy.rate_bp else [])]
        self._shape = Choices(
            [Option(one, text.say(f"plan.shape_{one}")) for one in shapes],
            columns=len(shapes), chosen=("equal",), name="plan-shape",
        )  # fmt: skip
        self._months = SliderField(
            min(12, policy.max_months), 1, policy.max_months,
            show=lambda n: months(n, text), name="plan-months", label=text.say("plan.set_months"),
        )  # fmt: skip
        self._pause = SliderField(
            0, 0, max(1, policy.max_pause_months),
            show=lambda n: pause(n, text), name="plan-pause", label=text.say("plan.set_pause"),
        )  # fmt: skip
        self._discount = SliderField(
            0, 0, max(_STEP_BP, policy.max_discount_bp // _STEP_BP * _STEP_BP), step=_STEP_BP,
            show=lambda bp: f"{bp / 100:g} %", name="plan-discount",
            label=text.say("plan.set_discount"),
        )  # fmt: skip
        self._pause.setVisible(bool(policy.max_pause_months))
        self._discount.setVisible(bool(policy.max_discount_bp))
        self.setLayout(column(self._months, self._pause, self._discount, self._shape, gap=0.5))
        for field in (self._months, self._pause, self._discount):
            field.changed.connect(lambda _: self.asked.emit(self.wish()))
        self._shape.picked.connect(lambda _: self.asked.emit(self.wish()))

    def wish(self) -> Wish:
        """The kind follows from the sliders: a pause defers, a discount on one sum settles."""
        count, pause, discount = self._months.value, self._pause.value, self._discount.value
        if pause:
            return Wish("deferral", count, pause, discount)
        if count == 1:
            return Wish("lump_sum" if discount else "equal", 1, 0, discount)
        return Wish(next(iter(self._shape.chosen()), "equal"), count, 0, discount)

    def set_wish(self, wish: Wish) -> None:
        """Without asking back."""
        fields = (self._months, wish.count), (self._pause, wish.pause)
        with QSignalBlocker(self):
            for field, value in (*fields, (self._discount, wish.discount_bp)):
                field.set_value(value)
            if wish.kind in self._shape.values():
                self._shape.set_chosen((wish.kind,))
