"""The rules of a visit read straight from the TOML and judged the slow, obvious way.

It shares nothing with the engine: no laws, no intervals, no search, its own holiday tables. It
only knows what the simulated world can hold, and says which rules a visit at a moment breaks.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

import holidays

from agent_app.domain.events import Event

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NOT_A_VISIT = {"no_demand", "no_visit", "no_contact"}


def read(pack: str) -> list[dict[str, Any]]:
    """The rules of a pack and of the base, as tables."""
    root = files("resources") / "packs"
    return [
        table
        for name in ("base", pack)
        for table in tomllib.loads((root / name / "rules.toml").read_text("utf-8"))["rule"]
        if not table.get("draft") and table["severity"] in ("block", "needs")
    ]


class World:
    """One case's record: events of ours, contacts of others, holds on the row."""

    def __init__(self, pack: str, zone: str, country: str, stale_after: date) -> None:
        self.stale_after = stale_after
        self.synced = datetime.min.replace(tzinfo=UTC)
        self.rules = read(pack)
        self.zone = ZoneInfo(zone)
        self.holidays = holidays.country_holidays(country, years=range(2024, 2029))
        self.events: list[Event] = []
        self.known: list[Event] = []
        self.contacts: list[dict[str, Any]] = []
        self.holds: list[dict[str, Any]] = []

    def broken(self, now: datetime, synced: datetime) -> list[str]:
        """The rules a visit to the home at `now` would break, or might with data of `synced`."""
        self.synced = synced
        self.known = [one for one in self.events if one.at <= now]
        return [rule["id"] for rule in self.rules if self._breaks(rule, now)]

    def _breaks(self, rule: dict[str, Any], now: datetime) -> bool:
        check = getattr(self, f"_{rule['kind']}", None)
        return bool(check and check(rule, now.astimezone(self.zone)))

    def _contact_window(self, rule: dict[str, Any], local: datetime) -> bool:
        if "visit" not in rule.get("channels", ["visit"]) or rule.get("places"):
            return False
        minute = f"{local:%H:%M}"
        for span in rule.get("spans", [rule]):
            days = span.get("days", ["all"])
            today = DAYS[local.weekday()] in days or "all" in days
            if local.date() in self.holidays and "holiday" in days:
                today = True
            elif local.date() in self.holidays and span.get("holidays") == "deny":
                today = False
            if today and span["from"] <= minute < span["to"]:
                return False
        return True

    def _frequency_cap(self, rule: dict[str, Any], local: datetime) -> bool:
        channel = rule.get("channel", "visit")
        if channel not in ("visit", "any"):
            return False
        days = [at.astimezone(self.zone).date() for at in self._contacts(channel, rule)]
        counted = [day for day in days if self._same_stretch(rule, day, local.date())]
        unsure = rule.get("pooled") and self.synced.astimezone(self.zone).date() < local.date()
        return len(counted) >= rule["most"] or bool(unsure)

    def _contacts(self, channel: str, rule: dict[str, Any]) -> Iterator[datetime]:
        reached_only = rule.get("count") == "reached"
        for one in self.contacts:
            useless = reached_only and one["result"] == "no_answer"
            if channel in ("any", one["channel"]) and not useless:
                yield datetime.fromisoformat(one["at"])
        met = {one.visit for one in self.known if one.kind == "person_met"}
        for event in self.known:
            if event.kind == "visit_started" and (not reached_only or event.visit in met):
                yield event.at

    def _same_stretch(self, rule: dict[str, Any], day: date, today: date) -> bool:
        if rule["stretch"] == "day":
            return day == today
        if rule["stretch"] == "week":
            return day.isocalendar()[:2] == today.isocalendar()[:2]
        if rule["stretch"] == "month":
            return (day.year, day.month) == (today.year, today.month)
        return (today - day).days < rule["days"]

    def _hold(self, rule: dict[str, Any], local: datetime) -> bool:
        fact = rule.get("while", {}).get("fact")
        if fact == "data.age_hours" and local - self.synced > timedelta(hours=rule["while"]["gt"]):
            return True
        if fact == "pack.stale" and local.date() > self.stale_after:
            return True
        named = rule.get("holds", [])
        for row in self.holds:
            known = row["kind"] in named or ("*" in named and row["kind"] not in rule["except_for"])
            since = date.fromisoformat(row["since"])
            if known and since <= local.date() and not self._is_over(rule, row, since, local):
                return True
        for event in self._of(rule.get("trigger", [])):
            began = event.at.astimezone(self.zone).date()
            if not self._let_go(rule, event.at, local) and not self._ran_out(rule, began, local):
                return True
        return False

    def _is_over(
        self, rule: dict[str, Any], row: dict[str, Any], since: date, local: datetime
    ) -> bool:
        start = datetime(since.year, since.month, since.day, tzinfo=self.zone)
        if self._let_go(rule, start, local):
            return True
        until = row.get("until")
        ended = bool(until) and local.date() > date.fromisoformat(until) + timedelta(
            days=rule.get("tail_days", 0)
        )
        if "days" in rule or "months" in rule:
            return (ended or not until) and self._ran_out(rule, since, local)
        return ended

    def _ran_out(self, rule: dict[str, Any], began: date, local: datetime) -> bool:
        if "days" in rule:
            return (local.date() - began).days > rule["days"]
        if "months" in rule:
            month = began.month - 1 + rule["months"]
            year, month = began.year + month // 12, month % 12 + 1
            last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
            if began.day > last:
                return local.date() > date(year, month, last)
            return local.date() >= date(year, month, began.day)
        return False

    def _let_go(self, rule: dict[str, Any], began: datetime, local: datetime) -> bool:
        return any(began <= event.at for event in self._of(rule.get("release", [])))

    def _of(self, kinds: Sequence[str]) -> list[Event]:
        return [one for one in self.known if one.kind in kinds] if kinds else []

    def _notice(self, rule: dict[str, Any], local: datetime) -> bool:
        if "visit" not in rule.get("before", ["visit"]) or "appointment_notified" not in (
            rule.get("events", [])
        ):
            return False  # the world's row has every other notice on it
        if rule.get("when"):
            return False  # and requires no rung
        ended = [one.at for one in self.known if one.kind == "visit_ended"]
        for event in self.known:
            if event.kind != "appointment_notified" or (ended and event.at < max(ended)):
                continue
            told = datetime.fromisoformat(event.body["at"])
            near = timedelta(hours=rule.get("near_hours", 10**6))
            early = event.at + timedelta(hours=rule.get("lead_hours", 0)) <= local
            if early and abs(local - told) <= near:
                return False
        return True

    def _exit_trigger(self, rule: dict[str, Any], local: datetime) -> bool:
        exits = [
            one
            for one in self.known
            if one.kind == "exit_triggered" and one.body["reason"] in rule["reasons"]
        ]
        reviewed = {one.body["visit"] for one in self.known if one.kind == "review_decided"}
        for event in exits:
            if event.visit not in reviewed:
                return True
            if local < event.at + timedelta(hours=rule.get("return_hours", 0)):
                return True
        return False


def prune(events: Sequence[Event], now: datetime, days: int) -> list[Event]:
    """The events of the last `days` days."""
    return [one for one in events if one.at > now.astimezone(UTC) - timedelta(days=days)]
