"""One question put to the rules: which act, in which case, when, with what known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from agent_app.domain.events import KINDS
from agent_app.domain.model import Address, Case
from agent_app.domain.rules.calendar import Calendar
from agent_app.domain.rules.history import History

SAME_ACT = {"visit_started": "visit", "visit_planned": "visit", "plan": "plan_offered"}
"""Acts judged alike: planning for a moment is asking whether one may knock then."""

TALK = frozenset(
    {"disclosed", "budget_recorded", "plan_offered", "promise_made", "agreement_signed"}
)
"""Acts of talking about the debt; everything else in a visit stays free."""


REVIEW = "review"
"""The act of looking back on a finished visit; replay judges it once a visit."""


ACTS = frozenset(
    {"visit", "call", "sms", "entry", "delete", "keep", "name_principal", REVIEW, *KINDS}
)
"""Everything the rules may be asked about."""


class _Unknown:
    """The third truth value: not known, which is never the same as no."""

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> bool:
        raise TypeError("an unknown fact is neither true nor false")


UNKNOWN = _Unknown()


class Situation:
    """What a law sees; nothing changes it. `now` is in UTC, `zone` the wall clock the rule goes
    by (None: not known), `body` that of the event about to be recorded,
    `synced_at` (UTC) when this device last heard from the server, if known.

    `given` are the caller's facts; the keys used here are `visit`, `address` (ids), `crew`
    (user ids), `body` and `synced_at`; laws name others.
    """

    __slots__ = (
        "_today", "act", "address", "body", "calendars", "case", "given", "history", "now",
        "synced_at", "visit", "zone",
    )  # fmt: skip

    def __init__(
        self,
        history: History,
        now: datetime,
        act: str,
        given: Mapping[str, Any],
        calendars: Mapping[str, Calendar],
        visit: str | None,
        address: Address | None,
        synced_at: datetime | None,
        zone: ZoneInfo | None = None,
    ) -> None:
        self.history = history
        self.case: Case = history.case
        self.now = now
        self.act = act
        self.given = given
        self.body: Mapping[str, Any] = given.get("body") or {}
        self.calendars = calendars
        self.visit = visit
        self.address = address
        self.synced_at = synced_at
        self.zone = zone
        self._today: date | None = None

    @property
    def today(self) -> date | None:
        """The date on the wall clock; None where that is not known."""
        if self._today is None and self.zone is not None:
            self._today = self.now.astimezone(self.zone).date()
        return self._today

    def at(self, now: datetime) -> Situation:
        """The same question at another moment."""
        return self._but(now, self.zone)

    def on(self, zone: ZoneInfo | None) -> Situation:
        """The same question by another wall clock."""
        return self if zone is self.zone else self._but(self.now, zone)

    def unmarked(self) -> Situation:
        """The same question of a case like this one on whose record there is nothing yet."""
        return Situation(
            self.history.blank(), self.now, self.act, self.given, self.calendars, self.given.get("visit"),
            self.address, self.synced_at, self.zone,
        )  # fmt: skip

    def flagged(self, flags: Mapping[str, Any]) -> Situation:
        """The same question if these flags stood on the row too."""
        raw = {**self.case.raw, "flags": {**(self.case.raw.get("flags") or {}), **flags}}
        so = History(replace(self.case, raw=raw), self.history.events)
        return Situation(
            so, self.now, self.act, self.given, self.calendars, self.visit, self.address,
            self.synced_at, self.zone,
        )  # fmt: skip

    def _but(self, now: datetime, zone: ZoneInfo | None) -> Situation:
        return Situation(
            self.history, now, self.act, self.given, self.calendars, self.visit, self.address,
            self.synced_at, zone,
        )  # fmt: skip


def moment(value: object) -> datetime | None:
    """A UTC moment out of an aware datetime or its ISO text; None from anything else."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    return value.astimezone(UTC) if isinstance(value, datetime) and value.tzinfo else None


def situation(
    history: History,
    now: datetime,
    act: str,
    given: Mapping[str, Any],
    calendars: Mapping[str, Calendar],
) -> Situation:
    """Put the question: `now` must be aware (ValueError)."""
    if now.tzinfo is None:
        raise ValueError("the moment of a question must be aware")
    latest = history.last_visit if act == REVIEW else history.open_visit
    visit = given.get("visit") or latest
    address = _address(history, given, visit)
    act = SAME_ACT.get(act, act)
    synced_at = moment(given.get("synced_at") or history.case.raw.get("synced_at"))
    at = now.astimezone(UTC)
    return Situation(history, at, act, given, calendars, visit, address, synced_at)


def _address(history: History, given: Mapping[str, Any], visit: str | None) -> Address | None:
    """Where the visit is: as told, as the visit began, else the first home."""
    wanted = given.get("address")
    if wanted is None and visit:
        started = (one for one in history.of("visit_started") if one.visit == visit)
        wanted = next((one.body.get("address") for one in started), None)
    addresses = history.case.addresses
    if wanted is not None:
        return next((one for one in addresses if one.id == wanted), None)
    return next((one for one in addresses if one.kind == "home"), next(iter(addresses), None))


@lru_cache(maxsize=512)
def zone_named(name: str) -> ZoneInfo | None:
    """The zone of an IANA name; None when there is none such."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder
        return None
