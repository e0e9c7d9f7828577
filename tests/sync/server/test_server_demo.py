from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path

from agent_app.domain.model import Case
from resources.demo import make
from sync.server.imports.load import load_file
from sync.server.imports.mapping import load_all
from sync.server.imports.table import read_tables
from sync.server.office import Office
from tests.support.offices import RESOURCES

MAPPINGS = load_all(RESOURCES / "mappings")


def test_the_committed_file_is_what_the_script_makes() -> None:
    committed = Path(make.__file__).with_name("cases.csv").read_text("utf-8")
    assert committed == make.cases_csv(make.COMMITTED_FOR)


def test_it_lands_whole_with_every_story(office: Office) -> None:
    text = make.cases_csv(date(2027, 3, 1))
    landed = load_file(office, text.encode(), "demo.csv", MAPPINGS, reader=read_tables)
    assert (landed.counts["new"], landed.faults) == (360, [])
    with office.db() as db:
        cases = [Case.read(json.loads(row["body"])) for row in db.rows("SELECT body FROM cases")]
    assert {one.crew[0] for one in cases} == {"A011", "A012", "A013"}
    holds = Counter(hold.kind for one in cases for hold in one.holds)
    assert holds.keys() == {
        "stop_contact", "dispute", "live_plan", "hardship", "vulnerable"
    }  # fmt: skip
    assert {one.product_kind for one in cases} == {"credit_card", "online_consumer", "micro_loan"}
    assert all(one.addresses[0].lat for one in cases)


def test_nobody_can_be_meant() -> None:
    for line in make.cases_csv(make.COMMITTED_FOR).splitlines()[1:]:
        cells = line.split(",")
        assert cells[4].startswith("990000")
        assert cells[5].startswith("12")
