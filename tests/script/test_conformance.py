"""The recorded cases of ODK's own engine, and that the replay does fail where it should."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from agent_app.script import conformance
from tests.support.forms import xform

PHOENIX = ZoneInfo("America/Phoenix")


def now() -> datetime:
    return datetime(2026, 11, 22, 12, 0, tzinfo=PHOENIX)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["xpath", "scenario"])
def test_we_agree_with_odk_on_every_case(kind: str, shared: Path) -> None:
    file = shared / "conformance" / f"{kind}.jsonl.gz"
    if not file.exists():
        pytest.skip("the conformance sample is not there")
    tally = conformance.run(kind, file, now, os.urandom)
    assert tally.failures == []
    assert tally.passed > 100


def xpath_case(expression: str, kind: str, expected: object) -> dict[str, object]:
    return {
        "xml": "<r><a>1</a></r>",
        "ns": {},
        "context": "/",
        "xforms": True,
        "file": "f",
        "test": "t",
        "expression": expression,
        "kind": kind,
        "expected": expected,
    }


@pytest.mark.parametrize(
    ("case", "verdict"),
    [
        (xpath_case("1 + 1", "number", 2), ""),
        (xpath_case("1 + 1", "number", 3), "2.0 for 3"),
        (xpath_case("-1 * 0", "number", "-0"), ""),
        (xpath_case("0", "number", "-0"), "-0"),
        (xpath_case("1 div 3", "rounded", [0.33, 100]), ""),
        (xpath_case("/r/a", "nodeset", ["/*[1]/*[1]"]), ""),
        (xpath_case("'abc'", "length", 3), ""),
        (xpath_case("now()", "string", "x"), None),
        (xpath_case("gone()", "string", "x"), "no function"),
        (xpath_case("1 +", "string", "x"), "expected"),
    ],
)
def test_an_xpath_case_is_judged(case: dict[str, object], verdict: str | None) -> None:
    found = conformance.check_xpath(case, now, os.urandom)
    assert found == verdict if not verdict else verdict in str(found)


def scenario(state: list[dict[str, object]], form: bytes = b"") -> dict[str, object]:
    source = form or xform("<a/><meta><instanceID/></meta>", body='<input ref="/data/a"/>')
    events = [
        {"op": "init", "state": []},
        {"op": "set", "ref": "/data/a", "value": "1", "state": state},
    ]
    events[0]["state"] = [{**node, "value": ""} if "value" in node else node for node in state]
    return {"form": source.decode(), "events": events, "file": "f", "test": "t"}


STATE: list[dict[str, object]] = [
    {"ref": "/data"},
    {"ref": "/data/a", "value": "1"},
    {"ref": "/data/meta"},
    {"ref": "/data/meta/instanceID", "value": "any"},
]


def test_a_scenario_is_judged_by_every_node_after_every_step() -> None:
    assert conformance.check_scenario(scenario(STATE), now, os.urandom) == ""
    wrong = [STATE[0], {**STATE[1], "required": True}, *STATE[2:]]
    assert "required" in str(conformance.check_scenario(scenario(wrong), now, os.urandom))
    assert "other nodes" in str(conformance.check_scenario(scenario(STATE[:2]), now, os.urandom))


def test_a_form_with_outside_files_is_left_out() -> None:
    outside = xform("<a/>", model='<instance id="x" src="jr://file/x.xml"/>')
    assert conformance.check_scenario(scenario(STATE, outside), now, os.urandom) is None


def test_cases_about_today_repeat_on_the_day_they_were_recorded() -> None:
    case = xpath_case('today() < "2026-11-23"', "boolean", True)
    assert conformance.check_xpath(case, now, os.urandom) is None
    assert conformance.check_xpath(case, now, os.urandom, recorded=True) == ""
    dice = xpath_case("random() < 1", "boolean", True)
    assert conformance.check_xpath(dice, now, os.urandom, recorded=True) is None
