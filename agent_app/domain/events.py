"""Events: what a person did, once, in order. The only thing an action ever writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any

FIRST_PREV = "0" * 64

KINDS: Mapping[str, frozenset[str]] = {
    # kind: body fields it must have; more are welcome and survive
    "visit_planned": frozenset({"at", "address"}),
    "appointment_notified": frozenset({"channel", "at", "purpose"}),
    "notice_sent": frozenset({"channel", "what"}),
    "visit_started": frozenset({"address", "crew"}),
    "id_shown": frozenset({"documents"}),
    "credential_shown": frozenset({"seal"}),
    "recording_consented": frozenset(),
    "recording_refused": frozenset(),
    "recording_started": frozenset({"slot"}),
    "recording_stopped": frozenset({"slot", "seconds"}),
    "person_met": frozenset({"who"}),
    "identity_checked": frozenset({"method", "fields", "passed"}),
    "disclosed": frozenset({"statement"}),
    "answered": frozenset({"ref", "value"}),
    "entry_consented": frozenset(),
    "consent_given": frozenset({"to", "by"}),
    "consent_withdrawn": frozenset({"to"}),
    "hardship_stated": frozenset({"code"}),
    "vulnerability_flagged": frozenset({"code"}),
    "dispute_raised": frozenset({"reason"}),
    "dispute_settled": frozenset(),
    "stop_contact_requested": frozenset(),
    "adviser_named": frozenset({"name"}),
    "not_my_debt_stated": frozenset(),
    "third_party_refused": frozenset(),
    "budget_recorded": frozenset({"income", "spending", "currency"}),
    "plan_offered": frozenset({"plan"}),
    "approval_asked": frozenset({"terms_hash", "terms", "request"}),
    "approval_given": frozenset({"terms_hash", "code"}),
    "agreement_signed": frozenset({"agreement", "plan", "document"}),
    "agreement_declined": frozenset({"answer"}),
    "promise_made": frozenset({"amount", "due"}),
    "letter_printed": frozenset({"serial", "template", "document"}),
    "letter_delivered": frozenset({"serial", "how", "proof"}),
    "payment_notified": frozenset({"amount", "channel"}),
    "contact_changed": frozenset({"field", "new"}),
    "address_changed": frozenset({"address"}),
    "photo_taken": frozenset({"slot", "what"}),
    "position_read": frozenset({"lat", "lon", "accuracy", "datum", "provider"}),
    "outcome_recorded": frozenset({"code"}),
    "exit_triggered": frozenset({"reason"}),
    "visit_ended": frozenset(),
    "visit_aborted": frozenset({"reason"}),
    "review_decided": frozenset({"decision", "comment"}),
    "comment_added": frozenset({"text"}),
    "plan_breached": frozenset(),
    "case_recalled": frozenset(),
    "case_reassigned": frozenset({"agent", "reason"}),
    "rule_overridden": frozenset({"rule", "reason", "role"}),
}

GATED = frozenset(
    {"disclosed", "budget_recorded", "plan_offered", "agreement_signed", "promise_made"}
)
"""Kinds refused unless that visit already holds what the disclosure gate requires."""


@dataclass(frozen=True, slots=True)
class Event:
    """One signed entry of a device's journal; the fields are the wire's (design.md §3).

    `wall` is RFC 3339 with milliseconds and offset; `bt` milliseconds since boot;
    hashes are lowercase hex SHA-256; `salt` hex; `sig` base64url. `salts` and `hashes` are
    only in redacted copies. A draft has an empty `payload_hash`, `salt` and `sig`.
    """

    id: str
    device: str
    user: str
    seq: int
    prev: str
    kind: str
    case: str | None
    visit: str | None
    wall: str
    tz: str
    boot: str
    bt: int
    body: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[Mapping[str, Any], ...] = ()
    receipt: Mapping[str, Any] | None = None
    pack: Mapping[str, Any] | None = None
    app: str = ""
    payload_hash: str = ""
    salt: str = ""
    sig: str = ""
    v: int = 1
    salts: Mapping[str, str] | None = None
    hashes: Mapping[str, str] | None = None

    @property
    def at(self) -> datetime:
        """`wall` as an aware datetime."""
        return datetime.fromisoformat(self.wall)

    def to_json(self) -> dict[str, Any]:
        """The event as it goes over the wire and into the journal."""
        plain = {spec.name: getattr(self, spec.name) for spec in fields(self)}
        plain["files"] = [dict(item) for item in self.files]
        for optional in ("salts", "hashes"):
            if plain[optional] is None:
                del plain[optional]
        return plain

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Event:
        """Read what `to_json` wrote; raises KeyError or TypeError for anything else."""
        plain = dict(value)
        plain["files"] = tuple(plain.get("files") or ())
        return cls(**plain)

    def but(self, **changes: Any) -> Event:
        """A copy with `changes`."""
        return replace(self, **changes)


def wall_text(wall: datetime) -> str:
    """RFC 3339 with milliseconds and numeric offset, as events carry it."""
    return wall.isoformat(timespec="milliseconds")


def missing_fields(kind: str, body: Mapping[str, Any]) -> frozenset[str]:
    """The body fields `kind` must have and `body` lacks; KeyError for an unknown kind."""
    return KINDS[kind] - body.keys()
