"""Words in the language chosen, and screens that wait for what they need."""

from __future__ import annotations

import pytest

from tests.support.forms import languages, start, values, xform


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


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("中文 (zh_CN)", "2月 周四"),
        ("繁體中文 (zh-TW)", "2月 週四"),
        ("Deutsch (de)", "Feb Thu"),
        ("हिन्दी (hi)", "फ़र॰ गुरु"),
    ],
)
def test_months_and_weekdays_are_named_in_the_language_spoken(language: str, said: str) -> None:
    """Also after a change of language; a language without names of ours has the English ones."""
    words = "".join(
        f'<translation lang="{name}"><text id="l"><value>x</value></text></translation>'
        for name in ("English (en)", language)
    )
    source = xform(
        "<a/>",
        "<bind nodeset=\"/data/a\" calculate=\"format-date('2026-02-05', '%b %a')\"/>",
        model=f"<itext>{words}</itext>",
    )
    session = start(source)
    assert values(session)["/data/a"] == "Feb Thu"
    session.set_language(language)
    assert values(session)["/data/a"] == said
