"""Consent of the debtor: what it lifts, from when, and until when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from agent_app.domain.rules.situation import Situation

Span = tuple[datetime, datetime]
CONSENTS = ("contact_time", "visit_place")
"""What a debtor may agree to; a rule's `relax_by` names one of these."""
LASTS = timedelta(days=1)
"""How long a consent holds that names no end (policy)."""


@dataclass(frozen=True, slots=True)
class Relax:
    """A consent that lifts a rule while it lasts: what was consented to, and by whom."""

    consent: str
    by: str


def consents(relax: Relax | None, s: Situation) -> list[Span]:
    """[from, until) in UTC of the consent that relaxes a rule, if there is one.

    The last word counts: a consent taken back leaves nothing behind.
    """
    if relax is None:
        return []
    said = sorted(_said(relax, s), key=lambda one: one[0])
    at, body = said[-1] if said else (s.now, None)
    if body is None:
        return []
    begins = max(_moment(body.get("from"), s.zone) or at, at).astimezone(UTC)
    return [(begins, _moment(body.get("until"), s.zone) or begins + LASTS)]


def _said(relax: Relax, s: Situation) -> Iterator[tuple[datetime, Mapping[str, Any] | None]]:
    """When something was said of this consent, and what; None: taken back."""
    for one in s.history.of("consent_given"):
        if one.body.get("to") == relax.consent and one.body.get("by") == relax.by:
            yield one.at, one.body
    for one in s.history.of("consent_withdrawn"):
        if one.body.get("to") == relax.consent:
            yield one.at, None
    yield from _said_of_old(f"consent.{relax.consent}", s)


def _said_of_old(field: str, s: Situation) -> Iterator[tuple[datetime, Mapping[str, Any] | None]]:
    """Before consent had an event of its own it was a change of contact details."""
    told = [(one.at, one.body) for one in s.history.of("contact_changed")]
    known = {str(at) for at, _ in told}
    rows = s.case.raw.get("contact_changes") or ()
    told += [(datetime.fromisoformat(row["at"]), row) for row in rows if row["at"] not in known]
    for at, body in told:
        if body.get("field") == field:
            new = body.get("new")
            yield at, new if isinstance(new, Mapping) else None


def _moment(value: object, zone: ZoneInfo | None) -> datetime | None:
    """A moment, local where it names no offset; None for what is none."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
        return found and (found if found.tzinfo else found.replace(tzinfo=zone or UTC)).astimezone(
            UTC
        )
    except (ValueError, OverflowError):
        return None
