"""Appearances with a widget of their own, used by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Watch
from ui.gallery_questions import sample
from ui.text import Text
from ui.widgets.question import QuestionBox


def shown(qtbot: QtBot, text: Text, kind: str, **changes: Any) -> tuple[QuestionBox, list[str]]:
    box = QuestionBox(replace(sample(kind, text), **changes), text, Watch()().wall)
    qtbot.addWidget(box)
    box.show()
    given: list[str] = []
    box.answered.connect(given.append)
    return box, given


def press(qtbot: QtBot, box: QuestionBox, name: str) -> None:
    found = box.findChild(QAbstractButton, name)
    assert found is not None
    assert found.isVisible()
    qtbot.mouseClick(found, Qt.MouseButton.LeftButton)


def test_minimal_unfolds_takes_one_and_folds_again(qtbot: QtBot, text: Text) -> None:
    box, given = shown(qtbot, text, "minimal")
    fold = box.findChild(QAbstractButton, "q-/data/minimal-open")
    assert fold is not None
    assert fold.text() == text.say("gallery.option", n=2)
    card = box.findChild(QAbstractButton, "choice-3")
    assert card is not None
    assert not card.isVisible()
    press(qtbot, box, "q-/data/minimal-open")
    press(qtbot, box, "choice-3")
    assert given == ["3"]
    assert not card.isVisible()
    assert fold.text() == text.say("gallery.option", n=3)


def test_a_rating_is_one_press(qtbot: QtBot, text: Text) -> None:
    box, given = shown(qtbot, text, "rating", value="")
    press(qtbot, box, "choice-5")
    assert given == ["5"]
