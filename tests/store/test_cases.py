from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from agent_app.domain.project import project
from agent_app.journal.chain import event_hash
from agent_app.store import cases, events, outgoing, quarantine
from agent_app.store.db import Store, open_store
from agent_app.store.outgoing import Settlement
from agent_app.store.search import folded
from tests.support.case_rows import case_row, raw
from tests.support.journals import Device


def test_a_row_comes_back_whole_with_fields_we_do_not_know(db: Store) -> None:
    row = case_row(brand_new={"deep": [1, "二"]})
    assert cases.put_base(db, [raw(row)]) == ["case-1"]
    assert cases.now(db, "case-1") == row


def test_now_is_base_with_the_unsent_events(db: Store, device: Device) -> None:
    row = case_row()
    cases.put_base(db, [raw(row)])
    for event in device.visit():
        events.append(db, event, event_hash(event))
    cases.reproject(db, "case-1")
    assert cases.now(db, "case-1") == project(row, device.events)
    newer = case_row(revision=2, note="新")
    cases.put_base(db, [raw(newer)])
    assert cases.now(db, "case-1") == project(newer, device.events)
    [listed] = cases.day_list(db)
    assert (listed.visit_state, listed.outcome) == ("ended", "promise")


def test_applied_events_count_until_the_base_holds_them(db: Store, device: Device) -> None:
    row = case_row()
    cases.put_base(db, [raw(row)])
    event = device.record("hardship_stated", {"code": "illness"})
    events.append(db, event, event_hash(event))
    assert outgoing.settle(db, [Settlement(event.id, "applied")]) == {"case-1"}
    cases.reproject(db, "case-1")
    assert "hardship" in (cases.now(db, "case-1") or {})["flags"]
    server = project(row, [event])
    cases.put_base(db, [raw(server)])
    assert cases.now(db, "case-1") == server
    assert outgoing.cases_counting(db) == {}


def test_a_refused_event_stops_counting_and_stays_visible(db: Store, device: Device) -> None:
    cases.put_base(db, [raw(case_row())])
    event = device.record("hardship_stated", {"code": "illness"})
    events.append(db, event, event_hash(event))
    cases.reproject(db, "case-1")
    outgoing.settle(db, [Settlement(event.id, "refused", "late_edit", "…")])
    cases.reproject(db, "case-1")
    assert cases.now(db, "case-1") == case_row()
    assert [(entry.state, entry.reason) for entry in events.history(db, "case-1")] == [
        ("refused", "late_edit")
    ]
    assert events.of_case(db, "case-1") == []


def test_unreadable_rows_wait_in_quarantine_and_the_rest_is_kept(db: Store) -> None:
    broken = [b'{"id": "x"}', b"not json", raw(case_row("bad", balance={"total": "1"}))]
    good = [raw(case_row("a")), raw(case_row("b"))]
    assert cases.put_base(db, [good[0], *broken, good[1]]) == ["a", "b"]
    assert [held.raw for held in quarantine.held(db)] == broken
    cases.put_base(db, broken)
    assert len(quarantine.held(db)) == len(broken)


def test_a_held_row_goes_when_a_readable_one_comes(db: Store) -> None:
    cases.put_base(db, [b'{"id": "x", "bad": 1}', b'{"id": "x", "bad": 2}', b'{"id": "y"}'])
    assert [held.raw for held in quarantine.held(db)] == [b'{"id": "x", "bad": 2}', b'{"id": "y"}']
    cases.put_base(db, [raw(case_row("x"))])
    assert [held.raw for held in quarantine.held(db, "case")] == [b'{"id": "y"}']
    db.execute("UPDATE quarantine SET raw = ?", [raw(case_row("y"))])
    assert cases.retry_held(db) == ["y"]
    assert quarantine.held(db) == []


def test_a_recalled_case_hides_until_its_events_are_settled(db: Store, device: Device) -> None:
    cases.put_base(db, [raw(case_row()), raw(case_row("case-2", "李娜"))])
    event = device.record("hardship_stated", {"code": "illness"})
    events.append(db, event, event_hash(event))
    assert cases.recall(db, "case-1", "2026-11-22T10:00:00+08:00") == []
    assert cases.now(db, "case-1") is None
    assert cases.find(db, "张伟") == []
    assert [row.id for row in cases.day_list(db)] == ["case-2"]
    assert outgoing.count_unsent(db) == 1
    assert cases.hidden(db) == ["case-1"]
    outgoing.settle(db, [Settlement(event.id, "applied", late=True)])
    cases.purge_settled(db, "case-1")
    assert cases.hidden(db) == ["case-1"], "no receipt yet"
    outgoing.put_proof(db, event_hash(event), {"index": 0})
    cases.purge_settled(db, "case-1")
    assert cases.ids(db) == {"case-2"}
    assert events.history(db, "case-1") == []
    assert events.head(db, device.name) == (1, event_hash(event)), "the chain goes on"


def test_a_recalled_case_that_comes_back_is_shown_again(db: Store, device: Device) -> None:
    cases.put_base(db, [raw(case_row())])
    event = device.record("hardship_stated", {"code": "illness"})
    events.append(db, event, event_hash(event))
    cases.recall(db, "case-1", "2026-11-22T10:00:00+08:00")
    cases.put_base(db, [raw(case_row())])
    assert [row.id for row in cases.find(db, "张")] == ["case-1"]
    assert "hardship" in (cases.now(db, "case-1") or {})["flags"]


def test_names_of_any_length_are_found(db: Store) -> None:
    people = ["张伟", "张大伟", "欧阳明日", "阿依古丽·买买提", "Ann Lee", "𠮷田"]
    cases.put_base(db, [raw(case_row(f"A011-{n}", name)) for n, name in enumerate(people)])

    def found(query: str) -> set[str]:
        return {row.debtor for row in cases.find(db, query)}

    assert found("张") == {"张伟", "张大伟"}
    assert found("张伟") == {"张伟"}
    assert found("阳明") == {"欧阳明日"}
    assert found("欧阳明日") == {"欧阳明日"}
    assert found("买买提") == {"阿依古丽·买买提"}
    assert found("丽·买") == {"阿依古丽·买买提"}
    assert found("ANN") == found("ann lee") == found("Ａｎｎ") == {"Ann Lee"}
    assert found("𠮷") == {"𠮷田"}
    assert found("a011-3") == {"阿依古丽·买买提"}
    assert found("张 浦东") == {"张伟", "张大伟"}
    assert found("0000001") == set(people)
    assert found("没有这个人") == found("") == found('"') == found("*") == found("OR") == set()


def test_names_come_before_places(db: Store) -> None:
    there = case_row("there", "王芳")
    there["addresses"][0]["text"] = "张家港市"
    cases.put_base(db, [raw(there), raw(case_row("named", "张伟"))])
    assert [row.id for row in cases.find(db, "张")] == ["named", "there"]


def test_marks_inside_names_and_numbers_may_be_left_out(db: Store) -> None:
    row = case_row("A011-7", "阿依古丽·买买提")
    row["phones"][0]["number"] = "0991-555 0101"
    cases.put_base(db, [raw(row), raw(case_row("other", "李娜"))])
    for query in ("古丽买", "阿依古丽•买买提", "09915", "A0117", "a011-7"):
        assert [one.id for one in cases.find(db, query)] == ["A011-7"], query


@given(st.text(max_size=12), st.text(min_size=1, max_size=4))
def test_a_word_is_found_exactly_where_it_stands(name: str, query: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        db = open_store(Path(folder) / "store.db", None)
        row = case_row("x", name, creditor={"name": ""}, addresses=[], phones=[])
        cases.put_base(db, [raw(row)])
        sought, asked = folded([name, query])
        inside = all(word in sought or word in "x" for word in asked.split())
        assert bool(cases.find(db, query)) == (bool(asked) and inside)
        db.close()


@given(st.lists(st.text(max_size=8)))
def test_texts_folded_together_are_as_each_alone(texts: list[str]) -> None:
    assert folded(texts or [""]) == [folded([text])[0] for text in texts or [""]]


def test_lists_do_not_read_the_rows_behind_them(db: Store) -> None:
    plan = db.execute("EXPLAIN QUERY PLAN SELECT id FROM cases WHERE hidden IS NOT NULL").fetchall()
    assert any("INDEX cases_hidden" in str(step) for step in plan)
    assert {"base", "now"}.isdisjoint(column.name for column in db["cases"].columns)


def test_a_renamed_debtor_is_found_by_the_new_name_only() -> None:
    with tempfile.TemporaryDirectory() as folder:
        db = open_store(Path(folder) / "store.db", None)
        cases.put_base(db, [raw(case_row())])
        cases.put_base(db, [raw(case_row(name="李娜", revision=2))])
        assert cases.find(db, "张伟") == []
        assert [row.id for row in cases.find(db, "李娜")] == ["case-1"]
        db.close()
