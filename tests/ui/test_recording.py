"""A recording outlives its page; one that a crash cut is said to be so, and begun anew."""

from __future__ import annotations

from typing import Any

from pytestqt.qtbot import QtBot

from agent_app.actions.evidence import start_recording
from agent_app.actions.record import record
from agent_app.store import events
from tests.ui.conftest import open_page, with_script
from tests.ui.hand import Hand
from tests.ui.test_visit_page import kinds, to_the_papers
from ui.text import Text
from ui.viewmodels.office import Office


class Ear:
    """Hears one second of silence when it starts."""

    def __init__(self, stream: Any) -> None:
        self.stream, self.running = stream, False

    def start(self) -> None:
        self.running = True
        self.stream.write(bytes(32_000))

    def stop(self) -> None:
        self.running = False


def cut_short(office: Office, visit: str) -> None:
    """As an app killed while it recorded finds it at its next start."""
    desk, at = office.desk, office.now()
    made = start_recording(desk, at, case="case-1", visit=visit).made
    made[2].abort()
    body = {"slot": made[1], "seconds": 0.0, "cut": True}
    record(desk, at, "recording_stopped", body, case="case-1", visit=visit)


def test_a_cut_recording_is_begun_anew_and_the_debt_may_be_told(
    qtbot: QtBot, office: Office, visit: str, hand: Hand, text: Text
) -> None:
    to_the_papers(hand)
    hand.press("visit-next")
    hand.press("recorder-agree")
    assert not hand.sees("recorder-cut")
    hand.press("visit-next")
    office.recordings.clear()
    office.jobs.store(cut_short, office, visit)
    again = Hand(qtbot, open_page(qtbot, office, visit, text), office.jobs)
    assert again.sees("recorder-cut")
    assert "重新开始录音" in again.find("recorder-cut").accessibleName()
    again.press("recorder-again")
    assert not again.sees("recorder-cut")
    again.type("identity-id_last4", "002X")
    again.type("identity-phone_last4", "0001")
    again.press("identity-check")
    again.press("visit-next")
    for question, value in (("place", "door"), ("privacy", "alone")):
        again.choose(f"q-/data/settle/where/{question}", value)
    again.press("visit-next")
    again.choose("q-/data/statement/tell/told", "OK")
    told = kinds(qtbot, office, visit)
    assert told.count("recording_started") == 3
    assert "disclosed" in told


def test_turning_the_page_does_not_end_the_recording(
    qtbot: QtBot, office: Office, visit: str, text: Text
) -> None:
    page = open_page(qtbot, office, visit, text)
    first = Hand(qtbot, page, office.jobs)
    to_the_papers(first)
    ears: list[Ear] = []

    def listen(stream: Any) -> Ear:
        ears.append(Ear(stream))
        return ears[-1]

    page.panels.recording.consent(listen, lambda: None)
    first.settle()
    page.hide()
    page.panels.deleteLater()
    later = open_page(qtbot, office, visit, text)
    second = Hand(qtbot, later, office.jobs)
    assert ears[0].running
    assert later.panels.recording.live
    assert not later.panels.recording.lost
    later.panels.recording.stop(lambda: None)
    second.settle()
    assert not ears[0].running
    stopped: list[Any] = []
    office.jobs.store(lambda: events.of_visit(office.desk.db, visit)[-1], done=stopped.append)
    second.settle()
    assert stopped[0].kind == "recording_stopped"
    assert stopped[0].files[0]["size"] == 32_000


def test_a_lock_seals_what_was_recorded_and_says_it_was_cut(
    qtbot: QtBot, office: Office, visit: str, text: Text
) -> None:
    page = open_page(qtbot, office, visit, text)
    hand = Hand(qtbot, page, office.jobs)
    ears: list[Ear] = []

    def listen(stream: Any) -> Ear:
        ears.append(Ear(stream))
        return ears[-1]

    page.panels.recording.consent(listen, lambda: None)
    hand.settle()
    office.leave()
    hand.settle()
    assert not ears[0].running
    assert office.recordings == {}
    again = Hand(qtbot, open_page(qtbot, office, visit, text), office.jobs)
    assert again.sees("recorder-cut")


BACKGROUND = b"""<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:odk="http://www.opendatakit.org/xforms"><h:head><h:title>t</h:title><model>
<instance><data id="t"><sound/><q/></data></instance>
<bind nodeset="/data/sound" type="binary"/><bind nodeset="/data/q" type="string"/>
<odk:recordaudio ref="/data/sound" event="odk-instance-load" odk:quality="voice-only"/>
</model></h:head><h:body><input ref="/data/q"><label>q</label></input></h:body></h:html>"""


def test_background_sound_begins_with_consent_and_is_sealed_at_the_end(
    qtbot: QtBot, office: Office, visit: str, text: Text
) -> None:
    here = with_script(office, BACKGROUND)
    page = open_page(qtbot, here, visit, text)
    hand = Hand(qtbot, page, here.jobs)
    assert text.say("recorder.wanted") in hand.find("recorder-cut").accessibleName()
    ears: list[Ear] = []

    def listen(stream: Any) -> Ear:
        ears.append(Ear(stream))
        return ears[-1]

    page.panels.recording.begin_background(listen)
    hand.settle()
    assert not hand.sees("recorder-cut")
    assert ears[0].running
    hand.press("visit-stop")
    hand.choose("stop-reasons", "asked_to_leave")
    hand.press("stop-now")
    hand.settle()
    assert not ears[0].running
    assert kinds(qtbot, here, visit)[-1] == "recording_stopped"
