"""Income and spending of a month: what daily life needs is set aside before any creditor."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QWidget

from agent_app.domain.asking import Budget
from agent_app.domain.budget import GROUPS, keys_of
from agent_app.domain.errors import BadInput
from agent_app.domain.money import Money, parse_amount, plain_amount
from agent_app.script import NodeView
from ui.text import Text
from ui.theme import GRID
from ui.viewmodels.panels import Panels
from ui.widgets.badge import Banner
from ui.widgets.button import Button
from ui.widgets.card import Rule
from ui.widgets.field import TextField
from ui.widgets.label import Label
from ui.widgets.layout import Flow, column
from ui.widgets.money import MoneyLabel


class BudgetPanel(QWidget):
    """Lines to fill; what is left over is counted as one types."""

    def __init__(self, view: NodeView, panels: Panels, text: Text) -> None:
        super().__init__()
        self._panels, self._text, self._ref = panels, text, view.ref
        self._currency = panels.visit.case.currency
        lines = panels.budget_lines()
        self._keys = {group: keys_of(lines, group) for group in GROUPS}
        self._fields = {
            line.key: TextField(text.pick(line.text), keys="decimal", name=f"budget-{line.key}")
            for line in lines
        }
        box = column(gap=2)
        if view.value:
            tone = "success" if view.value == "recorded" else "info"
            box.addWidget(Banner(text.choose(f"budget.is_{view.value}", view.value), "", tone))
        for group, names in self._keys.items():
            box.addWidget(Rule())
            box.addWidget(Label(text.say(f"budget.title_{group}"), "eyebrow"))
            box.addLayout(self._grid(names))
        self._left = MoneyLabel(text.say("budget.left"), "–", remark=text.say("budget.left_remark"))
        box.addWidget(self._left)
        keep = Button(text.say("budget.keep"), "primary", glyph="check", name="budget-keep")
        keep.clicked.connect(self._keep)
        decline = Button(text.say("budget.decline"), "quiet", name="budget-decline")
        decline.clicked.connect(lambda: panels.visit.answer(view.ref, "declined"))
        line = QWidget()
        line.setLayout(Flow(keep, decline, gap=1.5))
        box.addWidget(line)
        self.setLayout(box)
        self._remember()

    def _grid(self, names: tuple[str, ...]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * GRID)
        grid.setVerticalSpacing(round(1.5 * GRID))
        for place, name in enumerate(names):
            field = self._fields[name]
            field.edited.connect(lambda _: self._count())
            grid.addWidget(field, place // 3, place % 3)
        for place in range(3):
            grid.setColumnStretch(place, 1)
        return grid

    def _remember(self) -> None:
        """What was recorded in this visit already."""
        kept = self._panels.visit.case.raw.get("budget") or {}
        first = next(iter(self._keys["income"]), "")
        amounts = {first: kept.get("income", 0), **(kept.get("lines") or {})}
        for name, minor in amounts.items():
            if name in self._fields and minor:
                self._fields[name].set_text(plain_amount(minor, self._currency))
        self._count()

    def _lines(self) -> dict[str, int] | None:
        lines, good = {}, True
        for name, field in self._fields.items():
            try:
                typed = field.text().strip()
                lines[name] = parse_amount(typed, self._currency) if typed else 0
                field.set_fault("")
            except BadInput:
                field.set_fault(self._text.say("budget.not_a_sum"))
                good = False
        return lines if good else None

    def _budget(self, lines: dict[str, int]) -> Budget:
        return Budget(
            income=sum(lines[name] for name in self._keys["income"]),
            essentials=sum(lines[name] for name in self._keys["essential"]),
            other=sum(lines[name] for name in self._keys["other"]),
        )

    def _count(self) -> None:
        lines = self._lines()
        if lines is not None:
            left = Money(self._budget(lines).surplus, self._currency)
            self._left.amount.setText(self._text.money(left))

    def _keep(self) -> None:
        lines = self._lines()
        if lines is None:
            return
        income = self._keys["income"]
        if not any(lines[name] for name in income):
            self._fields[income[0]].set_fault(self._text.say("budget.income_needed"))
            return
        spent = {name: minor for name, minor in lines.items() if name not in income}
        self._panels.record_budget(self._ref, self._budget(lines).income, spent)
