"""contact_window: the hours in which a channel may be used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from agent_app.domain.rules.calendar import (
    Calendar,
    Interval,
    Week,
    check_spans,
    closing_of,
    next_open,
    next_sure,
    open_at,
    read_spans,
)
from agent_app.domain.rules.law import Law
from agent_app.domain.rules.reading import Table
from agent_app.domain.rules.situation import TALK, Situation
from agent_app.domain.rules.verdict import WRAP_UP, Judgement, broken, unknown

CHANNEL_ACTS = {
    "visit": frozenset({"visit", *TALK}),
    "call": frozenset({"call"}),
    "message": frozenset({"sms"}),
}


@dataclass(frozen=True, eq=False, slots=True)
class ContactWindow(Law):
    """Open hours by local wall time, on some days, for some kinds of address."""

    acts: frozenset[str]
    week: Week
    calendar: str
    places: frozenset[str]
    hours: str

    placeholders = ("hours", "minutes")
    hangs_on = frozenset({"address"})

    @classmethod
    def read(cls, table: Table) -> ContactWindow:
        channels = table.words("channels", ("visit",), among=CHANNEL_ACTS)
        places = frozenset(table.words("places"))
        acts = frozenset().union(*(CHANNEL_ACTS.get(one, frozenset()) for one in channels))
        before = len(table.faults)
        spans = read_spans(table)
        if len(table.faults) == before:
            check_spans(table, spans)
        hours = ", ".join(
            dict.fromkeys(f"{_clock(one.start)}\N{EN DASH}{_clock(one.end)}" for one in spans)
        )
        return cls(acts, Week(spans), table.word("calendar", ""), places, hours)

    def judge(self, s: Situation) -> Judgement | None:
        if not self._here(s):
            return None
        if s.zone is None:
            return unknown("address.tz")
        calendar = self._calendar(s)
        inside = open_at(self.week, s.now, s.zone, calendar)
        if inside is None:
            opening = next_open(self.week, s.now, s.zone, calendar)
            return broken(until=opening.start if opening else None, hours=self.hours)
        if not inside.sure:
            opening = next_sure(self.week, s.now, s.zone, calendar)
            until = opening.start if opening else None
            return Judgement(None, (f"calendar.{self.calendar}",), until)
        return self._closing(s, inside, calendar)

    def _closing(
        self, s: Situation, inside: Interval, calendar: Calendar | None
    ) -> Judgement | None:
        if s.zone is None or inside.end - s.now > WRAP_UP:
            return None
        left = closing_of(self.week, inside, s.zone, calendar) - s.now
        if left > WRAP_UP:
            return None
        return Judgement(True, values={"minutes": int(left.total_seconds() // 60)})

    def closes(self, s: Situation) -> datetime | None:
        """When the window now open closes; None where it is not open or does not apply."""
        if not self._here(s) or s.zone is None:
            return None
        calendar = self._calendar(s)
        inside = open_at(self.week, s.now, s.zone, calendar)
        return closing_of(self.week, inside, s.zone, calendar) if inside else None

    def _here(self, s: Situation) -> bool:
        return not self.places or s.address is None or s.address.kind in self.places

    def _calendar(self, s: Situation) -> Calendar | None:
        return s.calendars.get(self.calendar)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
