"""The app as it is started: a fresh device shows enrolment, with the settings it ships with."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

START = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget
from ui.app import build_app
from ui.main import run_app

def look():
    for top in QApplication.topLevelWidgets():
        if top.isVisible():
            print(*sorted({w.objectName() for w in top.findChildren(QWidget)}))
    QApplication.quit()

build_app()
QTimer.singleShot(300, look)
sys.exit(run_app(Path(sys.argv[1])))
"""


def run(*command: str) -> subprocess.CompletedProcess[str]:
    quiet = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(
        [sys.executable, *command], env=quiet, capture_output=True, encoding="utf-8", check=False
    )


def test_a_fresh_device_opens_at_enrolment_and_closes_well(tmp_path: Path) -> None:
    done = run("-c", START, str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert "enrol-code" in done.stdout


def test_commands_without_a_window_say_what_they_take() -> None:
    done = run("-m", "ui.main", "--help")
    assert done.returncode == 0, done.stderr
    assert "verify" in done.stdout
