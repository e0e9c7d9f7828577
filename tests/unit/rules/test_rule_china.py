"""Every China rule that was found is in the pack, or the documents say why it is not."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from itertools import product as product_of
from pathlib import Path
from typing import NamedTuple

import pytest

from agent_app.domain.rules import State
from agent_app.domain.rules.history import History
from agent_app.domain.rules.judging import applies
from agent_app.domain.rules.situation import situation
from tests.conftest import ROOT
from tests.support.rule_cases import case, shipped

LENDERS = ("bank", "consumer_finance", "micro_loan", "other")
PRODUCTS = ("credit_card", "online_consumer", "micro_loan", "other")
ID = re.compile(r"`((?:cn|base)\.[a-z0-9_.]+)`")


class Row(NamedTuple):
    """One row of docs/rules-china.md."""

    section: str
    found: str
    where: str
    status: str


def table(text: str) -> list[tuple[str, list[str]]]:
    """The rows of every table, each with the number of its section; no heads."""
    section, rows, head = "", [], True
    for line in text.splitlines():
        if number := re.match(r"#+ (1\.\d)", line):
            section = number[1]
        if not line.startswith("|"):
            head = True
        elif line.startswith("|---"):
            head = False
        elif not head:
            rows.append((section, [cell.strip() for cell in line.strip("|").split("|")]))
    return rows


def rows() -> list[Row]:
    text = (ROOT / "docs" / "rules-china.md").read_text("utf-8")
    return [Row(section, cells[0], cells[2], cells[3]) for section, cells in table(text)]


def test_every_id_named_is_a_rule_and_every_rule_is_named() -> None:
    ids = {rule.id for pack in ("base", "cn") for rule in shipped()[pack].rules}
    named = {name for row in rows() for name in ID.findall(row.where)}
    assert named <= ids
    assert {one for one in ids if one.startswith("cn.")} <= named


def test_a_row_names_a_rule_or_says_why_there_is_none() -> None:
    for row in rows():
        assert "`" in row.where or "not encodable: " in row.where or "no rule" in row.where, row
        assert row.status in ("confirmed", "recalled", "policy", "draft", "not confirmed"), row


def test_what_is_only_remembered_or_policy_is_nowhere_shown_as_law() -> None:
    rules = shipped().joined(shipped().chain("cn"))
    confirmed = {
        name for row in rows() if row.status == "confirmed" for name in ID.findall(row.where)
    }
    for row in rows():
        for name in ID.findall(row.where):
            if name not in confirmed and "not encodable" not in row.where:
                assert not rules.named(name).citation.is_law, (row, name)


def test_no_rule_that_was_found_is_left_out(shared: Path) -> None:
    """Row by row against the research itself, where it lies beside the repository."""
    text = (shared / "reference" / "regulations.md").read_text("utf-8")
    law = text[text.index("## 1. Mainland") : text.index("## 2. India")]
    ours = [(row.section, row.found) for row in rows()]
    missing = [
        (section, cells[0])
        for section, cells in table(law)
        if not any(section == one and cells[0].startswith(found) for one, found in ours)
    ]
    assert missing == []


def test_of_each_rule_that_only_warns_the_documents_say_why() -> None:
    text = (ROOT / "docs" / "rules-china.md").read_text("utf-8")
    told = set(ID.findall(text.partition("## What only warns")[2]))
    warns = {rule.id for rule in shipped()["cn"].rules if rule.state is State.warn}
    assert warns <= told


@pytest.mark.parametrize(
    "rule", ["cn.visit.pace", "cn.visit.daily", "cn.plan.other", "cn.hold.bankruptcy", "cn.wish"]
)
def test_a_limit_of_the_company_is_not_shown_as_law(rule: str) -> None:
    """Though a statute is named beside it (1.6: "company policy, label it so")."""
    assert shipped()["cn"].rule_set.named(rule).citation.source == "policy"


@pytest.mark.parametrize("section", ["1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6"])
def test_no_section_is_empty(section: str) -> None:
    assert any(row.section == section for row in rows())


@pytest.mark.parametrize("pack", sorted(shipped().packs))
@pytest.mark.parametrize("role", ["agency", "creditor"])
def test_what_is_cited_binds_this_lender_and_this_product(pack: str, role: str) -> None:
    """Every lender and product under every pack: what is not meant for them is not cited."""
    now, bound = datetime(2026, 11, 24, 2, 0, tzinfo=UTC), shipped()[pack]
    for lender, product in product_of(LENDERS, PRODUCTS):
        seen = case(
            creditor={"id": "b", "name": "B", "type": lender},
            product={"name": "x", "kind": product},
            scope={"collector_role": role},
        )
        s = situation(History(seen, ()), now, "visit", {}, {})
        for rule in bound.rules:
            if applies(rule, s) is False:
                continue
            cited = rule.cited(s)
            scope = bound.header.source_scopes.get(cited.source)
            assert scope is None or scope.holds(s), (rule.id, cited.source, lender, product)
            if rule.severity in ("block", "needs") and not rule.draft:
                assert cited.status in ("confirmed", "policy"), rule.id


@pytest.mark.parametrize(
    ("lender", "product", "cited"),
    [
        ("bank", "credit_card", {"cn.never": "cba26", "cn.crew": "cba26", "cn.hold.plan": "cc11"}),
        ("bank", "online_consumer", {"cn.never": "cba26", "cn.hold.plan": "policy"}),
        ("consumer_finance", "online_consumer", {"cn.never": "cf24", "cn.crew": "cba26"}),
        ("micro_loan", "micro_loan", {"cn.never": "ml", "cn.crew": "policy", "cn.hours": "gbt"}),
        ("other", "credit_card", {"cn.never": "policy", "cn.letter": "cc11"}),
        ("other", "online_consumer", {"cn.never": "gbt", "cn.letter": "policy"}),
    ],
)
def test_the_scopes_of_china_switch(lender: str, product: str, cited: dict[str, str]) -> None:
    seen = case(
        creditor={"id": "b", "name": "B", "type": lender}, product={"name": "x", "kind": product}
    )
    s = situation(History(seen, ()), datetime(2026, 11, 24, 2, tzinfo=UTC), "visit", {}, {})
    rules = shipped()["cn"].rule_set
    assert {name: rules.named(name).cited(s).source for name in cited} == cited
    card = {r.id for r in rules.rules if r.id.startswith("cn.plan.card") and applies(r, s)}
    assert bool(card) == (product == "credit_card")
