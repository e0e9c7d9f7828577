"""`doorstep`: the composition root. The only reader of the environment, paths and randomness."""

from __future__ import annotations

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

from agent_app import log, settings
from agent_app.console import take_any_letter
from agent_app.domain.errors import DoorstepError, in_one_line
from ui.clock import Clock, local_zone

if TYPE_CHECKING:
    from agent_app.vault.profile import Profile
    from agent_app.vault.vault import Keys
    from ui.home import Home

WINDOWED = {
    "demo": "an office of one's own on this machine, and the app beside it",
    "tour": "drive the app through a day and keep its screens",
    "gallery": "draw every widget in every state",
}
"""Commands that show the app, and what they do."""

JOINING = {
    "enrol": "set this device up with a one-time code, without a window",
    "tokens": "security keys and chips (PKCS #11) plugged in now",
}
"""Commands that work on this device's own data folder."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the app, or the command named first; the process's exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    take_any_letter()
    try:
        if not given:
            return run_app(data_folder())
        if given[:2] == ["letters", "preview"]:
            from ui.preview import main as preview

            chosen = settings.load(data_folder(), os.environ)
            return preview(given[2:], data_folder() / "cache", chosen, Clock(local_zone()))
        if given[0] in WINDOWED:
            return _show(given[0], given[1:])
        if given[0] in JOINING:
            return _join(given[0], given[1:])
    except (DoorstepError, OSError) as error:
        print(in_one_line(error), file=sys.stderr)
        return 2
    from agent_app import cli

    return cli.run(given, lambda: Clock(local_zone()).now(), WINDOWED | JOINING)


def _join(noun: str, rest: Sequence[str]) -> int:
    from ui.joining import enrol, tokens

    home = make_home(data_folder(), Clock(local_zone()))
    if noun == "tokens":
        return tokens(rest, home)
    return enrol(rest, home, settings.load(home.data, os.environ).server)


def _show(noun: str, rest: Sequence[str]) -> int:
    if noun == "gallery":
        from ui.gallery import main as gallery

        return gallery(rest)
    if noun == "tour":
        from ui.tour.main import main as tour

        return tour(rest, make_home)
    return demo(rest)


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
    import resources
    from agent_app.packs import load_packs
    from agent_app.vault.secrets_store import best_store
    from agent_app.vault.token import installed
    from agent_app.vault.wipe import finish_wipes, retire_outlived
    from ui.home import Home

    data.mkdir(parents=True, exist_ok=True)
    secrets = best_store(data)
    finish_wipes(data, secrets)
    retire_outlived(data, secrets, clock.now().wall)
    return Home(
        data=data,
        secrets=secrets,
        packs=load_packs(Path(resources.__file__).parent / "packs"),
        clock=clock,
        entropy=os.urandom,
        app=version("doorstep"),
        drivers=installed(settings.load(data, os.environ).token_driver),
    )


def data_folder() -> Path:
    """$DOORSTEP_DATA, or the platform's own place for it."""
    chosen = os.environ.get("DOORSTEP_DATA")
    return Path(chosen) if chosen else Path(platformdirs.user_data_dir("doorstep"))


def demo(arguments: Sequence[str]) -> int:
    """`make demo`: a local office with invented cases, and the app for agent A011 beside it.

    Where there is no display, or with --tour, it is the tour instead.
    """
    from ui.demo import DEMO_PHRASE, demo_office, demo_options

    options = demo_options(arguments)
    if options.tour or os.environ.get("TOUR") or not _has_display():
        return main(["tour", "--out", "demo-out"])
    with demo_office(options.data, datetime.now(UTC)) as (office, url):
        data = options.data / "app"
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
