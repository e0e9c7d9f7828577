"""crew: how many must go, and what each must hold and carry."""

from __future__ import annotations

from dataclasses import dataclass

from agent_app.domain.rules.law import Law
from agent_app.domain.rules.reading import Table
from agent_app.domain.rules.situation import Situation
from agent_app.domain.rules.verdict import Judgement, broken, unknown


@dataclass(frozen=True, slots=True)
class Crew(Law):
    """`credentials` each agent holds, valid on the local date; `agency` those of the agency.

    `conflicts`: nobody may go whom the row lists under `crew.conflicts` (a relative, a complaint).
    A credential without an end date is unknown, not valid for ever.
    """

    acts: frozenset[str]
    least: int
    credentials: tuple[str, ...]
    agency: tuple[str, ...]
    conflicts: bool

    placeholders = ("least", "count", "missing")
    hangs_on = frozenset({"crew"})

    @property
    def names_things(self) -> frozenset[str]:
        return frozenset((*self.credentials, *self.agency))

    @classmethod
    def read(cls, table: Table) -> Crew:
        return cls(
            frozenset({"visit"}),
            table.number("least", 1, least=1),
            table.words("credentials"),
            table.words("agency"),
            table.flag("conflicts"),
        )

    def judge(self, s: Situation) -> Judgement | None:
        agents = tuple(dict.fromkeys(s.given.get("crew") or s.body.get("crew") or s.case.crew))
        if len(agents) < self.least:
            return broken("crew", least=self.least, count=len(agents), missing=("crew",))
        barred = tuple(agent for agent in agents if agent in _barred(s)) if self.conflicts else ()
        if barred:
            because = tuple(f"{agent}.conflict" for agent in barred)
            return broken(*because, least=self.least, count=len(agents), missing=("conflict",))
        if self._all_valid(agents, s):
            return None
        wanted = [(agent, kind) for agent in agents for kind in self.credentials]
        wanted += [(s.case.agency.id, kind) for kind in self.agency]
        if not wanted:
            return None
        today = s.today
        if today is None:
            return unknown("address.tz")
        missing: list[tuple[str, str]] = []
        unsure: list[tuple[str, str]] = []
        ends = s.history.credential_ends
        for holder, kind in wanted:
            if (holder, kind) not in ends:
                (unsure if not s.case.credentials else missing).append((holder, kind))
                continue
            end = ends[holder, kind]
            if end is None:
                unsure.append((holder, kind))
            elif end < today:
                missing.append((holder, kind))
        lacking = missing or unsure
        if not lacking:
            return None
        names = tuple(dict.fromkeys(kind for _, kind in lacking))
        because = tuple(f"{holder}.{kind}" for holder, kind in lacking)
        values = {"least": self.least, "count": len(agents), "missing": names}
        return Judgement(False if missing else None, because, None, values)

    def _all_valid(self, agents: tuple[str, ...], s: Situation) -> bool:
        """The usual case, answered at once."""
        if s.today is None or self.agency:
            return False
        ends = s.history.credential_ends
        for kind in self.credentials:
            for agent in agents:
                end = ends.get((agent, kind))
                if end is None or end < s.today:
                    return False
        return True


def _barred(s: Situation) -> tuple[str, ...]:
    return tuple((s.case.raw.get("crew") or {}).get("conflicts") or ())
