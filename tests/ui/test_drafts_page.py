"""The officer's live preview: typed here or saved elsewhere, the page and its faults follow."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox, QPlainTextEdit
from pytestqt.qtbot import QtBot

from tests.support.cache import run_cache
from tests.support.desks import MORNING, PACKS
from tests.ui.hand import Hand
from ui.jobs import Jobs
from ui.pages.drafts import DraftsPage
from ui.text import Text
from ui.viewmodels.drafts import DraftsModel

LETTER = "letters/missed_you.md"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    shutil.copytree(PACKS / "cn" / "letters", tmp_path / "cn" / "letters")
    return tmp_path / "cn"


@pytest.fixture
def hand(qtbot: QtBot, jobs: Jobs, pack: Path, text: Text) -> Hand:
    page = DraftsPage(DraftsModel(pack, run_cache(), jobs, lambda: MORNING.wall), text)
    qtbot.addWidget(page)
    page.resize(1400, 900)
    page.show()
    page.open(LETTER)
    hand = Hand(qtbot, page, jobs)
    hand.settle()
    return hand


def test_what_is_typed_and_what_another_editor_saves_is_shown_at_once(
    qtbot: QtBot, hand: Hand, pack: Path
) -> None:
    model, editor = hand.window._model, hand.window.findChild(QPlainTextEdit, "draft-text")
    assert model.draft.pdf.startswith(b"%PDF")
    assert not model.draft.faults
    before = (pack / LETTER).read_text("utf-8")

    editor.setPlainText(before.replace("{{ debtor.name }}", "{{ debtor.nmae }}", 1))
    qtbot.waitUntil(lambda: bool(model.draft.faults), timeout=10_000)
    (fault, *_) = model.draft.faults
    assert fault.row
    assert "debtor.nmae" in f"{fault.field} {fault.value} {fault.message}"
    hand.settle()
    hand.find("fault-1").opened.emit()
    assert editor.textCursor().blockNumber() == fault.row - 1
    assert (pack / LETTER).read_text("utf-8") == before

    editor.setPlainText(before)
    qtbot.waitUntil(lambda: not model.draft.faults, timeout=10_000)
    (pack / LETTER).write_text(
        before.replace("{{ debtor.name }}", "尊敬的客户{{ debtor.name }}", 1), "utf-8"
    )
    qtbot.waitUntil(lambda: "尊敬的客户" in model.draft.text, timeout=10_000)
    assert "尊敬的客户" in editor.toPlainText()


def test_other_languages_and_odd_people(qtbot: QtBot, hand: Hand) -> None:
    model = hand.window._model
    hand.window.findChild(QComboBox, "draft-sample").setCurrentIndex(3)
    hand.settle()
    assert "49" not in model.draft.text.split("\n")[0]
    assert model.draft.pdf or model.draft.faults
    for language in ("zh_TW", "en"):
        box = hand.window.findChild(QComboBox, "draft-language")
        box.setCurrentIndex(box.findData(language))
        hand.window.findChild(QComboBox, "draft-sample").setCurrentIndex(1)
        hand.settle()
        assert model.draft.pdf, model.draft.faults
        assert "䶮" in model.draft.text
