"""Parameters of the kinds that no shipped pack needs yet, each by itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from agent_app.domain.events import Event
from agent_app.domain.model import Case
from agent_app.domain.project import project
from agent_app.domain.rules import RuleSet, State, assess, replay
from agent_app.domain.rules.beside import contacts_beside
from agent_app.domain.rules.rule import Rule
from tests.support.rule_cases import case, event, fresh, row, rule

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
AGO = timedelta(hours=1)


def state(one: Rule, *known: Event, seen: Case | None = None, **more: Any) -> State:
    more.setdefault("facts", fresh(NOW))
    found = assess(RuleSet.of([one]), seen or case(), known, more.pop("now", NOW), **more)
    return found.state


def visit(number: int, *, ended: bool) -> list[Event]:
    at, name = NOW - number * AGO, f"v{number}"
    start = event("visit_started", at, {"address": "h1", "crew": ["u1"]}, visit=name)
    return [start, *([event("visit_ended", at + AGO / 4, {}, visit=name)] if ended else [])]


def test_a_cap_may_count_only_visits_carried_to_their_end() -> None:
    cap = rule("frequency_cap", most=1, stretch="day", count="completed")
    assert state(cap, *visit(2, ended=False), *visit(1, ended=False)) is State.allow
    assert state(cap, *visit(2, ended=True)) is State.block


def test_a_cap_may_begin_anew_with_an_event() -> None:
    cap = rule("frequency_cap", most=1, stretch="month", reset_by=["plan_breached"])
    before = visit(3, ended=True)
    assert state(cap, *before) is State.block
    assert state(cap, *before, event("plan_breached", NOW - 2 * AGO, {})) is State.allow
    assert state(cap, event("plan_breached", NOW - 9 * AGO, {}), *before) is State.block


@pytest.mark.parametrize(("key", "expected"), [("debtor", State.block), ("debt", State.allow)])
def test_a_cap_counts_a_persons_other_debts_only_where_it_is_about_the_person(
    key: str, expected: State
) -> None:
    cap = rule("frequency_cap", channel="call", most=1, stretch="day", key=key)
    elsewhere = [{"at": (NOW - AGO).isoformat(), "channel": "call", "result": "met"}]
    assert state(cap, act="call", facts=fresh(NOW) | {"elsewhere": elsewhere}) is expected


def test_of_one_contact_told_twice_the_newer_word_counts() -> None:
    cap = rule("frequency_cap", most=1, stretch="day", count="completed")
    told = {"id": "v", "at": (NOW - AGO).isoformat(), "channel": "visit", "result": "met"}
    older = case(elsewhere=[told | {"completed": False}])
    assert state(cap, seen=older) is State.allow
    newer = fresh(NOW) | {"elsewhere": [told | {"completed": True}]}
    assert state(cap, seen=older, facts=newer) is State.block


def test_a_cap_by_address_counts_the_door() -> None:
    cap = rule("frequency_cap", most=1, stretch="day", key="address")
    there = visit(2, ended=True)
    assert state(cap, *there, facts=fresh(NOW) | {"address": "h1"}) is State.block
    assert state(cap, *there, facts=fresh(NOW) | {"address": "w1"}) is State.allow


def test_a_notice_serves_until_what_calls_for_a_new_one() -> None:
    notice = rule("notice", what="n", events=["notice_sent"], resend_on=["address_changed"])
    sent = event("notice_sent", NOW - 5 * AGO, {"channel": "sms", "what": "n"})
    moved = event("address_changed", NOW - 4 * AGO, {"address": {}})
    assert state(notice, sent) is State.allow
    assert state(notice, sent, moved) is State.block


def test_nobody_goes_who_is_barred_from_this_debtor() -> None:
    crew = rule("crew", conflicts=True)
    barred = row() | {"crew": {**row()["crew"], "conflicts": ["u2"]}}
    assert state(crew) is State.allow
    assert state(crew, seen=Case.read(barred)) is State.block
    assert state(crew, seen=Case.read(barred), facts=fresh(NOW) | {"crew": ["u1"]}) is State.allow


def test_only_allowed_places_where_a_rule_names_them() -> None:
    place = rule("place", allowed=["home"])
    assert state(place, facts=fresh(NOW) | {"address": "h1"}) is State.allow
    assert state(place, facts=fresh(NOW) | {"address": "w1"}) is State.block
    assert state(place, seen=case(addresses=[])) is State.needs


def test_time_to_think_before_signing() -> None:
    plan: dict[str, Any] = {"months": 6, "instalments": []}
    cool = rule("plan_limits", cool_off_hours=24)
    offer = event("plan_offered", NOW - AGO, {"plan": plan})
    facts = fresh(NOW) | {"plan": plan, "visit": "v1"}
    found = assess(RuleSet.of([cool]), case(), [offer], NOW, act="agreement_signed", facts=facts)
    assert found.next_allowed == NOW + 23 * AGO
    later = NOW + 23 * AGO
    assert state(cool, offer, now=later, act="agreement_signed", facts=facts) is State.allow
    assert state(cool, act="agreement_signed", facts=facts) is State.needs


@pytest.mark.parametrize(
    ("proof", "expected"),
    [
        (event("photo_taken", NOW, {"slot": "p", "what": "id"}), State.allow),
        (event("comment_added", NOW, {"text": "shown"}), State.allow),
        (event("comment_added", NOW, {"text": "  "}), State.block),
        (event("photo_taken", NOW - 3 * AGO, {"slot": "p", "what": "door"}), State.block),
        (event("recording_started", NOW, {"slot": "a"}), State.block),
    ],
)
def test_a_step_is_proven_with_it_or_after_it(proof: Event, expected: State) -> None:
    step = rule("required_step", steps=["id_shown"], before=["disclosed", "review"],
                evidence=["photo", "text"])  # fmt: skip
    known = sorted([event("id_shown", NOW - AGO, {"documents": []}), proof], key=lambda o: o.at)
    for act in ("disclosed", "review"):
        assert state(step, *known, act=act, facts=fresh(NOW) | {"visit": "v1"}) is expected


def test_the_file_of_the_step_itself_proves_it() -> None:
    step = rule("required_step", steps=["id_shown"], before=["disclosed"], evidence=["photo"])
    shown = event("id_shown", NOW - AGO, {"documents": []})
    held = shown.but(files=({"slot": "s", "type": "image/jpeg"},))
    facts = fresh(NOW) | {"visit": "v1"}
    assert state(step, shown, act="disclosed", facts=facts) is State.block
    assert state(step, held, act="disclosed", facts=facts) is State.allow


def test_a_step_without_its_evidence_fails_in_replay() -> None:
    step = rule("required_step", steps=["id_shown"], before=["disclosed"], evidence=["photo"])
    told = [
        event("visit_started", NOW - 2 * AGO, {"address": "h1", "crew": ["u1"]}),
        event("id_shown", NOW - AGO, {"documents": []}),
        event("disclosed", NOW, {"statement": "s"}),
    ]
    photo = event("photo_taken", NOW - AGO / 2, {"slot": "p", "what": "id"})
    for events, passed in ((told, False), ([*told[:2], photo, told[2]], True)):
        (verdict,) = replay(RuleSet.of([step]), case(), events, facts=fresh(NOW))
        assert verdict.passed is passed


@pytest.mark.parametrize(
    ("receipt", "expected"),
    [(None, State.needs), ([], State.block), (["amount"], State.block),
     (["date", "amount"], State.allow)],
)  # fmt: skip
def test_cash_is_taken_against_a_receipt_that_says_all(
    receipt: list[str] | None, expected: State
) -> None:
    pay = rule("payment", cash_limit=500, receipt=["amount", "date"])
    body: dict[str, Any] = {"channel": "cash", "amount": {"minor": 500, "currency": "CNY"}}
    told = body if receipt is None else body | {"receipt": receipt}
    facts = fresh(NOW) | {"body": told}
    assert state(pay, act="payment_notified", facts=facts) is expected
    elsewhere = fresh(NOW) | {"body": body | {"channel": "creditor_app"}}
    assert state(pay, act="payment_notified", facts=elsewhere) is State.allow


def test_a_hold_may_be_prolonged_by_its_own_length_so_often() -> None:
    hold = rule("hold", effect="no_visit", trigger=["hardship_stated"], days=10, extensions=1)
    start = NOW - 40 * 24 * AGO

    def told(*days: int) -> list[Event]:
        return [event("hardship_stated", start + day * 24 * AGO, {"code": "h"}) for day in days]

    def ends(*days: int) -> int:
        after = start + days[-1] * 24 * AGO
        found = assess(RuleSet.of([hold]), case(), told(*days), after, facts=fresh(after))
        assert found.next_allowed
        return (found.next_allowed.date() - start.date()).days

    assert ends(0) == 11
    assert ends(0, 10) == 21
    assert ends(0, 5, 15) == 21
    assert ends(0, 5, 21) == 32
    plain = rule("hold", effect="no_visit", trigger=["hardship_stated"], days=10)
    found = assess(RuleSet.of([plain]), case(), told(0, 5), start + 6 * 24 * AGO, facts=fresh(NOW))
    assert found.next_allowed == NOW - 24 * 24 * AGO - 4 * AGO - 8 * AGO


@pytest.mark.parametrize(
    ("extended", "opens"), [(0, "2026-12-01"), (1, "2027-03-01"), (2, "2027-03-01")]
)
def test_a_hold_of_the_row_says_how_often_it_was_prolonged(extended: int, opens: str) -> None:
    hold = rule("hold", effect="no_visit", holds=["surgery"], months=3, extensions=1)
    row = {"kind": "surgery", "since": "2026-09-01", "extended": extended}
    found = assess(RuleSet.of([hold]), case(holds=[row]), (), NOW, facts=fresh(NOW))
    assert found.next_allowed == datetime.fromisoformat(f"{opens}T00:00:00+08:00")


def test_notice_in_writing_is_not_given_by_voice() -> None:
    notice = rule("notice", what="n", events=["notice_sent"], by=["letter", "email"])
    for channel, expected in (("letter", State.allow), ("call", State.block)):
        sent = event("notice_sent", NOW - AGO, {"channel": channel, "what": "n"})
        assert state(notice, sent) is expected


def test_consent_opens_only_the_places_it_can() -> None:
    place = rule("place", entry="consent", consent_scope=["home"])
    said = event("entry_consented", NOW - AGO, {})
    facts = fresh(NOW) | {"visit": "v1"}
    assert state(place, said, act="entry", facts=facts | {"address": "h1"}) is State.allow
    assert state(place, said, act="entry", facts=facts | {"address": "w1"}) is State.block
    office = facts | {"address": "h1", "place": "office_area"}
    assert state(place, said, act="entry", facts=office) is State.block


def test_a_letter_is_made_in_as_many_copies_as_asked() -> None:
    paper = rule("document", type="notice", copies=2)
    for copies, expected in ((None, State.block), (1, State.block), (2, State.allow)):
        letter = {"type": "notice", "fields": []} | ({"copies": copies} if copies else {})
        facts = fresh(NOW) | {"letter": letter}
        assert state(paper, act="letter_printed", facts=facts) is expected


def test_the_fallback_needs_no_electronic_tests() -> None:
    sign = rule("signature", methods=["esign", "thumb"], tests=["sole_control"], fallback="thumb")
    for method, expected in (("esign", State.block), ("thumb", State.allow)):
        facts = fresh(NOW) | {"signature": {"method": method, "copies": 1}}
        assert state(sign, act="agreement_signed", facts=facts) is expected


def test_a_private_channel_and_a_fee_are_conduct_too() -> None:
    never = rule(
        "prohibited_conduct", items=["private_phone", "extra_fee"],
        detectors=[{"item": "private_phone", "channels": ["private_chat"]},
                   {"item": "extra_fee", "fee": True}],
    )  # fmt: skip
    for act, body, expected in (
        ("notice_sent", {"channel": "private_chat", "what": "n"}, State.block),
        ("notice_sent", {"channel": "sms", "what": "n"}, State.allow),
        ("payment_notified", {"channel": "app", "fee": {"minor": 1, "currency": "CNY"}}, State.block),
        ("payment_notified", {"channel": "app", "fee": {"minor": 0, "currency": "CNY"}}, State.allow),
    ):  # fmt: skip
        assert state(never, act=act, facts=fresh(NOW) | {"body": body}) is expected


def test_a_record_is_not_kept_beyond_its_longest() -> None:
    keep = rule("retention", record="recording", min_months=1, max_months=6)
    zone = {"record": "recording", "record_created": date(2026, 5, 24)}
    before = datetime(2026, 11, 23, 15, 59, tzinfo=UTC)
    for now, held, expected in (
        (before, False, State.allow), (before + AGO / 60, False, State.block),
        (NOW, True, State.allow),
    ):  # fmt: skip
        facts = fresh(now) | zone | {"legal_hold": held}
        assert state(keep, now=now, act="keep", facts=facts) is expected
    assert state(keep, act="keep", facts=fresh(NOW) | {"record": "recording"}) is State.needs


@pytest.mark.parametrize(
    ("kind", "keys", "key", "message"),
    [
        ("hold", {"effect": "no_visit", "trigger": ["hardship_stated"], "extensions": 1},
         "extensions", "prolongs nothing"),
        ("hold", {"effect": "no_visit", "trigger": ["hardship_stated"], "days": 3,
                  "extensions": 0}, "extensions", "is too small"),
        ("required_step", {"steps": ["id_shown"], "evidence": ["foto"]}, "evidence",
         "use audio, photo, sign, text"),
        ("payment", {"receipt": "amount"}, "receipt", "is not a list"),
        ("place", {"consent_scope": [1]}, "consent_scope", "holds what is not a text"),
    ],
)  # fmt: skip
def test_a_parameter_that_cannot_be_meant_is_named(
    kind: str, keys: dict[str, Any], key: str, message: str
) -> None:
    with pytest.raises(AssertionError, match=message) as found:
        rule(kind, **keys)
    assert f"t.{kind} → {key}" in str(found.value)


def test_an_appointment_told_by_a_call_is_a_call_and_a_contact() -> None:
    """Told at the door it belongs to its visit, told by letter it is no call."""
    told = [
        event("appointment_notified", NOW - timedelta(hours=n), {"channel": one}, visit=None)
        for n, one in enumerate(("call", "letter", "in_person", "sms"), 1)
    ]
    told.append(event("notice_sent", NOW, {"channel": "call", "what": "agent_notice"}, visit=None))
    counts = {"call": 2, "sms": 1, "any": 4}
    for channel, count in counts.items():
        for most, allowed in ((count, False), (count + 1, True)):
            cap = rule("frequency_cap", channel=channel, most=most, stretch="day", count="reached")
            act = "visit" if channel == "any" else channel
            found = assess(RuleSet.of([cap]), case(), told, NOW + AGO, act=act)
            assert found.allowed is allowed, (channel, most)


def test_an_appointment_told_for_another_debt_counts_for_the_person() -> None:
    there = row("kr", id="c2")
    body = {"channel": "sms", "at": NOW.isoformat(), "purpose": "x"}
    told = event("appointment_notified", NOW - timedelta(hours=3), body, visit=None)
    other = Case.read(project(there, [told.but(case="c2")]))
    (contact,) = contacts_beside(case("kr"), [other])
    assert (contact["channel"], contact["result"], contact["event"]) == ("sms", "met", told.id)
