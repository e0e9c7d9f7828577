"""Repeats in the model check: tried with no, one and two instances, and said so."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from typing import Any

import openpyxl
import pytest

from agent_app.script import load_form
from agent_app.script.check import Report, check
from agent_app.script.check.copies import Copies
from tests.script.check.test_claims import packs
from tests.support.scripts import small, workbook


def with_debts(*more: dict[str, Any], **repeat: Any) -> bytes:
    """The smallest sound script, asking for other debts one by one before the agreement."""
    book = openpyxl.load_workbook(BytesIO(built()))
    survey = book["survey"]
    head = [cell.value for cell in survey[1]]
    names = [row[head.index("name")].value for row in survey.iter_rows()]
    place = names.index("page_agreement") + 1
    rows: list[dict[str, Any]] = [
        {"type": "begin_repeat", "name": "debt", "relevant": "${stop} = ''", **repeat},
        {"type": "integer", "name": "owed", "required": "yes", "constraint": ". <= 100"},
        {"type": "end_repeat"},
        *more,
    ]
    for name in {name for row in rows for name in row} - set(head):
        head.append(name)
        survey.cell(1, len(head), name)
    survey.insert_rows(place, len(rows))
    for line, row in enumerate(rows, place):
        for name, value in row.items():
            survey.cell(line, head.index(name) + 1, value)
        for name in (
            name for name in head if name and name.startswith(("label", "constraint_message"))
        ):
            if row["type"] != "end_repeat":
                survey.cell(line, head.index(name) + 1, row.get("name"))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


@cache
def built() -> bytes:
    return workbook(small())


def checked(content: bytes) -> Report:
    report = check(load_form(content), packs(), "cn", walks=20)
    report.breaches = [one for one in report.breaches if one.claim != "rule"]
    return report


TOO_MUCH = {
    "type": "acknowledge", "name": "too_much", "required": "yes", "constraint": "false()",
    "relevant": "sum(${owed}) > 150 and ${stop} = ''",
}  # fmt: skip


def test_a_sound_script_with_a_repeat_passes_and_says_its_bound() -> None:
    report = checked(with_debts())
    assert report.breaches == []
    assert report.complete
    assert any("0, 1, 2 instances; nothing is proved of more" in line for line in report.lines())


def test_a_dead_end_that_takes_two_instances_is_found() -> None:
    breach = next(one for one in checked(with_debts(TOO_MUCH)).breaches if one.claim == "end")
    assert "“too_much”" in breach.message
    owed = [step.partition(" = ")[0] for step in breach.path if step.startswith("owed")]
    assert owed == ["owed", "owed #2"]


@pytest.mark.parametrize(("most", "dead"), [("1", False), ("2", True)])
def test_a_counted_repeat_has_no_more_than_its_count(most: str, dead: bool) -> None:
    found = checked(with_debts(TOO_MUCH, repeat_count=most)).breaches
    assert any(one.claim == "end" for one in found) is dead


def test_copies_of_nodes() -> None:
    form = load_form(with_debts()).data
    repeat = next(one.index for one in form.nodes if one.name == "debt")
    owed = next(one.index for one in form.nodes if one.name == "owed")
    other = next(one.index for one in form.nodes if one.name == "care")
    assert Copies(form, 0).all(owed) == []
    two = Copies(form, 2)
    first, second = two.all(owed)
    assert (first, two.real(second)) == (owed, owed)
    assert two.seen(owed, two.all(repeat)[1]) == [second]
    assert two.seen(owed, other) == [first, second]
    assert two.instance(second, repeat) == 1
