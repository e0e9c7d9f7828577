"""Names and templates that try to be more than text: printed as they are, or refused."""

import pytest

from agent_app.documents import fields, shelf
from agent_app.documents.program import Line, compile_body, fill
from agent_app.documents.template import read_source
from agent_app.domain.errors import BadInput
from tests.support.papers import fonts, pack_files, printed

PRINTED = [
    "{{7*7}}", "{{ debtor }}", "{% for x in y %}", "{{ ''.__class__.__mro__ }}", "{#x#}", "${7*7}",
    "#{7*7}", "<%= 7*7 %>", "{{config}}", "{{self.__init__.__globals__}}", "</w:t>", "</w:p><w:p>",
    "<script>alert(1)</script>", "<b>x</b>", "&lt;b&gt;", "# 标题", "## h", "**粗**", "> 注", "| a | b |",
    "---", "- 项", "1. 项", "![](/etc/passwd)", "[x](file:///etc/passwd)", "`code`", "```", "\\n", "%n%s",
    "() Tj ET", "<48656c6c6f> Tj", ") Tj (", "endstream", "' OR 1=1 --", "../../etc/passwd",
    "{% include '/etc/passwd' %}", "{{ cycler.__init__.__globals__.os.popen('id') }}", "\\u0000",
    "<!-- zh_TW -->", "+++",
]  # fmt: skip
REFUSED = [
    "\u202eevil",
    "\u2066x\u2069",
    "a\u0000b",
    "x\x1ep",
    "y\x1fz",
    "\u200bz",
    "静\u00ad",
    "\u061cx",
    "😀",
    "\ue000",
    "\U0010fffd",
]


@pytest.mark.parametrize("name", PRINTED)
def test_it_is_printed_as_text(name: str) -> None:
    paper = printed("missed_you", debtor__name=name)
    assert name in paper.text
    assert "49" not in paper.text.replace(name, "").split("028-8000")[0]
    assert "root:" not in paper.text


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_by_code_point(name: str) -> None:
    with pytest.raises(BadInput, match=r"U\+[0-9A-F]{4,6}"):
        printed("missed_you", debtor__name=name)


@pytest.mark.parametrize("name", ["王" * 500, "W" * 500, "a-b." * 125])
def test_a_name_without_end_stays_on_the_paper(name: str) -> None:
    paper = printed("missed_you", debtor__name=name)
    assert name in paper.text
    assert paper.pages <= 3


@pytest.mark.parametrize("blank", ["", "  ", "　"])
@pytest.mark.parametrize("field", ["debtor.name", "creditor.name", "address.text"])
def test_a_blank_where_a_name_belongs_is_refused_by_its_field(field: str, blank: str) -> None:
    with pytest.raises(BadInput) as told:
        printed("overdue_notice", **{field.replace(".", "__"): blank})
    assert {one.field for one in told.value.faults} == {field}


def test_a_break_in_a_name_is_a_blank() -> None:
    paper = printed("missed_you", debtor__name="陈\r\n静\t仪", address__text="春熙路\n88 号")
    assert "陈 静 仪" in paper.text


TEMPLATES = [
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ debtor.__class__ }}",
    "{{ debtor.name.__class__.__base__ }}",
    "{{ debtor.update({'name': 'x'}) }}",
    "{{ self.__init__.__globals__ }}",
    "{% include '/etc/passwd' %}",
    "{% import 'os' as os %}{{ os }}",
    "{% extends '/etc/passwd' %}",
    "{{ lipsum.__globals__ }}",
    "{{ cycler.__init__ }}",
    "{{ range(1000000000) }}",
    "{{ namespace() }}",
    "{{ debtor | attr('__class__') }}",
    "{{ debtor.name | pprint }}",
    "{{ 'x' * 10000000000 }}",
    "{% set x = debtor %}{{ x.pop('name') }}",
    "{{ debtor.name.format(debtor) }}",
    "{{ '{0.__class__}'.format(debtor) }}",
]


@pytest.mark.parametrize("text", TEMPLATES)
def test_a_hostile_template_reads_and_runs_nothing(text: str) -> None:
    with pytest.raises(BadInput):
        fill(compile_body([Line(1, text)], "en"), fields.sample_case())


def source(body: str, front: str = "") -> bytes:
    return f'+++\nid = "t"\nlanguages = ["en"]\n{front}\n[title]\nen = "T"\n+++\n<!-- en -->\n{body}\n'.encode()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"\xff\xfe", "not UTF-8"),
        (b"no front matter", "no front matter"),
        (b"+++\nid = \n+++\n", "front matter"),
        (source("{% if x %}"), "Unexpected end"),
        (source("```\ncode\n```"), "code has no place"),
        (source("[x](y)"), "link_open has no place"),
        (source("**name:**x"), "bold that does not close"),
        (source('{% clause "nix" %}'), "no such clause"),
        (source("x", 'languages = ["en", "zh_CN"]').replace(b'languages = ["en"]\n', b""), "title.zh_CN"),
        (source("x", 'locked = "00"'), "locked wording was changed"),
    ],
)  # fmt: skip
def test_faults_are_named(data: bytes, told: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_source(data, file="letters/t.md")
    assert told in str(caught.value)
    assert "letters/t.md" in str(caught.value)


def test_dead_fields_and_gaps_in_the_law_are_named() -> None:
    law = b'[set.s]\nsource = "Art. 1"\nkeys = ["name"]\n[covers.name]\nfields = ["debtor.name"]\n'
    files = {"letters/t.md": source("{{ debtor.nick }}", 'law = ["s"]'), "letters/law.toml": law}
    files["letters/frame.toml"] = pack_files()["letters/frame.toml"]
    with pytest.raises(BadInput) as caught:
        shelf.load_templates(files, fonts=fonts())
    faults = caught.value.faults
    assert [fault.field for fault in faults] == ["debtor.nick", "debtor.name"]
    assert (faults[0].row, faults[0].mend) == (9, "did you mean debtor.name?")


def test_a_neutral_paper_that_tells_is_refused() -> None:
    law = b'[neutral]\nfields = ["balance"]\nen = ["debt"]\n'
    text = source("Your debt: {{ balance.total | money }}", "names_debt = false")
    frame = pack_files()["letters/frame.toml"]
    files = {"letters/t.md": text, "letters/law.toml": law, "letters/frame.toml": frame}
    with pytest.raises(BadInput) as caught:
        shelf.load_templates(files, fonts=fonts())
    assert [fault.row for fault in caught.value.faults] == [9, 9]
