"""How long a turn of the screen's thread takes: each page opened with 127 cases, 60 visits to review.

A turn is what runs between two looks at the keyboard. A turn's figure is processor time of that
thread, so that neither another thread nor a busy machine counts; an opening's is that of the whole
process. Limits: 95 turns of 100 within 16 ms (60 pictures a second), none above 50 ms, the list of
60 visits whole within 500 ms.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from agent_app.actions.desk import Desk
from agent_app.actions.visits import abort_visit, start_visit
from tests.support.desks import MORNING, open_test_desk, visitable_row
from ui.app import build_app
from ui.jobs import Jobs
from ui.places import Wishes, pages, places
from ui.shell import Shell
from ui.text import Text
from ui.viewmodels.office import Office
from ui.viewmodels.settings import Taste
from ui.widgets.list_card import ListCard

CASES, VISITS, ROUNDS = 127, 60, 3
LIMIT_USUAL_MS, LIMIT_WORST_MS, LIMIT_LIST_MS = 16.0, 50.0, 500.0
AGENT = ("today", "cases", "case", "letters", "outbox", "settings", "rehearsal", "rulebook")
LEAD = ("reviews", "replay", "team", "what_if")


@dataclass(frozen=True)
class Opening:
    """Milliseconds of each turn of the screen's thread, and of the whole process together."""

    turns: list[float]
    whole: float


def nothing(*_: object) -> None:
    """A wish nobody grants here."""


class Screen:
    """One window over one desk; `open` shows a page and lets it come to rest."""

    def __init__(self, app: Any, office: Office) -> None:
        self._app, self._office = app, office
        text, wishes = Text("zh_CN"), Wishes(nothing, nothing, nothing, nothing)
        self._shell = Shell(
            text, places(office, text), pages(office, text, Taste(), wishes), who="林默"
        )
        self._shell.resize(1280, 800)
        self._shell.show()

    def open(self, page: str, argument: object = None) -> Opening:
        turns: list[float] = []
        began = time.process_time()
        self._turn(turns, lambda: self._shell.open(page, argument))
        quiet = 0
        while quiet < 3:
            self._turn(turns, self._app.processEvents)
            quiet = 0 if self._at_work() else quiet + 1
            time.sleep(0.001)
        return Opening(turns, (time.process_time() - began) * 1000)

    def _turn(self, turns: list[float], work: Callable[[], object]) -> None:
        began = time.thread_time()
        work()
        turns.append((time.thread_time() - began) * 1000)

    def _at_work(self) -> bool:
        growing = any(one.growing for one in self._shell.findChildren(ListCard))
        return growing or self._office.jobs.running > 0


def visit_doors(desk: Desk) -> list[tuple[str, str]]:
    """Short visits, ended before they began to talk: case and visit."""
    made = []
    for n in range(VISITS):
        at, case = MORNING.later(seconds=60 * n), f"case-{n}"
        visit = start_visit(desk, at, case=case, address="addr-1").made
        abort_visit(desk, at.later(seconds=30), case=case, visit=visit, reason="nobody")
        made.append((case, visit))
    return made


def main() -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = build_app()
    with tempfile.TemporaryDirectory() as folder:
        openings = measure(app, Path(folder))
    figures: dict[str, float] = {}
    print(f"{'page':<12}{'turns':>8}{'median ms':>12}{'95 of 100':>12}{'worst':>10}{'whole':>10}")
    for page, opened in openings.items():
        turns = sorted(opened.turns)
        usual, worst = turns[int(len(turns) * 0.95)], turns[-1]
        middle = statistics.median(turns)
        print(
            f"{page:<12}{len(turns):>8}{middle:>12.2f}{usual:>12.1f}{worst:>10.1f}{opened.whole:>10.0f}"
        )
        figures[f"{page}_worst_ms"] = round(worst, 1)
    every = sorted(turn for opened in openings.values() for turn in opened.turns)
    figures["usual_turn_ms"] = round(every[int(len(every) * 0.95)], 1)
    figures["reviews_60_ms"] = round(openings["reviews"].whole, 1)
    limits = dict.fromkeys(figures, LIMIT_WORST_MS)
    limits |= {"usual_turn_ms": LIMIT_USUAL_MS, "reviews_60_ms": LIMIT_LIST_MS}
    report = {
        "bench": "screens",
        "figures": figures,
        "limits": limits,
        "peers": {},
        "ratios": {},
        "versions": {"python": platform.python_version(), "cases": CASES, "visits": VISITS},
        "met": all(figures[name] <= limit for name, limit in limits.items()),
    }
    print(json.dumps(report))


def measure(app: Any, folder: Path) -> dict[str, Opening]:
    """Each page opened a few times by one who has looked round before; the best of them, as least
    disturbed."""
    jobs = Jobs()
    rows = [visitable_row(f"case-{n}") for n in range(CASES)]
    context = open_test_desk(folder, *rows)
    made: dict[str, Any] = {}
    jobs.store(context.__enter__, done=lambda desk: made.update(desk=desk))
    wait(app, jobs)
    jobs.store(visit_doors, made["desk"], done=lambda visits: made.update(visits=visits))
    wait(app, jobs)
    case, visit = made["visits"][0]
    arguments: dict[str, object] = {"case": "case-100", "replay": (case, visit, ())}
    found: dict[str, Opening] = {}
    for role, names in (("agent", AGENT), ("lead", LEAD)):
        desk = replace(made["desk"], role=role)
        office = Office(desk, jobs, lambda: MORNING.later(seconds=3 * 3600))
        screen = Screen(app, office)
        for _ in range(ROUNDS):
            for page in names:
                opened = screen.open(page, arguments.get(page))
                best = found.get(page)
                if best is None or max(opened.turns) < max(best.turns):
                    found[page] = opened
    jobs.store(context.__exit__, None, None, None)
    jobs.close()
    return found


def wait(app: Any, jobs: Jobs) -> None:
    while jobs.running:
        app.processEvents()
        time.sleep(0.001)


if __name__ == "__main__":
    main()
