"""A visit leaves as OpenRosa XML, audit.csv and CSV; and the terminal commands that do it."""

from __future__ import annotations

import argparse
import csv
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from lxml import etree

from agent_app.cli import script
from agent_app.cli.interview import Interview
from agent_app.domain.errors import BadInput
from agent_app.script import exports
from tests.support.forms import NOW, start, xform

FORM = xform(
    '<who/><end/><photo/><g><x/></g><r jr:template=""><n/></r><orx:meta><orx:instanceID/></orx:meta>',
    '<bind nodeset="/data/end" jr:preload="timestamp" jr:preloadParams="end"/>'
    '<bind nodeset="/data/photo" type="binary"/><bind nodeset="/data/who" required="true()"/>'
    '<bind nodeset="/data/g/x" relevant="/data/who = \'li\'"/>',
    '<input ref="/data/who"><label>Who?</label><hint>the name</hint></input>'
    '<upload ref="/data/photo" mediatype="image/*"/><input ref="/data/g/x"/>'
    '<repeat nodeset="/data/r"><input ref="/data/r/n"/></repeat>',
)


def test_the_submission_is_what_a_server_takes(tmp_path: Path) -> None:
    session = start(FORM)
    session.answer("/data/who", "A < B & 'C'")
    session.answer("/data/photo", "door.jpg")
    written = exports.write_openrosa(session, tmp_path, {"door.jpg": b"image", "other.jpg": b""})
    assert [path.name for path in written] == ["submission.xml", "door.jpg"]
    root = etree.fromstring(written[0].read_bytes())
    assert root.get("id") == "test"
    assert root.findtext("who") == "A < B & 'C'"
    assert root.findtext("end") == "2026-11-22T10:03:22.123+08:00"
    assert root.find("g/x") is None
    assert (
        root.findtext("{http://openrosa.org/xforms}meta/{http://openrosa.org/xforms}instanceID")
        or ""
    ).startswith("uuid:")


def test_a_form_that_asks_for_an_audit_log_gets_it(tmp_path: Path) -> None:
    session = start(xform("<q/><meta><audit/></meta>", "", '<input ref="/data/q"/>'))
    entries = [exports.AuditEntry("form start", datetime(2026, 11, 22, tzinfo=UTC))]
    written = exports.write_openrosa(session, tmp_path, {}, entries)
    assert [path.name for path in written] == ["submission.xml", "audit.csv"]
    assert "form start" in written[1].read_text("utf-8")
    assert etree.fromstring(written[0].read_bytes()).findtext("meta/audit") == "audit.csv"


def test_repeats_become_tables_joined_by_key() -> None:
    session = start(FORM)
    session.answer("/data/who", "li")
    session.answer("/data/g/x", "1")
    for value in ("a", "b"):
        session.add_repeat("/data/r")
        session.answer(f"/data/r[{session.view('/data/r').count}]/n", value)
    tables = exports.tables(session)
    (main,) = csv.DictReader(io.StringIO(tables[""]))
    rows = list(csv.DictReader(io.StringIO(tables["r"])))
    assert (main["who"], main["g-x"]) == ("li", "1")
    assert [row["n"] for row in rows] == ["a", "b"]
    assert {row["PARENT_KEY"] for row in rows} == {main["KEY"]}
    assert rows[1]["KEY"] == f"{main['KEY']}/r[2]"


def test_a_geopoint_takes_four_columns() -> None:
    session = start(
        xform("<at/>", '<bind nodeset="/data/at" type="geopoint"/>', '<input ref="/data/at"/>')
    )
    session.answer("/data/at", "31.2 121.5")
    (row,) = csv.DictReader(io.StringIO(exports.tables(session)[""]))
    assert (row["at-Latitude"], row["at-Longitude"], row["at-Accuracy"]) == ("31.2", "121.5", "")


def test_the_audit_log_has_odks_columns() -> None:
    at = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
    entries = [
        exports.AuditEntry("form start", at),
        exports.AuditEntry(
            "question", at, at + timedelta(seconds=2), "/data/who", (31.2, 121.5, 4), "", "li"
        ),
    ]
    rows = list(csv.DictReader(io.StringIO(exports.audit_csv(entries))))
    assert rows[0]["event"] == "form start"
    assert int(rows[1]["end"]) - int(rows[1]["start"]) == 2000
    assert (rows[1]["latitude"], rows[1]["new-value"]) == ("31.2", "li")


def command(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    script.add_parser(parser.add_subparsers())
    chosen = parser.parse_args(["script", *arguments])
    return int(chosen.func(chosen))


def test_a_form_runs_in_the_terminal_from_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    form, answers, visit = tmp_path / "f.xml", tmp_path / "a.json", tmp_path / "v.json"
    form.write_bytes(FORM)
    answers.write_text(json.dumps({"/data/who": "li", "/data/r[2]/n": "second"}), encoding="utf-8")
    run = [
        "run",
        str(form),
        "--answers",
        str(answers),
        "--save",
        str(visit),
        "--zone",
        "Asia/Shanghai",
    ]
    assert command(*run) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["valid"]
    assert result["answers"]["/data/r[2]/n"] == "second"
    assert command("export", str(visit), "--openrosa") == 0
    assert "<who>li</who>" in capsys.readouterr().out
    assert command("export", str(visit), "--audit-csv", "--out", str(tmp_path / "out")) == 0
    assert "/data/r[2]/n" in (tmp_path / "out/audit.csv").read_text(encoding="utf-8")
    assert command("export", str(visit), "--csv", "--out", str(tmp_path / "out")) == 0
    assert "second" in (tmp_path / "out/r.csv").read_text(encoding="utf-8")
    with pytest.raises(BadInput):
        command("export", str(answers), "--csv")


def test_an_incomplete_form_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    form, answers = tmp_path / "f.xml", tmp_path / "a.json"
    form.write_bytes(FORM)
    answers.write_text("{}", encoding="utf-8")
    assert command("run", str(form), "--answers", str(answers)) == 1
    assert json.loads(capsys.readouterr().out)["violations"][0]["ref"] == "/data/who"


def test_the_interview_asks_again_and_follows_what_opens() -> None:
    session = start(FORM)
    given = iter(["", "li", "", "7", "y", "first", "no"])
    shown: list[str] = []
    Interview(session, lambda: NOW).ask(lambda _: next(given), shown.append)
    assert session.view("/data/g/x").value == "7"
    assert session.view("/data/r[1]/n").value == "first"
    assert shown[:2] == ["Who?", "  the name"]
    assert "required" in shown


def test_conformance_counts_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], shared: Path
) -> None:
    file = shared / "conformance/xpath.jsonl.gz"
    if not file.exists():
        pytest.skip("the conformance sample is not there")
    assert command("conformance", "xpath", str(file), "--failures", "3") == 0
    assert json.loads(capsys.readouterr().out)["failed"] == 0
