"""How one case may be paid; noting a payment told; cash against a receipt where allowed."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QObject, Signal

from agent_app.actions.desk import Change
from agent_app.actions.payments import Roll, note_payment, take_cash
from agent_app.domain.money import Money
from agent_app.queries.payments import PaymentWays, payment_ways
from ui.viewmodels.office import Office, ViewModel

__all__ = ["PaymentModel", "Roll"]


class PaymentModel(ViewModel):
    """`ready` with `ways`; `noted` once a payment is on record; `received` with serial and PDF."""

    noted = Signal()
    received = Signal(str, bytes)

    def __init__(self, office: Office, case: str, visit: str | None, parent: QObject) -> None:
        super().__init__(office, parent)
        self._about = {"case": case, "visit": visit}
        self.ways: PaymentWays | None = None

    def load(self) -> None:
        case = self._about["case"]
        self.read(payment_ways, self.office.now(), case, done=self._show)

    def concerns(self, change: Change) -> bool:
        return False

    def note(self, amount: Money, channel: str, on: date) -> None:
        """The debtor says so."""
        about = {**self._about, "amount": amount, "channel": channel, "on": on}
        self.act(note_payment, **about, done=lambda _: self.noted.emit())

    def take_cash(self, amount: Money, language: str, roll: Roll) -> None:
        about = {**self._about, "amount": amount, "language": language, "roll": roll}
        self.act(take_cash, **about, done=lambda change: self.received.emit(*change.made))

    def _show(self, ways: PaymentWays) -> None:
        self.ways = ways
        self.ready.emit()
