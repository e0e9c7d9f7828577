"""Loading: what can be read runs, and what is wrong is said with its place and mend."""

from __future__ import annotations

from contextlib import suppress
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_app.domain.errors import BadInput, Fault
from agent_app.script import load_form
from agent_app.script.filling.secondary import read_instance
from tests.support.forms import start, values, workbook, xform

HEAD = [
    "type",
    "name",
    "label",
    "relevant",
    "calculation",
    "constraint",
    "choice_filter",
    "repeat_count",
    "appearance",
    "parameters",
    "default",
    "trigger",
]


def faults(source: bytes, name: str = "visit.xlsx") -> tuple[Fault, ...]:
    with pytest.raises(BadInput) as caught:
        load_form(source, name=name)
    return caught.value.faults


def survey(*rows: list[str]) -> bytes:
    return workbook(survey=[HEAD, *rows])


@pytest.mark.parametrize(
    ("rows", "row", "column", "text", "said"),
    [
        (
            [["integer", "a", "A", "", "", "foo(.) > 3"]],
            2,
            "constraint",
            "foo(.) > 3",
            "no function foo",
        ),
        ([["calculate", "b", "", "", "1 + + 2"]], 2, "calculation", "1 + + 2", "expected"),
        ([["text", "a", "A", "round(1, 2, 3)"]], 2, "relevant", "round(1, 2, 3)", "takes 1 to 2"),
        ([["text", "a", "A", "${gone} = 1"]], 2, "relevant", "${gone} = 1", "gone"),
        ([["texte", "a", "A"]], 2, "type", "texte", "Unknown question type"),
        ([["text", "a", "A"], [], ["text", "a", "B"]], 4, "name", "a", "unique"),
    ],
)
def test_a_fault_names_sheet_row_column_text_and_mend(
    rows: list[list[str]], row: int, column: str, text: str, said: str
) -> None:
    (fault,) = faults(survey(*rows))
    assert (fault.file, fault.row, fault.field, fault.value) == (
        "visit.xlsx:survey",
        row,
        column,
        text,
    )
    assert said in fault.message
    assert fault.mend


def test_every_fault_is_told_at_once() -> None:
    found = faults(survey(["text", "a", "A", "foo()"], ["text", "b", "B", "bar()"]))
    assert [fault.row for fault in found] == [2, 3]


def test_a_circle_is_refused_with_its_path() -> None:
    (fault,) = faults(
        survey(["calculate", "a", "", "", "${b} + 1"], ["calculate", "b", "", "", "${a} + 1"])
    )
    assert "/data/a (calculate)" in fault.message
    assert "/data/b (calculate)" in fault.message
    assert "→" in fault.message
    assert faults(survey(["calculate", "a", "", "", "${a} + 1"]))
    assert faults(survey(["text", "a", "A", "${a} = 1"]))


def test_a_longer_circle_through_relevance_is_found() -> None:
    (fault,) = faults(
        survey(
            ["text", "a", "A", "${c} = 1"],
            ["calculate", "b", "", "", "${a}"],
            ["calculate", "c", "", "", "${b}"],
        )
    )
    assert "(relevant)" in fault.message


def test_an_instance_before_is_no_circle() -> None:
    source = survey(
        ["begin repeat", "g", "G"],
        ["integer", "x", "X"],
        [
            "calculate",
            "run",
            "",
            "",
            "${x} + coalesce(/data/g[position() = position(current()/..) - 1]/run, 0)",
        ],
        ["end repeat"],
    )
    assert start(load_form(source)).view("/data/g").count in (0, 1)


@pytest.mark.parametrize(
    ("source", "name", "said"),
    [
        (b"PK\x03\x04 broken", "visit.xlsx", "zip"),
        (b"<form/>", "visit.xml", "<model>"),
        (b"<form>", "visit.xml", "end"),
        (xform("<a/>", body='<input ref="/data/gone"/>'), "visit.xml", "no such node"),
        (
            xform("<a/>", model='<setvalue event="odk-instance-load" ref="/data/b"/>'),
            "visit.xml",
            "no such node",
        ),
        (workbook(choices=[["list_name", "name", "label"]]), "visit.xlsx", "survey"),
        (
            xform("<a/>", body='<select1 ref="/data/a"><item><label>A</label></item></select1>'),
            "visit.xml",
            "a choice has no value",
        ),
        (
            xform("<a/>").replace(b"<model>", b'<model odk:xforms-version="2.0.0">'),
            "visit.xml",
            "newer specification than 1.0",
        ),
    ],
)
def test_what_is_no_form_is_refused(source: bytes, name: str, said: str) -> None:
    assert said in faults(source, name)[0].message


def test_an_xform_fault_names_its_line() -> None:
    (fault,) = faults(xform("<a/>", '\n<bind nodeset="/data/a" relevant="1 +"/>'), "visit.xml")
    assert (fault.file, fault.row, fault.field, fault.value) == ("visit.xml", 2, "relevant", "1 +")


def test_an_entity_outside_is_never_fetched() -> None:
    source = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>' + xform("<a>&e;</a>")
    with suppress(BadInput):
        assert start(source).view("/data/a").value == ""


def test_a_csv_is_an_xlsform_too() -> None:
    form = load_form(b'"survey","type","name","label"\n"","text","q","Q"\n', name="visit.csv")
    assert start(form).view("/data/q").label == "Q"


@pytest.mark.parametrize("kind", ["select_one", "select_multiple", "rank"])
def test_every_select_loads_and_runs(kind: str) -> None:
    source = workbook(
        survey=[
            ["type", "name", "label", "choice_filter", "parameters"],
            [f"{kind} l", "q", "Q", "of = 'x'", "randomize=true, seed=42"],
            [f"{kind} l", "fixed", "F"],
        ],
        choices=[
            ["list_name", "name", "label", "of"],
            *(["l", f"c{i}", f"C{i}", "x" if i % 2 else "y"] for i in range(8)),
        ],
    )
    session = start(load_form(source))
    assert sorted(c.value for c in session.view("/data/q").choices) == ["c1", "c3", "c5", "c7"]
    assert [c.value for c in session.view("/data/fixed").choices] == [f"c{i}" for i in range(8)]
    session.answer("/data/q", "c3")
    assert session.view("/data/q").value.split()[0] == "c3"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("places.csv", "name,label\na,A\nb,B\n"),
        ("places.csv", "name;label\na;A\nb;B\n"),
        (
            "places.xml",
            "<root><item><name>a</name><label>A</label></item><item><name>b</name><label>B</label></item></root>",
        ),
        (
            "places.geojson",
            (
                '{"type": "FeatureCollection", "features": ['
                '{"type": "Feature", "id": "a", "properties": {"title": "A"}, "geometry": {"type": "Point", "coordinates": [1, 2]}},'
                '{"type": "Feature", "id": "b", "properties": {"title": "B"}, "geometry": {"type": "Point", "coordinates": [3, 4]}}]}'
            ),
        ),
    ],
)
def test_choices_from_files(name: str, content: str) -> None:
    source = workbook(
        survey=[["type", "name", "label"], [f"select_one_from_file {name}", "q", "Q"]]
    )
    session = start(load_form(source), instances={name: content})
    assert [(c.value, c.label) for c in session.view("/data/q").choices] == [("a", "A"), ("b", "B")]


def test_choices_kept_beside_the_form() -> None:
    source = workbook(
        survey=[
            ["type", "name", "label", "choice_filter"],
            ["select_one region", "r", "R", ""],
            ["select_one_external city", "c", "C", "region=${r}"],
        ],
        choices=[["list_name", "name", "label"], ["region", "n", "North"]],
        external_choices=[
            ["list_name", "name", "label", "region"],
            ["city", "x", "X", "n"],
            ["city", "y", "Y", "s"],
        ],
    )
    session = start(load_form(source))
    session.answer("/data/r", "n")
    assert [c.value for c in session.view("/data/c").choices] == ["x"]


def test_our_own_columns_pass_through() -> None:
    source = workbook(
        survey=[
            ["type", "name", "label", "bind::ds:event", "body::ds:panel"],
            ["begin group", "g", "G", "", "identity"],
            ["text", "q", "Q", "identity_checked", ""],
            ["end group"],
        ],
        settings=[["form_id", "namespaces"], ["f", 'ds="https://doorstep.example/ds"']],
    )
    session = start(load_form(source))
    assert session.view("/data/g").ds == {"panel": "identity"}
    assert session.view("/data/g/q").ds == {"event": "identity_checked"}


def test_an_entity_and_a_last_saved_value_load() -> None:
    source = workbook(
        survey=[
            ["type", "name", "label", "save_to", "default"],
            ["text", "who", "Who", "full_name", "${last-saved#who}"],
        ],
        entities=[["list_name", "label"], ["people", "${who}"]],
    )
    form = load_form(source)
    assert form.data.entity
    session = start(form, instances={"__last-saved": "<data><who>before</who></data>"})
    assert session.view("/data/who").value == "before"
    assert values(session)["/data/meta/entity/label"] == "before"


@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_any_bytes_load_or_are_refused(source: bytes) -> None:
    with suppress(BadInput):
        load_form(source)


@given(st.text("</>= a\"'[]()$.1", max_size=20))
def test_any_expression_loads_or_is_refused(text: str) -> None:
    source = xform("<a/>", f'<bind nodeset="/data/a" constraint={quoteattr(text)}/>')
    with suppress(BadInput):
        session = start(source)
        session.answer("/data/a", "1")
        assert session.view("/data/a").value == "1"


def test_a_table_that_is_no_form_says_so() -> None:
    with pytest.raises(BadInput) as refused:
        load_form(b'"list_name","name","label"\n"states","texas","Texas"\n', name="choices.csv")
    assert [(one.file, one.message) for one in refused.value.faults] == [
        ("choices.csv", "is no XLSForm")
    ]


@pytest.mark.parametrize(
    ("instance", "body", "message"),
    [
        ("<a/>", '<input ref="/data/a"/><input ref="/data/a"/>', "two questions ask"),
        ("<g><a/><b/><a/></g>", '<input ref="/data/g/a"/>', "stands twice"),
        ("<r><x/></r><r><x/></r>", "", "stands twice"),
    ],
)
def test_what_could_be_either_of_two_is_refused(instance: str, body: str, message: str) -> None:
    """As ODK's own engines do: an answer must have one place, and a place one question."""
    with pytest.raises(BadInput, match=message):
        load_form(xform(instance, body=body))


def test_a_repeat_may_stand_often_and_a_group_around_its_question() -> None:
    body = (
        '<group ref="/data/r"><repeat nodeset="/data/r"><input ref="/data/r/x"/></repeat></group>'
    )
    assert len(values(start(xform("<r><x/></r><r><x/></r>", body=body)))) == 2


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ('{"type": "Feature"}', "one FeatureCollection"),
        (
            '{"type": "FeatureCollection", "features": [{"properties": {}, "geometry": null}]}',
            "no geometry",
        ),
    ],
)
def test_places_that_are_none_are_refused_in_words(given: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        read_instance(given, "places.geojson")
