"""The rights desk, the wording detector, the risk card, the outcome table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from agent_app.domain.errors import Fault
from agent_app.domain.languages import LANGUAGES
from agent_app.domain.model import Case
from agent_app.domain.outcome import read_outcomes
from agent_app.domain.project import project
from agent_app.domain.risk import ADVICE, REASONS, card
from agent_app.domain.rules import assess, longest_plan
from agent_app.domain.rules.rights import changes
from agent_app.domain.rules.wording import ProhibitedConduct, find_wording
from tests.support.rule_cases import case, event, fresh, shipped
from tests.support.rule_cases import row as case_row

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
DEMANDS = {"visit", "call", "plan_offered", "promise_made", "agreement_signed", "letter_printed"}


@pytest.mark.parametrize(
    ("code", "shut"),
    [
        ("dispute", DEMANDS),
        ("stop_contact", DEMANDS | {"disclosed", "budget_recorded"}),
        ("adviser", DEMANDS),
        ("not_my_debt", DEMANDS),
        ("hardship", set()),
        ("vulnerable", DEMANDS),
    ],
)
def test_what_each_right_changes_at_once(code: str, shut: set[str]) -> None:
    rules = shipped().rules_for(case("cn"))
    right = next(one for one in shipped().rights_for(case("cn")) if one.code == code)
    events = [event("visit_started", NOW, {"address": "h1", "crew": ["u1", "u2"]})]
    assert set(changes(rules, case("cn"), events, NOW, right, "v1")) == shut


def test_after_a_right_is_used_the_guard_refuses_what_the_desk_said() -> None:
    rules, seen = shipped().rules_for(case("cn")), case("cn")
    said = event("dispute_raised", NOW, {"reason": "amount"})
    later = NOW + timedelta(hours=1)
    found = assess(rules, seen, [said], later, facts=fresh(later))
    refusal = found.named("cn.hold.dispute")
    assert refusal is not None
    assert refusal.because == (said.id,)
    assert refusal.text["zh_CN"] == "对方已提出异议，核实答复前不可催收。"
    settled = event("dispute_settled", later, {})
    assert assess(rules, seen, [said, settled], later, facts=fresh(later)).allowed


def test_every_right_names_an_outcome_and_speaks_every_language() -> None:
    outcomes = shipped().outcomes_for(case("cn"))
    for right in shipped().rights_for(case("cn")):
        assert right.outcome in outcomes
        assert right.steps
        for texts in (right.text, *(step.text for step in right.steps)):
            assert set(texts) == set(LANGUAGES)


def test_prohibited_wording_is_found_where_it_stands() -> None:
    laws = shipped().rules_for(case("cn")).laws(ProhibitedConduct)
    hits = find_wording(laws, "您好。再不还就把您列入黑名单，并告诉您的邻居。")
    assert [(hit.item, hit.words) for hit in hits] == [
        ("threat_or_insult", "不还就"),
        ("fake_blacklist", "黑名单"),
        ("shame", "告诉您的邻居"),
    ]
    assert find_wording(laws, "您可以申请分期，也可以提出异议。") == []


def test_words_of_others_in_a_note_are_pointed_out_and_never_refused() -> None:
    rules = shipped().rules_for(case("cn"))
    body = {"code": "refused_to_pay", "note": "对方骂了一句“人渣”"}
    found = assess(rules, case("cn"), [], NOW, act="outcome_recorded", facts={"body": body})
    assert found.allowed
    assert found.items[0].rule == "base.never"
    letter = assess(rules, case("cn"), [], NOW, act="notice_sent", facts={"text": "人渣"})
    assert not letter.allowed


def test_the_longest_plan_is_what_the_product_allows() -> None:
    rules = shipped().rules_for(case("cn"))
    assert longest_plan(rules, case("cn"), NOW) == 60


def history(paid: list[int]) -> list[dict[str, Any]]:
    return [{"month": f"2026-{n + 5:02}", "bill": 10000, "paid": p} for n, p in enumerate(paid)]


def test_the_risk_card_gives_a_reason_for_every_point() -> None:
    good = card(case("cn", days_overdue=20, history=history([10000] * 6)))
    poor = card(
        case(
            "cn",
            days_overdue=200,
            history=history([0] * 6),
            promises=[{"amount": 1, "due": "2026-10-01", "status": "broken"}],
        )
    )
    assert good.means > 0 > poor.means
    assert poor.willingness < 0
    assert poor.advice == "listen_first"
    for one in (good, poor):
        assert one.means == sum(p.weight for p in one.points if p.side == "means")
        assert all(set(point.text) == set(LANGUAGES) for point in one.points)


def test_the_risk_card_ignores_who_somebody_is() -> None:
    debtors = (
        {"id": "d", "name": "A", "age": 25, "sex": "F", "employer": "x"},
        {"id": "d", "name": "B", "age": 70, "sex": "M", "employer": ""},
    )
    cards = [card(case("cn", debtor=debtor)) for debtor in debtors]
    assert cards[0] == cards[1]


def test_hardship_comes_before_money() -> None:
    assert card(case("cn", flags={"hardship": {"code": "illness"}})).advice == "care_first"


def test_risk_texts_speak_every_language() -> None:
    for texts in (*REASONS.values(), *ADVICE.values()):
        assert set(texts) == set(LANGUAGES)


def test_promises_need_the_gate_and_a_date_and_safety_needs_nothing() -> None:
    outcomes = shipped().outcomes_for(case("cn"))
    assert outcomes["promise_to_pay"].is_promise
    for row in outcomes:
        assert not row.is_promise or (row.needs_gate and row.needs_date)
        if row.met in ("nobody", "minor", "other", "third_party"):
            assert not row.needs_gate
    assert not outcomes["refused_to_talk"].needs_gate


def test_a_creditors_own_code_stands_beside_ours() -> None:
    faults: list[Fault] = []
    row: dict[str, Any] = {
        "code": "nobody_home", "met": "nobody", "result": "no_result", "next_step": "revisit",
        "text": dict.fromkeys(LANGUAGES, "x"),
    }  # fmt: skip
    base = read_outcomes({"outcome": [row]}, "outcomes.toml", faults)
    codes = {"creditor_codes": {"bank-1": {"nobody_home": "NH01"}}}
    table = read_outcomes(codes, "outcomes.toml", faults).over(base)
    assert faults == []
    assert table.code_for("nobody_home", "bank-1") == "NH01"
    assert table.code_for("nobody_home", "bank-2") == "nobody_home"
    read_outcomes({"creditor_codes": {"bank-1": {"nobody_home": 7}}}, "outcomes.toml", faults)
    assert "creditor_codes → bank-1 → nobody_home" in str(faults[0])


def test_a_promise_without_gate_is_a_fault() -> None:
    faults: list[Fault] = []
    row = {
        "code": "p", "met": "debtor", "result": "promise", "next_step": "revisit",
        "is_promise": True, "text": dict.fromkeys(LANGUAGES, "x"),
    }  # fmt: skip
    assert len(read_outcomes({"outcome": [row]}, "outcomes.toml", faults)) == 0
    assert "outcome p → is_promise" in str(faults[0])


def codes(**changes: Any) -> dict[str, dict[str, Any]]:
    raw = case_row("cn", **changes)
    return {one.code: dict(one.values) for one in card(Case.read(raw)).points}


def test_an_age_nobody_told_is_not_a_recent_one() -> None:
    assert "recent" not in codes(days_overdue=None, bucket="")
    assert codes(days_overdue=None, bucket="M5")["old"] == {"days": 121}
    assert codes(days_overdue=None, bucket="M1")["recent"] == {"days": 1}


def test_the_last_six_bills_are_the_newest_however_the_file_has_them() -> None:
    months = [
        {"month": f"2026-{n:02}", "bill": 10000, "paid": 10000 * (n > 5)} for n in range(1, 12)
    ]
    for order in (months, months[::-1]):
        assert codes(history=order)["paid_often"] == {"full": 6, "some": 0, "months": 6}


def test_our_own_visits_to_an_empty_door_count_as_tries() -> None:
    at = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
    started = [
        event("visit_started", at + timedelta(days=n), {"address": "h1", "crew": []}, visit=f"v{n}")
        for n in range(3)
    ]
    seen = Case.read(project(case_row("cn"), started))
    unreached = next(one for one in card(seen).points if one.code == "unreachable")
    assert unreached.values == {"reached": 0, "tried": 3}
