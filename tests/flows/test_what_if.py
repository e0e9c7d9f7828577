"""What if other rules had held, over the team's visits; and the rules themselves, to be read."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent_app.actions.desk import Desk
from agent_app.actions.visits import abort_visit, start_visit
from agent_app.domain.errors import BadInput
from agent_app.domain.rules import tally
from agent_app.queries.rulebook import rulebook
from agent_app.queries.what_if import Supposition, judge_again, read_edition
from tests.support.desks import MORNING, PACKS, open_test_desk, visitable_row

DOORS = ("case-1", "case-2")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_test_desk(tmp_path / "profile", *map(visitable_row, DOORS)) as desk:
        yield desk


@pytest.fixture
def visits(desk: Desk) -> list[tuple[str, str]]:
    """One visit in the morning, one at seven in the evening."""
    made = []
    for hours, case in zip((0, 9), DOORS, strict=True):
        at = MORNING.later(hours=hours)
        visit = start_visit(desk, at, case=case, address="addr-1").made
        abort_visit(desk, at.later(minutes=5), case=case, visit=visit, reason="nobody")
        made.append((case, visit))
    return made


def edition(folder: Path, **changes: tuple[str, str]) -> Path:
    """A copy of the mainland's pack, another version, with text replaced in its files."""
    shutil.copytree(PACKS / "cn", folder / "cn")
    for name, (old, new) in {"pack": ("2026.11.0", "2027.01.0"), **changes}.items():
        path = folder / "cn" / f"{name}.toml"
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")
    return folder


def test_an_earlier_evening_would_have_been_broken_once(
    desk: Desk, visits: list[tuple[str, str]], tmp_path: Path
) -> None:
    folder = edition(tmp_path / "new", rules=('to = "22:00"', 'to = "18:00"'))
    for given in (folder, folder / "cn"):
        supposed = read_edition(desk, given)
        assert supposed.name == "cn 2027.01.0"
        judged = judge_again(desk, visits, supposed)
        assert [one.visit for one in judged if one.new] == [visits[1][1]]
    rows = {row.rule: row for row in tally((one.visit, one.verdict) for one in judged)}
    hours = rows["cn.hours"]
    assert [one.visit for one in hours.broken] == [visits[1][1]]
    assert [one.visit for one in hours.kept] == [visits[0][1]]
    said = next(one.words for one in judged if one.verdict.rule == "cn.hours")
    assert "18:00" in said["zh_CN"]


def test_the_rules_of_the_day_bring_nothing_new(desk: Desk, visits: list[tuple[str, str]]) -> None:
    assert not any(one.new for one in judge_again(desk, visits, Supposition("day")))


def test_a_pack_with_faults_is_named_and_not_supposed(desk: Desk, tmp_path: Path) -> None:
    folder = edition(tmp_path / "bad", rules=('kind = "crew"', 'kind = "croo"'))
    with pytest.raises(BadInput) as refused:
        read_edition(desk, folder)
    assert "rules.toml" in str(refused.value.faults[0])
    with pytest.raises(BadInput):
        read_edition(desk, tmp_path)


def test_the_rulebook_reads_as_sentences_and_knows_law_from_memory(desk: Desk) -> None:
    first, second, *others = rulebook(desk, MORNING)
    assert {first.id, second.id} == {"base", "cn"}
    assert first.cases == second.cases == 2
    assert all(one.cases == 0 for one in others)
    lines = {line.id: line for pack in (first, second) for line in pack.rules}
    assert lines["cn.hours"].words["en"] == "Visits and contact only 08:00–22:00"
    assert "2" in lines["cn.crew"].words["zh_CN"]
    assert all("{" not in words for line in lines.values() for words in line.words.values())
    recalled = [one for line in lines.values() for one in line.sources if one.status == "recalled"]
    assert recalled
    assert not any(one.is_law for one in recalled)
