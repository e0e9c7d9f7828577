"""What leaves the office as files: results for the creditor, tree heads for outside witnesses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from agent_app.domain.dues import dues
from agent_app.domain.errors import BadInput, Fault, NotAllowed
from agent_app.domain.model import Case
from agent_app.domain.money import plain_amount
from agent_app.domain.spreadsheet import csv_text
from agent_app.packs import PackSet
from sync.server.db import Db
from sync.server.office import Office

ALONE = 200
"""Rows one person may export without a second one approving."""
COLUMNS = (
    *("case", "creditor", "agent", "currency", "total", "visits", "last_outcome"),
    *("creditor_code", "promise_due", "promise_amount", "promise_state", "agreement"),
    *("review", "holds"),
)


def results_csv(
    office: Office, by: str, reason: str, packs: PackSet, *,
    creditor: str | None, approved_by: str | None,
) -> str:  # fmt: skip
    """What the visits brought, one line a case, without a name or address of any debtor.

    `packs` hold each creditor's own codes of the outcomes (outcomes.toml → creditor_codes).
    The export is recorded with who and why. NotAllowed when many rows lack a second person,
    BadInput without a reason or for people not known here.
    """
    if not reason.strip():
        raise BadInput(Fault("no reason given", mend="--reason"))
    with office.db() as db, db.writing():
        for user in (by, approved_by):
            if user and not db.value("SELECT 1 FROM users WHERE id = ? AND active", user):
                raise BadInput(Fault("no such user", value=user))
        lines = [one for one in _lines(db, packs) if creditor in (None, one["creditor"])]
        if len(lines) > ALONE and approved_by in (None, by):
            raise NotAllowed(f"more than {ALONE} rows need a second person: --approved-by")
        db.do(
            "INSERT INTO exports VALUES (?, ?, ?, ?)",
            *(office.now().isoformat(), by, reason, len(lines)),
        )
    return csv_text(COLUMNS, ([line[name] for name in COLUMNS] for line in lines))


def heads(db: Db) -> Iterator[str]:
    """The newest tree head of each size, one JSON line each, oldest first: for outside witnesses."""
    for row in db.rows("SELECT head FROM heads ORDER BY json_extract(head, '$.at'), size"):
        yield str(row["head"])


def _lines(db: Db, packs: PackSet) -> Iterator[dict[str, Any]]:
    for row in db.rows("SELECT body FROM cases ORDER BY id"):
        case = json.loads(row["body"])
        seen, balance = Case.read(case), case["balance"]
        promises = [one for one in dues(seen) if one.kind == "promise"]
        promise = promises[-1] if promises else None
        outcome = (case.get("last_outcome") or {}).get("code", "")
        reviews = [one["review"] for one in case["visits"].values() if one["review"]]
        yield {
            "case": case["id"],
            "creditor": case["creditor"]["id"],
            "agent": (case["crew"]["agents"] or [""])[0],
            "currency": balance["currency"],
            "total": plain_amount(balance["total"], balance["currency"]),
            "visits": sum(one["state"] == "ended" for one in case["visits"].values()),
            "last_outcome": outcome,
            "creditor_code": packs.outcomes_for(seen).code_for(outcome, seen.creditor.id),
            "promise_due": promise.due if promise else "",
            "promise_amount": plain_amount(
                promise.amount.minor if promise else 0, balance["currency"]
            ),
            "promise_state": promise.state if promise else "",
            "agreement": (case["agreement"] or {}).get("agreement", ""),
            "review": reviews[-1]["decision"] if reviews else "",
            "holds": " ".join(one["kind"] for one in case["holds"]),
        }
