"""The agreement as the debtor reads, understands and signs it; nothing is signed by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from PySide6.QtCore import Signal

from agent_app.actions.agreements import Shown, show_agreement
from agent_app.actions.desk import Change
from agent_app.actions.signing import CHECKS, sign_agreement
from agent_app.documents.agreement import Signer
from agent_app.documents.ink import Stroke
from agent_app.domain.money import Money
from ui.viewmodels.office import Office, ViewModel

QUESTIONS = CHECKS
MOST_WRONG = 2
"""After so many wrong answers the debtor is offered a pause or a helper."""


@dataclass(frozen=True)
class Terms:
    """The plan in the few figures a person must know."""

    total: Money
    first: Money
    count: int
    first_due: date
    last_due: date
    rows: tuple[tuple[date, Money], ...]

    @classmethod
    def read(cls, plan: Mapping[str, Any]) -> Terms:
        rows = tuple(
            (date.fromisoformat(one["due"]), Money.from_json(one["amount"]))
            for one in plan["instalments"]
        )
        return cls(
            total=Money.from_json(plan["total"]),
            first=rows[0][1],
            count=len(rows),
            first_due=rows[0][0],
            last_due=rows[-1][0],
            rows=rows,
        )


class AgreementModel(ViewModel):
    """`ready` when the paper can be shown, `signed` with the sealed PDF."""

    signed = Signal(bytes)

    def __init__(
        self, office: Office, case: str, visit: str, plan: Mapping[str, Any], language: str
    ) -> None:
        super().__init__(office)
        self.case, self.visit, self.plan, self.language = case, visit, plan, language
        self.terms = Terms.read(plan)
        self.shown: Shown | None = None
        self.checks: dict[str, dict[str, Any]] = {}
        self.wrong = 0
        self.names: dict[str, str] = {}

    def load(self) -> None:
        office = self.office
        office.jobs.store(
            show_agreement,
            office.desk,
            office.now(),
            case=self.case,
            visit=self.visit,
            plan=self.plan,
            language=self.language,
            done=self._show,
            failed=self.failed.emit,
        )

    def concerns(self, change: Change) -> bool:
        return False

    def check(self, name: str, answer: str, *, right: bool) -> None:
        """What the debtor answered to one of the three questions; the last answer counts."""
        tries = self.checks.get(name, {}).get("tries", 0) + 1
        self.checks[name] = {"answer": answer, "right": right, "tries": tries}
        if not right:
            self.wrong += 1
        self.ready.emit()

    @property
    def understood(self) -> bool:
        return all(self.checks.get(name, {}).get("right") for name in CHECKS)

    @property
    def needs_pause(self) -> bool:
        return self.wrong >= MOST_WRONG and not self.understood

    def required(self) -> tuple[str, ...]:
        """Who must sign, in order."""
        assert self.shown is not None
        return tuple(role for role in self.shown.roles if role not in self.shown.optional)

    def name_of(self, role: str) -> str:
        """The name printed under a signature."""
        if self.shown is None:
            return ""
        fields = self.shown.fields
        if role == "debtor":
            return str(fields["debtor"]["name"])
        crew = fields.get("crew") or ()
        place = {"agent": 0, "second_agent": 1}.get(role, len(crew))
        return str(crew[place]["name"]) if place < len(crew) else ""

    def sign(self, strokes: Mapping[str, tuple[Stroke, ...]]) -> None:
        """Seal the agreement with the ink of each role."""
        assert self.shown is not None
        signers = [
            Signer(role, self.name_of(role), strokes[role])
            for role in self.shown.roles
            if strokes.get(role)
        ]
        self.act(
            sign_agreement,
            shown=self.shown,
            signers=signers,
            checks=self.checks,
            done=lambda change: self.signed.emit(change.made),
        )

    def _show(self, shown: Shown) -> None:
        self.shown = shown
        self.ready.emit()
