"""One person owes twice and two agents visit: each device hears of the other's contacts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from agent_app.domain.model import Case
from agent_app.domain.rules.beside import NOT_HERE
from agent_app.domain.rules.history import History
from sync.server import cases
from sync.server.cases import Changes
from sync.server.db import Db, Row
from sync.server.office import Office
from tests.support.offices import FieldDevice, give_cases

Enrolled = Callable[..., FieldDevice]
HERSELF = {"id": "person-7", "name": "张伟", "language": "zh_CN"}


def contacts(row: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one.channel, one.to) for one in History(Case.read(row), ()).contacts("any")]


def test_a_visit_about_one_debt_is_told_to_the_agent_of_the_other(
    office: Office, enrolled: Enrolled
) -> None:
    give_cases(office, "A1", "case-1", debtor=HERSELF)
    give_cases(office, "A2", "case-2", debtor=HERSELF)
    give_cases(office, "A2", "case-3")
    one, other = enrolled("A1"), enrolled("A2")
    assert "elsewhere" not in other.sync().bases["case-2"]
    visit = one.journal.record("visit_started", {"address": "addr-1", "crew": ["A1", "A9"]})
    one.sync()
    bases = other.sync().bases
    assert list(bases) == ["case-2"]
    (told,) = bases["case-2"]["elsewhere"]
    assert (told["event"], told["channel"], told["to"]) == (visit.id, "visit", "addr-1")
    assert contacts(bases["case-2"]) == [("visit", "addr-1")]
    assert "elsewhere" not in one.sync().bases.get("case-1", {})


def test_a_number_of_another_file_is_not_given_away(office: Office, enrolled: Enrolled) -> None:
    """Nor told twice: the office and the device name a contact alike."""
    call = {"at": "2026-11-20", "channel": "call", "result": "met", "to": "19911112222"}
    same = call | {"to": "199-0000 0001"}
    give_cases(office, "A1", "case-1", debtor=HERSELF, contacts=[call, call, same])
    give_cases(office, "A2", "case-2", debtor=HERSELF)
    row = enrolled("A2").sync().bases["case-2"]
    assert contacts(row) == [("call", to) for to in (NOT_HERE, NOT_HERE, "19900000001")]
    again = History(Case.read(row), (), row["elsewhere"])
    assert len(again.contacts("call")) == 3


def test_what_the_person_asked_of_one_agent_is_told_to_the_other(
    office: Office, enrolled: Enrolled
) -> None:
    """The person's wish to be left alone, in no words; the dispute stays with its debt."""
    give_cases(office, "A1", "case-1", debtor=HERSELF, holds=[{"kind": "dispute"}])
    give_cases(office, "A2", "case-2", debtor=HERSELF)
    one, other = enrolled("A1"), enrolled("A2")
    other.sync()
    asked = one.journal.record("stop_contact_requested", {"reason": "别再来"}, visit=None)
    one.journal.record("dispute_raised", {"reason": "金额不对"}, visit=None)
    one.sync()
    row = other.sync().bases["case-2"]
    (told,) = row["beside"]
    assert (told["id"], told["kind"], told["case"]) == (asked.id, asked.kind, "case-1")
    assert "别再来" not in str(row)
    assert other.sync().bases == {}
    (record,) = History(Case.read(row), ()).beside
    assert list(record.sparks()) == ["stop_contact_requested"]


def test_what_did_not_change_is_not_sent_again(office: Office, enrolled: Enrolled) -> None:
    give_cases(office, "A1", "case-1", debtor=HERSELF)
    give_cases(office, "A2", "case-2", debtor=HERSELF)
    one, other = enrolled("A1"), enrolled("A2")
    other.sync()
    one.journal.record("comment_added", {"text": "门牌已换"})
    one.sync()
    assert other.sync().bases == {}


class Counting(Db):
    """Remembers what it was asked."""

    def __init__(self, path: Path) -> None:
        self.asked: list[str] = []
        super().__init__(path)

    def rows(self, sql: str, *values: Any) -> list[Row]:
        self.asked.append(sql)
        return super().rows(sql, *values)

    def value(self, sql: str, *values: Any) -> Any:
        self.asked.append(sql)
        return super().value(sql, *values)


def test_many_cases_are_kept_by_one_question(office: Office) -> None:
    names = [f"case-{n}" for n in range(5)]
    give_cases(office, "A1", *names, debtor=HERSELF)
    db = Counting(office.folder / "office.db")
    bodies = [cases.body(db, name) for name in names]
    db.asked.clear()
    changes = Changes()
    with db.writing():
        cases.put_bodies(db, changes, [one | {"bucket": "M9"} for one in bodies if one])
    after = [cases.body(db, name) for name in names]
    assert [one["revision"] for one in after if one] == [o["revision"] + 1 for o in bodies if o]
    assert {one["bucket"] for one in after if one} == {"M9"}
    assert list(changes.cases) == names
    assert len([sql for sql in db.asked if "revision" in sql]) == 1
