"""`doorstep letters preview`: a window over a pack's letters, without any profile."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import resources
from agent_app.settings import Settings
from ui.app import build_app
from ui.clock import Clock
from ui.jobs import Jobs
from ui.pages.drafts import DraftsPage
from ui.text import Text
from ui.viewmodels.drafts import DraftsModel, pack_folder


def main(arguments: Sequence[str], cache: Path, chosen: Settings, clock: Clock) -> int:
    """Show the page until it is closed. Raises Unavailable for a pack that is not there."""
    parser = argparse.ArgumentParser(prog="doorstep letters preview")
    parser.add_argument("template", nargs="?", default="", help="a template's id")
    parser.add_argument("--pack", default="cn", help="a pack's id or folder")
    asked = parser.parse_args(list(arguments))
    folder = pack_folder(asked.pack, Path(resources.__file__).parent / "packs")
    app, jobs = (
        build_app(language=chosen.language, theme=chosen.theme, scale=chosen.text_scale),
        Jobs(),
    )
    model = DraftsModel(folder, cache, jobs, lambda: clock.now().wall)
    page = DraftsPage(model, Text(chosen.language))
    page.setWindowTitle(f"{folder.name} · Doorstep")
    page.resize(1400, 900)
    page.open(next((one for one in page.files() if Path(one).stem == asked.template), ""))
    page.show()
    try:
        return app.exec()
    finally:
        jobs.close()
