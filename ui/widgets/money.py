"""A sum, large, with its name above."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ui.widgets.label import Label
from ui.widgets.layout import column

_SHORT = 16
"""Letters of a name that stays on one line."""


class MoneyLabel(QWidget):
    """Name and sum; `amount` comes formatted."""

    def __init__(
        self, name: str, amount: str, *, style: str = "title", remark: str = "", ink: str = ""
    ) -> None:
        super().__init__()
        self.amount = Label(amount, style, ink=ink, wrap=False)
        named = Label(name, "label", ink="soft", wrap=len(name) > _SHORT)
        box = column(named, self.amount, gap=0.25)
        if remark:
            box.addWidget(Label(remark, "small", ink="soft"))
        self.setLayout(box)
        self.setAccessibleName(f"{name} {amount}")
