"""notice: what the debtor must have been told before, and how long before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from agent_app.domain.events import KINDS as EVENTS
from agent_app.domain.model import Contact
from agent_app.domain.rules.calendar import midnight
from agent_app.domain.rules.caps import end_of
from agent_app.domain.rules.history import Happening, ref
from agent_app.domain.rules.law import Law
from agent_app.domain.rules.reading import Table
from agent_app.domain.rules.situation import ACTS, Situation, moment
from agent_app.domain.rules.verdict import Judgement, broken, unknown

Giving = Happening | Contact
AGENT_CHANGED = "agent_changed"


@dataclass(frozen=True, slots=True)
class Notice(Law):
    """Proven by an event, an earlier contact in the hand-over file, or a flag on the row. `by`:
    the channels an event must have told it by, where the law names them (in writing).

    `lead_hours` must pass after it; `valid_days` after which it must be given again;
    `per_visit`: given since the last visit; `near_hours`: the visit must begin within so many
    hours of the time that was told; `grace_days`: may follow the first contact so late;
    `content`: what it must have told, where the event says what it told; `resend_on`: events
    after which it must be given again, "agent_changed" being the day the case was assigned.
    """

    acts: frozenset[str]
    what: str
    events: tuple[str, ...]
    told: frozenset[str]
    by: frozenset[str]
    channels: frozenset[str]
    results: frozenset[str]
    flag: str
    lead_hours: int
    valid_days: int | None
    per_visit: bool
    near_hours: int | None
    grace_days: int | None
    content: frozenset[str]
    resend_on: tuple[str, ...]

    placeholders = ("missing",)

    @property
    def names_things(self) -> frozenset[str]:
        return frozenset((self.what,))

    @classmethod
    def read(cls, table: Table) -> Notice:
        found = cls(
            acts=frozenset(table.words("before", ("visit",), among=ACTS)),
            what=table.word("what"),
            events=table.words("events", among=EVENTS),
            told=frozenset(table.words("told")),
            by=frozenset(table.words("by")),
            channels=frozenset(table.words("channels")),
            results=frozenset(table.words("results")),
            flag=table.word("flag", ""),
            lead_hours=table.number("lead_hours", 0),
            valid_days=table.optional_number("valid_days", least=1),
            per_visit=table.flag("per_visit"),
            near_hours=table.optional_number("near_hours", least=1),
            grace_days=table.optional_number("grace_days", least=1),
            content=frozenset(table.words("content")),
            resend_on=table.words("resend_on", among=(*EVENTS, AGENT_CHANGED)),
        )
        if not (found.events or found.channels or found.flag):
            table.fault("events", "nothing can prove this notice", "give events, channels or flag")
        return found

    @property
    def lasts(self) -> bool:
        """Does a notice once served stay served, whatever time passes?"""
        return not (self.valid_days or self.near_hours or self.grace_days)

    def judge(self, s: Situation) -> Judgement | None:
        if self.flag and (s.case.raw.get("flags") or {}).get(self.flag):
            return None
        if s.zone is None:
            return unknown("address.tz")
        waiting: list[tuple[datetime, str]] = []
        for given_at, told_time, giving in self._given(s):
            opens = self._opens(given_at, told_time, s)
            if opens is None:
                continue
            if opens <= s.now:
                return None
            waiting.append((opens, _proof(giving)))
        if self._in_grace(s):
            return None
        if waiting:
            opens, why = min(waiting)
            return broken(why, until=opens, missing=(self.what,))
        return broken(f"notice.{self.what}", missing=(self.what,))

    def _opens(
        self, given_at: datetime, told_time: datetime | None, s: Situation
    ) -> datetime | None:
        """From when a notice given then, telling that time, serves; None once it no longer does."""
        opens = given_at + timedelta(hours=self.lead_hours)
        if self.valid_days and s.now >= given_at + timedelta(days=self.valid_days):
            return None
        if told_time is None or self.near_hours is None:
            return opens
        near = timedelta(hours=self.near_hours)
        return None if s.now > told_time + near else max(opens, told_time - near)

    def _given(self, s: Situation) -> Iterator[tuple[datetime, datetime | None, Giving]]:
        """When it was given, the visit time it told, and what proves it, of each giving."""
        since = self._since(s)
        for one in s.history.of(*self.events):
            if since is not None and one.at < since:
                continue
            if one.kind == "notice_sent" and self.told and one.body.get("what") not in self.told:
                continue
            if self.by and one.body.get("channel") not in self.by:
                continue
            told = one.body.get("content")
            if isinstance(told, list) and not self.content.issubset(told):
                continue
            yield one.at, moment(one.body.get("at")), one
        for row in s.case.contacts:
            if row.at is None or s.zone is None:
                continue
            if row.channel in self.channels or row.result in self.results:
                at = end_of(row.at, s.zone)
                if since is None or at >= since:
                    yield min(at, s.now), None, row

    def _since(self, s: Situation) -> datetime | None:
        """What was given before this moment serves no longer: the end of the visit before this
        one where each visit needs its own notice, and what else calls for a new one."""
        if not (self.resend_on or self.per_visit):
            return None
        starts = [one.at for one in s.history.of(*self.resend_on)]
        if AGENT_CHANGED in self.resend_on and s.case.assigned_at and s.zone:
            starts.append(midnight(s.case.assigned_at, s.zone))
        if self.per_visit:
            closed = s.history.of("visit_ended", "visit_aborted")
            starts += [one.at for one in closed if one.visit != s.visit]
        return max(starts, default=None)

    def _in_grace(self, s: Situation) -> bool:
        if self.grace_days is None or s.zone is None:
            return False
        firsts = [_start_of(one.at, s) for one in s.history.contacts("any") if not one.elsewhere]
        return not firsts or s.now < min(firsts) + timedelta(days=self.grace_days)


def _start_of(at: datetime | date, s: Situation) -> datetime:
    return at if isinstance(at, datetime) else datetime(at.year, at.month, at.day, tzinfo=s.zone)


def _proof(giving: Giving) -> str:
    return f"contact:{giving.at}" if isinstance(giving, Contact) else ref(giving)
