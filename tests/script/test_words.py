"""Words in the language chosen, and screens that wait for what they need."""

from __future__ import annotations

import pytest

from tests.support.forms import languages, start


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
