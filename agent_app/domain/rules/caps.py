"""frequency_cap: how often contact may be made in a stretch of time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock
from zoneinfo import ZoneInfo

from agent_app.domain.events import KINDS as EVENTS
from agent_app.domain.rules.calendar import midnight
from agent_app.domain.rules.history import Contact
from agent_app.domain.rules.law import Law
from agent_app.domain.rules.reading import Table
from agent_app.domain.rules.situation import Situation
from agent_app.domain.rules.verdict import Judgement, broken, unknown

_LONGEST = {"day": 1, "week": 7, "month": 31}
STRETCHES = ("day", "week", "month", "rolling_days")
CHANNELS = ("visit", "call", "sms", "letter", "any")
COUNTS = ("attempts", "reached", "completed")
KEYS = ("debtor", "debt", "number", "address")


@dataclass(frozen=True, slots=True)
class FrequencyCap(Law):
    """At most `most` contacts of a channel in a calendar day, ISO week or month, or in the
    last `days` local dates counting the contact's own date as the first (12 CFR 1006.14(b)).

    `count`: every attempt; those that reached the person; visits carried to their end (an
    earlier contact of the hand-over file counts as that). Contacts before the last event of
    `reset_by` count no longer. `key`, whose contacts are counted together: the person's, whichever of their debts it was
    about; this debt's; those, whichever debt, to the number now to be called (`given.number` or
    the body's) or to the address visited. A contact that does not tell where it went counts for every one, and
    while the number is not told all are counted. `pooled`: others count too, so the count is only known on a day the device has synced.
    """

    acts: frozenset[str]
    channel: str
    count: str
    most: int
    stretch: str
    days: int
    key: str
    pooled: bool
    reset_by: tuple[str, ...]
    reach: timedelta
    """How long ago a contact that still counts may be at most, with two days for the zones."""

    placeholders = ("count", "most", "days")
    fades = True

    @property
    def hangs_on(self) -> frozenset[str] | None:
        """With no contact on record, only how fresh the data are."""
        return frozenset({"address", "data.age_hours"}) if self.pooled else None

    @property
    def sparked_by(self) -> frozenset[str]:
        return frozenset({f"contact {self.channel}"})

    @classmethod
    def read(cls, table: Table) -> FrequencyCap:
        channel = table.word("channel", "visit", among=CHANNELS)
        acts = frozenset({"visit", "call", "sms"} if channel == "any" else {channel})
        stretch = table.word("stretch", among=STRETCHES)
        days = table.number("days", least=1) if stretch == "rolling_days" else 0
        return cls(
            acts=acts,
            channel=channel,
            count=table.word("count", "attempts", among=COUNTS),
            most=table.number("most", least=1),
            stretch=stretch,
            days=days,
            key=table.word("key", "debtor", among=KEYS),
            pooled=table.flag("pooled"),
            reset_by=table.words("reset_by", among=EVENTS),
            reach=timedelta(days=2 + _LONGEST.get(stretch, days)),
        )

    def spent(self, s: Situation) -> bool:
        return s.history.newest(self.channel) < s.now - self.reach

    def judge(self, s: Situation) -> Judgement | None:
        contacts = [] if self.spent(s) else s.history.contacts(self.channel)
        if not contacts and not self.pooled:
            return None
        zone, today = s.zone, s.today
        if zone is None or today is None:
            return unknown("address.tz")
        if len(contacts) >= self.most:
            contacts = [one for one in contacts if self._counts(one, s)]
        if len(contacts) >= self.most:
            counted = sorted((local_day(one.at, zone), one.ref) for one in contacts)
        else:
            counted = []
        inside = [(day, ref) for day, ref in counted if self.freed(day) > today]
        if len(inside) >= self.most:
            freeing = inside[len(inside) - self.most][0]
            return broken(
                *(ref for _, ref in inside),
                until=midnight(self.freed(freeing), zone),
                count=len(inside),
                most=self.most,
                days=self.days,
            )
        if self.pooled and (s.synced_at is None or s.synced_at.astimezone(zone).date() < today):
            return unknown("synced_at")
        return None

    def _counts(self, one: Contact, s: Situation) -> bool:
        if self.count == "reached" and not one.reached:
            return False
        if self.count == "completed" and not one.completed:
            return False
        if self._before_reset(one, s):
            return False
        if one.visit is not None and one.visit == s.visit:
            return False
        if one.elsewhere and self.key == "debt":
            return False
        where = self._where(s)
        return not (where and one.to and one.to != where)

    def _before_reset(self, one: Contact, s: Situation) -> bool:
        if not self.reset_by or s.zone is None:
            return False
        resets = [happened.at for happened in s.history.of(*self.reset_by)]
        return bool(resets) and end_of(one.at, s.zone) < max(resets)

    def _where(self, s: Situation) -> str:
        """The number or address counted for; empty where the key is another, or it is not told."""
        if self.key == "number":
            return str(s.given.get("number") or s.body.get("number") or "")
        return s.address.id if self.key == "address" and s.address else ""

    def freed(self, day: date) -> date:
        """The first date on which a contact on `day` no longer counts."""
        if self.stretch == "rolling_days":
            return day + timedelta(days=self.days)
        if self.stretch == "week":
            return day + timedelta(days=7 - day.weekday())
        if self.stretch == "month":
            return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        return day + timedelta(days=1)


def local_day(at: datetime | date, zone: ZoneInfo) -> date:
    """The date on the wall of `zone`; a bare date is taken as it stands."""
    return at.astimezone(zone).date() if isinstance(at, datetime) else at


def end_of(at: datetime | date, zone: ZoneInfo) -> datetime:
    """The moment meant by a contact's time; of a bare date the end of that day."""
    return at if isinstance(at, datetime) else datetime.combine(at, clock.max, zone)
