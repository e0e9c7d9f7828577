"""Days and windows on a local wall clock, as plain intervals of real time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from agent_app.domain.rules.reading import Table

DAY = timedelta(days=1)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HORIZON = 400
"""Days ahead that a search for the next opening of a window looks."""


@dataclass(frozen=True, eq=False)
class Calendar:
    """Public holidays of one place, known for the dates in [first, last] but for those in
    `doubtful`, where a holiday may fall that is only estimated so far."""

    id: str
    first: date
    last: date
    holidays: frozenset[date]
    doubtful: frozenset[date] = frozenset()

    def is_holiday(self, day: date) -> bool | None:
        """None when the calendar does not reach that far, or cannot tell yet."""
        if day in self.holidays:
            return True
        return False if self.first <= day <= self.last and day not in self.doubtful else None


@dataclass(frozen=True, slots=True)
class Span:
    """Open from `start` to `end` minutes after local midnight, half open; `end` at or before
    `start` means the next day. `days` are weekdays or "holiday"; a holiday that is not named
    counts as its weekday unless `closed_on_holidays`."""

    days: frozenset[str]
    start: int
    end: int
    closed_on_holidays: bool

    def opens_on(self, day: date, calendar: Calendar | None) -> bool | None:
        """Does a span begin that day? None when only a holiday table could tell."""
        usual = WEEKDAYS[day.weekday()] in self.days
        on_holiday = "holiday" in self.days or (usual and not self.closed_on_holidays)
        if usual == on_holiday:
            return usual
        holiday = calendar.is_holiday(day) if calendar else None
        return None if holiday is None else on_holiday if holiday else usual


@dataclass(frozen=True, slots=True, eq=False)
class Interval:
    """[start, end) in UTC. `sure` is False where a holiday table is missing. Each is made once,
    and so compared by identity."""

    start: datetime
    end: datetime
    sure: bool = True


@dataclass(frozen=True, eq=False)
class Week:
    """When a window is open: the union of its spans on every day. Compared by identity, so that
    the answers below can be remembered: a day list asks one moment of thousands of cases."""

    spans: tuple[Span, ...]


@lru_cache(maxsize=8192)
def begun_on(
    week: Week, day: date, zone: ZoneInfo, calendar: Calendar | None
) -> tuple[Interval, ...]:
    """The intervals that begin on that local day."""
    intervals = []
    for span in week.spans:
        opens = span.opens_on(day, calendar)
        if opens is False:
            continue
        closing = span.end if span.end > span.start else span.end + 1440
        start = instant(day, span.start, zone, later=True)
        end = instant(day, closing, zone, later=False)
        if start < end:
            intervals.append(Interval(start, end, opens is True))
    return tuple(sorted(intervals, key=lambda one: one.start))


@lru_cache(maxsize=1024)
def open_at(
    week: Week, now: datetime, zone: ZoneInfo, calendar: Calendar | None
) -> Interval | None:
    """The interval that holds `now` (UTC); a sure one is preferred."""
    today = now.astimezone(zone).date()
    here = [
        one
        for day in (today - DAY, today)
        for one in begun_on(week, day, zone, calendar)
        if one.start <= now < one.end
    ]
    return max(here, key=lambda one: (one.sure, one.end)) if here else None


@lru_cache(maxsize=1024)
def next_open(
    week: Week, now: datetime, zone: ZoneInfo, calendar: Calendar | None
) -> Interval | None:
    """The first interval beginning after `now` (UTC), an unsure one included."""
    today = now.astimezone(zone).date()
    for ahead in range(-1, HORIZON):
        begun = begun_on(week, today + ahead * DAY, zone, calendar)
        later = [one for one in begun if one.start > now]
        if later:
            return min(later, key=lambda one: (one.start, not one.sure))
    return None


def next_sure(
    week: Week, now: datetime, zone: ZoneInfo, calendar: Calendar | None
) -> Interval | None:
    """The first interval beginning after `now` of which a holiday table leaves no doubt."""
    opening = next_open(week, now, zone, calendar)
    for _ in range(HORIZON):
        if opening is None or opening.sure:
            break
        opening = next_open(week, opening.start, zone, calendar)
    return opening if opening and opening.sure else None


@lru_cache(maxsize=1024)
def closing_of(week: Week, inside: Interval, zone: ZoneInfo, calendar: Calendar | None) -> datetime:
    """When the opening that holds `inside` ends, adjoining intervals taken together."""
    end = inside.end
    for _ in range(8):
        following = open_at(week, end, zone, calendar)
        if following is None or not following.sure:
            break
        end = following.end
    return end


@lru_cache(maxsize=65536)
def instant(day: date, minutes: int, zone: ZoneInfo, later: bool) -> datetime:
    """The UTC moment of a wall time, `minutes` after midnight of `day` (may pass 1440).

    A wall time a clock change skips is the moment of the change; of a wall time that comes
    twice, the `later` or the earlier one: windows always take the narrower reading.
    """
    wall = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(minutes=minutes)
    first = wall.replace(fold=0).astimezone(UTC)
    second = wall.replace(fold=1).astimezone(UTC)
    if first == second:
        return first
    if first < second:
        return second if later else first
    # Skipped: fold 1 reads it with the offset after the change, so it lies before the change.
    return _change_between(second, first, zone)


def _change_between(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The moment in (before, after] at which the zone's offset changes, to the second."""
    offset = before.astimezone(zone).utcoffset()
    low, high = int(before.timestamp()), int(after.timestamp())
    while high - low > 1:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return datetime.fromtimestamp(high, UTC)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The UTC moment at which a local day begins."""
    return instant(day, 0, zone, later=False)


def read_spans(table: Table) -> tuple[Span, ...]:
    """The spans of a rule: a list `spans`, or one span written into the rule itself."""
    rows = table.tables("spans") if table.has("spans") else [table]
    spans = []
    for row in rows:
        days = row.words("days", ("all",), among=(*WEEKDAYS, "holiday", "all"))
        every = frozenset(WEEKDAYS) if "all" in days else frozenset(days)
        on_holidays = row.word("holidays", "allow", among=("allow", "deny"))
        spans.append(Span(every, row.clock("from"), row.clock("to"), on_holidays == "deny"))
        if row is not table:
            row.close()
    if not spans:
        table.fault("spans", "opens on no day", "give at least one span")
    return tuple(spans)


def check_spans(table: Table, spans: Sequence[Span]) -> None:
    """Two spans that lie over each other, or one without length, are not what was meant."""
    for place, one in enumerate(spans):
        if one.start == 1440:
            table.fault("from", "is the end of the day", 'write "00:00"', "24:00")
        elif one.start == one.end:
            mend = 'write "00:00" to "24:00" for the whole day'
            table.fault("to", "is the same as from", mend, f"{one.end // 60:02}:{one.end % 60:02}")
        for other in spans[:place]:
            shared = sorted(one.days & other.days)
            if shared and one.start < other.end and other.start < one.end:
                table.fault(
                    f"spans[{place + 1}]",
                    "lies over an earlier span",
                    "let each span of a day begin where the one before has ended",
                    ", ".join(shared),
                )
