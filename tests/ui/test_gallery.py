"""Every widget in every theme and at double text size, without a complaint from Qt."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from tests.ui.reach import out_of_reach
from ui.app import build_app
from ui.gallery import BOARDS, render
from ui.text import Text
from ui.theme import THEMES


@pytest.mark.parametrize(("theme", "scale"), [("light", 100), ("dark", 200), ("contrast", 100)])
def test_every_board_is_drawn(
    qtbot: QtBot, tmp_path: Path, theme: str, scale: int, request: pytest.FixtureRequest
) -> None:
    request.addfinalizer(lambda: build_app())
    assert theme in THEMES
    written = render(tmp_path, "zh_CN", [theme], [scale])
    assert [path.stem.split("-")[0] for path in written] == list(BOARDS)
    for path in written:
        image = QImage(str(path))
        assert image.width() == 1280
        assert image.height() > 300


def test_every_widget_is_named_and_large_enough(qtbot: QtBot, text: Text) -> None:
    faults = []
    for name, board in BOARDS.items():
        shown = board(text)
        qtbot.addWidget(shown)
        shown.resize(1280, shown.heightForWidth(1280))
        shown.show()
        faults += [f"{name}: {fault}" for fault in out_of_reach(shown)]
    assert not faults, "\n".join(faults)
