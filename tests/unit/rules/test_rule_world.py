"""Odd situations elsewhere in the world, written from the text of the law and not from the packs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from agent_app.domain.model import Case
from agent_app.domain.rules import Findings, State, assess, replay
from agent_app.domain.rules.wishes import asked
from tests.support.rule_cases import ZONES, event, fresh, row, shipped


def at(text: str, pack: str, zone: str = "") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone or ZONES[pack]))


def contact(when: str, pack: str, channel: str = "visit", result: str = "met") -> dict[str, Any]:
    return {"at": at(when, pack).isoformat(), "channel": channel, "result": result}


def ask(
    pack: str, when: str, act: str = "visit", *, zone: str = "", events: Any = (), facts: Any = (),
    enacted: bool = False, **changes: Any,
) -> Findings:  # fmt: skip
    raw = row(pack) | changes
    if zone:
        raw["addresses"] = [{**one, "tz": zone} for one in raw["addresses"]]
    case, now = Case.read(raw), at(when, pack, zone)
    rules = shipped().rules_for(case)
    told = {**fresh(now), **dict(facts)}
    return assess(rules.enacted() if enacted else rules, case, events, now, act=act, facts=told)


def free(found: Findings) -> bool:
    """Does nothing refuse but that a notice or permission is still to be had?"""
    return not any(one.state > State.warn and one.kind != "notice" for one in found.every)


HOURS = [
    # moved from New York to Los Angeles: judged by where they are, whatever their number says
    ("us", "2026-11-24T05:30", "America/Los_Angeles", False),
    ("us", "2026-11-24T08:00", "America/Los_Angeles", True),
    ("us", "2026-11-24T20:59", "", True),
    ("us", "2026-11-24T21:00", "", False),
    # the nights in which clocks change
    ("us", "2027-03-14T07:59", "", False),
    ("us", "2027-03-14T08:00", "", True),
    ("us", "2026-11-01T07:59", "", False),
    ("us", "2026-11-01T08:00", "", True),
    ("us", "2026-11-24T08:00", "America/Phoenix", True),
    ("au", "2026-10-04T08:59", "", False),
    ("au", "2026-10-04T09:00", "", True),
    ("au", "2026-11-24T18:30", "Australia/Perth", True),
    ("au", "2026-11-24T21:00", "Australia/Lord_Howe", False),
    ("au", "2026-12-25T10:00", "", False),  # Christmas Day
    ("au", "2027-01-26T10:00", "", False),  # Australia Day
    ("au", "2026-11-03T10:00", "Australia/Melbourne", True),  # a cup day is no national holiday
    ("id", "2026-11-22T10:00", "", False),  # Sunday
    ("id", "2026-08-17T10:00", "", False),  # Independence Day, a Monday
    ("id", "2026-11-21T19:59", "", True),  # Saturday
    ("id", "2026-11-21T20:00", "", False),
    ("id", "2026-11-24T08:00", "Asia/Jakarta", True),
    ("id", "2026-11-24T07:59", "Asia/Jayapura", False),
    ("ru", "2026-11-24T08:00", "", True),
    ("ru", "2026-11-24T21:59", "Europe/Kaliningrad", True),
    ("ru", "2026-11-22T08:30", "", False),
    ("ru", "2026-11-22T19:59", "", True),
    ("ru", "2026-11-04T08:30", "", False),  # Unity Day, a Wednesday
    ("ru", "2026-11-04T20:00", "", False),
    ("tw", "2026-11-24T06:59", "", False),
    ("tw", "2026-11-24T07:00", "", True),
    ("tw", "2026-11-24T22:00", "", False),
    ("jp", "2026-11-24T20:59", "", True),
    ("jp", "2026-11-24T21:00", "", False),
    ("kr", "2026-11-24T08:00", "", True),
    ("kr", "2026-11-24T21:00", "", False),
    ("in", "2026-11-24T18:59", "", True),
    ("in", "2026-11-24T19:00", "", False),
]


@pytest.mark.parametrize(("pack", "when", "zone", "open_"), HOURS)
def test_hours_are_those_of_the_place(pack: str, when: str, zone: str, open_: bool) -> None:
    assert free(ask(pack, when, zone=zone)) is open_


@pytest.mark.parametrize(
    ("pack", "when", "zone"),
    [
        ("us", "2027-03-14T01:30", ""),
        ("us", "2026-11-01T01:30", ""),
        ("au", "2026-10-04T01:30", ""),
        ("au", "2027-04-04T02:30", "Australia/Lord_Howe"),  # half an hour of summer time
        ("tw", "2026-12-31T23:00", ""),
        ("id", "2026-08-15T20:30", ""),
    ],
)
def test_the_next_moment_is_the_first_one_whatever_the_clocks_do(
    pack: str, when: str, zone: str
) -> None:
    act = "call" if pack == "au" else "visit"
    found = ask(pack, when, act, zone=zone)
    coming = found.next_allowed
    assert coming is not None
    local = coming.replace(tzinfo=None)
    assert ask(pack, local.isoformat(), act, zone=zone).allowed
    assert not ask(pack, (local - timedelta(minutes=1)).isoformat(), act, zone=zone).allowed


def test_us_a_week_without_a_call_follows_a_talk_and_the_talk_is_its_first_day() -> None:
    talk = [contact("2026-11-16T10:00", "us", "call")]
    assert not ask("us", "2026-11-22T10:00", "call", contacts=talk).allowed
    assert ask("us", "2026-11-23T10:00", "call", contacts=talk).allowed
    beside = [("elsewhere", [{"id": "x", **talk[0]}])]
    assert ask("us", "2026-11-17T10:00", "call", facts=beside).allowed  # per person per debt


def test_us_seven_tries_in_seven_days_and_never_an_eighth() -> None:
    tries = [contact(f"2026-11-{day}T10:00", "us", "call", "no_answer") for day in range(16, 23)]
    assert not ask("us", "2026-11-22T20:00", "call", contacts=tries).allowed
    assert ask("us", "2026-11-22T20:00", "call", contacts=tries[1:]).allowed
    assert ask("us", "2026-11-23T10:00", "call", contacts=tries).allowed


def test_us_who_has_a_lawyer_is_not_spoken_to_about_any_of_their_debts() -> None:
    told = [{"case": "c2", "id": "e", "kind": "adviser_named", "at": "2026-11-20T10:00:00-05:00"}]
    for act in ("visit", "call", "disclosed"):
        assert not ask("us", "2026-11-24T10:00", act, facts=[("elsewhere", told)]).allowed


def test_uk_sixty_days_of_breathing_space_and_a_joint_view_of_all_debts() -> None:
    held = [{"kind": "breathing_space", "since": "2027-02-01"}]
    beside = [("elsewhere", [{"case": "c2", "id": "h", "hold": held[0]}])]
    for more in ({"holds": held}, {"facts": beside}):
        assert not free(ask("uk", "2027-04-02T10:00", **more))  # day 60, summer time by then
        assert free(ask("uk", "2027-04-03T10:00", **more))


def test_uk_a_crisis_lasts_thirty_days_beyond_the_treatment() -> None:
    held = [{"kind": "mental_health_crisis", "since": "2026-09-01", "until": "2026-10-20"}]
    assert not free(ask("uk", "2026-11-19T10:00", holds=held))
    assert free(ask("uk", "2026-11-20T10:00", holds=held))


def test_au_one_visit_a_month_and_the_month_turns_at_the_debtors_midnight() -> None:
    seen = [contact("2026-10-31T20:50", "au")]
    assert not free(ask("au", "2026-10-31T20:55", contacts=seen))
    assert free(ask("au", "2026-11-01T09:00", contacts=seen))


def test_au_no_more_than_three_contacts_a_week_of_whatever_kind() -> None:
    some = [contact(f"2026-11-{d}T10:00", "au", c) for d, c in ((23, "call"), (24, "sms"))]
    told = {"channel": "call", "at": "2026-11-26T10:00:00+11:00", "purpose": "x"}
    third = event("appointment_notified", at("2026-11-24T12:00", "au"), told, visit=None)
    assert free(ask("au", "2026-11-25T10:00", contacts=some))
    assert not free(ask("au", "2026-11-25T10:00", contacts=some, events=[third]))


def test_au_work_places_only_in_working_hours() -> None:
    work = [("address", "w1")]
    asked_first = {"flags": row()["flags"] | {"visit_agreed": True}}
    for when, open_ in (
        ("2026-11-24T16:59", True), ("2026-11-24T17:00", False), ("2026-11-28T12:00", False),
    ):  # fmt: skip
        hours = ask("au", when, facts=work, **asked_first).named("au.hours.work")
        assert (hours is None or hours.state is State.warn) is open_, when


def consent(kind: str, when: str, pack: str, to: str = "contact_time") -> Any:
    body = {"to": to, "by": "debtor"} if kind == "consent_given" else {"to": to}
    return event(kind, at(when, pack), body, visit=None)


@pytest.mark.parametrize(
    ("pack", "said", "late"),
    [
        ("id", "2026-11-22T09:00", "2026-11-22T10:00"),
        ("tw", "2026-11-24T20:00", "2026-11-24T22:30"),
    ],
)
def test_consent_opens_the_hour_and_taken_back_shuts_it(pack: str, said: str, late: str) -> None:
    yes = consent("consent_given", said, pack)
    assert not ask(pack, late).allowed
    assert ask(pack, late, events=[yes]).allowed
    no = event("consent_withdrawn", yes.at + timedelta(minutes=1), {"to": "contact_time"})
    assert not ask(pack, late, events=[yes, no]).allowed
    again = yes.but(id="again", wall=(yes.at + timedelta(minutes=2)).isoformat())
    assert ask(pack, late, events=[yes, no, again]).allowed


def test_ru_one_meeting_in_seven_days_and_messages_of_their_own() -> None:
    met = [contact("2026-11-22T12:00", "ru")]  # a Sunday: the next ISO week does not free it
    assert not ask("ru", "2026-11-28T12:00", contacts=met).allowed
    assert ask("ru", "2026-11-29T12:00", contacts=met).allowed
    texts = [contact(f"2026-11-24T1{n}:00", "ru", "sms") for n in range(2)]
    assert not ask("ru", "2026-11-24T13:00", "sms", contacts=texts).allowed
    assert ask("ru", "2026-11-24T13:00", contacts=texts).allowed
    calls = [contact(f"2026-11-{d}T10:00", "ru", "call") for d in (23, 24)]
    assert not ask("ru", "2026-11-25T10:00", "call", contacts=calls).allowed  # two a week
    assert not ask("ru", "2026-11-24T12:00", "call", contacts=calls[1:]).allowed  # one a day


@pytest.mark.parametrize(
    "kind", ["bankruptcy", "incapacity", "hospital", "disability_group_1", "minor"]
)
def test_ru_people_who_are_left_alone(kind: str) -> None:
    held = [{"kind": kind, "since": "2026-11-01"}]
    for act in ("visit", "call"):
        assert not ask("ru", "2026-11-24T12:00", act, holds=held).allowed


def test_kr_seven_contacts_a_claim_and_other_claims_apart() -> None:
    seven = [contact(f"2026-11-{d}T10:00", "kr", "sms") for d in range(18, 25)]
    assert not ask("kr", "2026-11-24T12:00", contacts=seven).allowed
    assert ask("kr", "2026-11-25T12:00", contacts=seven).allowed
    beside = [{"id": str(n), **one} for n, one in enumerate(seven)]
    assert ask("kr", "2026-11-24T12:00", facts=[("elsewhere", beside)]).allowed


def test_kr_a_deferral_is_three_months_and_once_extended_six() -> None:
    for extended, last in ((0, "2026-05-31"), (1, "2026-08-30"), (5, "2026-08-30")):
        held = [{"kind": "surgery", "since": "2026-02-28", "extended": extended}]
        day = at(f"{last}T12:00", "kr")
        shut = [day.replace(month=5, day=27) if not extended else day.replace(day=27)]
        free = [day.replace(month=5, day=28) if not extended else day.replace(day=28)]
        for moments, open_ in ((shut, False), (free, True)):
            for one in moments:
                text = one.replace(tzinfo=None).isoformat()
                assert ask("kr", text, holds=held).allowed is open_, (extended, text)


def test_kr_twenty_eight_hours_may_be_shut_and_not_an_hour_more() -> None:
    for end, kept in (("16:00", True), ("16:08", False)):
        wish = {"blocked_times": [{"days": ["all"], "from": "12:00", "to": end}]}
        body = {"field": "preference", "old": None, "new": wish}
        said = event("contact_changed", at("2026-11-20T10:00", "kr"), body, visit=None)
        assert ask("kr", "2026-11-24T13:00", events=[said]).allowed is not kept


def test_sg_nobody_needs_a_licence_before_there_was_one() -> None:
    bare = row()["crew"] | {"credentials": []}
    assert ask("sg", "2023-11-30T10:00", crew=bare).named("sg.licence") is None
    assert ask("sg", "2023-12-01T10:00", crew=bare).named("sg.licence") is not None


def test_in_a_draft_warns_and_would_bind_once_enacted() -> None:
    work = [("address", "w1")]
    for enacted, state in ((False, State.warn), (True, State.block)):
        found = ask("in", "2026-11-24T10:00", facts=work, enacted=enacted)
        said = found.named("in.draft.home_first")
        assert said is None or said.state <= state
    bare = row()["crew"] | {"credentials": [
        one for one in row()["crew"]["credentials"] if one["kind"] != "iibf_certificate"
    ]}  # fmt: skip
    assert ask("in", "2026-06-30T10:00", crew=bare).named("in.draft.certificate") is None
    draft = ask("in", "2026-07-01T10:00", crew=bare).named("in.draft.certificate")
    assert draft is not None
    assert draft.state is State.warn
    law = ask("in", "2026-07-01T10:00", crew=bare, enacted=True).named("in.draft.certificate")
    assert law is not None
    assert law.state > State.warn


def test_in_a_family_in_mourning_is_left_alone_and_so_is_a_wedding() -> None:
    for kind in ("bereavement", "marriage", "festival", "calamity"):
        held = [{"kind": kind, "since": "2026-11-20"}]
        assert not ask("in", "2026-11-27T18:00", holds=held).allowed
        assert ask("in", "2026-11-28T08:00", holds=held).allowed


def test_us_ma_a_region_lies_over_its_country_and_only_warns() -> None:
    homes = [{**one, "region": "US-MA"} for one in row("us")["addresses"]]
    seen = [contact("2026-11-01T10:00", "us")]
    found = ask("us", "2026-11-24T10:00", contacts=seen, addresses=homes)
    assert found.allowed
    assert any(one.pack == "us-ma" for one in found.every)
    assert not any(one.pack == "us-ma" for one in ask("us", "2026-11-24T10:00").every)


def test_jp_whoever_is_asked_to_leave_is_gone_and_stays_away() -> None:
    began = at("2026-11-24T10:00", "jp")
    started = event("visit_started", began, {"address": "h1", "crew": ["u1", "u2"]})
    asked_to = event("exit_triggered", began + timedelta(minutes=5), {"reason": "asked_to_leave"})
    assert not ask("jp", "2026-11-24T10:06", "disclosed", events=[started, asked_to]).allowed


OFFERED = [
    (pack, wish.code)
    for pack in sorted(ZONES)
    for wish in shipped().wishes_for(Case.read(row(pack)))
]


@pytest.mark.parametrize(("pack", "code"), OFFERED)
def test_every_wish_that_is_offered_is_kept(pack: str, code: str) -> None:
    """A wish that no rule of the country keeps would be a promise broken at the next door."""
    wishes = {one.code: one for one in shipped().wishes_for(Case.read(row(pack)))}
    when = "2026-11-25T14:00" if code in ("mornings", "evenings") else "2026-11-25T10:00"
    body = {"field": "preference", "old": None, "new": asked([wishes[code]])}
    said = event("contact_changed", at("2026-11-20T10:00", pack), body, visit=None)
    assert free(ask(pack, when))
    assert not free(ask(pack, when, events=[said]))


@pytest.mark.parametrize("pack", sorted(ZONES))
def test_replay_says_the_same_of_a_visit_as_the_guard(pack: str) -> None:
    """Begun on either edge of the hours, with and without a refusal to be contacted."""
    for when in ("2026-11-25T10:00", "2026-11-25T23:00"):
        now = at(when, pack)
        body = {"address": "h1", "crew": ["u1", "u2"], "synced_at": now.isoformat()}
        start = event("visit_started", now, body)
        stop = event("stop_contact_requested", now - timedelta(days=1), {}, visit=None)
        for before in ((), (stop,)):
            case = Case.read(row(pack))
            rules = shipped().rules_for(case)
            found = assess(
                rules, case, before, now, act="visit_started", facts=fresh(now) | {"body": body}
            )
            told = replay(rules, case, [*before, start], facts=fresh(now))
            failed = {one.rule for one in told if one.passed is False and one.event == start.id}
            guard = {one.rule for one in found.every if one.state > State.warn and one.known}
            assert guard == {one for one in failed if rules.named(one).state > State.warn}
