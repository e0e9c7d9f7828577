"""How to pay: the creditor's own channel with its code, a payment told, cash where it is allowed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from agent_app.documents.qr import modules
from agent_app.domain.errors import BadInput
from agent_app.domain.money import Money, parse_amount
from agent_app.queries.payments import PaymentWays
from ui.text import Text
from ui.viewmodels.office import Office
from ui.viewmodels.payment import PaymentModel, Roll
from ui.widgets.badge import Banner
from ui.widgets.button import Button
from ui.widgets.calendar import DayPicker
from ui.widgets.card import Facts, Rule
from ui.widgets.choice import Choices, Option
from ui.widgets.field import TextField
from ui.widgets.label import Label
from ui.widgets.layout import column, row
from ui.widgets.overlay import Sheet
from ui.widgets.paper import Paper, print_pdf
from ui.widgets.qr import QrView

_SIDE = 240
_WIDE = 760


class PaymentDesk(QObject):
    """Sheets over `page`; `after` is told when something was recorded."""

    def __init__(
        self, page: QWidget, office: Office, case: str, text: Text, *,
        visit: str | None = None, failed: Callable[[Exception], object],
        after: Callable[[], object],
    ) -> None:  # fmt: skip
        super().__init__(page)
        self._page, self._text, self._after = page, text, after
        self._model = PaymentModel(office, case, visit, self)
        self._model.ready.connect(self._show)
        self._model.noted.connect(self._noted)
        self._model.received.connect(self._receipt)
        self._model.failed.connect(failed)
        self._model.load()

    def _show(self) -> None:
        ways, text = self._model.ways, self._text
        assert ways is not None
        content, box = QWidget(), column(gap=2.5)
        content.setLayout(box)
        box.addWidget(channel_card(ways, text))
        if ways.no_cash is not None:
            why = text.pick(ways.no_cash.text)
            box.addWidget(Banner(text.say("payment.no_cash"), why, "warn", name="payment-no-cash"))
        if ways.told:
            box.addWidget(Rule())
            box.addWidget(Label(text.say("payment.told"), "strong"))
            box.addWidget(Facts([_told(one, text) for one in ways.told]))
        note = Button(text.say("payment.note"), "quiet", glyph="pen", name="payment-note")
        actions = [note]
        if ways.no_cash is None:
            actions.append(
                Button(text.say("payment.take_cash"), "quiet", glyph="wallet", name="payment-cash")
            )
        sheet = self._sheet("payment-sheet", text.say("payment.title"), content, *actions)
        for button, then in zip(actions, (self._ask_note, self._ask_cash), strict=False):
            button.clicked.connect(sheet.leave)
            button.clicked.connect(then)

    def _ask_note(self) -> None:
        ways, text = self._model.ways, self._text
        assert ways is not None
        today = self._model.office.now().wall.date()
        amount = TextField(text.say("payment.amount"), keys="decimal", name="payment-amount")
        channels = Choices(
            [Option(one, text.say(f"payment.{one}")) for one in ways.channels],
            columns=2, name="payment-channel",
        )  # fmt: skip
        day = DayPicker(
            today, show=text.date, month=text.month, weekdays=text.weekdays(),
            near=((text.say("payment.today"), 0), (text.say("payment.yesterday"), -1)),
            unset=text.say("payment.pick_day"), name="payment-on",
        )  # fmt: skip
        chosen: list[date] = [today]
        day.set_day(today)
        day.picked.connect(lambda at: chosen.append(at))
        content = QWidget()
        content.setLayout(
            column(
                Banner(text.say("payment.note_remark"), "", "info"), amount,
                Label(text.say("payment.channel"), "strong"), channels,
                Label(text.say("payment.on"), "strong"), day, gap=2,
            )
        )  # fmt: skip
        keep = Button(text.say("payment.keep"), "primary", glyph="check", name="payment-keep")
        keep.setEnabled(False)
        channels.picked.connect(lambda _: keep.setEnabled(True))
        sheet = self._sheet("payment-note-sheet", text.say("payment.note"), content, keep)

        def done() -> None:
            money = self._sum(amount, ways)
            if money is not None:
                told = money, channels.chosen()[0], chosen[-1]
                sheet.leave_to(self._model, lambda: self._model.note(*told))

        keep.clicked.connect(done)

    def _ask_cash(self) -> None:
        ways, text = self._model.ways, self._text
        assert ways is not None
        amount = TextField(text.say("payment.amount"), keys="decimal", name="payment-amount")
        rolls = Choices(
            [Option(str(n), text.say("payment.mm", n=n)) for n in (58, 80)],
            columns=2, chosen=("58",), name="payment-roll",
        )  # fmt: skip
        box = column(amount, Label(text.say("payment.roll"), "strong"), rolls, gap=2)
        if ways.cash_limit is not None:
            most = text.say("payment.cash_most", amount=text.money(ways.cash_limit))
            box.insertWidget(0, Banner(most, "", "info"))
        content = QWidget()
        content.setLayout(box)
        keep = Button(text.say("payment.take_cash"), "primary", glyph="check", name="payment-keep")
        sheet = self._sheet("payment-cash-sheet", text.say("payment.take_cash"), content, keep)

        def done() -> None:
            money = self._sum(amount, ways)
            if money is not None:
                roll: Roll = 80 if rolls.chosen() == ("80",) else 58
                told = money, text.language, roll
                sheet.leave_to(self._model, lambda: self._model.take_cash(*told))

        keep.clicked.connect(done)

    def _sum(self, field: TextField, ways: PaymentWays) -> Money | None:
        """The sum typed; None, with the fault shown, when it is none or more than is owed."""
        currency, owed = ways.case.currency, ways.case.balance.total.minor
        try:
            minor = parse_amount(field.text().strip(), currency)
        except BadInput:
            minor = 0
        if 0 < minor <= owed:
            return Money(minor, currency)
        field.set_fault(self._text.say("payment.not_a_sum"))
        return None

    def _noted(self) -> None:
        self._after()
        self._model.load()

    def _receipt(self, serial: str, pdf: bytes) -> None:
        paper, text = Paper(name="payment-receipt"), self._text
        paper.show_pdf(pdf)
        send = Button(text.say("letters.print"), "primary", glyph="printer", name="receipt-print")
        send.clicked.connect(lambda: print_pdf(pdf, self._page))
        title = f"{text.say('payment.receipt')} {serial}"
        self._sheet("payment-receipt-sheet", title, paper, send)
        self._after()

    def _sheet(self, name: str, title: str, content: QWidget, *actions: Button) -> Sheet:
        close = self._text.say("page.close")
        return Sheet(
            self._page, title, content, close=close, name=name, width=_WIDE, actions=actions
        )


def channel_card(ways: PaymentWays, text: Text) -> QWidget:
    """The creditor's channel and its code, for the debtor's eyes too: it names no debt."""
    facts = [(text.say("payment.name"), ways.name)]
    for key in ("account", "url", "phone"):
        if value := getattr(ways, key):
            facts.append((text.say(f"payment.{key}"), value))
    words = column(
        Banner(text.say("payment.only"), text.say("payment.only_remark"), "info", glyph="lock"),
        Facts(facts), Label(text.say("payment.scan"), "label", ink="soft"), 1, gap=2,
    )  # fmt: skip
    code = QrView(modules(ways.code), text.say("payment.scan"), side=_SIDE, name="payment-code")
    holder, told = QWidget(), QWidget()
    told.setLayout(words)
    line = row(told, code, gap=3)
    line.setStretch(0, 1)
    line.setAlignment(code, Qt.AlignmentFlag.AlignTop)
    holder.setLayout(line)
    return holder


def _told(one: object, text: Text) -> tuple[str, str]:
    assert isinstance(one, dict)
    channel = text.choose(f"payment.{one['channel']}", str(one["channel"]))
    sum_ = one["amount"]
    shown = text.money(Money.from_json(sum_)) if isinstance(sum_, dict) else str(sum_)
    serial = f" · {one['serial']}" if one.get("serial") else ""
    return f"{str(one['at'])[:10]} · {channel}{serial}", shown
