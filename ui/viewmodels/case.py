"""One case: its doors, sums, story, and starting a visit at one of its doors."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from PySide6.QtCore import Signal

from agent_app.actions.appointments import CHANNELS, notify_appointment
from agent_app.actions.consents import CONTACT_TIME, VISIT_PLACE, withdraw_consent
from agent_app.actions.contacts import NEW, change_address, change_phone
from agent_app.actions.desk import Change
from agent_app.actions.reviews import add_comment
from agent_app.actions.visits import start_visit
from agent_app.queries.case_page import CasePage, case_page
from ui.viewmodels.office import Office, ViewModel

__all__ = ["NEW", "CaseModel"]


class CaseModel(ViewModel):
    """The case page; `started` carries the id of a visit just begun."""

    started = Signal(str)
    channels = CHANNELS

    def __init__(self, office: Office, case: str) -> None:
        super().__init__(office)
        self.case = case
        self.page: CasePage | None = None

    def load(self) -> None:
        self.read(case_page, self.office.now(), self.case, done=self._show)

    def concerns(self, change: Change) -> bool:
        return not change.cases or self.case in change.cases

    def start(self, address: str) -> None:
        """Knock at `address` now; a rule may refuse."""
        self.act(
            start_visit,
            case=self.case,
            address=address,
            done=lambda change: self.started.emit(change.made),
        )

    def notify(
        self, channel: str, on: datetime, purpose: str, asked_for: bool, elsewhere: bool
    ) -> None:
        """The debtor was told when we come and why, or asked for that time, or to be met away
        from home, themselves."""
        told: dict[str, Any] = {"channel": channel, "on": on, "purpose": purpose}
        told |= {"asked_for": asked_for, "elsewhere": elsewhere}
        self.act(notify_appointment, case=self.case, **told)

    @property
    def may_agree_to_place(self) -> bool:
        """Whether a rule about places rests on what the debtor agrees to."""
        rules = self.office.desk.packs.rules_for(self.page.case).rules if self.page else ()
        return any(rule.relax and rule.relax.consent == VISIT_PLACE for rule in rules)

    def agreed_until(self, now: datetime) -> datetime | None:
        """Until when the debtor agreed to be visited outside the usual hours, if they still do."""
        told = (self.page.case.raw.get("consents") or {}) if self.page else {}
        until = (told.get(CONTACT_TIME) or {}).get("until")
        ends = datetime.fromisoformat(until) if until else None
        return ends if ends and ends > now else None

    def take_back(self) -> None:
        """The debtor no longer agrees to that time."""
        self.act(withdraw_consent, **self._about, to=CONTACT_TIME)

    def change_phone(self, phone: str, number: str) -> None:
        """`phone` is the id of the one it replaces, or NEW."""
        self.act(change_phone, **self._about, phone=phone, number=number)

    def change_address(self, address: str, text: str, kind: str, *, near: bool) -> None:
        """`near`: in the region of the one it replaces."""
        told: dict[str, Any] = {"address": address, "text": text, "kind": kind, "near": near}
        self.act(change_address, **self._about, **told)

    @property
    def _about(self) -> dict[str, Any]:
        return {"case": self.case, "visit": self.page.open_visit if self.page else None}

    def answer(self, visit: str, words: str) -> None:
        """Answer the lead who sent a visit back."""
        self.act(add_comment, case=self.case, visit=visit, text=words)

    def _show(self, page: CasePage) -> None:
        self.load_at(page.changes_at)
        if page != self.page:
            self.page, self.about = page, page.case
            self.ready.emit()
