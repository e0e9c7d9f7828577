"""The seal page driven by hand: typed, altered, short codes, files and photos."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from agent_app.actions.letters import print_letter
from agent_app.journal import sealcode
from agent_app.store import events
from tests.ui.hand import Hand
from ui.pages.seal import SealPage
from ui.text import Text
from ui.viewmodels.office import Office
from ui.viewmodels.seal import SealModel


@pytest.fixture
def page(qtbot: QtBot, office: Office, text: Text) -> SealPage:
    page = SealPage(SealModel(office, "zh_CN"), text)
    qtbot.addWidget(page)
    page.resize(1024, 768)
    page.show()
    return page


@pytest.fixture
def letter(qtbot: QtBot, office: Office) -> tuple[str, bytes]:
    """The seal and bytes of a neutral letter just made."""
    made: list[tuple[str, bytes]] = []
    found: list[str] = []
    office.jobs.act(
        print_letter, office.desk, office.now(), case="case-1", template="missed_you",
        language="zh_CN", done=lambda change: made.append(change.made), failed=lambda error: made.append((repr(error), b"")),
    )  # fmt: skip
    office.jobs.store(
        lambda: [one.body["seal"] for one in events.of_case(office.desk.db, "case-1")],
        done=found.extend,
    )
    qtbot.waitUntil(lambda: bool(found), timeout=20_000)
    return found[0], made[0][1]


def words(page: SealPage) -> str:
    return "\n".join(one.text() for one in page.findChildren(QLabel) if one.isVisible())


def ask(hand: Hand, page: SealPage, typed: str) -> str:
    hand.find("seal-typed").clear()
    hand.type("seal-typed", typed)
    hand.press("seal-check")
    return words(page)


def test_a_seal_is_genuine_and_a_changed_one_is_not(
    qtbot: QtBot, office: Office, page: SealPage, text: Text, letter: tuple[str, bytes]
) -> None:
    hand = Hand(qtbot, page, office.jobs)
    seal, _ = letter
    assert text.say("seal.genuine") in ask(hand, page, seal)
    assert text.say("seal.genuine") in ask(hand, page, sealcode.short_code(seal).lower())
    changed = seal[:120] + ("0" if seal[120] != "0" else "1") + seal[121:]
    assert text.say("seal.genuine") not in ask(hand, page, changed)
    assert text.say("seal.unknown") in ask(hand, page, "AAAA-AAAA-AAAA")


def test_a_file_with_one_byte_changed_is_named(
    qtbot: QtBot, office: Office, page: SealPage, text: Text, letter: tuple[str, bytes],
    tmp_path: Path,
) -> None:  # fmt: skip
    hand = Hand(qtbot, page, office.jobs)
    pdf = letter[1]
    bad = pdf.replace(b"/Type", b"/typE", 1)
    for name, data, key in (("a.pdf", pdf, "seal.file_good"), ("b.pdf", bad, "seal.file_bad")):
        (tmp_path / name).write_bytes(data)
        page.open_file(tmp_path / name)
        hand.settle()
        assert text.say(key) in words(page)


def test_without_a_camera_it_says_what_else_to_do(
    qtbot: QtBot, office: Office, page: SealPage, text: Text
) -> None:
    hand = Hand(qtbot, page, office.jobs)
    hand.press("seal-scan")
    assert text.say("seal.no_camera") in words(page)
