"""The invented case: a whole row whose door may be knocked on, built around an invented debtor."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from agent_app.rehearsal.role import Role

CASE, ADDRESS, CREDITOR = "rehearsal", "door", "invented"
DAYS_LATE = 62
CREDENTIALS = (
    *("badge", "authorisation_letter", "training", "agency_contract"),
    *("iibf_certificate", "approval_letter"),
)


def invented_row(role: Role, at: datetime, pack: str, crew: tuple[str, ...]) -> dict[str, Any]:
    """The case row of `role`, visited at `at` by `crew`; no such person, account or bank exists."""
    setting, person, today = role.setting, role.person, at.date()
    year = (today + timedelta(days=365)).isoformat()
    return {
        "id": CASE,
        "revision": 1,
        "pack": pack,
        "creditor": {"id": CREDITOR, "type": "bank", **setting["creditor"]},
        "agency": {"id": "own", "name": setting["agency"]},
        "product": dict(setting["product"]),
        "debtor": {
            "id": role.id,
            "name": person.name,
            "sex": person.sex,
            "id_masked": "",
            "language": setting["language"],
        },
        "checks": [_check(field, told) for field, told in role.facts.items()],
        "addresses": [
            {"id": ADDRESS, "kind": "home", "text": setting["street"], "tz": setting["tz"]}
        ],
        "balance": {
            "principal": person.principal,
            "interest": person.interest,
            "fees": person.fees,
            "total": person.principal + person.interest + person.fees,
            "currency": setting["currency"],
            "as_of": (today - timedelta(days=2)).isoformat(),
        },
        "overdue_since": (today - timedelta(days=DAYS_LATE)).isoformat(),
        "days_overdue": DAYS_LATE,
        "bucket": "M3",
        "contacts": [_contact(one, at) for one in setting.get("contact", ())],
        "crew": {
            "agents": list(crew),
            "lead": "trainer",
            "credentials": [
                {"user": user, "kind": kind, "valid_until": year}
                for user in crew
                for kind in CREDENTIALS
            ],
        },
        "assigned_at": (today - timedelta(days=30)).isoformat(),
        "lease_end": year,
        "authority": {"max_discount_bp": 0, "max_months": 24, "min_first_minor": 0},
        "rungs": {"required": []},
        "payment_channel": {"name": setting["channel"]},
        "flags": dict(setting.get("flags", {})),
        "visits": {},
        "history": [],
        "holds": [],
        "promises": [],
        "agreement": None,
        "priority": 1,
        "note": "",
    }


def _check(field: str, told: str) -> dict[str, str]:
    """An identity check as an office makes it; the salt need not be secret for an invention."""
    salt = hashlib.sha256(field.encode()).digest()[:16]
    found = hashlib.sha256(salt + told.upper().encode()).hexdigest()
    return {"field": field, "salt": salt.hex(), "hash": found}


def _contact(told: Mapping[str, Any], at: datetime) -> dict[str, str]:
    day = at - timedelta(days=told["days_ago"])
    return {
        "at": day.replace(hour=10, minute=0, second=0, microsecond=0).isoformat(),
        "channel": told["channel"],
        "result": told["result"],
        "by": "trainer",
    }
