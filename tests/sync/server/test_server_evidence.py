"""A real bundle of the office: what it names, and what the rules say of it afterwards."""

from __future__ import annotations

import argparse
import hashlib
import json
import random
from pathlib import Path

import pytest

from agent_app.cli.rules import add_parser
from agent_app.journal import bundle, standalone
from sync.server.evidence import write_bundle
from sync.server.office import Office
from sync.server.packs import SCRIPT
from tests.support.desks import shipped_packs
from tests.support.field import Agent
from tests.support.offices import Clock, give_cases, new_code, real_packs


@pytest.fixture
def agent(office: Office, url: str, clock: Clock, tmp_path: Path) -> Agent:
    made = Agent.enrolled(tmp_path / "device", url, new_code(office, "A1"), clock)
    made.pack = shipped_packs()["cn"].named
    give_cases(office, "A1", "case-1")
    made.sync()
    return made


def bundled(office: Office, agent: Agent, tmp_path: Path) -> Path:
    agent.sync()
    agent.close()
    out = tmp_path / "visit.bundle"
    write_bundle(office, "visit-1", out, real_packs())
    return out


def replayed(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    parser = argparse.ArgumentParser()
    add_parser(parser.add_subparsers())
    args = parser.parse_args(["rules", "replay", *arguments])
    return int(args.func(args)), capsys.readouterr().out


def test_the_bundle_names_script_and_pack_by_hash(
    office: Office, agent: Agent, tmp_path: Path
) -> None:
    agent.visit()
    found = bundle.read(bundled(office, agent, tmp_path))
    workbook = shipped_packs()["cn"].files[SCRIPT]
    (script,) = found.scripts
    assert script["sha256"] == hashlib.sha256(workbook).hexdigest()
    assert script["id"]
    assert script["version"]
    assert found.events[0].pack == shipped_packs()["cn"].named


def test_an_edition_the_office_no_longer_has_is_named_by_its_stamp_alone(
    office: Office, agent: Agent, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    agent.pack = {"id": "cn", "version": "2025.01.0", "sha256": "ab" * 32}
    agent.visit()
    out = bundled(office, agent, tmp_path)
    assert bundle.read(out).scripts == ()
    _, said = replayed(capsys, str(out))
    assert "another edition of cn 2025.01.0 than the one here" in said


def test_replay_of_a_bundle_says_pass_fail_and_what_it_cannot_know(
    office: Office, agent: Agent, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    agent.visit()
    out = bundled(office, agent, tmp_path)
    code, said = replayed(capsys, str(out), "--json")
    (found,) = json.loads(said)["visits"]
    rows = {one["rule"]: one for one in found["rules"]}
    assert {rule.partition(".")[0] for rule in rows} == {"base", "cn"}
    assert rows["cn.gate.debt"]["passed"] is True
    assert rows["cn.gate.debt"]["limited"] is False
    assert rows["cn.record"]["passed"] is False
    assert rows["base.hold.stop_contact"]["limited"] is True
    assert rows["cn.rung.overdue_notice"]["passed"] is None
    assert code == 1
    assert "the agent's authority" in found["unknown"]
    assert found["other_editions"] == []
    _, text = replayed(capsys, str(out))
    assert "pass* base.hold.stop_contact" in text
    assert "FAIL  cn.record" in text


def test_with_the_case_row_nothing_is_left_open_to_the_visit_alone(
    office: Office, agent: Agent, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row = tmp_path / "case.json"
    row.write_text(json.dumps(agent.now()), "utf-8")
    agent.visit()
    _, said = replayed(capsys, str(bundled(office, agent, tmp_path)), "--case", str(row), "--json")
    (found,) = json.loads(said)["visits"]
    assert found["unknown"] == []
    assert not any(one["limited"] for one in found["rules"])


def test_2000_flipped_bytes_of_a_real_bundle_are_found(
    office: Office, agent: Agent, tmp_path: Path
) -> None:
    agent.visit()
    data = bytearray(bundled(office, agent, tmp_path).read_bytes())
    chance, missed = random.Random(2000), []
    for _ in range(2000):
        at, bit = chance.randrange(len(data)), 1 << chance.randrange(8)
        data[at] ^= bit
        try:
            standalone.check(bytes(data))
            missed.append(at)
        except standalone.Broken:
            pass
        data[at] ^= bit
    assert missed == []
