"""preference: what the debtor may ask for, within bounds, and what was asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from agent_app.domain.errors import Fault
from agent_app.domain.rules.calendar import (
    WEEKDAYS,
    Span,
    Week,
    next_open,
    open_at,
    read_spans,
)
from agent_app.domain.rules.history import ref
from agent_app.domain.rules.law import Law
from agent_app.domain.rules.reading import Table
from agent_app.domain.rules.situation import Situation, moment
from agent_app.domain.rules.verdict import Judgement, broken, unknown

_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)
MAY_SET = ("times", "blocked_times", "channels", "places")


@dataclass(frozen=True, slots=True)
class Preference(Law):
    """A wish is a row of `flags.preferences` or the `new` of a `contact_changed` event of
    field "preference": {times | blocked_times: [{days, from, to}], blocked_channels,
    blocked_addresses}. The last wish counts. A wish blocking more than `max_blocked_hours` a
    week is refused, and so binds nobody."""

    acts: frozenset[str]
    may_set: frozenset[str]
    max_blocked_hours: int | None

    placeholders = ("hours",)
    sparked_by = frozenset({"contact_changed", "flag preferences"})

    @classmethod
    def read(cls, table: Table) -> Preference:
        return cls(
            frozenset({"visit", "call", "sms"}),
            frozenset(table.words("may_set", None, among=MAY_SET)),
            table.optional_number("max_blocked_hours", least=1),
        )

    def judge(self, s: Situation) -> Judgement | None:
        """Each case of the person keeps its own last word; all of them hold."""
        found = [self._of(wish, why, s) for wish, why in (_last_wish(s), *_beside(s))]
        objecting = [one for one in found if one is not None]
        return max(objecting, key=_lasting, default=None)

    def _of(self, wish: Mapping[str, Any] | None, why: str, s: Situation) -> Judgement | None:
        if wish is None:
            return None
        if "channels" in self.may_set and s.act in _listed(wish, "blocked_channels"):
            return broken(why, hours="")
        blocked = _listed(wish, "blocked_addresses")
        if "places" in self.may_set and s.address is not None and s.address.id in blocked:
            return broken(why, hours="")
        return self._times(wish, why, s)

    def _times(self, wish: Mapping[str, Any], why: str, s: Situation) -> Judgement | None:
        spans = self.open_spans(wish)
        if spans is None:
            return None
        if s.zone is None:
            return unknown("address.tz")
        week = Week(spans)
        if open_at(week, s.now, s.zone, None):
            return None
        opening = next_open(week, s.now, s.zone, None)
        return broken(why, until=opening.start if opening else None, hours=_shown(spans))

    def open_spans(self, wish: Mapping[str, Any]) -> tuple[Span, ...] | None:
        """When the wish leaves the door open; None when it sets no times it may set."""
        if "times" in self.may_set and _listed(wish, "times"):
            return _spans(wish["times"])
        blocked = _listed(wish, "blocked_times") if "blocked_times" in self.may_set else []
        return None if not blocked or self.refuses(wish) else _without(_spans(blocked))

    def refuses(self, wish: Mapping[str, Any]) -> bool:
        """Does the wish block more hours a week than may be asked for?"""
        if self.max_blocked_hours is None:
            return False
        minutes = sum(
            end - start for _, start, end in _blocks(_spans(_listed(wish, "blocked_times")))
        )
        return minutes > self.max_blocked_hours * 60


def _last_wish(s: Situation) -> tuple[Mapping[str, Any] | None, str]:
    """Of the last wish known by its event and the last the row brought from elsewhere the later."""
    told = [one for one in s.history.of("contact_changed") if one.body.get("field") == "preference"]
    own = {ref(one) for one in told}
    asked = [(one.at, one.body["new"], ref(one)) for one in told[-1:]]
    rows = [
        (moment(one.get("at")) or _LONG_AGO, one["new"], str(one.get("event", "contact_changes")))
        for one in s.case.raw.get("contact_changes") or ()
        if one.get("field") == "preference" and one.get("event") not in own
    ]
    asked += rows[-1:]
    if asked:
        _, wish, why = max(asked, key=lambda one: one[0])
    else:
        wish, why = (s.case.raw.get("flags") or {}).get("preferences"), "flags.preferences"
    return (wish, why) if isinstance(wish, Mapping) else (None, "")


def _beside(s: Situation) -> Iterator[tuple[Mapping[str, Any] | None, str]]:
    """The last word in each other case of the person."""
    for record in s.history.beside:
        for one in record.of("contact_changed"):
            yield one.body["new"], ref(one)


def _lasting(one: Judgement) -> tuple[bool, datetime]:
    """Of several wishes the one that keeps the door shut longest speaks."""
    return one.until is None, one.until or _LONG_AGO


def _listed(wish: Mapping[str, Any], key: str) -> list[Any]:
    """A part of the wish, empty where it is no list."""
    value = wish.get(key)
    return value if isinstance(value, list) else []


def _spans(rows: list[Any]) -> tuple[Span, ...]:
    """The spans of a wish; rows that cannot be read are left out, they were checked on entry."""
    found: list[Span] = []
    for row in (one for one in rows if isinstance(one, Mapping)):
        faults: list[Fault] = []
        spans = read_spans(Table(row, "", "", faults))
        if not faults:
            found.extend(spans)
    return tuple(found)


def _blocks(spans: tuple[Span, ...]) -> Iterator[tuple[int, int, int]]:
    """(weekday, start, end) in minutes, spans crossing midnight cut in two."""
    for span in spans:
        for day, name in enumerate(WEEKDAYS):
            if name not in span.days:
                continue
            if span.end > span.start:
                yield day, span.start, span.end
            else:
                yield day, span.start, 1440
                if span.end:
                    yield (day + 1) % 7, 0, span.end


def _without(blocked: tuple[Span, ...]) -> tuple[Span, ...]:
    """The week outside the blocked spans."""
    taken = sorted(_blocks(blocked))
    spans = []
    for day, name in enumerate(WEEKDAYS):
        reached = 0
        for _, start, end in [one for one in taken if one[0] == day]:
            if start > reached:
                spans.append(Span(frozenset({name}), reached, start, False))
            reached = max(reached, end)
        if reached < 1440:
            spans.append(Span(frozenset({name}), reached, 1440, False))
    return tuple(spans)


def _shown(spans: tuple[Span, ...]) -> str:
    return ", ".join(
        dict.fromkeys(
            f"{one.start // 60:02}:{one.start % 60:02}\N{EN DASH}{one.end // 60:02}:{one.end % 60:02}"
            for one in spans[:3]
        )
    )
