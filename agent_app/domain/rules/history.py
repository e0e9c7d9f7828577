"""What is known to have happened in a case: its events, and the marks of events held elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from agent_app.domain.events import Event
from agent_app.domain.model import Case
from agent_app.domain.model import Contact as Handed
from agent_app.domain.rules.records import Happening, Record, merged, own, records, ref

__all__ = ["NOT_REACHED", "Contact", "Happening", "History", "ref"]

NOT_REACHED = frozenset(
    {
        "no_answer", "not_reached", "busy", "rejected", "failed", "invalid", "switched_off",
        "nobody", "nobody_home", "unreachable", "door_locked", "undelivered", "not_connected",
    }
)  # fmt: skip
"""Results of an earlier contact that surely reached nobody; any other result counts as reached."""


_TELLING = ("appointment_notified", "notice_sent")
"""Events that tell the debtor something by a channel."""
_OF_OTHERS = frozenset({"elsewhere", "beside"})
"""Fields of a row that tell of the person's other cases."""


class Contact(NamedTuple):
    """One contact or attempt, ours or another's. `at` may be a bare date from a hand-over file;
    `to` is the number or the address; `completed`: carried to its end, as one of the hand-over
    file is held to be; `elsewhere`: about another debt of the same person."""

    at: datetime | date
    channel: str
    reached: bool
    to: str = ""
    visit: str | None = None
    event: str = ""
    completed: bool = True
    elsewhere: bool = False

    @property
    def ref(self) -> str:
        """The event behind it, or its moment where it came with the row."""
        return self.event or f"contact:{self.at}"


_NEVER = datetime.min.replace(tzinfo=UTC)
_ENDLESS = datetime.max.replace(tzinfo=UTC)


def _moment(at: datetime | date) -> datetime:
    """A moment; of a bare date one by which it is over everywhere."""
    if isinstance(at, datetime):
        return at
    return datetime(at.year, at.month, at.day, tzinfo=UTC) + timedelta(days=2)


class History(Record):
    """An index over a case and its events, in the order they became known.

    What is recorded has happened, even if its clock says later than now: a device whose clock
    was set back must not forget a dispute. `elsewhere` are contacts with the same person about
    other debts, and what else of them these cases tell (`beside.known_beside`), before what the
    row itself tells of both, which may be older.
    """

    def __init__(
        self,
        case: Case,
        events: Sequence[Event],
        elsewhere: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        super().__init__("", case.holds, {}, own(case, events))
        self.case = case
        self.events = events
        raw = case.raw
        contacts = [row for row in elsewhere if "channel" in row] if elsewhere else ()
        self.elsewhere = (*contacts, *(raw.get("elsewhere") or ()))
        told = raw.get("beside") or ()
        self.beside = records(merged(elsewhere, told)) if elsewhere or told else []
        self._contacts: dict[str, list[Contact]] = {}
        self._newest: dict[str, datetime] = {}
        self._ends: dict[tuple[str, str], date | None] | None = None

    def blank(self) -> History:
        """That of a case like this one on whose record there is nothing yet."""
        raw = {key: one for key, one in self.case.raw.items() if key not in _OF_OTHERS}
        return History(replace(self.case, contacts=(), marks=(), holds=(), raw=raw), ())

    @property
    def last_visit(self) -> str | None:
        """The id of the visit last started, whether open or closed."""
        started = self.by_kind.get("visit_started")
        if not started:
            return None
        return (started[0] if len(started) == 1 else max(started, key=lambda one: one.at)).visit

    @property
    def open_visit(self) -> str | None:
        """The id of the visit that is now going on, if any."""
        visit = self.last_visit
        if visit is not None:
            for kind in ("visit_ended", "visit_aborted"):
                for one in self.by_kind.get(kind, ()):
                    if one.visit == visit:
                        return None
        return visit

    def in_visit(self, visit: str | None) -> list[Event]:
        """The events of one visit, in order; marks of another device's visit are not enough."""
        return [event for event in self.events if event.visit == visit] if visit else []

    @property
    def credential_ends(self) -> dict[tuple[str, str], date | None]:
        """Until when each (holder, kind) is valid, inclusive; None where no end is known."""
        if self._ends is None:
            held = self.case.credentials
            self._ends = {(one.user, one.kind): one.valid_until for one in held}
        return self._ends

    def sparks(self) -> set[str]:
        """What is on record, as `Law.sparked_by` names it."""
        found = super().sparks()
        channels = {one.channel for one in self.case.contacts}
        if self.elsewhere:
            channels.update(row["channel"] for row in self.elsewhere)
        if "visit_started" in found:
            channels.add("visit")
        channels.update(one.channel for one in self._said())
        if channels:
            found.add("contact any")
            found.update(f"contact {channel}" for channel in channels)
        if flags := self.case.raw.get("flags"):
            found.update(f"flag {name}" for name in flags)
        if self.case.raw.get("contact_changes"):
            found.add("contact_changed")
        for record in self.beside:
            found |= record.sparks()
        return found

    def newest(self, channel: str) -> datetime:
        """A moment that no contact by that channel is later than, the last one's where it is told
        to the minute."""
        known = self._newest.get(channel)
        if known is None:
            known = self._newest[channel] = self._newest_by(channel)
        return known

    def _newest_by(self, channel: str) -> datetime:
        if self.elsewhere:
            return _ENDLESS
        newest = _NEVER
        if channel in ("any", "visit"):
            for one in self.by_kind.get("visit_started", ()):
                newest = max(newest, one.at)
        for said in self._said():
            if channel in ("any", said.channel):
                newest = max(newest, _moment(said.at))
        for told in self.case.contacts:
            at = told.at
            if at is None or channel not in ("any", told.channel):
                continue
            newest = max(newest, _moment(at))
        return newest

    def contacts(self, channel: str) -> list[Contact]:
        """Every contact known by one channel, or by "any", each once."""
        found = self._contacts.get(channel)
        if found is None:
            found = self._contacts[channel] = self._by(channel)
        return found

    def _by(self, channel: str) -> list[Contact]:
        told = [
            Contact(one.at, one.channel, one.result not in NOT_REACHED, one.to)
            for one in self.case.contacts
            if one.at is not None and (channel in ("any", one.channel))
        ]
        if channel in ("any", "visit") and "visit_started" in self.by_kind:
            known = {one.at for one in told if one.channel == "visit"}
            told += [one for one in self._visits() if one.at not in known]
        told += [one for one in self._said() if channel in ("any", one.channel)]
        if self.elsewhere:
            told += [one for one in self._elsewhere() if channel in ("any", one.channel)]
        return told

    def _said(self) -> Iterator[Contact]:
        """A call or message by which an appointment or a notice was told reached the person too;
        what was told face to face belongs to its visit."""
        for kind in _TELLING:
            for one in self.by_kind.get(kind, ()):
                channel = str(one.body.get("channel") or "")
                if channel and channel != "in_person":
                    yield Contact(one.at, channel, True, event=ref(one))

    def _elsewhere(self) -> Iterator[Contact]:
        """Each once, whoever told of it."""
        seen: set[str] = set()
        for row in self.elsewhere:
            one, event = Handed.read(row), str(row.get("event") or "")
            name = str(row.get("id") or event)
            if one.at is None or name in seen:
                continue
            seen.update([name] if name else ())
            reached, completed = one.result not in NOT_REACHED, row.get("completed") is not False
            yield Contact(
                one.at, one.channel, reached, one.to,
                event=event, completed=completed, elsewhere=True,
            )  # fmt: skip

    def _visits(self) -> Iterator[Contact]:
        met = {
            one.visit
            for one in self.of("person_met")
            if one.body.get("who") in ("debtor", "self_identified")
        }
        met |= {one.visit for one in self.of("identity_checked") if one.body.get("passed")}
        states = self.case.raw.get("visits") or {}
        met |= {visit for visit, one in states.items() if one.get("identity")}
        ended = {one.visit for one in self.of("visit_ended")}
        for one in self.of("visit_started"):
            yield Contact(
                one.at, "visit", one.visit in met, one.body.get("address") or "",
                one.visit, ref(one), one.visit in ended,
            )  # fmt: skip
