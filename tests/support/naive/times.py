"""When one may come: hours, how often, holds, notices and wishes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from agent_app.domain.events import Event
from tests.support.naive.facts import holds
from tests.support.naive.reading import (
    DAYS,
    Asked,
    Rule,
    World,
    day_of,
    minutes,
    moment_of,
    months_after,
)

TALK = ("disclosed", "budget_recorded", "plan_offered", "promise_made", "agreement_signed")
BY_EFFECT = {
    "no_visit": ("visit",),
    "no_demand": ("visit", "call", "sms", "plan_offered", "promise_made", "agreement_signed",
                  "letter_printed"),
    "no_contact": ("visit", "call", "sms", "letter_printed", "name_principal", *TALK),
}  # fmt: skip


def contact_window(rule: Rule, pack: str, world: World, asked: Asked) -> bool:
    acts = {"visit": ("visit", *TALK), "call": ("call",), "message": ("sms",)}
    if not any(asked.act in acts[one] for one in rule.get("channels", ["visit"])):
        return False
    if rule.get("places") and world.address(asked)["kind"] not in rule["places"]:
        return False
    local = asked.at.astimezone(world.zone(pack, asked))
    now = local.hour * 60 + local.minute
    for span in rule.get("spans", [rule]):
        start, end = minutes(span["from"]), minutes(span["to"])
        today, yesterday = local.date(), local.date() - timedelta(days=1)
        if end > start:
            inside = [today] if start <= now < end else []
        else:
            inside = ([today] if now >= start else []) + ([yesterday] if now < end else [])
        if any(_open_on(span, day, rule, pack, world) for day in inside):
            return False
    return True


def _open_on(span: Rule, day: date, rule: Rule, pack: str, world: World) -> bool:
    """Surely open that day; a day that may be a holiday is open only if both kinds of day are."""
    days = span.get("days", ["all"])
    weekday = "all" in days or DAYS[day.weekday()] in days
    holiday = "holiday" in days or (weekday and span.get("holidays", "allow") == "allow")
    is_holiday = world.is_holiday(pack, rule.get("calendar", ""), day)
    if is_holiday is None:
        return weekday and holiday
    return holiday if is_holiday else weekday


def frequency_cap(rule: Rule, pack: str, world: World, asked: Asked) -> bool:
    channel = rule.get("channel", "visit")
    if asked.act not in (("visit", "call", "sms") if channel == "any" else (channel,)):
        return False
    zone = world.zone(pack, asked)
    today = asked.at.astimezone(zone).date()
    days = [
        day_of(one["at"], zone)
        for one in world.contacts(channel, asked)
        if _counts(one, rule, zone, world, asked)
    ]
    if len([day for day in days if _same_stretch(rule, day, today)]) >= rule["most"]:
        return True
    heard = world.synced is not None and world.synced.astimezone(zone).date() >= today
    return bool(rule.get("pooled")) and not heard


def _counts(one: Any, rule: Rule, zone: ZoneInfo, world: World, asked: Asked) -> bool:
    if rule.get("count") == "reached" and not one["reached"]:
        return False
    if rule.get("count") == "completed" and one["visit"] and not world.closed(one["visit"]):
        return False
    resets = [event.at for event in world.of(*rule.get("reset_by", ()))]
    if resets and moment_of(one["at"], zone, end=True) < max(resets):
        return False
    if one["visit"] is not None and one["visit"] == asked.visit:
        return False
    key = rule.get("key", "debtor")
    if one["elsewhere"] and key == "debt":
        return False
    where = {"number": asked.told("number"), "address": asked.address}.get(key)
    return not (where and one["to"] and one["to"] != where)


def _same_stretch(rule: Rule, day: date, today: date) -> bool:
    if rule["stretch"] == "day":
        return day == today
    if rule["stretch"] == "week":
        return day.isocalendar()[:2] == today.isocalendar()[:2]
    if rule["stretch"] == "month":
        return (day.year, day.month) == (today.year, today.month)
    return (today - day).days < int(rule["days"])


def hold(rule: Rule, pack: str, world: World, asked: Asked) -> bool:
    if asked.act not in BY_EFFECT[rule["effect"]]:
        return False
    if asked.act == "letter_printed" and asked.body.get("names_debt") is False:
        return False
    zone = world.zone(pack, asked)
    if "while" in rule and holds(rule["while"], world, asked, zone) is not False:
        return True
    happened = [(one.kind, one.at, one.body) for one in world.events]
    if _stands(rule, world.row["holds"], happened, zone, asked):
        return True
    return rule.get("key") == "debtor" and any(
        _stands_beside(rule, told, zone, world, asked) for told in world.beside(asked)
    )


Happened = tuple[str, datetime, Any]


def _stands_beside(
    rule: Rule, told: Sequence[Rule], zone: ZoneInfo, world: World, asked: Asked
) -> bool:
    """Would it stand if that other case of the person were this one?"""
    for one in told:
        if "flag" in one and "while" in rule:
            before, world.row["flags"] = world.row["flags"], {one["flag"]: one["value"]}
            stands = holds(rule["while"], world, asked, zone) is not False
            world.row["flags"] = before
            if stands:
                return True
    happened = [
        (one["kind"], datetime.fromisoformat(one["at"]), one["body"])
        for one in told
        if "kind" in one
    ]
    return _stands(rule, [one["hold"] for one in told if "hold" in one], happened, zone, asked)


def _stands(
    rule: Rule, rows: Sequence[Rule], happened: Sequence[Happened], zone: ZoneInfo, asked: Asked
) -> bool:
    names = rule.get("holds", [])
    released = [at for kind, at, _ in happened if kind in rule.get("release", ())]
    for row in rows:
        known = row["kind"] in names or ("*" in names and row["kind"] not in rule["except_for"])
        begun = "since" not in row or moment_of(row["since"], zone) <= asked.at
        times = 1 + min(row.get("extended", 0), rule.get("extensions", 0))
        until = row.get("until")
        if known and begun and _still(rule, row.get("since"), until, zone, released, asked, times):
            return True
    match = rule.get("match", {})
    began = [
        at
        for kind, at, body in happened
        if kind in rule.get("trigger", ())
        and all(body.get(key) in values for key, values in match.items())
    ]
    if "extensions" in rule:
        return _prolonged(rule, began, zone, asked)
    return any(_still(rule, at, None, zone, released, asked) for at in began)


def _prolonged(rule: Rule, began: Sequence[datetime], zone: ZoneInfo, asked: Asked) -> bool:
    """A trigger while it runs makes it longer by its own length, so many times at most."""
    first: date | None = None
    times = 1
    for at in sorted(began):
        day = at.astimezone(zone).date()
        if first is None or not _lasts(rule, first, day, times):
            first, times = day, 1
        else:
            times = min(times + 1, 1 + rule["extensions"])
    today = asked.at.astimezone(zone).date()
    return first is not None and _lasts(rule, first, today, times)


def _lasts(rule: Rule, first: date, today: date, times: int) -> bool:
    """Is that day still within so many lengths of the hold?"""
    if "days" in rule and (today - first).days <= rule["days"] * times:
        return True
    return "months" in rule and today < months_after(first, rule["months"] * times)


def _still(
    rule: Rule, since: Any, until: Any, zone: ZoneInfo, released: Sequence[datetime],
    asked: Asked, times: int = 1,
) -> bool:  # fmt: skip
    """Begun, and not yet let go by an event, nor by the last of the ends it has."""
    if since is not None:
        start = moment_of(since, zone)
        if any(start <= at for at in released):
            return False
    today, running = asked.at.astimezone(zone).date(), []
    if until is not None:
        running.append(today <= day_of(until, zone) + timedelta(days=rule.get("tail_days", 0)))
    if since is not None:
        if "days" in rule or "months" in rule:
            running.append(_lasts(rule, day_of(since, zone), today, times))
        if "hours" in rule:
            running.append(asked.at < moment_of(since, zone) + timedelta(hours=rule["hours"]))
    return any(running) or not running


def notice(rule: Rule, pack: str, world: World, asked: Asked) -> bool:
    if asked.act not in rule.get("before", ["visit"]):
        return False
    if world.row["flags"].get(rule.get("flag", "")):
        return False
    zone = world.zone(pack, asked)
    if any(_serves(rule, at, told, asked) for at, told in _given(rule, zone, world, asked)):
        return False
    if "grace_days" in rule:
        firsts = [moment_of(one["at"], zone) for one in world.contacts("any", asked)]
        return bool(firsts) and asked.at >= min(firsts) + timedelta(days=rule["grace_days"])
    return True


def _given(
    rule: Rule, zone: ZoneInfo, world: World, asked: Asked
) -> Iterator[tuple[datetime, Any]]:
    """When each notice was given, and the time it told."""
    anew = [one.at for one in world.of(*rule.get("resend_on", ()))]
    if "agent_changed" in rule.get("resend_on", ()) and world.row.get("assigned_at"):
        anew.append(moment_of(world.row["assigned_at"], zone))
    if rule.get("per_visit"):
        ended = world.of("visit_ended", "visit_aborted")
        anew += [one.at for one in ended if one.visit != asked.visit]
    since = max(anew) if anew else None
    for one in world.of(*rule.get("events", ())):
        if (since is None or one.at >= since) and _tells(rule, one):
            yield one.at, one.body.get("at")
    for row in world.row["contacts"]:
        at = moment_of(row["at"], zone, end=True)
        listed = row["channel"] in rule.get("channels", ()) or row["result"] in rule.get(
            "results", ()
        )
        if listed and (since is None or at >= since):
            yield min(at, asked.at), None


def _tells(rule: Rule, one: Event) -> bool:
    if one.kind == "notice_sent" and rule.get("told") and one.body["what"] not in rule["told"]:
        return False
    content = one.body.get("content")
    return content is None or all(need in content for need in rule.get("content", ()))


def _serves(rule: Rule, at: datetime, told: Any, asked: Asked) -> bool:
    if asked.at < at + timedelta(hours=rule.get("lead_hours", 0)):
        return False
    if "valid_days" in rule and asked.at >= at + timedelta(days=rule["valid_days"]):
        return False
    if "near_hours" not in rule or told is None:
        return True
    return abs(asked.at - datetime.fromisoformat(told)) <= timedelta(hours=rule["near_hours"])


def preference(rule: Rule, pack: str, world: World, asked: Asked) -> bool:
    if asked.act not in ("visit", "call", "sms"):
        return False
    wishes = [
        one.body["new"] for one in world.of("contact_changed") if one.body["field"] == "preference"
    ]
    wished = [wishes[-1] if wishes else world.row["flags"].get("preferences")]
    wished += [
        one["body"]["new"]
        for told in world.beside(asked)
        for one in told
        if one.get("kind") == "contact_changed"
    ]
    return any(_unwished(rule, pack, wish, world, asked) for wish in wished if wish)


def _unwished(rule: Rule, pack: str, wish: Rule, world: World, asked: Asked) -> bool:
    may = rule["may_set"]
    if "channels" in may and asked.act in wish.get("blocked_channels", ()):
        return True
    if "places" in may and asked.address in wish.get("blocked_addresses", ()):
        return True
    local = asked.at.astimezone(world.zone(pack, asked))
    if "times" in may and wish.get("times"):
        return not _within(wish["times"], local)
    if "blocked_times" not in may or not wish.get("blocked_times"):
        return False
    most = rule.get("max_blocked_hours")
    if most is not None and _hours(wish["blocked_times"]) > most:
        return False
    return _within(wish["blocked_times"], local)


def _within(spans: Sequence[Rule], local: datetime) -> bool:
    now = local.hour * 60 + local.minute
    today, yesterday = DAYS[local.weekday()], DAYS[local.weekday() - 1]
    for span in spans:
        days = span.get("days", ["all"])
        start, end = minutes(span["from"]), minutes(span["to"])
        over_night = end <= start
        if ("all" in days or today in days) and start <= now and (now < end or over_night):
            return True
        if over_night and ("all" in days or yesterday in days) and now < end:
            return True
    return False


def _hours(spans: Sequence[Rule]) -> float:
    whole = 0
    for span in spans:
        days = span.get("days", ["all"])
        length = (minutes(span["to"]) - minutes(span["from"])) % 1440 or 1440
        whole += length * (7 if "all" in days else len(days))
    return whole / 60
