"""The morning rush: many agents pull their day, push three visits and bring two photos each.

Against `doorstep-server` in its own process, on loopback, each request signed; agents begin evenly
over some seconds (1,000 in 60 by rate), or all at once with --seconds 0. What is timed is each
request from its sending to its last byte; the 99th of a hundred counts. The load is made on the
same machine, so it measures low.

    python bench/rush.py [--agents 150] [--seconds 9]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import requests

from agent_app.domain.events import Event
from sync import coding
from sync.messages import FileName
from sync.server import accounts, people
from sync.server.cases import Changes, put_imported
from sync.server.office import Office
from tests.support.case_rows import varied_row
from tests.support.journals import Device
from tests.support.offices import Clock, FieldDevice, new_office
from tests.support.serving import serving

CASES, VISITS, PHOTOS, PHOTO = 60, 3, 2, 300_000
HANDS = 32
LIMITS = {"pull": 0.5, "push": 0.25}
"""Seconds of the 99th of a hundred. Photos have no limit of their own: they wait for nobody."""


class Morning:
    """What every agent does, and how long each request took."""

    def __init__(self) -> None:
        self.took: dict[str, list[float]] = {"pull": [], "push": [], "photos": []}
        self.faults: list[str] = []
        self._lock = threading.Lock()

    def of(self, agent: FieldDevice, begin: float) -> None:
        time.sleep(max(0.0, begin - time.perf_counter()))
        self._asked("pull", agent, "/v1/sync", coding.pack(agent.request([])))
        events = agent.journal.events
        share = len(events) // VISITS
        for start in range(0, len(events), share):
            part = events[start : start + share]
            self._asked("push", agent, "/v1/sync", coding.pack(agent.request(part)))
        photos = [photo(agent.journal.name, number) for number in range(PHOTOS)]
        named = [(FileName(hashlib.sha256(one).hexdigest(), len(one)), one) for one in photos]
        self._asked("photos", agent, "/v1/files/batch", coding.pack_files(named))

    def _asked(self, what: str, agent: FieldDevice, path: str, body: bytes) -> None:
        start = time.perf_counter()
        try:
            answer = agent.send("POST", path, body, at=datetime.now(UTC))
            fault = "" if answer.status_code == 200 else f"{what}: {answer.status_code}"
        except requests.RequestException as broken:
            fault = f"{what}: {type(broken).__name__}"
        with self._lock:
            self.took[what].append(time.perf_counter() - start)
            if fault:
                self.faults.append(fault)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--agents", type=int, default=150)
    parser.add_argument("--seconds", type=float, default=9.0)
    asked = parser.parse_args()
    morning, start = Morning(), 0.0
    with tempfile.TemporaryDirectory() as folder:
        office = new_office(Path(folder) / "server", Clock(datetime.now(UTC)))
        with serving(Path(folder)) as server:
            agents = list(joined(office, server.url, asked.agents))
            start = time.perf_counter() + 0.5
            begins = [start + asked.seconds * n / asked.agents for n in range(asked.agents)]
            with ThreadPoolExecutor(HANDS) as hands:
                list(hands.map(morning.of, agents, begins))
            took = time.perf_counter() - start
        with office.db() as db:
            kept = int(db.value("SELECT count(*) FROM log WHERE verdict = 'applied'"))
            files = int(db.value("SELECT count(*) FROM files"))
    made = sum(len(one.journal.events) for one in agents)
    found = {f"{what} p{part}": percentile(some, part) for what, some in morning.took.items()
             for part in (50, 99)}  # fmt: skip
    for name, value in found.items():
        most = LIMITS.get(name.removesuffix(" p99"))
        limit = f"  at most {most * 1000:.0f}" if most else ""
        print(f"{name:14}{value * 1000:9.0f} ms{limit}")
    print(f"{asked.agents} agents in {took:.1f} s; {kept} of {made} events, {files} photos kept")
    for fault in sorted(set(morning.faults)):
        print(f"{morning.faults.count(fault)} x {fault}")
    slow = [what for what, most in LIMITS.items() if found[f"{what} p99"] > most]
    whole = (kept, files, morning.faults) == (made, asked.agents * PHOTOS, [])
    print(json.dumps({
        "bench": "rush", "agents": asked.agents, "seconds": took, "figures": found, "peers": {},
        "limits": LIMITS, "kept": kept, "made": made, "faults": len(morning.faults),
        "ratios": {what: found[f"{what} p99"] / most for what, most in LIMITS.items()},
        "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        "versions": {"python": platform.python_version()}
        | {name: version(name) for name in ("sqlcipher3", "starlette", "uvicorn")},
        "met": whole and not slow,
    }))  # fmt: skip


def joined(office: Office, url: str, count: int) -> Iterator[FieldDevice]:
    """Agents with their day's cases, and a journal of visits that name their photos."""
    told = Changes()
    with office.db() as db, db.writing():
        for number in range(count):
            user = f"B{number:04}"
            people.join(office, db, user, user, "agent", "T1")
            device = Device(f"device-{user}", user)
            accounts.add_device(db, {
                "id": device.name, "user": user, "name": "", "event_key": device.public,
                "certificate": b"", "server_share": b"", "warrant": "{}",
                "enrolled_at": office.now().isoformat(), "app": "",
            })  # fmt: skip
            for place in range(CASES):
                row = varied_row(number * CASES + place)
                row |= {"crew": {"agents": [user], "lead": "L1"}}
                del row["revision"]
                put_imported(db, told, row)
            for place in range(VISITS):
                device.visit(case=f"case-{number * CASES + place}", visit=f"v-{number}-{place}")
            name_photos(device, f"case-{number * CASES}", f"v-{number}-0")
            yield FieldDevice(url, Clock(datetime.now(UTC)), device)
        told.publish(db, office.now())


def name_photos(device: Device, case: str, visit: str) -> list[Event]:
    """An event of its own for each photo, within the first visit's case."""
    return [
        device.record(
            "photo_taken", {"slot": "photo-1", "what": "door"}, case=case, visit=visit,
            files=({"slot": "photo-1", "sha256": hashlib.sha256(one).hexdigest(),
                    "size": len(one), "type": "image/jpeg"},),
        )
        for one in (photo(device.name, number) for number in range(PHOTOS))
    ]  # fmt: skip


def photo(device: str, number: int) -> bytes:
    return hashlib.shake_128(f"{device}-{number}".encode()).digest(PHOTO)


def percentile(values: list[float], part: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) * part // 100, len(ordered) - 1)]


if __name__ == "__main__":
    main()
