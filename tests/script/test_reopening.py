"""Sessions put away and reopened, submissions revised, forms compiled and read back."""

from __future__ import annotations

import pytest

from agent_app.domain.errors import BadInput, TooOld
from agent_app.script import Form, Session
from tests.support.forms import NOW, REPEAT, entropy, form, languages, start


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


@pytest.mark.parametrize("place", ["", "<deprecatedID/>"])
def test_a_submission_is_revised_under_a_new_id(place: str) -> None:
    source = form(f"<q/><meta><instanceID/>{place}</meta>", "", '<input ref="/data/q"/>')
    first = start(source)
    first.answer("/data/q", "old")
    held = first.view("/data/meta/instanceID").value
    again = Session.edit(
        source, first.xml(), now=lambda: NOW, entropy=lambda size: bytes(range(100, 100 + size))
    )
    assert again.view("/data/q").value == "old"
    assert again.view("/data/meta/deprecatedID").value == held
    assert again.view("/data/meta/instanceID").value not in ("", held)
    reopened = Session.restore(source, again.snapshot(), now=lambda: NOW, entropy=entropy)
    assert reopened.xml() == again.xml()
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
