"""What a lead needs to approve: the case named on the telephone, the asks a sync has brought."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agent_app.actions.desk import Desk
from agent_app.domain.model import Case
from agent_app.journal.speech import heard
from agent_app.store import cases

_MOST = 5


@dataclass(frozen=True, slots=True)
class NamedCase:
    """Enough to be sure both mean the same case; `currency` is that of its sums."""

    id: str
    debtor: str
    currency: str


@dataclass(frozen=True, slots=True)
class Ask:
    """Terms an agent asks for (`journal.approval.spoken`), not answered yet."""

    case: str
    debtor: str
    agent: str
    at: datetime
    terms: Mapping[str, Any]
    request: str


def open_asks(desk: Desk) -> tuple[Ask, ...]:
    """Every ask on this device no lead has answered, of a visit still open; the oldest first."""
    people = {one["id"]: one["name"] for one in desk.office.get("people", ())}
    found = []
    for name in cases.with_open_visit(desk.db):
        seen = Case.read(cases.now(desk.db, name) or {})
        given = {
            (mark.body["terms_hash"], heard(str(mark.body.get("request"))))
            for mark in seen.marks
            if mark.kind == "approval_given"
        }
        for mark in seen.marks:
            if mark.kind != "approval_asked" or mark.visit != seen.open_visit:
                continue
            request = str(mark.body["request"])
            if (mark.body["terms_hash"], heard(request)) not in given:
                who = people.get(mark.user, mark.user)
                terms = mark.body["terms"]
                found.append(Ask(seen.id, seen.debtor.name, who, mark.at, terms, request))
    return tuple(sorted(found, key=lambda one: one.at.timestamp()))


def named_cases(desk: Desk, words: str) -> tuple[NamedCase, ...]:
    """A few cases of this device that hold every word; none for no words."""
    found = cases.find(desk.db, words, _MOST) if words.strip() else []
    return tuple(NamedCase(one.id, one.debtor, one.currency) for one in found)
