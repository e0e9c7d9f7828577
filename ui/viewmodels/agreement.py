"""The agreement as the debtor reads, understands and signs it; nothing is signed by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from PySide6.QtCore import Signal

from agent_app.actions.agreements import Shown, show_agreement
from agent_app.actions.desk import Change
from agent_app.actions.pickup import pickup_link
from agent_app.actions.signing import CHECKS, decline_agreement, sign_agreement, sign_on_paper
from agent_app.documents.agreement import Signer
from agent_app.documents.ink import Stroke
from agent_app.domain.money import Money
from ui.viewmodels.office import Office, ViewModel

QUESTIONS = CHECKS
MOST_WRONG = 2
"""After so many wrong answers the debtor is offered a pause or a helper."""
REASONS = ("think", "family", "amount", "dates", "adviser", "unsaid", "no")
"""Why one does not sign; all but the last leave the matter open."""


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
    """`ready` when the paper can be shown, `signed` with the sealed PDF, `linked` with the address
    of the debtor's copy (empty where the office has no page for it), `declined` once recorded.

    `others` names who signs beside debtor and agent, by role."""

    signed = Signal(bytes)
    linked = Signal(str)
    declined = Signal()

    def __init__(
        self, office: Office, case: str, visit: str, plan: Mapping[str, Any], language: str,
        others: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(office)
        self.case, self.visit, self.plan, self.language = case, visit, plan, language
        self.others = dict(others or {})
        self.terms = Terms.read(plan)
        self.shown: Shown | None = None
        self.checks: dict[str, dict[str, Any]] = {}
        self.wrong = 0
        self._has_help = False

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
            others=self.others,
            done=self.while_here(self._show),
            failed=self.while_here(self.failed.emit),
        )

    def concerns(self, change: Change) -> bool:
        return False

    def set_language(self, language: str) -> None:
        """The paper in the debtor's language: another paper, so nothing signed carries over."""
        self.language = language
        self.load()

    # -- understanding

    def check(self, name: str, answer: str, *, right: bool) -> None:
        """What the debtor answered to one of the three questions; the last answer counts."""
        tries = self.checks.get(name, {}).get("tries", 0) + 1
        self.checks[name] = {"answer": answer, "right": right, "tries": tries}
        if self._has_help:
            self.checks[name]["helped"] = True
        if not right:
            self.wrong += 1
        self.ready.emit()

    def helped(self) -> None:
        """Someone they trust helps; the questions may be tried again."""
        self.wrong, self._has_help = 0, True
        self.ready.emit()

    @property
    def understood(self) -> bool:
        return all(self.checks.get(name, {}).get("right") for name in CHECKS)

    @property
    def needs_pause(self) -> bool:
        return self.wrong >= MOST_WRONG and not self.understood

    # -- signing

    def signing(self) -> tuple[str, ...]:
        """Who signs, in order."""
        assert self.shown is not None
        needed = tuple(role for role in self.shown.roles if role not in self.shown.optional)
        return self.shown.signing or needed

    def name_of(self, role: str) -> str:
        """The name printed under a signature."""
        if self.shown is None:
            return ""
        if role in self.others:
            return self.others[role]
        if role == "debtor":
            return str(self.shown.fields["debtor"]["name"])
        crew = self.shown.fields.get("crew") or ()
        return str(crew[0]["name"]) if role == "agent" and crew else ""

    def sign(self, strokes: Mapping[str, tuple[Stroke, ...]]) -> None:
        """Seal the agreement with the ink of each role."""
        signers = [Signer(role, self.name_of(role), strokes[role]) for role in self.signing()]
        self._sign(sign_agreement, signers=signers)

    def sign_on_paper(self, pages: Sequence[tuple[bytes, str]]) -> None:
        """Both printed copies are signed; `pages` are photos of them."""
        names = {role: self.name_of(role) for role in self.signing()}
        self._sign(sign_on_paper, names=names, pages=list(pages))

    def decline(self, reason: str) -> None:
        """They do not sign now, and need not say why."""
        self.act(
            decline_agreement, case=self.case, visit=self.visit, reason=reason,
            answer="declined" if reason == REASONS[-1] else "thinking", checks=self.checks,
            done=lambda _: self.declined.emit(),
        )  # fmt: skip

    def link(self) -> None:
        """Where the debtor can fetch an equal copy; `linked` follows."""
        assert self.shown is not None
        office = self.office
        office.jobs.store(
            pickup_link, office.desk, office.now(), case=self.case, serial=self.shown.serial,
            done=self.while_here(self.linked.emit),
            failed=self.while_here(lambda _: self.linked.emit("")),
        )  # fmt: skip

    def _sign(self, action: Any, **told: Any) -> None:
        self.act(
            action, shown=self.shown, checks=self.checks, **told,
            done=lambda change: self.signed.emit(change.made),
        )  # fmt: skip

    def _show(self, shown: Shown) -> None:
        self.shown = shown
        self.ready.emit()
