"""The scripts we ship: built from their sources, proved, and short enough for a doorstep."""

from __future__ import annotations

import hashlib

import pytest

from agent_app.packs import load_packs
from agent_app.script.check import check
from tests.support.scripts import ROOT, SHIPPED, shipped, source_of, workbook

WALKS = 100


@pytest.mark.parametrize("pack", SHIPPED)
def test_it_is_proved(pack: str) -> None:
    report = check(shipped(pack), load_packs(ROOT / "resources" / "packs"), pack, walks=WALKS)
    assert report.passed, "\n".join(report.lines())


@pytest.mark.parametrize("pack", SHIPPED)
def test_the_workbook_is_what_its_source_says(pack: str) -> None:
    committed = ROOT / "resources" / "packs" / pack / "scripts" / "visit.xlsx"
    built = hashlib.sha256(workbook(source_of(pack))).hexdigest()
    assert hashlib.sha256(committed.read_bytes()).hexdigest() == built


@pytest.mark.parametrize("pack", SHIPPED)
def test_every_pack_speaks_its_own_languages_and_english(pack: str) -> None:
    own = {"cn": {"zh_CN", "zh_TW"}, "tw": {"zh_TW"}, "in": {"hi"}, "uk": set()}
    assert set(shipped(pack).languages) == own[pack] | {"en"}
