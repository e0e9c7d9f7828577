"""An office of one's own on this machine: a real server on loopback, with invented cases.

Serves `make demo` and the tour. Nothing in it is pretended: `doorstep-server` is run as anyone
would run it, in a folder of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from time import monotonic, sleep
from zoneinfo import ZoneInfo

from agent_app.domain.errors import BadInput, Fault, Unavailable
from resources.demo.make import cases_csv

PATIENCE = 60.0
"""Seconds a server may take to start listening."""
DEMO_PHRASE = "演示用口令 请勿用于工作"
DAY_BEGINS, DAY_ENDS, PLAYED = time(8, 30), time(19, 30), time(10, 0)


def demo_options(arguments: Sequence[str]) -> argparse.Namespace:
    """What `doorstep demo` takes: `data`, its folder, and whether it is the `tour` instead."""
    parser = argparse.ArgumentParser(
        prog="doorstep demo", description="A local office with invented cases, and the app."
    )
    parser.add_argument("--data", type=Path, default=Path("demo-data"), help="made anew each time")
    parser.add_argument("--tour", action="store_true", help="no window: the tour into demo-out/")
    return parser.parse_args(list(arguments))


@dataclass(frozen=True, slots=True)
class LocalOffice:
    """The office's folder, and how far its clock is from this machine's."""

    folder: Path
    shift: timedelta

    def run(self, *command: str) -> str:
        """One `doorstep-server` command; what it prints. Unavailable with its words if it fails."""
        done = subprocess.run(
            [sys.executable, "-m", "sync.server.cli", *command],
            env=self._environment(),
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        if done.returncode:
            raise Unavailable(f"doorstep-server {command[0]}: {done.stderr.strip()}")
        return done.stdout.strip()

    @contextmanager
    def serving(self, port: int = 0) -> Iterator[str]:
        """The office answers at the address given, until the end."""
        ready = self.folder / "ready.json"
        ready.unlink(missing_ok=True)
        with open(self.folder / "server.log", "ab") as log:
            server = subprocess.Popen(
                [
                    *(sys.executable, "-m", "sync.server.cli", "serve"),
                    *("--port", str(port), "--ready", str(ready)),
                ],
                env=self._environment(),
                stdout=log,
                stderr=log,
            )
        try:
            yield self._address(server, ready)
        finally:
            server.terminate()
            server.wait(PATIENCE)

    def _address(self, server: subprocess.Popen[bytes], ready: Path) -> str:
        until = monotonic() + PATIENCE
        while server.poll() is None and monotonic() < until:
            if ready.exists() and (told := ready.read_text("utf-8")):
                return str(json.loads(told)["url"])
            sleep(0.05)
        raise Unavailable(f"the office did not start; see {self.folder / 'server.log'}")

    def _environment(self) -> dict[str, str]:
        seconds = str(int(self.shift.total_seconds()))
        own = {"DOORSTEP_DATA": str(self.folder), "DOORSTEP_CLOCK_SHIFT": seconds}
        return {**os.environ, **own}


def working_hours(now: datetime, tz: str, *, day: date | None = None) -> timedelta:
    """How to shift the clock so that `day` (today when None) is being worked in `tz`.

    Nothing where it is today and between 8:30 and 19:30 already: the demo then runs in real time.
    """
    local = now.astimezone(ZoneInfo(tz))
    chosen = day or local.date()
    if chosen == local.date() and DAY_BEGINS <= local.time() <= DAY_ENDS:
        return timedelta()
    played = datetime.combine(chosen, PLAYED, local.tzinfo)
    return timedelta(seconds=int((played - local).total_seconds()))


def make_office(folder: Path, shift: timedelta, hand_over: Path) -> LocalOffice:
    """A fresh office with the hand-over file imported."""
    folder.mkdir(parents=True, exist_ok=True)
    office = LocalOffice(folder, shift)
    office.run("init", "--yes")
    office.run("import", str(hand_over))
    return office


@contextmanager
def demo_office(folder: Path, now: datetime) -> Iterator[tuple[LocalOffice, str]]:
    """A fresh office with today's invented cases, serving; its address.

    BadInput for a folder that holds anything but an earlier demo.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / "cases.csv").exists():
        raise BadInput(Fault("no demo of ours is kept here", file=str(folder), mend="--data DIR"))
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shift = working_hours(now, "Asia/Shanghai")
    hand_over = folder / "cases.csv"
    hand_over.write_text(cases_csv((now + shift).date()), "utf-8")
    office = make_office(folder.resolve() / "office", shift, hand_over)
    with office.serving() as url:
        yield office, url
