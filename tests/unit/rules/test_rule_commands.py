"""`doorstep rules` as an officer types it."""

from __future__ import annotations

import argparse
import json
import re
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import pytest

from agent_app.cli.rule_files import read_events
from agent_app.cli.rules import add_parser
from agent_app.domain.errors import BadInput
from agent_app.domain.events import Event
from tests.support.rule_cases import event, row, shipped

START = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def doorstep(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    add_parser(parser.add_subparsers())
    args = parser.parse_args(["rules", *arguments])
    return int(args.func(args))


def events_file(tmp_path: Path, events: list[Event]) -> str:
    path = tmp_path / "events.jsonl"
    path.write_text("\n".join(json.dumps(one.to_json()) for one in events), "utf-8")
    return str(path)


def case_file(tmp_path: Path, pack: str = "cn") -> str:
    path = tmp_path / "case.json"
    path.write_text(json.dumps(row(pack)), "utf-8")
    return str(path)


def night_visit() -> list[Event]:
    pack = {"id": "cn", "version": "2026.11.0", "sha256": "0"}
    late = START + timedelta(hours=12, minutes=30)
    started = event("visit_started", late, {"address": "h1", "crew": ["u1", "u2"]})
    ended = event("visit_ended", late + timedelta(minutes=4), {})
    return [started.but(pack=pack), ended.but(pack=pack)]


def test_check_says_that_every_example_holds(capsys: pytest.CaptureFixture[str]) -> None:
    assert doorstep("check", "cn", "in") == 0
    said = capsys.readouterr().out
    assert f"cn 2026.11.0 (draft): {len(shipped()['cn'].rules)} rules, " in said


def test_check_names_the_fault_and_its_mend(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shipped = files("resources") / "packs" / "base"
    (tmp_path / "base").mkdir()
    for name in ("pack.toml", "rules.toml"):
        text = (shipped / name).read_text("utf-8").replace("gt = 72", "above = 72")
        (tmp_path / "base" / name).write_text(text, "utf-8")
    assert doorstep("check", "--packs", str(tmp_path)) == 1
    said = capsys.readouterr().out
    assert "base/rules.toml:base.stale → while → above: is not a key known here" in said


def test_an_example_that_does_not_hold_fails_the_check(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shipped = files("resources") / "packs" / "base"
    (tmp_path / "base").mkdir()
    for name in ("pack.toml", "rules.toml", "examples.toml", "wording.toml"):
        text = (shipped / name).read_text("utf-8").replace("gt = 72", "gt = 96")
        (tmp_path / "base" / name).write_text(text, "utf-8")
    assert doorstep("check", "--packs", str(tmp_path)) == 1
    assert (
        "of base.stale, visit at 2026-11-24T07:01:00+08:00: allow, expected needs"
        in capsys.readouterr().out
    )


def test_a_folder_is_checked_in_place_of_the_shipped_pack(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shipped = files("resources") / "packs" / "sg"
    (tmp_path / "sg").mkdir()
    for name in ("pack.toml", "rules.toml", "examples.toml"):
        text = (
            (shipped / name)
            .read_text("utf-8")
            .replace('version = "2026.11.0"', 'version = "2027.01.0"')
        )
        (tmp_path / "sg" / name).write_text(text, "utf-8")
    assert doorstep("check", str(tmp_path / "sg")) == 0
    assert "sg 2027.01.0 (draft)" in capsys.readouterr().out
    text = (tmp_path / "sg" / "examples.toml").read_text("utf-8")
    text = text.replace('rule = "sg.visit.pace"', 'rule = "sg.visit.pac"', 1)
    (tmp_path / "sg" / "examples.toml").write_text(text, "utf-8")
    assert doorstep("check", str(tmp_path / "sg")) == 1
    assert (
        "is not one of the known words ('sg.visit.pac') → write \"sg.visit.pace\""
        in capsys.readouterr().out
    )


EXAMPLE = "example = ["


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("examples.toml", 'expect = "block"', 'expect = "stop"', "expect: is not one of the known"),
        (
            "examples.toml",
            EXAMPLE,
            EXAMPLE + '{ rule = "sg.hours", facts = 3 },',
            "facts: is not a",
        ),
        (
            "examples.toml",
            EXAMPLE,
            EXAMPLE + '{ rule = "sg.hours", events = ["yesterday x"] },',
            "events: is not an event ('yesterday x')",
        ),
        ("examples.toml", "balance = {", "balanc = {", "examples.toml:case → balance: is missing"),
        (
            "examples.toml",
            'rule = "sg.hours"',
            'rule = "sg.wish"',
            "has fewer than 4 examples ('3')",
        ),
        (
            "pack.toml",
            "[title]",
            '[[calendars]]\nid = "x"\nsource = "holidays"\ncountry = "ZZ"\nfirst_year = 2026\n'
            + "last_year = 2026\n[title]",
            "sg/pack.toml:x: no holiday table for this place ('ZZ')",
        ),
    ],
)
def test_faults_of_every_file_are_told_in_one_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], file: str, old: str, new: str, said: str
) -> None:
    shipped = files("resources") / "packs" / "sg"
    (tmp_path / "sg").mkdir()
    for name in ("pack.toml", "rules.toml", "examples.toml"):
        text = (shipped / name).read_text("utf-8")
        text = text.replace(old, new, 1) if name == file else text
        if name == "rules.toml":
            text = text.replace('from = "09:00"', "from = 9")
        (tmp_path / "sg" / name).write_text(text, "utf-8")
    assert doorstep("check", str(tmp_path / "sg")) == 1
    told = capsys.readouterr().out
    assert said in told
    assert "sg.hours → from: is not a time of day ('9')" in told


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            "rules.toml",
            '"approval_letter"',
            '"aproval_letter"',
            "sg.approval: has no name in words ('aproval_letter') → write \"approval_letter\", or",
        ),
        (
            "pack.toml",
            'jurisdiction = "SG"',
            "",
            'sg/pack.toml: says neither where nor for whom it holds → write jurisdiction = "CN"',
        ),
    ],
)
def test_what_would_never_hold_is_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], file: str, old: str, new: str, said: str
) -> None:
    """A misspelt credential or hold, a country's pack that names no country."""
    shipped = files("resources") / "packs" / "sg"
    (tmp_path / "sg").mkdir()
    for name in ("pack.toml", "rules.toml", "examples.toml"):
        text = (shipped / name).read_text("utf-8")
        (tmp_path / "sg" / name).write_text(
            text.replace(old, new) if name == file else text, "utf-8"
        )
    assert doorstep("check", str(tmp_path / "sg")) == 1
    assert said in capsys.readouterr().out


def test_replay_fails_a_visit_after_hours(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert doorstep("replay", events_file(tmp_path, night_visit())) == 1
    said = capsys.readouterr().out
    assert "FAIL  cn.hours" in said
    assert "visit_started@2026-11-24T14:30:00+00:00" in said


def test_replay_as_json_under_another_pack(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    events = events_file(tmp_path, night_visit())
    code = doorstep(
        "replay", events, "--pack", "us@2026.11.0", "--case", case_file(tmp_path), "--json"
    )
    assert code == 1
    rows = {one["rule"]: one for one in json.loads(capsys.readouterr().out)["visits"][0]["rules"]}
    assert rows["us.hours"]["passed"] is False
    assert rows["us.hours"]["citation"]["status"] == "confirmed"


def test_many_visits_make_one_line_a_rule_with_the_visits_that_broke_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    late = tmp_path / "late.jsonl"
    events_file(tmp_path, night_visit())
    (tmp_path / "events.jsonl").rename(late)
    earlier = [
        one.but(wall=(one.at - timedelta(hours=8)).isoformat(timespec="milliseconds"))
        for one in night_visit()
    ]
    day = events_file(tmp_path, earlier)
    assert doorstep("replay", day, str(late), "--case", case_file(tmp_path)) == 1
    said = capsys.readouterr().out
    assert re.search(r"cn\.hours +1 +1 +0\n +FAIL late\.jsonl", said)
    assert doorstep("replay", day, str(late), "--case", case_file(tmp_path), "--json") == 1
    told = json.loads(capsys.readouterr().out)
    rows = {one["rule"]: one for one in told["rules"]}
    assert [one["visit"] for one in rows["cn.hours"]["kept"]] == ["events.jsonl"]
    assert [one["visit"] for one in rows["cn.hours"]["broken"]] == ["late.jsonl"]
    assert [one["file"] for one in told["visits"]] == ["events.jsonl", "late.jsonl"]


def test_a_bundle_that_cannot_be_read_is_named_and_the_others_are_judged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.jsonl"
    broken.write_text('{"kind": "visit_started"}\n', "utf-8")
    assert doorstep("replay", events_file(tmp_path, night_visit()), str(broken)) == 2
    told = capsys.readouterr()
    assert "cn.hours" in told.out
    assert "broken.jsonl" in told.err


def test_a_version_that_is_not_here_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="another version"):
        doorstep("replay", events_file(tmp_path, night_visit()), "--pack", "us@1999.01.0")


def test_explain_lists_every_rule_with_its_source(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    at = "2026-11-24T07:59:00+08:00"
    code = doorstep(
        "explain", case_file(tmp_path), "--at", at, "--fact", f'synced_at="{at}"', "--act", "visit"
    )
    assert code == 1
    said = capsys.readouterr().out
    assert "block  cn.hours" in said
    assert "今天 08:00 起可以" in said
    assert "allow  cn.crew " in said


def test_the_table_for_counsel_names_every_rule_its_limits_and_its_standing(tmp_path: Path) -> None:
    out = tmp_path / "in.md"
    assert doorstep("table", "in", "--out", str(out)) == 0
    text = out.read_text("utf-8")
    row = next(line for line in text.splitlines() if "`in.draft.certificate`" in line)
    assert "Draft: only warns" in row
    assert "from 2026-07-01" in row
    assert "`credentials` iibf_certificate" in row
    hours = next(line for line in text.splitlines() if "`in.hours`" in line)
    assert "08:00–19:00" in hours
    assert "{" not in hours
    assert "from memory, not checked" in text
    assert "Counsel: ____" in text


def test_the_table_to_print_holds_every_rule_once_in_both_languages(tmp_path: Path) -> None:
    out = tmp_path / "cn.html"
    assert doorstep("table", "cn", "--lang", "zh_CN", "en", "--out", str(out)) == 0
    text = out.read_text("utf-8")
    assert text.count("<tr") == 1 + len(shipped()["cn"].rules)
    assert "只可在 08:00–22:00 上门或联系" in text
    assert "Visits and contact only 08:00–22:00" in text
    assert "<script" not in text
    remembered = text[text.rindex("<code>civil-recalled</code>") :].partition("</li>")[0]
    assert "from memory, not checked" in remembered
    assert "in force" not in remembered


@pytest.mark.parametrize(
    ("row", "more", "said"),
    [
        ("[1]", (), "case.json: is not a case row"),
        ('{"id": "x"}', (), "case.json:balance: the case row cannot be read"),
        ("", ("--act", "visitt"), "--act: is no act ('visitt') → write \"visit\""),
        ("", ("--fact", "crew"), "--fact: tells nothing ('crew') → write NAME=VALUE"),
    ],
)
def test_explain_says_what_it_cannot_read(
    tmp_path: Path, row: str, more: tuple[str, ...], said: str
) -> None:
    path = case_file(tmp_path)
    if row:
        Path(path).write_text(row, "utf-8")
    with pytest.raises(BadInput) as caught:
        doorstep("explain", path, "--at", "2026-11-24T10:00:00+08:00", *more)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("at", "said"),
    [("yesterday", "'yesterday' is no time"), ("2026-11-24T10:00", "give the offset from UTC")],
)
def test_a_time_that_is_none_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], at: str, said: str
) -> None:
    with pytest.raises(SystemExit):
        doorstep("explain", case_file(tmp_path), "--at", at)
    assert said in capsys.readouterr().err


def test_explain_counts_the_persons_other_case(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = case_file(tmp_path)
    knocked = {"at": "2026-11-24T09:00:00+08:00", "channel": "visit", "result": "met"}
    beside = tmp_path / "beside.json"
    beside.write_text(json.dumps(row() | {"id": "c2", "contacts": [knocked]}), "utf-8")
    at = "2026-11-24T10:00:00+08:00"
    doorstep("explain", own, "--at", at, "--fact", f'synced_at="{at}"')
    assert "warn   cn.visit.daily" not in capsys.readouterr().out
    doorstep("explain", own, "--at", at, "--fact", f'synced_at="{at}"', "--beside", str(beside))
    said = capsys.readouterr().out
    assert "warn   cn.visit.daily" in said
    assert "tomorrow 08:00" in said


def test_an_event_no_app_would_write_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two letters are not a crew of two."""
    started, ended = night_visit()
    path = events_file(tmp_path, [ended, started.but(body=started.body | {"crew": "ab"})])
    assert doorstep("replay", path, "--case", case_file(tmp_path)) == 2
    assert "jsonl:2:visit_started → crew: is not a list of texts" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"wall": "2026-11-24T10:00:00.000"}, "jsonl:1:wall: is no time of a visit"),
        ({"wall": "0001-01-01T00:00:00.000+14:00"}, "jsonl:1:wall: is no time of a visit"),
        ({"wall": "9999-12-31T23:59:59.999-12:00"}, "jsonl:1:wall: is no time of a visit"),
        ({"pack": "cn"}, "jsonl:1:pack: is not a table ('cn')"),
    ],
)
def test_an_event_of_no_time_or_pack_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: dict[str, str], said: str
) -> None:
    started, ended = night_visit()
    path = events_file(tmp_path, [Event.from_json(started.to_json() | change), ended])
    assert doorstep("replay", path, "--case", case_file(tmp_path)) == 2
    assert said in capsys.readouterr().err


def test_a_record_of_nothing_proves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert doorstep("replay", events_file(tmp_path, []), "--case", case_file(tmp_path)) == 2
    assert "events.jsonl: holds no event" in capsys.readouterr().err
    (tmp_path / "packs").mkdir()
    assert doorstep("check", "--packs", str(tmp_path / "packs")) == 1
    assert "holds no pack" in capsys.readouterr().out


def test_a_line_separator_in_a_note_ends_no_event(tmp_path: Path) -> None:
    started, ended = night_visit()
    started = started.but(body=started.body | {"note": "a\u2028b\u0085c"})
    path = tmp_path / "events.jsonl"
    lines = [json.dumps(one.to_json(), ensure_ascii=False) for one in (started, ended)]
    path.write_text("\n".join(lines), "utf-8")
    assert len(read_events(path)) == 2
