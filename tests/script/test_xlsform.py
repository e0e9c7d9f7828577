"""Every question type, appearance and column of the XLSForm reference, in one workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

import pytest
from lxml import etree

from agent_app.script import Form, NodeView, Session, load_form
from tests.support.forms import NOW, entropy, start, workbook


class Row(NamedTuple):
    """A row of the survey; `kind` and `bind` are what the engine makes of it."""

    type: str
    name: str
    kind: str = ""
    bind: str = "string"
    more: Mapping[str, str] = {}


ROWS = (
    Row("start", "begun", "value", "dateTime"),
    Row("end", "ended", "value", "dateTime"),
    Row("today", "day", "value", "date"),
    *(Row(kind, kind, "value") for kind in ("deviceid", "username", "email", "phonenumber")),
    Row("start-geopoint", "where", "value", "geopoint"),
    Row("audit", "audit", more={"parameters": "track-changes=true identify-user=true"}),
    Row("background-audio", "ambient", "value", "binary", {"parameters": "quality=low"}),
    Row("text", "words", "input", more={"appearance": "multiline", "parameters": "rows=4"}),
    Row("integer", "age", "input", "int", {"constraint": ". < 120", "default": "1 + 1"}),
    Row("decimal", "sum", "input", "decimal", {"appearance": "thousands-sep"}),
    Row("range", "scale", "range", "int", {"parameters": "start=1 end=9 step=2"}),
    Row("select_one yn", "one", "select1", more={"default": "y", "appearance": "quick"}),
    Row("select_multiple yn", "many", "select", more={"choice_filter": "of = ${words}"}),
    Row("select_one yn or_other", "open_one", "select1"),
    Row("select_one yn", "mixed", "select1", more={"parameters": "randomize=true,seed=7"}),
    Row("rank yn", "order", "rank", "rank"),
    Row(
        "select_one_from_file towns.csv", "town", "select1", more={"parameters": "value=id label=n"}
    ),
    Row("select_multiple_from_file lands.geojson", "land", "select"),
    Row("select_one_external far", "distant", "select1", more={"choice_filter": "of = ${words}"}),
    Row("note", "told", "note", more={"label": "**${age}** years"}),
    Row("date", "due", "input", "date", {"appearance": "month-year", "default": "today()"}),
    Row("time", "hour", "input", "time"),
    Row("dateTime", "moment", "input", "dateTime"),
    Row("geopoint", "point", "input", "geopoint", {"body::accuracyThreshold": "5"}),
    Row("geotrace", "trace", "input", "geotrace"),
    Row("geoshape", "shape", "input", "geoshape", {"appearance": "maps"}),
    Row("image", "photo", "upload", "binary", {"parameters": "max-pixels=640"}),
    Row("image", "signed", "upload", "binary", {"appearance": "signature"}),
    Row("audio", "sound", "upload", "binary", {"parameters": "quality=normal"}),
    Row("video", "film", "upload", "binary"),
    Row("file", "paper", "upload", "binary"),
    Row("barcode", "code", "input", "barcode"),
    Row("acknowledge", "agreed", "trigger", more={"required": "yes", "required_message": "Tick"}),
    Row("calculate", "twice", "value", more={"calculation": "${age} * 2"}),
    Row("dateTime", "asked", "input", "dateTime", {"trigger": "${words}", "calculation": "now()"}),
    Row("hidden", "quiet", "value", more={"default": "kept", "instance::odk:tag": "q"}),
    Row("text", "before", "input", more={"default": "${last-saved#words}"}),
    Row("text", "shown", "note", more={"read_only": "yes", "hint": "H", "guidance_hint": "G"}),
    Row("text", "seen", "input", more={"relevant": "selected(${many}, 'y')", "image": "a.png"}),
    Row("text", "safe", "input", more={"bind::saveIncomplete": "true()", "bind::ds:stage": "x"}),
    Row("begin group", "pack", more={"appearance": "field-list"}),
    Row("text", "inner", more={"save_to": "said"}),
    Row("end group", ""),
    Row("csv-external", "rates"),
    Row("calculate", "rate", more={"calculation": "pulldata('rates', 'rate', 'town', 't1')"}),
    Row("begin repeat", "visit", more={"repeat_count": "2"}),
    Row("integer", "sheep"),
    Row("calculate", "place", more={"calculation": "position(..)"}),
    Row("end repeat", ""),
    Row("calculate", "flock", more={"calculation": "sum(${sheep})"}),
    Row("calculate", "second", more={"calculation": "indexed-repeat(${sheep}, ${visit}, 2)"}),
)
UNSEEN = frozenset({"calculate", "csv-external", "hidden"})
FILES = {
    "towns": "id,n\nt1,Eins\nt2,Zwei\n",
    "lands": '{"type":"FeatureCollection","features":[{"type":"Feature","id":"l1","properties":'
    '{"name":"l1","label":"Land"},"geometry":{"type":"Point","coordinates":[121.5,31.2]}}]}',
    "rates": "town,rate\nt1,0.24\n",
}
TYPICAL = {
    "int": "5",
    "decimal": "2.5",
    "date": "2026-11-22",
    "time": "10:00:00.000+08:00",
    "dateTime": "2026-11-22T10:00:00.000+08:00",
    "geopoint": "31.2 121.5 4 5",
    "geotrace": "1 1 0 0;2 2 0 0",
    "geoshape": "1 1 0 0;2 2 0 0;3 1 0 0;1 1 0 0",
    "binary": "file.bin",
}


@cache
def reference() -> Form:
    columns = ["type", "name", "label", *dict.fromkeys(c for row in ROWS for c in row.more)]
    columns = list(dict.fromkeys(columns))
    survey: list[list[str]] = [columns]
    for row in ROWS:
        label = "" if row.type in UNSEEN or row.type.startswith("end") else f"Q {row.name}"
        cells = {"type": row.type, "name": row.name, "label": label, **row.more}
        survey.append([cells.get(column, "") for column in columns])
    lists = [["list_name", "name", "label", "of", "image"], ["yn", "y", "Yes", "a", "y.png"]]
    settings = {
        "form_title": "All of it",
        "form_id": "all",
        "version": "7",
        "style": "pages",
        "instance_name": "concat('visit ', ${age})",
        "submission_url": "https://office.example",
        "auto_send": "true",
        "default_language": "English (en)",
        "instance_xmlns": "urn:own",
        "namespaces": 'ds="https://doorstep.example/ds"',
    }
    sheets = {
        "survey": survey,
        "choices": [*lists, ["yn", "n", "No", "b", ""]],
        "external_choices": [["list_name", "name", "label", "of"], ["far", "f", "Far", "a"]],
        "entities": [["list_name", "label"], ["people", "${words}"]],
        "settings": [list(settings), list(settings.values())],
    }
    return load_form(workbook(**sheets), name="all.xlsx")


def session() -> Session:
    return start(reference(), instances=FILES, location=lambda: "31.2 121.5 4 10")


@pytest.mark.parametrize("row", [row for row in ROWS if row.kind], ids=lambda row: row.name)
def test_each_type_is_what_the_reference_says(row: Row) -> None:
    view = session().view(f"/data/{row.name}")
    assert (view.kind, view.type) == (row.kind, row.bind)
    assert view.appearance == row.more.get("appearance", "")


def questions(visit: Session) -> Iterator[NodeView]:
    for page in visit.pages():
        yield from (visit.view(ref) for ref in page.nodes)


def test_the_whole_form_is_filled_in_and_sent() -> None:
    visit = session()
    visit.answer("/data/words", "a")
    assert visit.view("/data/asked").value == "2026-11-22T10:03:22.123+08:00"
    for view in list(questions(visit)):
        if not view.readonly and view.kind != "note" and view.ref != "/data/words":
            known = " ".join(choice.value for choice in view.choices)
            value = known.split(" ")[0] if view.kind == "select1" else known
            visit.answer(view.ref, value or TYPICAL.get(view.type, "OK"))
    assert visit.trouble == {}
    assert visit.validate() == []
    assert [visit.view(f"/data/{n}").value for n in ("twice", "flock", "second", "rate")] == [
        *("10", "10", "5", "0.24")
    ]
    record = etree.fromstring(visit.xml())
    told = {etree.QName(node).localname: node.text for node in record.iter()}
    assert record.tag == "{urn:own}data"
    assert (told["many"], told["town"], told["distant"]) == ("y", "t1", "f")
    assert told["instanceName"] == "visit 5"
    entity = next(node for node in record.iter("{*}entity"))
    assert (entity.get("dataset"), entity[0].text) == ("people", "a")
    again = Session.restore(
        visit.form, visit.snapshot(), now=lambda: NOW, entropy=entropy, instances=FILES
    )
    assert again.xml() == visit.xml()


def test_columns_reach_the_screen() -> None:
    visit = session()
    views = {view.ref.rpartition("/")[2]: view for view in map(visit.view, map("/data/{}".format, (
        "scale", "point", "photo", "sound", "shown", "words", "told", "safe", "one", "ambient"
    )))}  # fmt: skip
    assert views["scale"].params == {"start": "1", "end": "9", "step": "2"}
    assert views["point"].params["accuracyThreshold"] == "5"
    assert views["photo"].params["max-pixels"] == "640"
    assert views["sound"].params["quality"] == "normal"
    assert views["words"].params["rows"] == "4"
    assert (views["shown"].hint, views["shown"].guidance) == ("H", "G")
    assert views["shown"].readonly
    assert views["told"].label == "**2** years"
    assert views["safe"].params["save-incomplete"] == "true"
    assert views["safe"].ds == {"stage": "x"}
    assert views["one"].choices[0].media == {"image": "jr://images/y.png"}
    assert views["ambient"].value == ""
    settings = reference()
    assert (settings.id, settings.version, settings.title) == ("all", "7", "All of it")
    assert settings.submission["auto-send"] == "true"
    assert visit.data.style == "pages"
