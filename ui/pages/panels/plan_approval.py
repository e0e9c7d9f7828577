"""Terms the lead must agree to by telephone: what to read out, and the code to type back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from agent_app.domain.errors import WrongCode
from agent_app.domain.money import Money
from agent_app.domain.plan import Plan
from agent_app.journal import approval
from agent_app.journal.speech import heard
from ui.pages.panels.plan_words import months, pause, reason
from ui.text import Text
from ui.viewmodels.panels import Panels
from ui.widgets.badge import Banner
from ui.widgets.button import Button
from ui.widgets.card import Facts, Surface
from ui.widgets.field import TextField
from ui.widgets.label import Label
from ui.widgets.layout import column, row


def terms_facts(told: Mapping[str, Any], case: str, text: Text) -> list[tuple[str, str]]:
    """The terms the code binds (`approval.spoken`), in the order the lead's sheet asks them."""
    facts = [
        ("case", case),
        ("months", months(told["months"], text)),
        ("pause", pause(told["pause"], text)),
        ("discount", f"{told['discount_bp'] / 100:g} %"),
        ("total", text.money(Money.from_json(told["total"]))),
        ("first", text.money(Money.from_json(told["first"]))),
        ("first_due", text.date(date.fromisoformat(told["first_due"]))),
    ]
    return [(text.say(f"approval.{name}"), value) for name, value in facts]


_AGAIN_MS = 15_000


class ApprovalCard(QWidget):
    """Why the lead must agree; then letters and terms to read out, and room for the answer."""

    def __init__(self, plan: Plan, panels: Panels, text: Text) -> None:
        super().__init__()
        self._plan, self._panels, self._text = plan, panels, text
        why = "\n".join(reason(one, plan.currency, text) for one in plan.approval)
        self._box = column(
            Banner(text.say("approval.needed"), why, "warn", name="plan-needs-lead"), gap=2
        )
        self._ask = Button(text.say("approval.ask"), "quiet", glyph="speech", name="approval-ask")
        self._ask.clicked.connect(panels.ask_approval)
        self._online = Button(
            text.say("approval.ask_online"), "quiet", glyph="sync", name="approval-online"
        )
        self._online.clicked.connect(self._ask_online)
        self._box.addLayout(row(self._ask, self._online, 1))
        self.setLayout(self._box)
        panels.approval_asked.connect(self._read_out)
        panels.approval_failed.connect(self._refuse)
        self._code: TextField | None = None
        if panels.asked is not None and panels.asked == plan:
            self._wait()
        elif panels.request and panels.asked is None:
            self._read_out(panels.request)

    def _ask_online(self) -> None:
        self._panels.ask_online(self._plan)
        self._wait()

    def _wait(self) -> None:
        """Sent; looked for again and again. The telephone stays open."""
        text = self._text
        self._online.hide()
        self._box.addWidget(
            Banner(
                text.say("approval.waiting"), text.say("approval.waiting_remark"), "info",
                glyph="clock", name="approval-waiting",
            )
        )  # fmt: skip
        again = QTimer(self)
        again.setInterval(_AGAIN_MS)
        again.timeout.connect(self._panels.sync_wanted)
        again.start()

    def _read_out(self, request: str) -> None:
        if self._code is not None:
            return
        text, told = self._text, approval.spoken(self._plan.to_json())
        self._ask.hide()
        self._code = TextField(
            text.say("approval.code"), hint=text.say("approval.code_hint"), name="approval-code"
        )
        use = Button(text.say("approval.use"), "primary", name="approval-use")
        use.clicked.connect(self._use)
        letters = Label(request, "title", name="approval-request", wrap=False)
        card = Surface(
            "sunken",
            Label(text.say("approval.read_out"), "strong"),
            row(Label(text.say("approval.request"), "body", ink="soft", wrap=False), letters, 1),
            Facts(terms_facts(told, self._panels.visit.case_id, text)),
            self._code,
            row(use, 1),
            pad=2.5,
        )
        self._box.addWidget(card)

    def _use(self) -> None:
        assert self._code is not None
        if len(heard(self._code.text())) != approval.LETTERS:
            self._code.set_fault(self._text.say("approval.eight"))
            return
        self._panels.use_approval(self._plan, self._code.text())

    def _refuse(self, error: Exception) -> None:
        if self._code is None:
            return
        text = self._text
        if not isinstance(error, WrongCode):
            self._code.set_fault(text.error(error))
        elif error.left:
            self._code.set_fault(text.say("approval.wrong", left=error.left))
        else:
            minutes = round(error.wait.total_seconds() / 60)
            self._code.set_fault(text.say("approval.wait", minutes=minutes))
