"""A real visit leaves: from its evidence bundle, from a redacted copy, from a stored profile."""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from agent_app.cli import script
from agent_app.domain.errors import BadInput, Tampered
from agent_app.domain.events import Event
from agent_app.journal import bundle
from tests.support.bundles import Evidence, attachment, redact
from tests.support.desks import shipped_packs
from tests.support.forms import xform

FORM = xform(
    '<who/><alone/><age/><note/><door/><g jr:template=""><n/></g><end/>'
    "<orx:meta><orx:instanceID/></orx:meta>",
    '<bind nodeset="/data/age" type="int" constraint=". &lt; 120"/>'
    '<bind nodeset="/data/alone" relevant="/data/who = \'li\'"/>'
    '<bind nodeset="/data/note" readonly="/data/age != \'\'"/>'
    '<bind nodeset="/data/door" type="binary"/>'
    '<bind nodeset="/data/end" jr:preload="timestamp" jr:preloadParams="end"/>',
    '<input ref="/data/who"/><input ref="/data/alone"/><input ref="/data/age"/>'
    '<input ref="/data/note"/><upload ref="/data/door" mediatype="image/*"/>'
    '<repeat nodeset="/data/g"><input ref="/data/g/n"/></repeat>',
)
NEWER = FORM.replace(b'version="1"', b'version="2"').replace(b"alone", b"by")
PHOTO = b"\xff\xd8\xff the door \xff\xd9"
NAME = f"{hashlib.sha256(PHOTO).hexdigest()[:16]}.jpg"
GIVEN = [
    ("/data/who", "li"),
    ("/data/alone", "yes"),
    ("/data/note", "said at once"),
    ("/data/age", "700"),
    ("/data/age", "70"),
    ("/data/g[2]/n", "second"),
    ("/data/who", "wang"),
    ("/data/old/question", "lost"),
]


def visited() -> Evidence:
    """A visit that wavers: a wrong age, an answer that fell away, a repeat, a photo, a crash."""
    evidence = Evidence()
    device = evidence.device
    del device.events[:]
    evidence.log = type(evidence.log)()
    evidence.device.held = None
    device.record("visit_started", {"address": "addr-1", "crew": ["wang", "li"]})
    for ref, value in GIVEN:
        device.record("answered", {"ref": ref, "value": value, "seconds": 5})
    place = {"lat": 22.5431, "lon": 114.0579, "accuracy": 12.5}
    device.record("position_read", {**place, "datum": "WGS-84", "provider": "gnss"})
    file = attachment("photo-1", PHOTO, "image/jpeg")
    device.record("photo_taken", {"slot": "photo-1", "what": "other"}, files=(file,))
    device.moment = replace(device.moment, boot="boot-2", bt=1_000)
    device.record("answered", {"ref": "/data/door", "value": NAME, "seconds": 2})
    device.record("visit_ended", {})
    evidence.files = {file["sha256"]: PHOTO}
    evidence.sync()
    return evidence


@pytest.fixture
def kept(tmp_path: Path) -> tuple[Path, Path]:
    """The bundle, and the script the visit was made with."""
    form = tmp_path / "visit.xml"
    form.write_bytes(FORM)
    return visited().write(tmp_path / "visit.bundle"), form


def command(*arguments: object) -> int:
    parser = argparse.ArgumentParser()
    script.add_parser(parser.add_subparsers())
    chosen = parser.parse_args(["script", "export", *map(str, arguments)])
    return int(chosen.func(chosen))


def test_a_bundle_becomes_a_submission_with_its_photo(
    kept: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert command(kept[0], "--openrosa", "--form", kept[1], "--out", out) == 0
    root = etree.fromstring((out / "submission.xml").read_bytes())
    told = {str(e.tag).rpartition("}")[2]: e.text for e in root.iter() if len(e) == 0}
    assert (root.get("id"), root.get("version")) == ("test", "1")
    assert (told["who"], told["age"], told["note"]) == ("wang", "70", "said at once")
    assert "alone" not in told
    assert (told["door"], (out / NAME).read_bytes()) == (NAME, PHOTO)
    assert told["end"].startswith("2026-11-23T10:")
    assert [e.text for e in root.iter("n")] == [None, "second"]
    said = capsys.readouterr().err
    assert "answered, but not relevant in the end: /data/alone" in said
    assert "not in the script 1: /data/old/question" in said
    again = tmp_path / "again"
    command(kept[0], "--openrosa", "--form", kept[1], "--out", again)
    assert (again / "submission.xml").read_bytes() == (out / "submission.xml").read_bytes()


def test_the_audit_log_tells_how_the_visit_went(
    kept: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    command(kept[0], "--audit-csv", "--form", kept[1])
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    events = [row["event"] for row in rows]
    assert events[0] == "form start"
    assert events[-1] == "form finalize"
    assert events.count("constraint error") == 1
    assert events.count("form resume") == 1
    assert [row["node"] for row in rows if row["event"] == "add repeat"] == [
        *("/data/g[1]", "/data/g[2]")
    ]
    assert [int(row["start"]) for row in rows] == sorted(int(row["start"]) for row in rows)
    changed = [row for row in rows if row["node"] == "/data/who"][-1]
    assert (changed["old-value"], changed["new-value"], changed["user"]) == ("li", "wang", "wang")
    assert int(changed["end"]) - int(changed["start"]) == 5000
    assert [row["latitude"] for row in rows if row["node"] == "/data/door"] == ["22.5431"]


def test_a_table_for_the_repeat(kept: tuple[Path, Path], tmp_path: Path) -> None:
    command(kept[0], "--csv", "--form", kept[1], "--out", tmp_path / "out")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out/g.csv").read_text("utf-8"))))
    assert [row["n"] for row in rows] == ["", "second"]


def test_a_script_that_changed_under_way_is_the_one_with_the_answers(
    kept: tuple[Path, Path],
) -> None:
    from agent_app.script import load_form
    from agent_app.script.retelling import fitting

    events = bundle.read(kept[0]).events
    forms = [load_form(NEWER), load_form(FORM)]
    chosen = fitting(forms, events, "visit-1")
    assert chosen is not None
    assert chosen.version == "1"


def test_a_redacted_copy_says_what_is_blacked_out(
    kept: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    held = bundle.read(kept[0])
    evidence = visited()
    hide = {e.id: ["value"] for e in held.events if e.body.get("ref") == "/data/who"}
    copy = tmp_path / "copy.bundle"
    drop = [hashlib.sha256(PHOTO).hexdigest()]
    redact(held, copy, hide=hide, drop_files=drop, maker=evidence.maker())
    out = tmp_path / "out"
    assert command(copy, "--openrosa", "--form", kept[1], "--out", out) == 0
    said = capsys.readouterr().err
    assert said.count("blacked out: /data/who") == 2
    assert f"not here: {NAME}" in said
    assert not etree.fromstring((out / "submission.xml").read_bytes()).findtext("who")
    assert not (out / NAME).exists()


def test_the_script_is_found_in_the_packs_by_its_hash(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    evidence = visited()
    ready = {"ref": "/data/prepare/before/ready", "value": "two_agents badge", "seconds": 3}
    evidence.device.record("answered", ready)
    evidence.sync()
    source = shipped_packs()["cn"].files["scripts/visit.xlsx"]
    named = {"id": "visit", "version": "1", "sha256": hashlib.sha256(source).hexdigest()}
    held = evidence.write(tmp_path / "visit.bundle", scripts=[named])
    assert command(held, "--csv") == 0
    said = capsys.readouterr()
    (row,) = csv.DictReader(io.StringIO(said.out))
    assert row["prepare-before-ready"] == "two_agents badge"
    assert "constraint: /data/prepare/before/ready" in said.err


def test_what_cannot_be_told_is_refused(kept: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="its script is not here"):
        command(kept[0], "--csv")
    with pytest.raises(BadInput, match="--profile"):
        command("0190-not-a-file", "--csv")
    spoilt = tmp_path / "spoilt.bundle"
    spoilt.write_bytes(kept[0].read_bytes().replace(b"wang", b"weng", 1))
    with pytest.raises(Tampered):
        command(spoilt, "--csv", "--form", kept[1])


def test_events_of_another_visit_are_not_told(kept: tuple[Path, Path]) -> None:
    from agent_app.script import load_form
    from agent_app.script.retelling import retell

    events: list[Event] = list(bundle.read(kept[0]).events)
    with pytest.raises(BadInput):
        retell(load_form(FORM), events, visit="another")
