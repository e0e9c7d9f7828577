"""The invented case of a rehearsal, and what the script may see of it."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from agent_app.domain.model import Case
from agent_app.domain.money import plain_amount

if TYPE_CHECKING:
    from agent_app.script.rehearsal import Role

CREW = ("trainee", "partner")
DAYS_LATE = 62


def invented_case(role: Role, now: datetime, pack: str) -> dict[str, Any]:
    """A whole case row around an invented debtor, ready to be visited at `now`."""
    today = now.date()
    until = (today + timedelta(days=365)).isoformat()
    kinds = ("badge", "authorisation_letter", "training", "iibf_certificate", "approval_letter")
    return {
        "id": "rehearsal",
        "revision": 1,
        "pack": pack,
        "creditor": {"id": "invented", "name": "示例银行", "type": "bank"},
        "agency": {"id": "own", "name": "示例服务公司"},
        "product": {"name": "信用卡", "kind": "credit_card"},
        "debtor": {"id": role.id, "name": role.debtor},
        "addresses": [{"id": "door", "kind": "home", "text": "-", "tz": str(now.tzinfo or "")}],
        "balance": {
            "principal": role.principal,
            "interest": role.interest,
            "fees": role.fees,
            "total": role.principal + role.interest + role.fees,
            "currency": "CNY",
            "as_of": (today - timedelta(days=2)).isoformat(),
        },
        "overdue_since": (today - timedelta(days=DAYS_LATE)).isoformat(),
        "days_overdue": DAYS_LATE,
        "crew": {
            "agents": list(CREW),
            "lead": "trainer",
            "credentials": [
                {"user": user, "kind": kind, "valid_until": until}
                for user in CREW
                for kind in kinds
            ],
        },
        "lease_end": until,
        "rungs": {"required": []},
        "flags": {},
        "payment_channel": {"name": "示例银行App"},
    }


def case_instance(case: Case, visit: str) -> str:
    """The case as one CSV row (docs/scripts.md); what a gate holds back is empty."""
    state = case.raw.get("visits", {}).get(visit, {})
    named = state.get("met") in ("self_identified", "debtor")
    row = _always(case) | (_named(case) if named else dict.fromkeys(_named(case), ""))
    gate_open = state.get("id_shown") and state.get("identity")
    row |= _debt(case) if gate_open else dict.fromkeys(_debt(case), "")
    out = io.StringIO()
    csv.writer(out).writerows([row.keys(), row.values()])
    return out.getvalue()


def _always(case: Case) -> dict[str, str]:
    return {
        "debtor_called": case.debtor.name,
        "agency_name": case.agency.name,
        "agent_name": "○○",
        "agent_number": "000",
        "partner_name": "○○",
        "complaint_phone": "400-000-0000",
    }


def _named(case: Case) -> dict[str, str]:
    return {"creditor_name": case.creditor.name}


def _debt(case: Case) -> dict[str, str]:
    sums = {
        name: getattr(case.balance, name) for name in ("principal", "interest", "fees", "total")
    }
    return {
        "product_name": case.product_name,
        "product_kind": case.product_kind,
        "currency": case.currency,
        **{name: plain_amount(money.minor, money.currency) for name, money in sums.items()},
        "as_of": case.balance.as_of.isoformat(),
        "days_overdue": str(case.days_overdue),
        "payment_channel": case.raw["payment_channel"]["name"],
    }
