"""What the rules knew of a case when a visit began, kept in the visit's own first event.

With it a visit can be judged from its evidence alone: no row, no earlier event is needed. It
names nobody, holds no sum and no address, and is one field that a copy may withhold.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from agent_app.domain.events import Event
from agent_app.domain.model import Case
from agent_app.domain.rules.facts import FACTS
from agent_app.domain.rules.records import Happening, merged, ref
from agent_app.domain.rules.rule import Rule

KNOWN = "known"
"""The field of `visit_started`."""

_HAPPENED: Mapping[str, tuple[str, ...]] = {
    "appointment_notified": ("channel", "at"),
    "notice_sent": ("channel", "what"),
    "visit_started": ("address",),
    "person_met": ("who",),
    "hardship_stated": (),
    "vulnerability_flagged": (),
    "dispute_raised": (),
    "dispute_settled": (),
    "stop_contact_requested": (),
    "adviser_named": (),
    "not_my_debt_stated": (),
    "third_party_refused": (),
    "consent_given": ("to", "by", "from", "until"),
    "consent_withdrawn": ("to",),
    "agreement_signed": (),
    "plan_breached": (),
    "exit_triggered": ("reason",),
    "visit_ended": (),
    "visit_aborted": (),
    "review_decided": ("visit", "decision"),
    "rule_overridden": ("rule", "role"),
}
"""The kinds rules look back to before a visit, with what they read of each."""
_UNTOLD = frozenset(
    {"debt.days_overdue", "debt.bucket", "debt.charges_over_principal", "debtor.age", "creditor.id"}
)
"""Facts of the row that are not kept: they say more of a person than a rule is worth."""


def known(
    case: Case,
    events: Sequence[Event],
    address: str,
    elsewhere: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """What `case`, its `events`, the door and the person's cases `elsewhere` tell the rules; JSON."""
    there = next((one for one in case.addresses if one.id == address), None)
    raw = case.raw
    flags = raw.get("flags") or {}
    return {
        "product": case.product_kind,
        "creditor": case.creditor.type,
        "role": (raw.get("scope") or {}).get("collector_role") or "",
        "agency": case.agency.id,
        "kind": there.kind if there else "",
        "region": there.region if there else "",
        "tz": there.tz if there else "",
        "lease_end": case.lease_end.isoformat() if case.lease_end else None,
        "rungs": raw.get("rungs"),
        "credentials": list((raw.get("crew") or {}).get("credentials") or ()),
        "conflicts": list((raw.get("crew") or {}).get("conflicts") or ()),
        "max_months": case.authority.max_months,
        "holds": list(raw.get("holds") or ()),
        "flags": {name: True if isinstance(one, Mapping) else one for name, one in flags.items()},
        "wish": list(_wishes(raw, events))[-1:],
        "contacts": [_contact(one) for one in raw.get("contacts") or ()],
        "elsewhere": [
            _contact(one) | {key: one.get(key) for key in ("id", "event", "completed")}
            for one in _each_once(
                *(row for row in elsewhere if "channel" in row), *(raw.get("elsewhere") or ())
            )
        ],
        "beside": [
            {**row, "case": _nameless(row["case"])}
            for row in merged(elsewhere, raw.get("beside") or ())
        ],
        "marks": [_mark(one) for one in _before(case, events)],
    }


def _nameless(case: str) -> str:
    """A name for another case that stays the same and does not say which it is."""
    return hashlib.sha256(case.encode()).hexdigest()[:16]


def _each_once(*rows: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    """The office and this device may both have told of a contact: the first word counts."""
    return {row["id"]: row for row in reversed(rows)}.values()


def _contact(row: Mapping[str, Any]) -> dict[str, Any]:
    """A contact without the number that was called; which door it was names nobody."""
    kept = ("at", "channel", "result", *(("to",) if row.get("channel") == "visit" else ()))
    return {key: row.get(key) for key in kept}


def row_of(told: Mapping[str, Any]) -> dict[str, Any]:
    """What `known` kept, as fields of a case row."""
    return {
        "product": {"name": "", "kind": told["product"]},
        "creditor": {"id": "", "name": "", "type": told["creditor"]},
        "agency": {"id": told["agency"], "name": ""},
        "scope": {"collector_role": told["role"]},
        "lease_end": told["lease_end"],
        "rungs": told["rungs"],
        "authority": {"max_months": told["max_months"]},
        "holds": told["holds"],
        "flags": told["flags"],
        "contact_changes": told["wish"],
        "contacts": told["contacts"],
        "elsewhere": told.get("elsewhere", []),
        "beside": told.get("beside", []),
        "marks": told["marks"],
    }


def tells_all(rule: Rule) -> bool:
    """Does what `known` keeps, with the visit's events, hold all that the rule may ask?"""
    asked = rule.when.facts() if rule.when else ()
    return _UNTOLD.isdisjoint((*asked, *_of_law(rule)))


def _of_law(rule: Rule) -> tuple[str, ...]:
    hangs_on = rule.law.hangs_on or frozenset()
    return tuple(name for name in hangs_on if name in FACTS)


def _before(case: Case, events: Sequence[Event]) -> Iterator[Happening]:
    own = {one.id for one in events}
    yield from (mark for mark in case.marks if mark.kind in _HAPPENED and mark.event not in own)
    yield from (one for one in events if one.kind in _HAPPENED)


def _mark(one: Happening) -> dict[str, Any]:
    return {
        "event": ref(one),
        "kind": one.kind,
        "at": one.at.isoformat(timespec="milliseconds"),
        "visit": one.visit,
        "user": "",
        "body": {key: one.body.get(key) for key in _HAPPENED[one.kind]},
    }


def _wishes(raw: Mapping[str, Any], events: Sequence[Event]) -> Iterator[dict[str, Any]]:
    """In the order in which they became known, whatever the clocks said."""
    own = {one.id for one in events}
    rows = [one for one in raw.get("contact_changes") or () if one.get("event") not in own]
    told = [(one["at"], one.get("event", ""), one) for one in rows]
    told += [(one.wall, one.id, one.body) for one in events if one.kind == "contact_changed"]
    for at, event, body in told:
        if body.get("field") == "preference":
            yield {"event": event, "at": at, "field": "preference", "new": body.get("new")}
