"""Each claim of the model check: a sound script keeps it, a spoilt one is caught with the path."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from agent_app.packs import PackSet, load_packs
from agent_app.script import load_form
from agent_app.script.check import Report, check
from tests.support.scripts import ROOT, entry, small, workbook

Source = dict[str, Any]


@cache
def packs() -> PackSet:
    return load_packs(ROOT / "resources" / "packs")


def checked(source: Source, walks: int = 50) -> Report:
    report = check(load_form(workbook(source)), packs(), "cn", walks=walks)
    report.breaches = [one for one in report.breaches if one.claim != "rule"]
    return report


def test_a_sound_script_passes() -> None:
    report = checked(small())
    assert report.breaches == []
    assert report.passed


def without_identity(source: Source) -> None:
    entry(source, "talk")["when"] = "${documents} != ''"
    entry(source, "talk").pop("needs")


def without_rights(source: Source) -> None:
    entry(source, "rights").pop("duty")


def shut_for_ever(source: Source) -> None:
    entry(source, "talk")["needs"] = "plan_offered"


def unanswerable(source: Source) -> None:
    entry(source, "rights")["constraint"] = "false()"


def no_end(source: Source) -> None:
    entry(source, "finish")["when"] = "${who} != 'nobody'"


def unstoppable(source: Source) -> None:
    source["stop"]["when"] = "1 = 2"


def open_after_stop(source: Source) -> None:
    entry(source, "talk")["always"] = True


def never_asked(source: Source) -> None:
    entry(source, "care")["when"] = "${who} = 'nobody'"


def never_offered(source: Source) -> None:
    source["choices"]["outcome"]["nobody_home"]["fits"] = "x"
    source["choices"]["outcome"]["message_left"] = {"zh_CN": "转", "en": "m", "fits": "other"}


def early_words(source: Source) -> None:
    entry(source, "who")["say"] = {"zh_CN": "您的贷款逾期了。", "en": "Your loan."}


def threat(source: Source) -> None:
    entry(source, "told")["say"] = {"zh_CN": "不还就拘留您。", "en": "Pay."}


def early_sum(source: Source) -> None:
    entry(source, "identity")["say"] = {"zh_CN": "是${total}元。", "en": "${total}"}


def early_lender(source: Source) -> None:
    entry(source, "who")["say"] = {"zh_CN": "我从${creditor}来。", "en": "From ${creditor}."}


def missing_translation(source: Source) -> None:
    entry(source, "rights")["label"] = {"zh_CN": "权利"}


def unearned_outcome(source: Source) -> None:
    source["choices"]["outcome"]["disputed"] = {"zh_CN": "异议", "en": "d", "fits": "known"}


def unknown_outcome(source: Source) -> None:
    source["choices"]["outcome"]["made_up"] = {"zh_CN": "某", "en": "m", "fits": "known"}


def held_back(source: Source) -> None:
    entry(source, "care")["event"] = "vulnerability_flagged"


@pytest.mark.parametrize(
    ("spoil", "claim", "says"),
    [
        (without_identity, "gate", "before the gate is open"),
        (without_rights, "agreement", "an agreement without rights"),
        (shut_for_ever, "end", "waits for plan_offered"),
        (unanswerable, "end", "no answer to “rights” is accepted"),
        (no_end, "end", "never comes to its end"),
        (unstoppable, "exit", "cannot be stopped here"),
        (open_after_stop, "exit", "after the stop"),
        (never_asked, "reach", "“care” is never asked"),
        (never_offered, "reach", "“nobody_home” of “outcome” is never offered"),
        (early_words, "words", "before the gate is open"),
        (threat, "words", "拘留"),
        (early_sum, "gate", "“identity” tells what is still held back"),
        (early_lender, "gate", "“who” tells what is still held back"),
        (missing_translation, "text", "is missing in en"),
        (unearned_outcome, "outcome", "“disputed” is offered but lacks dispute_raised"),
        (held_back, "hold", "agreement_signed after vulnerability_flagged"),
        (unknown_outcome, "outcome", "no outcome “made_up”"),
    ],
)
def test_a_spoilt_script_is_caught(spoil: Callable[[Source], None], claim: str, says: str) -> None:
    source = small()
    spoil(source)
    found = checked(source).breaches
    assert [one for one in found if one.claim == claim and says in one.message], found


def test_the_counter_example_is_a_path_of_answers() -> None:
    source = small()
    without_identity(source)
    breach = next(one for one in checked(source).breaches if "disclosed" in one.message)
    assert breach.path[0] == "who = self_identified"
    assert breach.path[-1] == "told = OK"
    assert "identity = passed" not in breach.path


def test_a_rule_without_a_step_and_a_step_without_a_rule() -> None:
    source = small()
    entry(source, "who")["rule"] = "cn.no_such_rule"
    report = check(load_form(workbook(source)), packs(), "cn", walks=0)
    said = [one.message for one in report.breaches if one.claim == "rule"]
    assert "“who” cites cn.no_such_rule, which no pack has" in said
    assert "cn.record (required_step) demands a step and has none" in said


def test_the_same_seed_walks_the_same_visits() -> None:
    source = small()
    no_end(source)
    first, second = checked(source, walks=200), checked(source, walks=200)
    assert first.breaches == second.breaches
    assert first.walked == 200
