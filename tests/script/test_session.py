"""A form being filled in: values follow from answers, as ODK XForms has it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_app.domain.errors import BadInput, TooOld
from agent_app.script import Form, Session
from tests.support.forms import NOW, entropy, form, start, values, workbook, xform

LIST = (
    '<instance id="list"><root>'
    "<item><name>a</name><label>A</label><of>x</of></item>"
    "<item><name>b</name><label>B</label><of>y</of></item>"
    "<item><name>c</name><label>C</label><of>y</of></item></root></instance>"
)


def test_an_answer_recomputes_what_depends_on_it_and_says_so() -> None:
    session = start(
        form(
            "<a/><b/><c/><far/>",
            '<bind nodeset="/data/a" type="int"/>'
            '<bind nodeset="/data/b" calculate="/data/a * 2"/>'
            '<bind nodeset="/data/c" relevant="/data/b &gt; 5"/>'
            '<bind nodeset="/data/far" calculate="1"/>',
            '<input ref="/data/a"/><input ref="/data/c"/>',
        )
    )
    assert session.answer("/data/a", "3") == {"/data/a", "/data/b", "/data/c"}
    assert session.view("/data/b").value == "6"
    assert session.view("/data/c").relevant
    assert session.answer("/data/a", "3") == set()


def test_what_is_not_relevant_reads_as_empty_and_comes_back() -> None:
    session = start(
        form(
            "<on>1</on><g><q>kept</q></g><n/>",
            '<bind nodeset="/data/g" relevant="/data/on = 1"/>'
            '<bind nodeset="/data/n" calculate="string-length(/data/g/q)"/>',
            '<input ref="/data/on"/><group ref="/data/g"><input ref="/data/g/q"/></group>',
        )
    )
    session.answer("/data/on", "0")
    assert session.view("/data/n").value == "0"
    assert "<g>" not in session.xml()
    session.answer("/data/on", "1")
    assert session.view("/data/g/q").value == "kept"
    assert session.view("/data/n").value == "4"


def test_a_calculation_may_be_overwritten_until_what_it_reads_changes() -> None:
    session = start(form("<a>1</a><b/>", '<bind nodeset="/data/b" calculate="/data/a + 1"/>'))
    session.answer("/data/b", "9")
    assert session.view("/data/b").value == "9"
    session.answer("/data/a", "5")
    assert session.view("/data/b").value == "6"


def test_violations_carry_the_words_of_the_form() -> None:
    session = start(
        form(
            "<a/>",
            '<bind nodeset="/data/a" type="int" required="true()" constraint=". &lt; 10"'
            ' jr:constraintMsg="too big" jr:requiredMsg="needed"/>',
            '<input ref="/data/a"/>',
        )
    )
    assert [(v.ref, v.kind, v.message) for v in session.validate()] == [
        ("/data/a", "required", "needed")
    ]
    session.answer("/data/a", "12")
    assert session.validate()[0].message == "too big"
    session.answer("/data/a", "9")
    assert session.validate() == []


@pytest.mark.parametrize(
    ("kind", "given_value", "kept"),
    [
        ("int", "2.9", "2"),
        ("int", "2147483648", ""),
        ("int", "x", ""),
        ("decimal", "2", "2.0"),
        ("decimal", "1e-7", "0.0000001"),
        ("date", "2026-11-22T10:00", "2026-11-22"),
        ("date", "2026-02-30", ""),
        ("dateTime", "2026-11-22T10:00:00+08:00", "2026-11-22T10:00:00+08:00"),
        ("dateTime", "2026-11-22", ""),
        ("time", "10:00:00.000+08:00", "10:00:00.000+08:00"),
        ("time", "25:00:00", ""),
        ("geopoint", "31.2 121.5", "31.2 121.5"),
        ("geopoint", "91 0 0 0", ""),
        ("geotrace", "1 1;2 2;", "1.0 1.0;2.0 2.0"),
        ("geoshape", "1 1;2 2;3 1;1 1", "1.0 1.0;2.0 2.0;3.0 1.0;1.0 1.0"),
        ("geoshape", "1 1;2 2;3 1", ""),
        ("string", " as it is ", " as it is "),
    ],
)
def test_a_value_is_kept_as_its_type_has_it(kind: str, given_value: str, kept: str) -> None:
    session = start(
        form("<q/>", f'<bind nodeset="/data/q" type="{kind}"/>', '<input ref="/data/q"/>')
    )
    session.answer("/data/q", given_value)
    assert session.view("/data/q").value == kept


def cascade() -> Session:
    return start(
        form(
            "<of/><pick/>",
            "",
            '<input ref="/data/of"/><select1 ref="/data/pick">'
            "<itemset nodeset=\"instance('list')/root/item[of = /data/of]\">"
            '<value ref="name"/><label ref="label"/></itemset></select1>',
            LIST,
        )
    )


def test_choices_follow_the_answer_they_are_filtered_by() -> None:
    session = cascade()
    assert session.view("/data/pick").choices == []
    session.answer("/data/of", "y")
    assert [(c.value, c.label) for c in session.view("/data/pick").choices] == [
        ("b", "B"),
        ("c", "C"),
    ]
    session.answer("/data/pick", "c")
    session.answer("/data/of", "x")
    assert session.view("/data/pick").value == ""
    session.answer("/data/of", "y")
    assert session.view("/data/pick").value == "c"


def test_many_choices_are_kept_in_the_order_offered() -> None:
    body = (
        '<select ref="/data/q"><item><value>a</value></item><item><value>b</value></item></select>'
    )
    session = start(form("<q/>", "", body))
    session.answer("/data/q", "b nonsense a")
    assert session.view("/data/q").value == "a b"
    assert session.view("/data/q").choices[0].label == "a"


def test_a_rank_holds_all_it_is_offered_and_a_range_keeps_its_ends() -> None:
    body = (
        '<odk:rank ref="/data/r"><item><value>a</value></item><item><value>b</value></item></odk:rank>'
        '<range ref="/data/n" start="1" end="5" step="1"/>'
    )
    session = start(form("<r/><n/>", '<bind nodeset="/data/n" type="int"/>', body))
    session.answer("/data/r", "b")
    assert session.view("/data/r").value == "b a"
    session.answer("/data/n", "6")
    assert session.view("/data/n").value == ""
    assert session.view("/data/n").params["step"] == "1"


REPEAT = xform(
    '<n/><g jr:template=""><x>1</x><at/><sum/></g><total/>',
    '<bind nodeset="/data/g/x" type="int"/><bind nodeset="/data/g/at" calculate="position(..)"/>'
    '<bind nodeset="/data/g/sum" calculate="../x + /data/g/x"/>'
    '<bind nodeset="/data/total" calculate="sum(/data/g/x)"/>',
    '<group ref="/data/g"><label>G</label><repeat nodeset="/data/g"><input ref="/data/g/x"/></repeat></group>',
)


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


def test_actions_fire_on_their_events() -> None:
    session = start(
        form(
            '<first/><a/><seen/><where/><g jr:template=""><x/></g>',
            '<bind nodeset="/data/where" type="geopoint"/>'
            '<setvalue event="odk-instance-first-load" ref="/data/first" value="now()"/>'
            '<odk:setgeopoint event="odk-instance-first-load" ref="/data/where"/>',
            '<input ref="/data/a"><setvalue event="xforms-value-changed" ref="/data/seen">yes</setvalue></input>'
            '<repeat nodeset="/data/g"><setvalue event="odk-new-repeat" ref="/data/g/x" value="position(..) * 10"/>'
            '<input ref="/data/g/x"/></repeat>',
        ),
        location=lambda: "31.2 121.5 4 10",
    )
    assert session.view("/data/first").value == "2026-11-22T10:03:22.123+08:00"
    assert session.view("/data/where").value == "31.2 121.5 4.0 10.0"
    assert session.view("/data/seen").value == ""
    session.answer("/data/a", "1")
    assert session.view("/data/seen").value == "yes"
    session.add_repeat("/data/g")
    session.add_repeat("/data/g")
    assert session.view("/data/g[2]/x").value == "20"


def test_preloads_come_from_the_surroundings() -> None:
    session = start(
        form(
            "<user/><start/><day/><meta><instanceID/></meta>",
            '<bind nodeset="/data/user" jr:preload="property" jr:preloadParams="username"/>'
            '<bind nodeset="/data/start" jr:preload="timestamp" jr:preloadParams="start"/>'
            '<bind nodeset="/data/day" jr:preload="date" jr:preloadParams="today"/>'
            '<bind nodeset="/data/meta/instanceID" jr:preload="uid"/>',
        ),
        preloads={"username": "li"},
    )
    assert values(session) == {
        "/data/user": "li",
        "/data/start": "2026-11-22T10:03:22.123+08:00",
        "/data/day": "2026-11-22",
    }
    assert (
        session.view("/data/meta/instanceID").value == "uuid:01020304-0506-4708-890a-0b0c0d0e0f10"
    )


CASE = "<root><item><balance>{}</balance></item></root>"


def test_the_case_is_read_only_data_that_may_change_under_way() -> None:
    source = form(
        "<owed/>",
        '<bind nodeset="/data/owed" calculate="instance(\'case\')/root/item/balance"/>',
        '<input ref="/data/owed"/>',
        '<instance id="case" src="jr://file-csv/case.csv"/>',
    )
    session = start(source, instances={"case": "name,balance\nz,100\n"})
    assert session.view("/data/owed").value == "100"
    assert session.set_instance("case", CASE.format("")) == {"/data/owed"}
    assert session.view("/data/owed").value == ""


def languages() -> Form:
    survey = [
        [
            "type",
            "name",
            "label::中文 (zh_CN)",
            "label::English (en)",
            "hint::中文 (zh_CN)",
            "guidance_hint::中文 (zh_CN)",
            "bind::ds:needs",
            "calculation",
            "media::image::中文 (zh_CN)",
        ],
        [
            "text",
            "who",
            "您是${n}吗",
            "Are you ${n}?",
            "请说",
            "先出示证件",
            "id_shown",
            "",
            "face.png",
        ],
        ["select_one yn", "ok", "好吗", "Well?"],
        ["calculate", "n", "", "", "", "", "", "'李'"],
        ["calculate", "said", "", "", "", "", "", "jr:choice-name(${ok}, '${ok}')"],
    ]
    choices = [
        ["list_name", "name", "label::中文 (zh_CN)", "label::English (en)"],
        ["yn", "y", "是", "Yes"],
    ]
    settings = [
        ["form_id", "version", "default_language", "namespaces"],
        ["talk", "7", "中文 (zh_CN)", 'ds="https://doorstep.example/ds"'],
    ]
    from agent_app.script import load_form

    return load_form(workbook(survey=survey, choices=choices, settings=settings))


def test_every_word_is_said_in_the_language_chosen() -> None:
    session = start(languages(), language="zh_CN")
    view = session.view("/data/who")
    assert (view.label, view.hint, view.guidance) == ("您是李吗", "请说", "先出示证件")
    assert view.media == {"image": "jr://images/face.png"}
    session.answer("/data/ok", "y")
    assert session.view("/data/said").value == "是"
    session.set_language("en")
    assert session.view("/data/who").label == "Are you 李?"
    assert session.view("/data/said").value == "Yes"
    with pytest.raises(KeyError):
        session.set_language("fr")


def test_a_screen_stays_shut_until_what_it_needs_has_happened() -> None:
    session = start(languages())
    assert [page.ref for page in session.pages()] == ["/data/ok"]
    session.happened.add("id_shown")
    assert [page.ref for page in session.pages()] == ["/data/who", "/data/ok"]


def test_a_session_reopens_exactly_where_it_was() -> None:
    session = start(REPEAT)
    session.add_repeat("/data/g")
    session.answer("/data/g[1]/x", "4")
    session.answer("/data/g[1]/at", "by hand")
    session.happened.add("id_shown")
    kept = session.snapshot()
    again = Session.restore(session.form, kept, now=lambda: NOW, entropy=entropy)
    assert again.xml() == session.xml()
    assert again.happened == {"id_shown"}
    assert again.snapshot() == kept
    again.answer("/data/g[1]/x", "6")
    assert again.view("/data/total").value == "6"


def test_a_snapshot_of_another_form_or_time_is_refused() -> None:
    session = start(REPEAT)
    with pytest.raises(BadInput):
        Session.restore(languages(), session.snapshot(), now=lambda: NOW, entropy=entropy)
    with pytest.raises(TooOld):
        Session.restore(
            session.form, {**session.snapshot(), "v": 99}, now=lambda: NOW, entropy=entropy
        )


def test_a_submission_is_revised_under_a_new_id() -> None:
    source = form("<q/><meta><instanceID/><deprecatedID/></meta>", "", '<input ref="/data/q"/>')
    first = start(source)
    first.answer("/data/q", "old")
    held = first.view("/data/meta/instanceID").value
    again = Session.edit(
        source, first.xml(), now=lambda: NOW, entropy=lambda size: bytes(range(100, 100 + size))
    )
    assert again.view("/data/q").value == "old"
    assert again.view("/data/meta/deprecatedID").value == held
    assert again.view("/data/meta/instanceID").value not in ("", held)
    with pytest.raises(BadInput):
        Session.edit(languages(), first.xml(), now=lambda: NOW, entropy=entropy)


def test_a_compiled_form_runs_as_its_source_does() -> None:
    source = languages()
    kept = Form.from_cache(source.to_cache())
    assert start(kept).xml() == start(source).xml()
    assert (kept.id, kept.version, kept.sha256) == (source.id, source.version, source.sha256)
    with pytest.raises(TooOld):
        Form.from_cache(b"\xff" + source.to_cache()[1:])
    with pytest.raises(BadInput):
        Form.from_cache(source.to_cache()[:40])


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
