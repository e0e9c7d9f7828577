"""place: where a visit may be, and what entering takes."""

from __future__ import annotations

from dataclasses import dataclass

from agent_app.domain.events import KINDS as EVENTS
from agent_app.domain.rules.history import ref
from agent_app.domain.rules.law import Law
from agent_app.domain.rules.reading import Table
from agent_app.domain.rules.situation import Situation
from agent_app.domain.rules.verdict import Judgement, broken, unknown


@dataclass(frozen=True, slots=True)
class Place(Law):
    """`forbidden` kinds of place or address, or `allowed` ones and no others; `entry` never, or with the debtor's consent; `consent_scope`: what kinds of place it can open at
    all, any where none is named. It opens them for that visit, until an exit.

    The act `visit` reads the address and `given.place`; the act `entry` is going inside.
    """

    acts: frozenset[str]
    entry: str
    forbidden: frozenset[str]
    allowed: frozenset[str]
    consent: tuple[str, ...]
    consent_scope: frozenset[str]

    placeholders = ("missing",)
    hangs_on = frozenset({"address"})

    @property
    def names_things(self) -> frozenset[str]:
        return self.forbidden | self.allowed | self.consent_scope

    @classmethod
    def read(cls, table: Table) -> Place:
        return cls(
            frozenset({"visit", "entry"}),
            table.word("entry", "consent", among=("never", "consent", "free")),
            frozenset(table.words("forbidden")),
            frozenset(table.words("allowed")),
            table.words("consent", ("entry_consented",), among=EVENTS),
            frozenset(table.words("consent_scope")),
        )

    def judge(self, s: Situation) -> Judgement | None:
        place = s.given.get("place")
        if place in self.forbidden:
            return broken(f"place.{place}", missing=(str(place),))
        if s.act == "entry":
            return self._enter(s)
        if s.address is None:
            return unknown("address.kind", missing=("address.kind",)) if self.allowed else None
        kind = s.address.kind
        if kind in self.forbidden or (self.allowed and kind not in self.allowed):
            return broken("address.kind", missing=(kind,))
        return None

    def _enter(self, s: Situation) -> Judgement | None:
        if self.entry == "free":
            return None
        place = s.given.get("place") or (s.address.kind if s.address else "")
        if self.consent_scope and place not in self.consent_scope:
            return broken(f"place.{place}", missing=(str(place),))
        consented = [one for one in s.history.of(*self.consent) if one.visit == s.visit]
        if self.entry == "consent" and s.visit and consented:
            last = consented[-1]
            left = [one for one in s.history.of("exit_triggered") if one.visit == s.visit]
            if not any(one.at >= last.at for one in left):
                return None
            return broken(*(ref(one) for one in left), missing=self.consent)
        return broken(*self.consent, missing=self.consent)
