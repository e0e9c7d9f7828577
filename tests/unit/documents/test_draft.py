"""The officer's live preview: what is typed is set at once, or told by row."""

import pytest

from agent_app.documents import shelf
from agent_app.documents.shelf import Draft
from tests.support.papers import AT, fonts, pack_files

NOTE = pack_files()["letters/missed_you.md"].decode()


def tried(text: str, language: str = "zh_CN") -> Draft:
    return shelf.preview(text, language=language, files=pack_files(), fonts=fonts(), at=AT)


def test_a_whole_draft_is_set_with_an_invented_case() -> None:
    draft = tried(NOTE)
    assert draft.faults == ()
    assert draft.pdf.startswith(b"%PDF")
    assert "陈嘉琪女士" in draft.text


def test_a_draft_with_windows_line_ends_is_the_same_paper() -> None:
    assert tried(NOTE.replace("\n", "\r\n")).text == tried(NOTE).text


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("{{ contact.phone }}", "{{ contact.fone }}", "no such field"),
        ("方便的时候", "{% if %}方便的时候", "Expected an expression"),
        ("方便的时候", "{{ 7 * 7 }}", "no place in a letter"),
        ("方便的时候", "[方便](x)的时候", "link_open has no place"),
        ("方便的时候", "您的欠款", "tells of the debt"),
        ("方便的时候", "😀", "no font has U+1F600"),
        ("方便的时候", '{% clause "nix" %}\n', "no such clause"),
    ],
)
def test_each_fault_says_its_row(before: str, after: str, told: str) -> None:
    faults = tried(NOTE.replace(before, after, 1)).faults
    row = NOTE[: NOTE.index(before)].count("\n") + 1
    assert (told in str(faults[0]), faults[0].row) == (True, row), faults


def test_what_can_be_set_is_set_while_a_translation_is_missing() -> None:
    draft = tried(NOTE.partition("<!-- en -->")[0])
    assert draft.pdf
    assert [(f.field, f.message) for f in draft.faults] == [("en", "no text in this language")]
    assert not tried(NOTE.partition("<!-- en -->")[0], "en").pdf


@pytest.mark.parametrize(
    "text", ["", "+++\n", "+++\nid = 3\ntitle = 4\n+++\n", NOTE[:70], "\ud800"]
)
def test_nothing_typed_makes_it_fall_over(text: str) -> None:
    draft = tried(text)
    assert not draft.pdf
    assert draft.faults
