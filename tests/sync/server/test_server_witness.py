"""What leaves the office for witnesses: heads that grow, paths for the asking, the day's report."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from agent_app.domain.errors import Tampered
from agent_app.domain.languages import LANGUAGES
from agent_app.journal import witness as heads
from sync.server import stamps, witness
from sync.server.office import Office
from tests.support.offices import Clock, FieldDevice, give_cases

Enrolled = Callable[..., FieldDevice]


@pytest.fixture
def device(office: Office, enrolled: Enrolled) -> FieldDevice:
    give_cases(office, "A1", "case-1")
    return enrolled()


def visit(device: FieldDevice) -> None:
    device.journal.visit()
    device.sync()


def test_a_witness_file_grows_and_the_office_gives_what_joins_it(
    office: Office, device: FieldDevice, url: str, tmp_path: Path, clock: Clock
) -> None:
    kept = tmp_path / "heads.jsonl"
    visit(device)
    witness.append(office, kept)
    device.journal.visit(visit="visit-2")
    device.sync()
    witness.append(office, kept, stamps.the_service(office))
    held = heads.read(kept.read_bytes())
    assert [head["size"] for head in held.heads] == [12, 24]
    assert heads.check(held, office.keys.log_public) == 1
    assert [head["size"] for head, _ in held.stamps] == [24]
    with office.db() as db:
        line = witness.path(db, 12, 24)
    public = requests.get(f"{url}/check/log", params={"from": 12, "to": 24}, timeout=10)
    assert public.text == line
    assert held.paths[12, 24] == [json.loads(line)["path"]]
    for wrong in ({"from": 0, "to": 3}, {"from": 12, "to": 25}, {"from": "x"}):
        assert requests.get(f"{url}/check/log", params=wrong, timeout=10).status_code == 400


def test_a_rewritten_log_is_noticed_before_the_witness_gets_a_head(
    office: Office, device: FieldDevice, tmp_path: Path
) -> None:
    kept = tmp_path / "heads.jsonl"
    visit(device)
    witness.append(office, kept)
    before = kept.read_bytes()
    with office.db() as db, db.writing():
        db.do("UPDATE tree SET hash = ? WHERE level = 2 AND place = 2", bytes(32))
    with pytest.raises(Tampered):
        witness.append(office, kept)
    assert kept.read_bytes() == before


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_days_report_holds_a_head_anyone_can_check_with(
    office: Office, device: FieldDevice, clock: Clock, language: str
) -> None:
    visit(device)
    text = witness.report(office, clock.at.date(), language)
    (head,) = heads.read(text.splitlines()[-1].encode()).heads
    heads.check(heads.Witness((head,)), office.keys.log_public)
    assert head["size"] == 12
    assert "12" in text.splitlines()[4]
    assert head["root"][:8] in text
    quiet = witness.report(office, clock.at.date().replace(year=2025), language)
    assert len(quiet.splitlines()) == len(text.splitlines()) - 1
