"""Cases in good order and short events, for tests that put questions to the rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from agent_app.domain.errors import Fault
from agent_app.domain.events import FIRST_PREV, Event
from agent_app.domain.model import Case
from agent_app.domain.rules import RuleSet
from agent_app.domain.rules.calendar import Calendar
from agent_app.domain.rules.reading import Table
from agent_app.domain.rules.rule import Rule, read_rule
from agent_app.domain.rules.verdict import Citation
from agent_app.packs import PackSet, load_packs

CREDENTIALS = (
    "badge", "authorisation_letter", "training", "approval_letter", "iibf_certificate",
)  # fmt: skip
ZONES = {
    "cn": "Asia/Shanghai", "tw": "Asia/Taipei", "hk": "Asia/Hong_Kong", "in": "Asia/Kolkata",
    "us": "America/New_York", "uk": "Europe/London", "au": "Australia/Sydney",
    "id": "Asia/Makassar", "jp": "Asia/Tokyo", "kr": "Asia/Seoul", "ru": "Asia/Vladivostok",
    "sg": "Asia/Singapore",
}  # fmt: skip
NOTICES = (
    "overdue_notice", "agency_notice", "agent_notice", "validation_notice", "written_notice",
)  # fmt: skip
POLICY = Citation(
    "policy", {"zh_CN": "制", "zh_TW": "制", "en": "policy"}, {}, "company_policy", "policy"
)
TEXT = {"zh_CN": "不可", "zh_TW": "不得", "en": "No"}


@lru_cache(maxsize=1)
def shipped() -> PackSet:
    """The packs as they are shipped."""
    return load_packs(Path(str(files("resources") / "packs")))


def row(pack: str = "cn", **changes: Any) -> dict[str, Any]:
    """A case row under `pack` that nothing stands against but time."""
    agents = ("u1", "u2")
    held = [
        {"user": user, "kind": kind, "valid_until": "2035-01-01"}
        for user in agents
        for kind in CREDENTIALS
    ]
    held.append({"user": "a1", "kind": "licence", "valid_until": "2035-01-01"})
    zone = ZONES.get(pack, "Asia/Shanghai")
    whole: dict[str, Any] = {
        "id": "c1",
        "revision": 1,
        "pack": pack,
        "creditor": {"id": "b1", "name": "B", "type": "bank"},
        "agency": {"id": "a1", "name": "A"},
        "product": {"name": "card", "kind": "credit_card"},
        "scope": {"collector_role": "agency"},
        "debtor": {"id": "d1", "name": "D", "age": 40},
        "addresses": [
            {"id": "h1", "kind": "home", "text": "1", "region": "", "tz": zone},
            {"id": "w1", "kind": "work", "text": "2", "region": "", "tz": zone},
        ],
        "balance": {
            "principal": 300000, "interest": 1000, "fees": 0, "total": 301000,
            "currency": "CNY", "as_of": "2026-11-20",
        },
        "days_overdue": 60,
        "bucket": "M2",
        "history": [],
        "contacts": [],
        "holds": [],
        "promises": [],
        "flags": dict.fromkeys(NOTICES, True),
        "crew": {"agents": list(agents), "lead": "l1", "credentials": held},
        "lease_end": "2035-01-01",
        "authority": {"max_months": 24},
        "rungs": {"required": []},
    }  # fmt: skip
    return whole | changes


def case(pack: str = "cn", **changes: Any) -> Case:
    return Case.read(row(pack, **changes))


def event(
    kind: str,
    at: datetime,
    body: Mapping[str, Any] | None = None,
    *,
    visit: str | None = "v1",
    id: str = "",
) -> Event:
    """One event of case c1, its id made from kind and moment."""
    return Event(
        id=id or f"{kind}@{at.isoformat()}", device="dev", user="u1", seq=1, prev=FIRST_PREV,
        kind=kind, case="c1", visit=visit, wall=at.isoformat(timespec="milliseconds"),
        tz="Asia/Shanghai", boot="b", bt=0, body=body or {},
    )  # fmt: skip


def rule(kind: str, *, severity: str = "block", pack: str = "test", **keys: Any) -> Rule:
    """One rule, read as from a pack; AssertionError with the faults when it cannot be."""
    faults: list[Fault] = []
    table = {
        "id": keys.pop("id", f"t.{kind}"), "kind": kind, "phase": "schedule",
        "severity": severity, "sources": ["policy"], "text": TEXT, **keys,
    }  # fmt: skip
    found = read_rule(Table(table, "test.toml", "", faults), {"policy": POLICY}, None, pack)
    assert found is not None, faults
    return found


def rules(*some: Rule, calendars: Mapping[str, Calendar] | None = None) -> RuleSet:
    return RuleSet.of(some, calendars)


def calendar(*holidays: date, first: int = 2020, last: int = 2030) -> Calendar:
    return Calendar("test", date(first, 1, 1), date(last, 12, 31), frozenset(holidays))


def fresh(now: datetime) -> dict[str, Any]:
    """Facts saying that the device has just synced, rules that still hold."""
    return {"synced_at": now - timedelta(minutes=1), "stale_after": date.max}
