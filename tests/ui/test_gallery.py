"""Every widget in every theme and at double text size, without a complaint from Qt."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from ui.app import build_app
from ui.gallery import BOARDS, render
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
