"""What sort of value stands in a field that the rules and the reducer read: of an event's body,
of a case row. Whatever another program wrote is looked at here once, so that nobody else need."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from agent_app.domain.events import KINDS

Is = Callable[[Any], bool]


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _truth(value: Any) -> bool:
    return isinstance(value, bool)


def _table(value: Any) -> bool:
    return isinstance(value, Mapping)


def _texts(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and all(isinstance(one, str) for one in value)


def _tables(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and all(isinstance(one, Mapping) for one in value)


def _sum(value: Any) -> bool:
    minor = value.get("minor") if isinstance(value, Mapping) else value
    return isinstance(minor, int) and not isinstance(minor, bool)


def _day(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(date.fromisoformat(value[:10]))
    except ValueError:
        return False


def _plan(value: Any) -> bool:
    """Its instalments, where it tells them, each have a sum and a day."""
    if not isinstance(value, Mapping):
        return False
    rows = value.get("instalments") or ()
    return _tables(rows) and all(_sum(one.get("amount")) and _day(one.get("due")) for one in rows)


NAMED: Mapping[Is, str] = {
    _text: "a text", _truth: "true or false", _table: "a table", _texts: "a list of texts",
    _tables: "a list of tables", _sum: "a sum", _day: "a day", _plan: "a plan",
}  # fmt: skip

BODIES: Mapping[str, Mapping[str, Is]] = {
    "visit_planned": {"address": _text},
    "appointment_notified": {"channel": _text},
    "notice_sent": {"channel": _text, "what": _text},
    "visit_started": {"address": _text, "crew": _texts, "known": _table},
    "recording_started": {"slot": _text},
    "person_met": {"who": _text},
    "identity_checked": {"passed": _truth},
    "consent_given": {"to": _text, "by": _text},
    "consent_withdrawn": {"to": _text},
    "hardship_stated": {"code": _text},
    "vulnerability_flagged": {"code": _text},
    "budget_recorded": {"income": _sum, "spending": _sum},
    "promise_made": {"amount": _sum, "due": _day},
    "plan_offered": {"plan": _plan},
    "agreement_signed": {"plan": _plan},
    "letter_printed": {"fields": _texts, "type": _text},
    "letter_delivered": {"how": _text},
    "payment_notified": {"channel": _text, "receipt": _texts},
    "contact_changed": {"field": _text},
    "outcome_recorded": {"code": _text},
    "exit_triggered": {"reason": _text},
    "review_decided": {"decision": _text},
    "rule_overridden": {"rule": _text, "role": _text},
}

ROW: Mapping[str, Is] = {
    "id": _text, "pack": _text, "bucket": _text, "addresses": _tables, "contacts": _tables,
    "elsewhere": _tables, "contact_changes": _tables, "marks": _tables, "holds": _tables,
    "promises": _tables, "creditor": _table, "agency": _table, "product": _table, "flags": _table, "crew": _table, "rungs": _table, "scope": _table,
}  # fmt: skip
INSIDE: Mapping[str, Mapping[str, Is]] = {
    "addresses": {"id": _text, "kind": _text, "region": _text, "tz": _text},
    "contacts": {"channel": _text, "result": _text, "to": _text},
    "elsewhere": {"channel": _text, "result": _text, "to": _text, "id": _text},
    "contact_changes": {"at": _text, "field": _text, "event": _text},
    "marks": {"event": _text, "kind": _text, "body": _table},
    "holds": {"kind": _text},
    "creditor": {"id": _text, "type": _text},
    "agency": {"id": _text},
    "product": {"kind": _text},
    "crew": {"agents": _texts, "conflicts": _texts, "credentials": _tables},
    "rungs": {"required": _texts},
    "scope": {"collector_role": _text},
}
"""Of each table in a field, or of the field's own one."""


TOLD: Mapping[str, Is] = {
    "crew": _texts, "address": _text, "visit": _text, "body": _table, "letter": _table,
    "plan": _table, "terms": _texts, "signature": _table, "payment": _table, "receipt": _texts,
    "text": _text, "place": _text, "target": _text, "number": _text, "record": _text,
    "elsewhere": _tables,
}  # fmt: skip
"""Facts a caller tells the rules."""


def odd_facts(facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Those of the facts that are of another sort than the rules read, and their right one."""
    for name, fits in TOLD.items():
        if facts.get(name) is not None and not fits(facts[name]):
            yield name, NAMED[fits]


def odd_fields(kind: str, body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each field of a body that holds another sort of value than its kind of event has, and the
    sort it should be. Nothing in a field that may be left out is no fault."""
    for name, fits in BODIES.get(kind, {}).items():
        value = body.get(name)
        if name in body and not fits(value) and (value is not None or name in KINDS[kind]):
            yield name, NAMED[fits]


def odd_places(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The same of a case row: each place, written as "addresses[2].tz"."""
    for name, fits in ROW.items():
        if row.get(name) not in (None, "") and not fits(row[name]):
            yield name, NAMED[fits]
            return
    for name, fields in INSIDE.items():
        value = row.get(name)
        if isinstance(value, Mapping):
            yield from _odd(name, value, fields)
        for place, one in enumerate(value if isinstance(value, (list, tuple)) else (), start=1):
            yield from _odd(f"{name}[{place}]", one, fields)
    for name, needed in (("elsewhere", "channel"), ("contact_changes", "at")):
        for place, one in enumerate(row.get(name) or (), start=1):
            if one.get(needed) is None:
                yield f"{name}[{place}].{needed}", NAMED[_text]
    for place, mark in enumerate(row.get("marks") or (), start=1):
        for name, sort in _of_mark(mark):
            yield f"marks[{place}].body.{name}", sort


def _of_mark(mark: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    kind, body = mark.get("kind"), mark.get("body")
    return odd_fields(str(kind), body) if isinstance(body, Mapping) else iter(())


def _odd(
    where: str, value: Mapping[str, Any], fields: Mapping[str, Is]
) -> Iterator[tuple[str, str]]:
    for name, fits in fields.items():
        if value.get(name) is not None and not fits(value[name]):
            yield f"{where}.{name}", NAMED[fits]
