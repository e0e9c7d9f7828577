"""Answers of the visit script: each one is an event the moment it is given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, tzinfo
from typing import Any

from agent_app.actions.appointments import notify_appointment
from agent_app.actions.desk import Change, Desk
from agent_app.actions.outcomes import record_outcome
from agent_app.actions.record import record
from agent_app.actions.visits import abort_visit, end_visit
from agent_app.actions.wishes import FIELD, offered, state_wishes
from agent_app.domain.model import Case
from agent_app.domain.moment import Moment
from agent_app.domain.money import parse_amount
from agent_app.domain.rules.situation import zone_named
from agent_app.journal.pace import LEAST
from agent_app.script.deeds import Deed, Field, of_answer, of_page
from agent_app.store import cases, drafts
from agent_app.store.db import transaction
from agent_app.timezones import placed


def answer(
    desk: Desk,
    at: Moment,
    *,
    case: str,
    visit: str,
    ref: str,
    field: Field,
    before: str = "",
    seconds: float = 0.0,
    snapshot: Mapping[str, Any],
) -> Change:
    """Keep an answer, the session's snapshot with it, and the events the script ties to it.

    `ref` is the question's path, `before` its value until now, `seconds` how long its screen
    was open. One transaction: after a crash the visit opens at exactly this answer.
    """
    with transaction(desk.db):
        body: dict[str, Any] = {"ref": ref, "value": field.value, "seconds": round(seconds, 1)}
        if least := least_seconds(field.ds):
            body[LEAST] = least
        record(desk, at, "answered", body, case=case, visit=visit)
        drafts.put(desk.db, visit, snapshot)
        _do(desk, at, case, visit, of_answer(field, before))
    return Change.of([case], "visit", "outbox")


def least_seconds(ds: Mapping[str, str]) -> float:
    """The shortest honest time for a question's screen; 0.0 where the script names none."""
    return float(ds.get("min_seconds") or 0)


def leave_page(
    desk: Desk,
    at: Moment,
    *,
    case: str,
    visit: str,
    ds: Mapping[str, str],
    fields: Iterable[Field],
    snapshot: Mapping[str, Any],
) -> Change:
    """Go on from a page: keep where the visit stands, and the event its group is tied to."""
    with transaction(desk.db):
        drafts.put(desk.db, visit, snapshot)
        _do(desk, at, case, visit, of_page(ds, fields))
    return Change.of([case], "visit", "outbox")


def _do(desk: Desk, at: Moment, case: str, visit: str, deeds: Iterable[Deed]) -> None:
    for deed in deeds:
        if deed.kind == "visit_ended":
            end_visit(desk, at, case=case, visit=visit)
        elif deed.kind == "visit_aborted":
            abort_visit(desk, at, case=case, visit=visit, reason=_exit_reason(desk, case, visit))
        elif deed.kind == "outcome_recorded":
            due = deed.body.get("due")
            record_outcome(
                desk, at, case=case, visit=visit, code=deed.body["code"],
                note=deed.body.get("note", ""), due=date.fromisoformat(due) if due else None,
            )  # fmt: skip
        elif deed.kind == "contact_changed" and deed.body["field"] == FIELD:
            known = offered(desk, case)
            stated = [one for one in deed.body["new"].split() if one in known]
            state_wishes(desk, at, case=case, visit=visit, wishes=stated)
        elif deed.kind == "appointment_notified":
            told = _appointment(desk, at, case, visit, deed.body)
            notify_appointment(desk, at, case=case, visit=visit, **told)
        else:
            record(desk, at, deed.kind, _typed(desk, case, deed), case=case, visit=visit)


def _appointment(
    desk: Desk, at: Moment, case: str, visit: str, body: Mapping[str, Any]
) -> dict[str, Any]:
    """What a page says of the next visit."""
    on = datetime.fromisoformat(body["at"])
    return {
        "channel": body["channel"],
        "on": on if on.tzinfo else on.replace(tzinfo=_clock_here(desk, at, case, visit)),
        "purpose": body["purpose"],
        "asked_for": body.get("asked_for") == "yes",
        "elsewhere": body.get("elsewhere") == "yes",
    }


def _clock_here(desk: Desk, at: Moment, case: str, visit: str) -> tzinfo | None:
    """The wall clock of the door they stand at, by which people there name a time."""
    seen = placed(Case.read(cases.written_on(desk.db, case) or {}))
    door = seen.visit(visit)["address"]
    names = (one.tz for one in seen.addresses if one.id == door and one.tz)
    return next((zone_named(name) for name in names), at.wall.tzinfo)


def _typed(desk: Desk, case: str, deed: Deed) -> dict[str, Any]:
    """The body with money as money, and a disclosure with the very sums that were shown."""
    row = cases.written_on(desk.db, case) or {}
    body = dict(deed.body)
    if isinstance(body.get("amount"), str):
        currency = row["balance"]["currency"]
        body["amount"] = {"minor": parse_amount(body["amount"], currency), "currency": currency}
    if deed.kind == "disclosed":
        body["statement"] = dict(row["balance"])
    return body


def _exit_reason(desk: Desk, case: str, visit: str) -> str:
    """Why the exit was triggered in this visit; the page that ends it does not ask again."""
    row = cases.written_on(desk.db, case) or {}
    begun = row.get("visits", {}).get(visit, {}).get("exit") or {}
    return str(begun.get("reason", "other"))
