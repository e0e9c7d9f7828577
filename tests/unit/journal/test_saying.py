"""Events in a reader's words: no field of the machine's, no bare minor units, no code left raw."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from agent_app.journal.saying import Line, Saying, Table, settled
from agent_app.script.asked import Asked
from agent_app.wording import Wording
from tests.support.journals import Device

CNY = "CNY"
PLAN = {
    "kind": "equal", "months": 2, "count": 2, "pause": 0, "discount_bp": 0, "interest_runs": False,
    "total": {"minor": 20000, "currency": CNY}, "waived": {"minor": 0, "currency": CNY},
    "instalments": [
        {"amount": {"minor": 10000, "currency": CNY}, "due": f"2026-12-{day}", "number": number}
        for number, day in ((1, 10), (2, 20))
    ],
}  # fmt: skip
ASKED = {
    "/visit/ready": Asked("Are you ready?", {"two": "two of us", "badge": "badges worn"}),
    "/visit/outcome": Asked("What came of it?", {"agreed": "An agreement was signed"}),
}
NAMES = ("plan", "checks", "statement", "amount", "crew", "signers", "income", "value", "currency")
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3)
        | st.fixed_dictionaries({"minor": inner, "currency": inner})
    ),
    max_leaves=8,
)


def told(kind: str, body: dict[str, Any], language: str = "en") -> dict[str, Line]:
    saying = Saying(Wording(language), {"wang": "王芳"}, ASKED)
    return {line.label: line for line in saying.lines(Device().record(kind, body))}


def test_a_plan_is_sums_and_a_table() -> None:
    (line,) = told("plan_offered", {"plan": PLAN}).values()
    assert isinstance(line.said, tuple)
    fields = {one.field: one.said for one in line.said}
    assert fields["total"] == "CNY\u00a0200.00"
    assert fields["interest_runs"] == "no"
    assert fields.keys().isdisjoint({"pause", "discount_bp", "waived", "count"})
    table = fields["instalments"]
    assert isinstance(table, Table)
    assert table.heads == ("No.", "Due", "Amount")
    assert table.rows[1] == ("2", "2026-12-20", "CNY\u00a0100.00")
    assert line.flat.startswith("Total CNY\u00a0200.00; ")


def test_sums_people_and_checks_are_words() -> None:
    budget = {"currency": CNY, "income": 860000, "lines": {"food": 150000}, "spending": 150000}
    assert told("budget_recorded", budget, "zh_CN")["收入"].said == "人民币8,600.00元"
    statement = {"as_of": "2026-11-18", "currency": CNY, "principal": 5, "total": 5}
    assert (
        "本金 人民币0.05元" in told("disclosed", {"statement": statement}, "zh_CN")["告知内容"].flat
    )
    crew = told("visit_started", {"address": "a1", "crew": ["wang", "li"], "known": {"x": 1}})
    assert [line.flat for line in crew.values()] == ["a1", "王芳, li"]
    signed = told("agreement_signed", {"plan": PLAN, "checks": {
        "amount": {"answer": "10000", "right": True, "tries": 1},
        "date": {"answer": "10", "right": False},
    }})  # fmt: skip
    checks = next(line for line in signed.values() if line.field == "checks").flat
    assert "CNY\u00a0100.00 · matched" in checks
    assert "day 10 · " in checks


def test_an_outcome_is_called_what_the_script_called_it() -> None:
    device = Device()
    saying = Saying(Wording("en"), {}, ASKED)
    answer = device.record("answered", {"ref": "/visit/outcome", "value": "agreed"})
    (said,) = saying.lines(answer)
    assert (said.label, said.said) == ("What came of it?", "An agreement was signed")
    outcome = device.record("outcome_recorded", {"code": "agreed", "note": "", "result": "x"})
    assert [line.said for line in saying.lines(outcome)] == ["An agreement was signed"]


def test_ticks_grow_into_one_answer_and_a_change_of_mind_stays() -> None:
    device = Device()
    for value in ("two", "two badge"):
        device.record("answered", {"ref": "/visit/ready", "value": value})
    for value in ("yes", "no", "yesterday"):
        device.record("answered", {"ref": "/visit/sure", "value": value})
    assert [one.body["value"] for one in settled(device.events)] == [
        "two badge", "yes", "no", "yesterday",
    ]  # fmt: skip


@settings(max_examples=60)
@example("agreement_signed", {"plan": {"minor": False, "currency": ""}})
@given(
    st.sampled_from(["agreement_signed", "answered", "disclosed", "no_such_kind"]),
    st.dictionaries(st.sampled_from(NAMES), ANYTHING, max_size=4),
)
def test_any_body_can_be_told(kind: str, body: dict[str, Any]) -> None:
    saying = Saying(Wording("en"), {}, ASKED)
    event = Device().draft(kind, body)
    for line in (*saying.lines(event), *saying.machine(event)):
        assert isinstance(line.flat, str)
