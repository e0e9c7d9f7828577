"""One plan from its JSON: sums, a small chart of what is paid and what is left, every instalment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from agent_app.domain.money import Money
from ui.text import Text
from ui.theme import worn
from ui.widgets.chart import Bar, BarChart
from ui.widgets.layout import Flow, column
from ui.widgets.money import MoneyLabel
from ui.widgets.table import Rows, Table

_ROWS = 6
"""Instalments shown at once; the table scrolls through the others."""
_LABELS = 6


class PlanDetail(QWidget):
    """`show_plan` changes what is shown as the sliders move."""

    def __init__(self, text: Text) -> None:
        super().__init__()
        self._text = text
        self._first = MoneyLabel(text.say("plan.first"), "", style="heading")
        self._total = MoneyLabel(text.say("plan.total"), "", style="heading")
        self._waived = MoneyLabel(text.say("plan.waived"), "", style="heading")
        sums = QWidget()
        sums.setLayout(Flow(self._first, self._total, self._waived, gap=4))
        self._chart = BarChart((), says="")
        self._chart.setObjectName("plan-chart")
        head = [text.say(f"plan.{name}") for name in ("number", "due", "amount", "left")]
        self._rows = Rows(head, (), frozenset({2, 3}))
        self._table = Table(
            self._rows, name="plan-table", stretch=1, says=text.say("agreement.rows")
        )
        self.setLayout(column(sums, self._chart, self._table, gap=2))

    def show_plan(self, plan: Mapping[str, Any]) -> None:
        text, parts = self._text, plan["instalments"]
        self._first.amount.setText(_money(parts[0]["amount"], text))
        self._total.amount.setText(_money(plan["total"], text))
        self._waived.amount.setText(_money(plan["waived"], text))
        self._waived.setVisible(bool(plan["waived"]["minor"]))
        self._rows.set_rows([_row(part, text) for part in parts])
        self._chart.show_bars(_bars(parts, text), says=text.say("plan.chart", n=len(parts)))
        self._fit(len(parts))

    def _fit(self, rows: int) -> None:
        tall = self._table.horizontalHeader().minimumHeight() + worn().target() * min(rows, _ROWS)
        self._table.setFixedHeight(tall + 4)
        bars = Qt.ScrollBarPolicy
        more = bars.ScrollBarAsNeeded if rows > _ROWS else bars.ScrollBarAlwaysOff
        self._table.setVerticalScrollBarPolicy(more)


def _row(part: Mapping[str, Any], text: Text) -> tuple[str, ...]:
    due = text.date(date.fromisoformat(part["due"]))
    amount, left = _money(part["amount"], text), _money(part["left"], text)
    return (str(part["number"]), due, amount, left)


def _bars(parts: list[Mapping[str, Any]], text: Text) -> list[Bar]:
    """Hollow: still owed when the month begins; filled: paid in it."""
    every = -(-len(parts) // _LABELS)
    return [
        Bar(
            text.month(date.fromisoformat(part["due"])) if place % every == 0 else "",
            part["amount"]["minor"],
            part["amount"]["minor"] + part["left"]["minor"],
        )
        for place, part in enumerate(parts)
    ]


def _money(told: dict[str, Any], text: Text) -> str:
    return text.money(Money.from_json(told))
