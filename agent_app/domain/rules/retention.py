"""retention: how long a record must, and may, be kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from agent_app.domain.rules.calendar import midnight
from agent_app.domain.rules.holds import add_months
from agent_app.domain.rules.law import Law
from agent_app.domain.rules.reading import Table
from agent_app.domain.rules.situation import Situation
from agent_app.domain.rules.verdict import Judgement, broken, unknown

CLOCKS = ("record_created", "last_activity", "debt_cleared")


@dataclass(frozen=True, slots=True)
class Retention(Law):
    """Records of class `record` are kept at least `min_months` and, if given, at most
    `max_months` from `clock`; a legal hold forbids deletion. The acts are `delete` and `keep`,
    with `given.record`, `given.<clock>` (a date) and `given.legal_hold`."""

    acts: frozenset[str]
    record: str
    min_months: int
    max_months: int | None
    clock: str
    legal_hold: bool

    placeholders = ("months",)

    @classmethod
    def read(cls, table: Table) -> Retention:
        return cls(
            frozenset({"delete", "keep"}),
            table.word("record"),
            table.number("min_months", 0),
            table.optional_number("max_months", least=1),
            table.word("clock", "record_created", among=CLOCKS),
            table.flag("legal_hold", True),
        )

    def judge(self, s: Situation) -> Judgement | None:
        if s.given.get("record", self.record) != self.record:
            return None
        held = self.legal_hold and bool(s.given.get("legal_hold"))
        began = s.given.get(self.clock)
        if s.act == "keep":
            return None if held or self.max_months is None else self._kept_too_long(began, s)
        if held:
            return broken("legal_hold", months=self.min_months)
        if not isinstance(began, date) or s.zone is None:
            return unknown(self.clock, months=self.min_months)
        free = midnight(add_months(began, self.min_months), s.zone)
        return broken(self.clock, until=free, months=self.min_months) if s.now < free else None

    def _kept_too_long(self, began: object, s: Situation) -> Judgement | None:
        most = self.max_months or 0
        if not isinstance(began, date) or s.zone is None:
            return unknown(self.clock, months=most)
        over = midnight(add_months(began, most), s.zone) <= s.now
        return broken(self.clock, months=most) if over else None


@dataclass(frozen=True, slots=True)
class Keeping:
    """The merged duty for one class of record: the longest minimum, the shortest maximum.

    `conflict`: the minimum is longer than the maximum; counsel must decide, nobody else.
    """

    record: str
    min_months: int
    max_months: int | None

    @property
    def conflict(self) -> bool:
        return self.max_months is not None and self.min_months > self.max_months


def keeping(laws: Iterable[Retention]) -> tuple[Keeping, ...]:
    """The merged duty for each class of record."""
    merged: dict[str, Keeping] = {}
    for law in laws:
        had = merged.get(law.record, Keeping(law.record, 0, None))
        limits = [one for one in (had.max_months, law.max_months) if one is not None]
        merged[law.record] = Keeping(
            law.record, max(had.min_months, law.min_months), min(limits, default=None)
        )
    return tuple(merged.values())
