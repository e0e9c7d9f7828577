"""What a letter asks beyond the facts of its case: taken from the record, else asked of a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from agent_app.domain.dues import dues
from agent_app.domain.model import Case

if TYPE_CHECKING:
    from agent_app.documents.letter import Template

More = dict[str, dict[str, Any]]
GROUPS = frozenset({"visit", "reply", "complaint", "promise", "legal", "delivery", "agreement"})
"""Groups of fields a case row does not hold by itself."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One field to ask for, by its dotted path, and what is typed."""

    path: str
    kind: Literal["day", "time", "number", "text"]


def from_record(case: Case) -> More:
    """What the case's record says of promises, agreement, letters and the appointment."""
    found: More = {}
    promised = [one for one in dues(case) if one.kind == "promise"]
    if promised:
        last = next((one for one in promised if one.state == "broken"), promised[-1])
        found["promise"] = {"amount": last.amount.to_json(), "due": last.due.isoformat()}
    parts = [one for one in dues(case) if one.kind == "instalment" and one.state == "open"]
    signed = case.raw.get("agreement") or {}
    if signed and parts:
        left = sum(one.amount.minor for one in parts)
        found["agreement"] = {
            "serial": signed["agreement"],
            "signed": signed["at"][:10],
            "next_due": parts[0].due.isoformat(),
            "next_amount": parts[0].amount.to_json(),
            "left": {"minor": left, "currency": case.currency},
        }
    told = [mark for mark in case.marks if mark.kind == "appointment_notified"]
    if told:
        at = told[-1].body["at"]
        found["visit"] = {"date": at[:10], "from": at}
    return found


def asked(template: Template, known: Mapping[str, Mapping[str, Any]]) -> tuple[Asked, ...]:
    """The fields of those groups the template reads and `known` lacks, in their order."""
    paths = dict.fromkeys(path for body in template.source.bodies.values() for path in body.fields)
    lacking = []
    for path in paths:
        group, _, name = path.partition(".")
        if group in GROUPS and name and name not in known.get(group, {}):
            lacking.append(Asked(path, _kind(path)))
    return tuple(lacking)


def joined(known: Mapping[str, Mapping[str, Any]], more: Mapping[str, Mapping[str, Any]]) -> More:
    """`more` laid over `known`, group by group."""
    return {group: {**known.get(group, {}), **more.get(group, {})} for group in {**known, **more}}


def _kind(path: str) -> Literal["day", "time", "number", "text"]:
    if path in ("visit.from", "visit.to"):
        return "time"
    if path == "delivery.pages":
        return "number"
    if path.endswith((".date", ".received", ".until", ".answer_by", ".not_before", ".due")):
        return "day"
    return "text"
