"""A form being filled in: values follow from answers, as ODK XForms has it."""

from __future__ import annotations

import pytest
from lxml import etree

from agent_app.domain.errors import NotAllowed
from agent_app.script import Session
from tests.support.forms import form, start, values, xform

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


def test_a_read_only_question_takes_no_answer() -> None:
    session = start(
        form(
            "<lock>1</lock><g><q>kept</q></g>",
            '<bind nodeset="/data/g" readonly="/data/lock = 1"/>',
            '<input ref="/data/lock"/><group ref="/data/g"><input ref="/data/g/q"/></group>',
        )
    )
    with pytest.raises(NotAllowed):
        session.answer("/data/g/q", "other")
    assert session.view("/data/g/q").value == "kept"
    session.answer("/data/lock", "0")
    session.answer("/data/g/q", "other")
    assert session.view("/data/g/q").value == "other"


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


def test_an_action_sees_what_the_one_before_it_changed() -> None:
    session = start(
        form(
            "<a/><b/><c/><sound/>",
            '<bind nodeset="/data/b" calculate="/data/a + 1"/>'
            '<setvalue event="odk-instance-first-load" ref="/data/a" value="5"/>'
            '<setvalue event="odk-instance-first-load" ref="/data/c" value="/data/b"/>'
            '<odk:recordaudio event="odk-instance-load" ref="/data/sound"/>',
        ),
        location=lambda: "31.2 121.5 4 10",
    )
    assert session.view("/data/c").value == "6"
    assert session.view("/data/sound").value == ""


def test_actions_that_rouse_each_other_come_to_rest() -> None:
    raise_by_one = '<setvalue event="xforms-value-changed" ref="{0}" value="{1} + 1"/>'
    session = start(
        form(
            "<a/><b/>",
            "",
            f'<input ref="/data/a">{raise_by_one.format("/data/b", "/data/a")}</input>'
            f'<input ref="/data/b">{raise_by_one.format("/data/a", "/data/b")}</input>',
        )
    )
    session.answer("/data/a", "1")
    assert session.view("/data/a").value


def test_once_starts_over_when_it_is_emptied() -> None:
    session = start(form("<a>1</a><b/>", '<bind nodeset="/data/b" calculate="once(/data/a + 1)"/>'))
    session.answer("/data/a", "5")
    assert session.view("/data/b").value == "2"
    session.answer("/data/b", "")
    assert session.view("/data/b").value == "6"


def test_choices_of_one_value_keep_their_own_words() -> None:
    items = "".join(
        f"<item><label>{label}</label><value>a</value></item>" for label in ("One", "Two")
    )
    session = start(form("<q/>", "", f'<select1 ref="/data/q">{items}</select1>'))
    assert [choice.label for choice in session.view("/data/q").choices] == ["One", "Two"]


def test_a_submission_declares_each_namespace_it_uses() -> None:
    session = start(
        form('<y xmlns="urn:y"><k/></y><z a:b="c" xmlns:a="urn:a">3</z><w xml:lang="en"/>')
    )
    record = etree.fromstring(session.xml())
    assert record.find("{urn:y}y/{urn:y}k") is not None
    assert [dict(node.attrib) for node in record if node.attrib] == [
        {"{urn:a}b": "c"},
        {"{http://www.w3.org/XML/1998/namespace}lang": "en"},
    ]


def test_a_choice_not_offered_when_it_is_chosen_does_not_become_an_answer_later() -> None:
    items = "".join(f"<item><name>{n}</name><label>{n}</label></item>" for n in (1, 2))
    source = xform(
        "<most>1</most><one/>",
        body='<input ref="/data/most"/><select1 ref="/data/one"><itemset'
        " nodeset=\"instance('c')/root/item[name &lt;= /data/most]\">"
        '<value ref="name"/><label ref="label"/></itemset></select1>',
        model=f'<instance id="c"><root>{items}</root></instance>',
    )
    session = start(source)
    session.answer("/data/one", "2")
    session.answer("/data/most", "2")
    assert session.view("/data/one").value == ""
    session.answer("/data/one", "2")
    session.answer("/data/most", "1")
    assert session.view("/data/one").value == ""
    session.answer("/data/most", "2")
    assert session.view("/data/one").value == "2"  # given once, it comes back
