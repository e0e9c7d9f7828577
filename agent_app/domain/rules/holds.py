"""hold: something that happened, or is so, stops visits, demands or all contact."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

from agent_app.domain.events import KINDS as EVENTS
from agent_app.domain.model import Hold as HoldRow
from agent_app.domain.rules.calendar import midnight
from agent_app.domain.rules.facts import Condition, read_condition
from agent_app.domain.rules.law import Law
from agent_app.domain.rules.reading import Table
from agent_app.domain.rules.records import FLAGS, OF_A_DEBT, TELLS, Happening, Record, ref
from agent_app.domain.rules.situation import TALK, Situation
from agent_app.domain.rules.verdict import Judgement, broken, unknown

NO_VISIT = frozenset({"visit"})
NO_DEMAND = NO_VISIT | {"call", "sms", "plan_offered", "promise_made", "agreement_signed"}
NO_DEMAND |= {"letter_printed"}
NO_CONTACT = NO_DEMAND | TALK | {"name_principal"}
EFFECTS = {"no_visit": NO_VISIT, "no_demand": NO_DEMAND, "no_contact": NO_CONTACT}
KEYS = ("debtor", "debt")
OTHER = "*"
"""As a hold name: every hold on the row but those in `except_for`. What is not understood holds."""


@dataclass(frozen=True, slots=True)
class Hold(Law):
    """Starts with a hold on the case row named in `names`, an event of `trigger`, or while a
    condition is true; ends `days` local dates or `hours` later, with an event of `release`,
    or at the row's own end and `tail_days` more, whichever of the ends it has comes last.

    `extensions`: how often it may be prolonged by its own length, by the row (`extended`) or by
    another trigger while it runs; without it each trigger is a hold of its own. `key`: "debtor"
    holds the person, whichever of their cases it stands in; "debt" this case alone."""

    acts: frozenset[str]
    effect: str
    names: frozenset[str]
    trigger: frozenset[str]
    matching: Mapping[str, frozenset[Any]]
    release: tuple[str, ...]
    days: int | None
    hours: int | None
    months: int | None
    tail_days: int
    extensions: int | None
    condition: Condition | None
    except_for: frozenset[str]
    key: str

    @property
    def sparked_by(self) -> frozenset[str] | None:
        flags = self.condition.sparks() if self.condition else frozenset()
        if flags is None:
            return None
        return flags | self.trigger | {f"hold {name}" for name in self.names}

    @property
    def hangs_on(self) -> frozenset[str] | None:
        if self.names or self.trigger or self.condition is None or self.sparked_by is not None:
            return None
        return self.condition.hangs_on()

    @property
    def names_things(self) -> frozenset[str]:
        return frozenset(f"hold.{name}" for name in (self.names | self.except_for) - {OTHER})

    @classmethod
    def read(cls, table: Table) -> Hold:
        effect = table.word("effect", among=EFFECTS)
        condition = table.table("while")
        found = cls(
            acts=EFFECTS.get(effect, NO_VISIT),
            effect=effect,
            names=frozenset(table.words("holds")),
            trigger=frozenset(table.words("trigger", among=EVENTS)),
            matching=table.matching("match"),
            release=table.words("release", among=EVENTS),
            days=table.optional_number("days", least=1),
            hours=table.optional_number("hours", least=1),
            months=table.optional_number("months", least=1),
            tail_days=table.number("tail_days", 0),
            extensions=table.optional_number("extensions", least=1),
            condition=read_condition(condition) if condition else None,
            except_for=frozenset(table.words("except_for")),
            key=table.word("key", "debt", among=KEYS),
        )
        if not (found.names or found.trigger or found.condition):
            table.fault("trigger", "nothing starts this hold", "give holds, trigger or while")
        if found.extensions and not (found.days or found.hours or found.months):
            table.fault("extensions", "prolongs nothing", "give days, hours or months")
        if found.key == "debtor":
            found.check_person(table)
        return found

    def check_person(self, table: Table) -> None:
        """Is everything it asks of the person's, and told from case to case?"""
        mend = 'leave out key = "debtor", or take it into a rule of its own'
        for name in sorted(self.names & (OF_A_DEBT | {OTHER})):
            table.fault("holds", "is about a debt, not the person", mend, name)
        for kind in sorted((self.trigger | {*self.release}) - TELLS.keys()):
            table.fault("trigger", "is not told to the person's other cases", mend, kind)
        told = {f"flags.{name}" for name in FLAGS}
        for fact in sorted({*(self.condition.facts() if self.condition else ())} - told):
            table.fault("while", "is not told to the person's other cases", mend, fact)

    def judge(self, s: Situation) -> Judgement | None:
        if s.act == "letter_printed" and s.body.get("names_debt") is False:
            return None  # a slip that answers the debtor asks for nothing
        is_so, doubts = self._is_so(s)
        if is_so:
            return broken(*is_so)
        records = (s.history, *(s.history.beside if self.key == "debtor" else ()))
        ends = [one for record in records for one in self._ends(record, s)]
        active = [(end, why) for end, why in ends if end is None or end > s.now]
        if not active:
            return unknown(*doubts) if doubts else None
        because = tuple(why for _, why in active)
        known = [end for end, _ in active if end is not None]
        return broken(*because, until=max(known) if len(known) == len(active) else None)

    def _is_so(self, s: Situation) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The facts by which the condition is so, here or in a case beside; else those not known."""
        if self.condition is None:
            return (), ()
        flagged = [("", s)]
        if self.key == "debtor":
            flagged += [(one.place, s.flagged(one.flags)) for one in s.history.beside if one.flags]
        doubts: tuple[str, ...] = ()
        for place, there in flagged:
            holds = self.condition.holds(there)
            if holds:
                return tuple(place + fact for fact in self.condition.facts()), ()
            if holds is None:
                doubts = doubts or self.condition.unknowns(there)
        return (), doubts

    def _ends(self, record: Record, s: Situation) -> Iterator[tuple[datetime | None, str]]:
        """The end (None: not yet known) and cause of each hold on a record begun by now."""
        if self.names:
            for row in record.holds:
                if self._names(row.kind) and self._begun(row.since, s):
                    if row.since is not None and self._released(row.since, record, s):
                        continue
                    yield self._end(row.since, row, s), f"{record.place}hold.{row.kind}"
        started = [
            one
            for one in record.of(*sorted(self.trigger))
            if self._matches(one) and not self._released(one.at, record, s)
        ]
        yield from (
            self._prolonged(started, s)
            if self.extensions
            else ((self._end(one.at, None, s), ref(one)) for one in started)
        )

    def _prolonged(
        self, started: Sequence[Happening], s: Situation
    ) -> Iterator[tuple[datetime | None, str]]:
        """Triggers while a hold runs prolong it; the first after its end begins another."""
        first: Happening | None = None
        times, end = 0, None
        for one in sorted(started, key=lambda one: one.at):
            if first is None or (end is not None and one.at >= end):
                first, times = one, 0
            else:
                times = min(times + 1, self.extensions or 0)
            end = self._end(first.at, None, s, times)
            yield end, ref(one)

    def _names(self, kind: str) -> bool:
        return kind in self.names or (OTHER in self.names and kind not in self.except_for)

    def _matches(self, one: Happening) -> bool:
        return all(one.body.get(key) in allowed for key, allowed in self.matching.items())

    def _begun(self, since: datetime | date | None, s: Situation) -> bool:
        if since is None:
            return True
        return _starts(since, s.zone, EAST) <= s.now

    def _released(self, since: datetime | date, record: Record, s: Situation) -> bool:
        begins = _starts(since, s.zone, WEST)
        return any(begins <= one.at for one in record.of(*self.release))

    def _end(
        self, since: datetime | date | None, row: HoldRow | None, s: Situation, extended: int = 0
    ) -> datetime | None:
        ends = []
        extended = min(row.extended, self.extensions or 0) if row else extended
        times = 1 + extended
        if row is not None and row.until is not None:
            ends.append(_after(row.until, s.zone, self.tail_days))
        if since is not None:
            first = _day(since, s.zone)
            if self.days is not None:
                last = first + timedelta(days=self.days * times + 1)
                ends.append(_starts(last, s.zone, WEST))
            if self.months is not None:
                ends.append(_starts(add_months(first, self.months * times), s.zone, WEST))
            if self.hours is not None:
                ends.append(_starts(since, s.zone, WEST) + timedelta(hours=self.hours * times))
        return max(ends) if ends else None


EAST, WEST = timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))
"""Where on earth a date begins first, and where last: while the zone is not known a hold begins by
the one and ends by the other."""


def _day(at: datetime | date, zone: ZoneInfo | None) -> date:
    return at.astimezone(zone or EAST).date() if isinstance(at, datetime) else at


def _starts(at: datetime | date, zone: ZoneInfo | None, unknown: timezone) -> datetime:
    """A moment in UTC; of a bare date its first, on the wall of `zone` or else of `unknown`."""
    if isinstance(at, datetime):
        return at.astimezone(UTC)
    if zone is not None:
        return midnight(at, zone)
    return datetime(at.year, at.month, at.day, tzinfo=unknown).astimezone(UTC)


def _after(until: datetime | date, zone: ZoneInfo | None, tail_days: int) -> datetime:
    """The moment an end means, `tail_days` later; a bare date is held to its last minute."""
    if isinstance(until, datetime):
        return until.astimezone(UTC) + timedelta(days=tail_days)
    return _starts(until + timedelta(days=1 + tail_days), zone, WEST)


def add_months(day: date, months: int) -> date:
    """The same day `months` later, or the first of the month after where there is none."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    try:
        return date(year, month, day.day)
    except ValueError:
        return date(year + month // 12, month % 12 + 1, 1)
