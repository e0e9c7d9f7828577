"""The app as it is started: a fresh device shows enrolment, with the settings it ships with."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget

from ui.app import build_app
from ui.main import main, run_app


def test_a_fresh_device_opens_at_enrolment_and_closes_well(tmp_path: Path) -> None:
    app = build_app()
    seen: list[str] = []

    def look() -> None:
        shown = [w for w in QApplication.topLevelWidgets() if w.isVisible()]
        seen.extend(child.objectName() for top in shown for child in top.findChildren(QWidget))
        app.quit()

    QTimer.singleShot(300, look)
    assert run_app(tmp_path) == 0
    assert "enrol-code" in seen


def test_commands_without_a_window_say_what_they_take(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--help"])
    assert left.value.code == 0
    assert "verify" in capsys.readouterr().out
