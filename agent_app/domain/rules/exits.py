"""exit_trigger: what ends the talk at once, how soon to leave, and when one may return."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from agent_app.domain.events import KINDS as EVENTS
from agent_app.domain.events import Event
from agent_app.domain.rules.law import Law
from agent_app.domain.rules.reading import Table
from agent_app.domain.rules.records import TOLD_APART, Happening, ref
from agent_app.domain.rules.situation import REVIEW, TALK, Situation
from agent_app.domain.rules.verdict import Judgement, broken

LEFT = "left"
"""The question of a visit script by which the agents say that they are away from the door."""


@dataclass(frozen=True, slots=True)
class ExitTrigger(Law):
    """After an exit the talk is over. `reasons` are those of `exit_triggered`; `also` are
    events that end the talk by themselves, some only with a matching body field.

    `return_after`: "review" (a lead's decision on that visit) and at least `return_hours`.
    `leave_within` seconds is judged when the visit is looked back on, and softly: nobody can be
    held at a door by an app, and why it took longer is for a person to weigh.
    """

    acts: frozenset[str]
    reasons: frozenset[str]
    also: Mapping[str, Mapping[str, frozenset[Any]]]
    leave_within: int | None
    after_review: bool
    return_hours: int
    then: tuple[str, ...]

    placeholders = ("seconds",)
    fades = True

    @property
    def sparked_by(self) -> frozenset[str]:
        found = {"exit_triggered"}
        for event, match in self.also.items():
            told = match.get(TOLD_APART.get(event, ""))
            found |= {f"{event} {value}" for value in told} if told else {event}
        return frozenset(found)

    @classmethod
    def read(cls, table: Table) -> ExitTrigger:
        also = {}
        for row in table.tables("also"):
            event = row.word("event", among=EVENTS)
            also[event] = row.matching("match")
            row.close()
        return cls(
            acts=frozenset({"visit", "entry", REVIEW, *TALK}),
            reasons=frozenset(table.words("reasons", None)),
            also=also,
            leave_within=table.optional_number("leave_within", least=1),
            after_review=table.flag("return_after_review"),
            return_hours=table.number("return_hours", 0),
            then=table.words("then"),
        )

    def judge(self, s: Situation) -> Judgement | None:
        if s.act == "visit":
            return self._return(s)
        events = s.history.in_visit(s.visit)
        ended_by = next((one for one in events if self._ends(one)), None)
        if ended_by is None:
            return None
        return self._left_late(ended_by, events) if s.act == REVIEW else broken(ended_by.id)

    def _ends(self, one: Happening) -> bool:
        if one.kind == "exit_triggered":
            return one.body.get("reason") in self.reasons
        match = self.also.get(one.kind)
        return match is not None and all(one.body.get(k) in v for k, v in match.items())

    def _left_late(self, ended_by: Event, events: list[Event]) -> Judgement | None:
        if self.leave_within is None:
            return None
        after = events[events.index(ended_by) :]
        away = [one for one in after if _is_away(one)]
        took = (away[0].at - ended_by.at).total_seconds() if away else None
        if took is not None and took <= self.leave_within:
            return None
        why = (ended_by.id, *(one.id for one in away[:1]))
        return Judgement(False, why, None, {"seconds": self.leave_within}, soft=True)

    def _return(self, s: Situation) -> Judgement | None:
        """May one come back to this person after the last exit, whatever that visit was about?"""
        records = (s.history, *s.history.beside)
        exits = [
            one
            for record in records
            for kind in ("exit_triggered", *self.also)
            for one in record.by_kind.get(kind, ())
            if self._ends(one) and one.visit != s.visit
        ]
        if not exits:
            return None
        reviewed = {
            one.body.get("visit") or one.visit
            for record in records
            for one in record.of("review_decided")
        }
        for one in exits:
            if self.after_review and one.visit not in reviewed:
                return broken(ref(one))
        opens = [one.at + timedelta(hours=self.return_hours) for one in exits]
        if max(opens) > s.now:
            return broken(*(ref(one) for one in exits), until=max(opens))
        return None


def _is_away(one: Event) -> bool:
    """The agents say they have left, or the visit is closed."""
    said_so = one.kind == "answered" and str(one.body.get("ref", "")).endswith(f"/{LEFT}")
    return said_so or one.kind in ("visit_ended", "visit_aborted")
