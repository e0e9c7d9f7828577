"""Conditions and consents, read the slow way. None is "not known"."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.support.naive.reading import Asked, Rule, World


def fact(name: str, world: World, asked: Asked, zone: ZoneInfo) -> Any:
    row, today = world.row, asked.at.astimezone(zone).date()
    group, _, rest = name.partition(".")
    if group == "flags":
        value = row["flags"].get(rest, False)
        return True if isinstance(value, Mapping) else value
    if group in ("given", "body"):
        return (asked.given if group == "given" else asked.body).get(rest)
    if name == "data.age_hours":
        if world.synced is None or world.synced > asked.at + timedelta(minutes=10):
            return None
        return (asked.at - world.synced) / timedelta(hours=1)
    if name == "pack.stale":
        return today > world.stale_after
    if name == "lease.over":
        return today.isoformat() > row["lease_end"]
    if name == "debt.charges_over_principal":
        sums = row["balance"]
        return sums["interest"] + sums["fees"] > sums["principal"]
    value = {
        "creditor.type": row["creditor"]["type"],
        "creditor.id": row["creditor"]["id"],
        "debt.product": row["product"]["kind"],
        "debt.days_overdue": row["days_overdue"],
        "debtor.age": row["debtor"]["age"],
        "collector.role": row["scope"]["collector_role"],
        "contact.target": asked.given.get("target", "debtor"),
        "rungs": (row["rungs"] or {}).get("required"),
        "address.kind": world.address(asked)["kind"],
        "address.region": world.address(asked)["region"],
    }[name]
    return None if value == "" else value


def holds(test: Rule, world: World, asked: Asked, zone: ZoneInfo) -> bool | None:
    for join, deciding in (("all", False), ("any", True)):
        if join in test:
            parts = [holds(one, world, asked, zone) for one in test[join]]
            if deciding in parts:
                return deciding
            return None if None in parts else not deciding
    if "not" in test:
        inner = holds(test["not"], world, asked, zone)
        return None if inner is None else not inner
    have = fact(test["fact"], world, asked, zone)
    if have is None:
        return None
    (how, want) = next((key, value) for key, value in test.items() if key != "fact")
    if how in ("in", "has"):
        return bool(have in want if how == "in" else want in have)
    if how in ("eq", "ne"):
        return bool((have == want) is (how == "eq"))
    return bool({"gt": have > want, "ge": have >= want, "lt": have < want, "le": have <= want}[how])


def consented(rule: Rule, world: World, asked: Asked) -> bool:
    """Has the debtor lifted this rule for now? The last word counts; without an end, for a day."""
    if "relax_by" not in rule:
        return False
    about = rule["relax_by"]["consent"]
    said = [
        one
        for one in world.of("consent_given", "consent_withdrawn")
        if one.body["to"] == about
        and (one.kind == "consent_withdrawn" or one.body["by"] == rule["relax_by"]["from"])
    ]
    if not said or max(said, key=lambda one: one.at).kind == "consent_withdrawn":
        return False
    last = max(said, key=lambda one: one.at)
    begins = max(last.at, datetime.fromisoformat(last.body.get("from", last.at.isoformat())))
    until = last.body.get("until")
    ends = datetime.fromisoformat(until) if until else begins + timedelta(days=1)
    return begins <= asked.at < ends


def overridden(rule: Rule, world: World, asked: Asked, zone: ZoneInfo) -> bool:
    return any(
        one.body["rule"] == rule["id"]
        and one.body["role"] in rule.get("override_by", ())
        and one.at <= asked.at
        and one.at.astimezone(zone).date() == asked.at.astimezone(zone).date()
        for one in world.of("rule_overridden")
    )
