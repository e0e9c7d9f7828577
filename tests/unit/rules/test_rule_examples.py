"""Every shipped pack answers as the examples beside it say."""

from __future__ import annotations

import re

import pytest

from agent_app.domain.model import Case
from agent_app.domain.rules import assess
from agent_app.domain.rules.facts import FACTS
from agent_app.domain.rules.holds import OTHER, Hold
from agent_app.domain.rules.kinds import KINDS
from tests.support.rule_cases import shipped


@pytest.mark.parametrize("pack_id", sorted(shipped().packs))
def test_examples_hold(pack_id: str) -> None:
    pack = shipped()[pack_id]
    rules = shipped().joined(shipped().chain(pack_id))
    wrong = {f"{one.where} at {one.at}": one.outcome(rules) for one in pack.examples}
    assert {where: answer for where, answer in wrong.items() if answer} == {}


def test_every_kind_of_rule_is_in_use() -> None:
    assert {rule.kind for pack in shipped() for rule in pack.rules} == KINDS.keys()


def test_no_rule_resting_on_memory_or_a_draft_alone_can_stop_anyone() -> None:
    for pack in shipped():
        for rule in pack.rules:
            if rule.severity in ("block", "needs") and not rule.draft:
                assert rule.citation.status in ("confirmed", "policy"), rule.id
                assert rule.citation.force != "draft", rule.id


def test_the_draft_of_india_only_warns_until_it_is_enacted() -> None:
    drafts = [rule for rule in shipped()["in"].rules if rule.draft]
    assert drafts
    assert {rule.state.name for rule in drafts} == {"warn"}
    enacted = shipped().joined(shipped().chain("in")).enacted()
    assert {enacted.named(rule.id).state.name for rule in drafts} == {"block"}


def test_the_base_pack_knows_every_hold_a_country_has_a_rule_for() -> None:
    named = {
        name
        for pack in shipped()
        for rule in pack.rules
        if isinstance(rule.law, Hold)
        for name in rule.law.names - {OTHER}
    }
    other = shipped().joined(shipped().chain("base")).named("base.hold.other")
    assert isinstance(other.law, Hold)
    assert other.law.except_for == named


@pytest.mark.parametrize("pack_id", sorted(shipped().packs))
def test_no_finding_speaks_in_names_of_the_data(pack_id: str) -> None:
    rules = shipped().joined(shipped().chain(pack_id))
    said = {
        text
        for one in shipped()[pack_id].examples
        for found in assess(
            rules, Case.read(one.case), one.events, one.at, act=one.act, facts=one.facts
        ).items
        for text in found.text.values()
    }
    assert [text for text in said if re.search(r"[a-z][._][a-z]|[{}]", text)] == []


def test_every_fact_has_a_name() -> None:
    wording = shipped().joined(shipped().chain("base")).wording
    assert [fact for fact in FACTS.keys() - {"act"} if wording.name(fact, "en") == fact] == []
