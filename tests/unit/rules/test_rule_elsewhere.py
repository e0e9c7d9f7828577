"""Every rule found outside mainland China is in a pack, or the documents say why it is not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from agent_app.domain.rules.rule import Rule
from tests.conftest import ROOT
from tests.support.rule_cases import shipped
from tests.unit.rules.test_rule_china import Row, table

ID = re.compile(r"`((?:base|us-ma|[a-z]{2})\.[a-z0-9_.]+)`")
SECTIONS = {"2": "India", "3": "United", "4": "United", "5": "Hong", "6": "Taiwan", "7": "Others"}


def sections(text: str) -> list[tuple[str, list[str]]]:
    """The rows of every table below a head `## N.`, each with N."""
    return table(re.sub(r"(?m)^## (\d)\. ", r"# 1.\1 ", text))


def rows() -> list[Row]:
    text = (ROOT / "docs" / "rules-elsewhere.md").read_text("utf-8")
    return [
        Row(section[2:], cells[0], cells[2], cells[3])
        for section, cells in sections(text)
        if len(cells) == 4
    ]


def named(row: Row) -> list[Rule]:
    rules = {rule.id: rule for pack in shipped() for rule in pack.rules}
    missing = [name for name in ID.findall(row.where) if name not in rules]
    assert not missing, (row.found, missing)
    return [rules[name] for name in ID.findall(row.where)]


def test_a_row_names_rules_that_are_there_or_says_why_there_are_none() -> None:
    for row in rows():
        assert named(row) or "not encodable: " in row.where or "`tz`" in row.where or "`rbi" in (
            row.where
        ), row  # fmt: skip
        assert row.status in ("confirmed", "recalled", "policy", "draft", "not confirmed"), row


def test_every_rule_resting_on_more_than_policy_is_in_a_row() -> None:
    told = {rule.id for row in rows() for rule in named(row)}
    for pack in shipped():
        for rule in pack.rules if pack.id not in ("cn", "base") else ():
            if rule.citation.force != "company_policy":
                assert rule.id in told, rule.id


def test_what_is_only_remembered_or_a_draft_is_nowhere_shown_as_law() -> None:
    confirmed = {rule.id for row in rows() if row.status == "confirmed" for rule in named(row)}
    for row in rows():
        for rule in named(row):
            if rule.id not in confirmed and "not encodable" not in row.where:
                assert not rule.citation.is_law or rule.draft, (row, rule.id)


@pytest.mark.parametrize("rule", ["hk.hours", "uk.hours", "in.hours", "sg.hours", "us.gate.debt"])
def test_hours_that_no_law_names_are_the_companys(rule: str) -> None:
    assert shipped()[rule[:2]].rule_set.named(rule).citation.source == "policy"


def test_no_rule_that_was_found_is_left_out(shared: Path) -> None:
    """Row by row against the research itself, where it lies beside the repository."""
    text = (shared / "reference" / "regulations.md").read_text("utf-8")
    law = text[text.index("## 2. India") : text.index("## 8. Question")]
    ours = rows()
    for section, cells in sections(law):
        number = section[2:]
        found = cells[1] if number == "7" else cells[0]
        mine = [one for one in ours if one.section == number and found.startswith(one.found)]
        assert mine, (number, found)
        read = cells[-1].upper().startswith("CONFIRMED") or "CONFIRMED [" in cells[-1].upper()
        assert all(read for one in mine if one.status in ("confirmed", "draft")), (number, found)
