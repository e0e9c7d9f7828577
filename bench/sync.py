"""How fast an agent's day comes and goes: real client, real server in its own process, loopback.

The client is all of it but the screen: SQLCipher with a full fsync a commit, signed requests,
proofs checked. First sync of all cases, nothing new, a hundred cases changed, fifty visits back,
their attachments. Each figure is the median of the runs, in seconds on the clock; bytes are
counted by a proxy in a run of their own. The limits are those of the design (a quiet machine).

    python bench/sync.py [--cases 10000] [--runs 3]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sync.server.cases import Changes, put_imported
from sync.server.office import Office
from tests.support.case_rows import varied_row
from tests.support.field import Agent
from tests.support.offices import Clock, new_code, new_office
from tests.support.proxy import proxied
from tests.support.serving import serving

VISITS, PHOTO, CHANGED = 50, 300_000, 100
LIMITS = {
    "first sync s": 0.8,
    "first sync MB": 1.9,
    "nothing new s": 0.045,
    "100 cases changed s": 0.045,
    "100 cases changed KB": 21.0,
    "50 visits back s": 0.5,
    "50 photos of 300 KB s": 0.23,
}
"""For 10,000 cases. A visit is seven signed events, each verified, logged and proven."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    runs = [day(asked.cases) for _ in range(asked.runs)]
    found = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
    limits = {
        name: most * (asked.cases / 10_000 if name.startswith("first") else 1)
        for name, most in LIMITS.items()
    }
    print(f"{'':32}{'median':>10}{'at most':>10}")
    for name, value in found.items():
        print(f"{name:32}{value:10.3f}{limits.get(name, float('nan')):10.3f}")
    met = all(found[name] <= most for name, most in limits.items())
    told: dict[str, Any] = {
        "bench": "sync", "cases": asked.cases, "runs": asked.runs, "figures": found, "peers": {},
        "limits": limits, "ratios": {name: found[name] / most for name, most in limits.items()},
        "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        "versions": {"python": platform.python_version()}
        | {name: version(name) for name in ("sqlcipher3", "starlette", "uvicorn", "requests")},
        "met": met,
    }  # fmt: skip
    print(json.dumps(told))


def day(count: int) -> dict[str, float]:
    """One agent's day against a fresh office; every figure of it."""
    with tempfile.TemporaryDirectory() as folder, office_of(Path(folder), count) as (office, url):
        found = {}
        with proxied(url) as line, joined(office, line.url, Path(folder) / "counted") as agent:
            line.heal()
            agent.sync()
            found["first sync MB"] = line.seen_down / 1e6
            land(office, CHANGED, note="又改")
            line.heal()
            agent.sync()
            found["100 cases changed KB"] = line.seen_down / 1e3
        with joined(office, url, Path(folder) / "first") as agent:
            found["first sync s"] = timed(agent.sync)
            found["nothing new s"] = timed(agent.sync)
            land(office, CHANGED, note="改")
            found["100 cases changed s"] = timed(agent.sync)
            for number in range(VISITS):
                agent.visit(f"case-{number}", f"visit-{number}")
            found["50 visits back s"] = timed(agent.sync)
            for number in range(VISITS):
                agent.record(
                    "photo_taken", {"slot": "photo-1", "what": "door"},
                    case=f"case-{number}", visit=f"visit-{number}",
                    attached={"photo-1": os.urandom(PHOTO)},
                )  # fmt: skip
            agent.sync()
            found["50 photos of 300 KB s"] = timed(agent.upload)
            assert agent.sync().complete
        return found


@contextmanager
def office_of(folder: Path, count: int) -> Iterator[tuple[Office, str]]:
    """A serving office whose agent A1 has `count` cases."""
    office = new_office(folder / "server", Clock(datetime.now(UTC)))
    land(office, count)
    with serving(folder) as server:
        yield office, server.url


def land(office: Office, count: int, **changes: Any) -> None:
    """So many cases as an import would land them."""
    told, crew = Changes(), {"agents": ["A1", "A9"], "lead": "L1"}
    with office.db() as db, db.writing():
        for number in range(count):
            row = varied_row(number) | {"crew": crew} | changes
            del row["revision"]
            put_imported(db, told, row)
        told.publish(db, office.now())


@contextmanager
def joined(office: Office, url: str, folder: Path) -> Iterator[Agent]:
    agent = Agent.enrolled(folder, url, new_code(office, "A1"), Clock(datetime.now(UTC)))
    try:
        yield agent
    finally:
        agent.close()


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
