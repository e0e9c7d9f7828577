"""A rehearsal by hand: the real visit page on an invented door, and nothing left of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from agent_app.store import events, outgoing
from tests.ui.hand import Hand
from tests.ui.test_visit_page import boxes, fill
from ui.places import Wishes, pages, places
from ui.shell import Shell
from ui.text import Text
from ui.viewmodels.office import Office
from ui.viewmodels.settings import Taste


@pytest.fixture
def window(qtbot: QtBot, office: Office, text: Text) -> Iterator[Hand]:
    quiet = Wishes(lambda: None, lambda: None, lambda _: None, lambda *_: None)  # type: ignore[arg-type]
    shell = Shell(text, places(office, text), pages(office, text, Taste(), quiet))
    qtbot.addWidget(shell)
    shell.resize(1280, 800)
    shell.show()
    shell.open("today")
    hand = Hand(qtbot, shell, office.jobs)
    hand.settle()
    yield hand
    office.leave()
    hand.settle()


def test_a_stranger_at_the_door_rehearsed_to_its_score(
    qtbot: QtBot, office: Office, window: Hand
) -> None:
    window.press("nav-rehearsal")
    window.choose("rehearsal-roles", "third_party")
    window.press("rehearsal-start")
    for _ in range(20):
        if window.sees("rehearsal-result"):
            break
        assert window.sees("rehearsal-band")
        asked = {box.view.ref.rsplit("/", 1)[-1] for box in boxes(window)}
        if "who" in asked:
            words = window.find("rehearsal-words")
            assert "欠钱" in words.property("text")
        if "ready" in asked:
            for item in ("two_agents", "badge", "authorisation_letter", "recorder"):
                window.choose("q-/data/prepare/before/ready", item)
        fill(window, {"who": "third_party", "third_answer": "refused"})
        window.press("visit-next")
    assert window.sees("rehearsal-result")
    assert "通过" in window.find("rehearsal-result").accessibleName()
    assert untouched(qtbot, office)
    window.press("rehearsal-again")
    assert window.sees("rehearsal-roles")
    assert not (office.desk.cache / "rehearsal" / office.desk.user).exists()


def test_an_answer_the_rules_refuse_counts_in_the_score(office: Office, window: Hand) -> None:
    window.press("nav-rehearsal")
    window.choose("rehearsal-roles", "cooperative")
    window.press("rehearsal-start")
    window.press("visit-stop")
    window.choose("stop-reasons", "asked_to_leave")
    window.press("stop-now")
    window.press("rehearsal-end")
    assert "还要再练" in window.find("rehearsal-result").accessibleName()


def untouched(qtbot: QtBot, office: Office) -> bool:
    """Neither journal nor outbox nor case list of the agent know anything of it."""
    found: list[tuple[int, int]] = []
    office.jobs.store(
        lambda: (
            events.head(office.desk.db, office.desk.device)[0],
            outgoing.count_unsent(office.desk.db),
        ),
        done=found.append,
    )
    qtbot.waitUntil(lambda: bool(found), timeout=10_000)
    return found == [(0, 0)]
