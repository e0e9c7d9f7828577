"""`doorstep`: the composition root. The only reader of the environment, paths and randomness."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

import resources
from agent_app import log, settings
from agent_app.domain.errors import Unavailable
from ui.clock import Clock, local_zone

if TYPE_CHECKING:
    from agent_app.vault.profile import Profile
    from agent_app.vault.vault import Keys
    from ui.home import Home

NOUNS = frozenset({"verify", "script", "rules", "letters", "agreement"})
"""Commands that need no window."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the app, or the command named first; the process's exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    noun = given[0] if given else ""
    if given[:2] == ["letters", "preview"]:
        return preview_letters(given[2:])
    if noun in NOUNS or noun in ("-h", "--help"):
        from agent_app import cli

        return cli.run(given, lambda: Clock(local_zone()).now())
    if noun == "gallery":
        from ui.gallery import main as gallery

        return gallery(given[1:])
    if noun == "tour":
        from ui.tour.main import main as tour

        return tour(given[1:], make_home)
    if noun == "demo":
        return demo(given[1:])
    return run_app(data_folder())


def run_app(
    data: Path,
    *,
    shift: timedelta = timedelta(),
    url: str = "",
    opened: tuple[Profile, Keys] | None = None,
) -> int:
    """The window, until it is closed; `opened` is a profile that is unlocked already."""
    from agent_app.vault.relock import restart_locked
    from ui.app import build_app, catch_errors
    from ui.desktop import Desktop, Habits
    from ui.jobs import Jobs
    from ui.viewmodels.settings import Taste

    chosen = settings.load(data, os.environ)
    written = log.configure(data / "logs" / "doorstep.log")
    taste = Taste(chosen.language, chosen.theme, chosen.text_scale)
    app = build_app(sys.argv, language=taste.language, theme=taste.theme, scale=taste.scale)
    home = make_home(data, Clock(local_zone(), shift=shift))

    def keep(new: Taste) -> None:
        told = {"language": new.language, "theme": new.theme, "text_scale": new.scale}
        settings.save(settings.load(data, os.environ).but(**told))

    again = partial(restart_locked, lambda: None, ("-m", "ui.main"))
    habits = Habits(chosen.sync_minutes, chosen.lock_minutes, None if opened else again)
    desktop = Desktop(home, Jobs(), taste, keep=keep, url=url or chosen.server, habits=habits)
    catch_errors(lambda error: _unexpected(desktop, error))
    desktop.begin()
    if opened is not None:
        desktop.open_profile(*opened)
    try:
        return app.exec()
    finally:
        desktop.close()
        logging.getLogger().removeHandler(written)
        written.close()


def make_home(data: Path, clock: Clock) -> Home:
    """This device, with the shipped packs and the best key store it has."""
    from agent_app.packs import load_packs
    from agent_app.vault.secrets_store import best_store
    from agent_app.vault.wipe import finish_wipes
    from ui.home import Home

    data.mkdir(parents=True, exist_ok=True)
    secrets = best_store(data)
    finish_wipes(data, secrets)
    return Home(
        data=data,
        secrets=secrets,
        packs=load_packs(Path(resources.__file__).parent / "packs"),
        clock=clock,
        entropy=os.urandom,
        app=version("doorstep"),
    )


def data_folder() -> Path:
    """$DOORSTEP_DATA, or the platform's own place for it."""
    chosen = os.environ.get("DOORSTEP_DATA")
    return Path(chosen) if chosen else Path(platformdirs.user_data_dir("doorstep"))


def preview_letters(arguments: Sequence[str]) -> int:
    """`doorstep letters preview`: a window over a pack's letters, without any profile."""
    from ui.app import build_app
    from ui.jobs import Jobs
    from ui.pages.drafts import DraftsPage
    from ui.text import Text
    from ui.viewmodels.drafts import DraftsModel, pack_folder

    parser = argparse.ArgumentParser(prog="doorstep letters preview")
    parser.add_argument("template", nargs="?", default="", help="a template's id")
    parser.add_argument("--pack", default="cn", help="a pack's id or folder")
    asked = parser.parse_args(list(arguments))
    chosen, clock, jobs = settings.load(data_folder(), os.environ), Clock(local_zone()), Jobs()
    try:
        folder = pack_folder(asked.pack, Path(resources.__file__).parent / "packs")
    except Unavailable as error:
        print(error, file=sys.stderr)
        return 2
    app = build_app(sys.argv, language=chosen.language, theme=chosen.theme, scale=chosen.text_scale)
    cache = data_folder() / "cache"
    page = DraftsPage(
        DraftsModel(folder, cache, jobs, lambda: clock.now().wall), Text(chosen.language)
    )
    page.setWindowTitle(f"{folder.name} · Doorstep")
    page.resize(1400, 900)
    page.open(next((one for one in page.files() if Path(one).stem == asked.template), ""))
    page.show()
    try:
        return app.exec()
    finally:
        jobs.close()


def demo(arguments: Sequence[str]) -> int:
    """`make demo`: a local office with invented cases, and the app for agent A011 beside it.

    Where there is no display, or with --tour, it is the tour instead.
    """
    if "--tour" in arguments or os.environ.get("TOUR") or not _has_display():
        return main(["tour", "--out", "demo-out"])
    from ui.demo import DEMO_PHRASE, demo_office

    with demo_office(Path("demo-data"), datetime.now(UTC)) as (office, url):
        data = Path("demo-data") / "app"
        home = make_home(data, Clock(local_zone(), shift=office.shift))
        for person in ("L02", "A011"):
            code = office.run("device", "code", person).split()[-1]
            opened = home.join(url, code, DEMO_PHRASE)
        print(f"A011 外访员 · L02 组长   passphrase 口令: {DEMO_PHRASE}", flush=True)
        return run_app(data, shift=office.shift, url=url, opened=opened)


def _has_display() -> bool:
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _unexpected(desktop: object, error: BaseException) -> None:
    """An error nobody foresaw: said without any case data, then the app goes on."""
    logging.getLogger("ui").error("unexpected", exc_info=error)
    print(f"unexpected {log.places(error, error.__traceback__)}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
