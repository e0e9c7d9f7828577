"""How long the guard takes: one case with 500 events, and day lists of 2,000 cases, new or visited.

Limits: the median of one answer 1 ms; the whole list 150 ms. No peer does this offline.
"""

from __future__ import annotations

import json
import platform
import statistics
import time
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

from agent_app.domain.events import FIRST_PREV, Event
from agent_app.domain.model import Case
from agent_app.domain.rules import Round, assess
from agent_app.packs import PackSet, load_packs

LIMIT_ONE_MS = 1.0
LIMIT_LIST_MS = 150.0
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
EVENTS, CASES, ROUNDS = 500, 2000, 7


def case_row(number: int) -> dict[str, Any]:
    """A case with a year of contacts behind it; every fifth has a hold."""
    at = NOW - timedelta(days=number % 40 + 1)
    return {
        "id": f"c{number}",
        "pack": "cn",
        "creditor": {"id": "b1", "name": "B", "type": "bank"},
        "agency": {"id": "a1", "name": "A"},
        "product": {"name": "card", "kind": "credit_card"},
        "debtor": {"id": f"d{number}", "name": "D"},
        "addresses": [
            {"id": "h1", "kind": "home", "text": "1", "region": "CN-GD", "tz": "Asia/Shanghai"}
        ],
        "balance": {
            "principal": 300000,
            "interest": 1000,
            "fees": 0,
            "total": 301000,
            "currency": "CNY",
            "as_of": "2026-11-20",
        },
        "days_overdue": 60,
        "bucket": "M2",
        "contacts": [
            {"at": (at - timedelta(days=n)).isoformat(), "channel": "call", "result": "met"}
            for n in range(6)
        ],
        "holds": [{"kind": "dispute", "since": "2026-11-01"}] if number % 5 == 0 else [],
        "crew": {
            "agents": ["u1", "u2"],
            "credentials": [
                {"user": user, "kind": kind, "valid_until": date(2027, 1, 1).isoformat()}
                for user in ("u1", "u2")
                for kind in ("badge", "authorisation_letter", "training")
            ],
        },
        "lease_end": "2026-12-31",
        "rungs": {"required": ["overdue_notice", "sms_or_call"]},
        "flags": {"overdue_notice": True},
    }


PAST: tuple[tuple[str, int, dict[str, Any]], ...] = (
    ("appointment_notified", -2000, {"channel": "sms", "at": NOW.isoformat(), "purpose": "x"}),
    ("visit_started", 0, {"address": "h1", "crew": ["u1", "u2"]}),
    ("person_met", 1, {"who": "debtor"}),
    ("entry_consented", 2, {}),
    ("promise_made", 8, {"amount": 1, "due": "2026-12-01"}),
    ("letter_delivered", 9, {"serial": "1", "how": "hand", "proof": "p"}),
    ("outcome_recorded", 10, {"code": "promise"}),
    ("visit_ended", 11, {}),
    ("review_decided", 200, {"decision": "accepted", "comment": ""}),
)
"""What a visit leaves on a case: kind, minutes from its start, body."""


def visited_row(number: int) -> dict[str, Any]:
    """The same case visited twice before, every eighth within the last seven days."""
    row = case_row(number)
    marks = []
    for visit in range(2):
        at = NOW - timedelta(days=5 if number % 8 == 0 else 9, hours=number % 9)
        at -= timedelta(days=20 * visit)
        marks += [
            {
                "event": f"{kind}-{visit}", "kind": kind, "visit": f"v{visit}", "user": "u1",
                "at": (at + timedelta(minutes=minutes)).isoformat(), "body": body,
            }
            for kind, minutes, body in PAST
        ]  # fmt: skip
    return row | {"marks": marks}


def events(count: int) -> list[Event]:
    """`count` events of earlier visits: starts, answers, ends."""
    kinds = ("visit_started", "id_shown", "person_met", *["answered"] * 21, "visit_ended")
    bodies: dict[str, dict[str, Any]] = {
        "visit_started": {"address": "h1", "crew": ["u1", "u2"]},
        "person_met": {"who": "debtor"},
        "answered": {"ref": "/data/q", "value": "x"},
    }
    start = NOW - timedelta(days=200)
    found = []
    for number in range(count):
        visit, place = divmod(number, len(kinds))
        at = start + timedelta(days=9 * visit, minutes=place)
        found.append(
            Event(
                id=f"e{number}", device="d", user="u1", seq=number + 1, prev=FIRST_PREV,
                kind=kinds[place], case="c1", visit=f"v{visit}",
                wall=at.isoformat(timespec="milliseconds"), tz="Asia/Shanghai", boot="b", bt=0,
                body=bodies.get(kinds[place], {}),
            )
        )  # fmt: skip
    return found


def main() -> None:
    packs = load_packs(Path(str(files("resources") / "packs")))
    one = Case.read(case_row(1))
    rules, history = packs.rules_for(one), events(EVENTS)
    facts = {"synced_at": NOW}
    answers = []
    for _ in range(300):
        began = time.perf_counter()
        assess(rules, one, history, NOW, facts=facts)
        answers.append((time.perf_counter() - began) * 1000)
    listed = [Case.read(case_row(number)) for number in range(CASES)]
    visited = [Case.read(visited_row(number)) for number in range(CASES)]
    figures = {
        "one_case_500_events_ms": statistics.median(answers),
        "list_2000_by_day_ms": whole_list(packs, listed, NOW),
        "list_2000_by_night_ms": whole_list(packs, listed, NIGHT),
        "visited_2000_by_day_ms": whole_list(packs, visited, NOW),
        "visited_2000_by_night_ms": whole_list(packs, visited, NIGHT),
    }
    limits = dict.fromkeys(figures, LIMIT_LIST_MS) | {"one_case_500_events_ms": LIMIT_ONE_MS}
    print(f"{'what':<28}{'ms':>10}{'limit':>10}")
    for name, value in figures.items():
        print(f"{name:<28}{value:>10.3f}{limits[name]:>10.1f}")
    met = all(figures[name] <= limit for name, limit in limits.items())
    report = {
        "bench": "rules",
        "figures": {name: round(value, 3) for name, value in figures.items()},
        "limits": limits,
        "peers": {},
        "ratios": {},
        "versions": {"python": platform.python_version(), "pack": packs["cn"].version},
        "met": met,
    }
    print(json.dumps(report))


def whole_list(packs: PackSet, listed: list[Case], now: datetime) -> float:
    """Milliseconds for every case of the list: the best of several rounds, as least disturbed."""
    rounds = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        doors = Round(packs.rules_for, now, facts={"synced_at": now})
        for case in listed:
            doors.ask(case)
        rounds.append((time.perf_counter() - began) * 1000)
    return min(rounds)


if __name__ == "__main__":
    main()
