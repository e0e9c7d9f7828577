"""Repeats: made, counted, indexed, taken away; and what depends on them stays true."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.forms import REPEAT, form, start, values, xform


def test_repeats_are_added_and_taken_away_and_counted() -> None:
    session = start(REPEAT)
    assert session.view("/data/g").count == 0
    for _ in range(3):
        session.add_repeat("/data/g")
    session.answer("/data/g[2]/x", "5")
    assert session.view("/data/total").value == "7"
    assert session.view("/data/g[2]/sum").value == "10"
    session.remove_repeat("/data/g", 1)
    assert session.view("/data/g[1]/at").value == "1"
    assert session.view("/data/g[1]/x").value == "5"
    assert session.view("/data/total").value == "6"
    assert session.view("/data/g").label == "G"
    with pytest.raises(IndexError):
        session.remove_repeat("/data/g", 3)
    with pytest.raises(KeyError):
        session.answer("/data/g[9]/x", "1")


def test_a_count_makes_and_unmakes_instances_and_waits_while_it_is_none() -> None:
    session = start(
        form(
            '<n>2</n><g jr:template=""><x/></g>',
            '<bind nodeset="/data/n" type="int"/>',
            '<input ref="/data/n"/><repeat nodeset="/data/g" jr:count="/data/n"><input ref="/data/g/x"/></repeat>',
        )
    )
    assert session.view("/data/g").count == 2
    assert not session.view("/data/g").can_add
    session.answer("/data/n", "4")
    assert session.view("/data/g").count == 4
    session.answer("/data/n", "")
    assert session.view("/data/g").count == 4
    session.answer("/data/n", "1")
    assert session.view("/data/g").count == 1


def test_indexed_repeat_and_a_sibling_before() -> None:
    session = start(
        form(
            "<i>2</i><g><x>1</x><run/></g><g><x>2</x><run/></g><g><x>4</x><run/></g><third/>",
            '<bind nodeset="/data/g/run" calculate="../x + '
            'coalesce(/data/g[position() = position(current()/..) - 1]/run, 0)"/>'
            '<bind nodeset="/data/third" calculate="indexed-repeat(/data/g/x, /data/g, /data/i)"/>',
            '<repeat nodeset="/data/g"><input ref="/data/g/x"/></repeat>',
        )
    )
    assert [session.view(f"/data/g[{n}]/run").value for n in (1, 2, 3)] == ["1", "3", "7"]
    session.answer("/data/g[1]/x", "10")
    assert session.view("/data/g[3]/run").value == "16"
    session.answer("/data/i", "3")
    assert session.view("/data/third").value == "4"


LAW = xform(
    '<a/><b/><c/><d/><e/><g jr:template=""><x/><y/><z/></g>',
    '<bind nodeset="/data/a" type="int"/><bind nodeset="/data/b" relevant="/data/a &gt; 2"/>'
    '<bind nodeset="/data/c" calculate="/data/b + /data/a"/>'
    '<bind nodeset="/data/d" calculate="sum(/data/g/y)" constraint=". &lt; 30"/>'
    '<bind nodeset="/data/e" required="/data/c = \'\'" readonly="/data/d &gt; 3"/>'
    '<bind nodeset="/data/g/x" type="int"/>'
    '<bind nodeset="/data/g/y" calculate="../x * position(..)" relevant="../x != /data/a"/>'
    "<bind nodeset=\"/data/g/z\" calculate=\"concat(../y, ':', /data/d, ':', count(/data/g))\"/>",
    '<input ref="/data/a"/><input ref="/data/b"/><input ref="/data/e"/>'
    '<repeat nodeset="/data/g"><input ref="/data/g/x"/></repeat>',
)
STEP = st.one_of(
    st.tuples(st.just("a"), st.integers(0, 5)),
    st.tuples(st.just("b"), st.integers(0, 5)),
    st.tuples(st.just("x"), st.integers(0, 5)),
    st.tuples(st.just("add"), st.just(0)),
    st.tuples(st.just("remove"), st.integers(0, 5)),
)


@given(st.lists(STEP, max_size=25))
def test_answering_bit_by_bit_ends_where_computing_everything_anew_ends(
    steps: list[tuple[str, int]],
) -> None:
    session = start(REPEAT if not steps else LAW)
    for act, number in steps:
        count = session.view("/data/g").count
        if act == "add":
            session.add_repeat("/data/g")
        elif act == "remove" and count:
            session.remove_repeat("/data/g", number % count + 1)
        elif act == "x" and count:
            session.answer(f"/data/g[{number % count + 1}]/x", str(number))
        elif act in "ab":
            session.answer(f"/data/{act}", str(number))
    before = (session.xml(), session.validate(), values(session))
    for rank in range(len(session.data.computations)):
        session.push_all(rank, session.record)
    session.flush()
    assert (session.xml(), session.validate(), values(session)) == before


def test_an_instance_the_form_itself_holds_is_not_new() -> None:
    session = start(
        form(
            '<n>2</n><g jr:template=""><x/></g><g><x>own</x></g>',
            "",
            '<input ref="/data/n"/><repeat nodeset="/data/g" jr:count="/data/n">'
            '<setvalue event="odk-new-repeat" ref="/data/g/x">made</setvalue>'
            '<input ref="/data/g/x"/></repeat>',
        )
    )
    assert [session.view(f"/data/g[{n}]/x").value for n in (1, 2)] == ["own", "made"]
