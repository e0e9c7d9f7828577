"""`doorstep tour`: an office, a day, its evidence, and whether all of it holds."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from agent_app.domain.errors import DoorstepError
from resources.demo.make import cases_csv
from ui.app import build_app
from ui.clock import Clock
from ui.demo import LocalOffice, make_office, working_hours
from ui.desktop import Desktop, Habits
from ui.home import Home
from ui.jobs import Jobs
from ui.tour.cast import Cast, read_cast
from ui.tour.day import Company, Day
from ui.tour.evidence import check_evidence
from ui.tour.report import Report
from ui.viewmodels.settings import Taste

TZ = "Asia/Shanghai"
_AWAKE = Habits(lock_minutes=24 * 60)
"""Nobody touches the tour's screen; a slow machine must not take that for absence."""
MakeHome = Callable[[Path, Clock], Home]


def main(arguments: Sequence[str], make_home: MakeHome) -> int:
    """Play the day; 0 when every step held, 1 otherwise."""
    asked = argparse.ArgumentParser(prog="doorstep tour", description=__doc__)
    asked.add_argument("--out", type=Path, default=Path("demo-out"))
    asked.add_argument("--cases", type=Path, help="a hand-over file instead of the demo's")
    asked.add_argument("--agent", default="A011")
    chosen = asked.parse_args(arguments)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    out: Path = chosen.out
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    report = Report(out)
    pictures: list[str] = []
    try:
        with tempfile.TemporaryDirectory(prefix="doorstep-") as folder:
            play(out, Path(folder), chosen.cases, chosen.agent, make_home, report, pictures)
    except (DoorstepError, AssertionError, OSError, RuntimeError, LookupError):
        traceback.print_exc()  # the table says which step failed; the trace says where
    report.write(pictures)
    print(report.table())
    return 0 if report.ok else 1


def play(
    out: Path,
    folder: Path,
    hand_over: Path | None,
    agent: str,
    make_home: MakeHome,
    report: Report,
    pictures: list[str],
) -> None:
    """An office in `folder`, the day in it, what the day made in `out`."""
    now = datetime.now(UTC)
    with report.step("办公室：建立、导入 office, import") as counts, ExitStack() as stack:
        if hand_over is None:
            shift = working_hours(now, TZ)
            hand_over = folder / "cases.csv"
            hand_over.write_text(cases_csv((now + shift).date()), "utf-8")
        cast = read_cast(hand_over, agent, now.date())
        shift = working_hours(now, TZ, day=cast.day)
        office = make_office(folder / "office", shift, hand_over)
        url = stack.enter_context(office.serving())
        counts |= {"cases": len(cast.truths), "played_hours_away": round(_hours(shift), 1)}
        serving = stack.pop_all()
    with serving:
        _day(out, folder, office, url, cast, make_home, report, pictures)


def _day(
    out: Path,
    folder: Path,
    office: LocalOffice,
    url: str,
    cast: Cast,
    make_home: MakeHome,
    report: Report,
    pictures: list[str],
) -> None:
    build_app()

    def desktop(name: str) -> Desktop:
        home = replace(make_home(folder / name, Clock(TZ, shift=office.shift)), drivers=())
        return Desktop(home, Jobs(), Taste(), keep=lambda _: None, url=url, habits=_AWAKE)

    company = Company(office, url, desktop("agent"), desktop("lead"), cast, out)
    day = Day(company, report)
    try:
        day.play()
        check_evidence(company, day, report)
    finally:
        pictures += day.agent.taken + day.lead.taken
        company.agent.close()
        company.lead.close()


def _hours(span: timedelta) -> float:
    return span.total_seconds() / 3600


if __name__ == "__main__":
    sys.exit("run `doorstep tour`")
