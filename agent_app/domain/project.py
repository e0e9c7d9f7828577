"""The reducer: what each event does to a case. Used offline, on rebase after sync, on the server.

A case is the server's JSON row, a plain dict; `project` never changes the one it is given.
It records facts only. What follows from them (holds, caps, gates) is the rules' business.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from typing import Any

from agent_app.domain.events import Event

Row = dict[str, Any]
Step = Callable[[Row, Row, Event], None]

MARKED = frozenset(
    {
        "appointment_notified", "notice_sent", "visit_started", "person_met", "hardship_stated",
        "vulnerability_flagged", "dispute_raised", "dispute_settled", "stop_contact_requested",
        "adviser_named", "not_my_debt_stated", "third_party_refused", "recording_refused",
        "entry_consented", "consent_given", "consent_withdrawn", "approval_asked",
        "approval_given", "agreement_signed", "plan_breached", "promise_made",
        "letter_delivered", "payment_notified", "exit_triggered", "outcome_recorded",
        "visit_ended", "visit_aborted", "review_decided",
    }
)  # fmt: skip
"""Kinds whose occurrence the case remembers in `marks`, so that rules can count and hold
on a device that never held the event itself."""
UNMARKED = frozenset({"known"})
"""What a visit's first event keeps of the case itself: a case does not hold itself again."""


def project(base: Row, events: Iterable[Event]) -> Row:
    """`base` after `events`, in their order. An event already applied changes nothing."""
    row = copy.deepcopy(base)
    for event in events:
        if event.case == row["id"]:
            advance(row, event)
    return row


def advance(row: Row, event: Event) -> None:
    """`project` in place, for one event of this case; after an error `row` is to be dropped."""
    visit: Row = {}
    if event.visit:
        visit = visit_state(row, event.visit)
        if visit["last_seq"].get(event.device, 0) >= event.seq:
            return
        visit["last_seq"] = {**visit["last_seq"], event.device: event.seq}
        visit["events"] += 1
    if event.kind in MARKED and not _mark(row, event):
        return
    step = _STEPS.get(event.kind)
    if step is not None:
        step(row, visit, event)


def visit_state(row: Row, visit: str) -> Row:
    """The state of one visit of the case `row`; a fresh planned one if it has none."""
    state: Row = row.setdefault("visits", {}).setdefault(visit, {"id": visit, **_FRESH})
    return state


_FRESH: Row = {
    "state": "planned",
    "address": None,
    "crew": [],
    "started_at": None,
    "ended_at": None,
    "id_shown": False,
    "identity": False,
    "met": None,
    "disclosed": False,
    "recording": None,
    "outcome": None,
    "agreement": None,
    "letters": [],
    "review": None,
    "events": 0,
    "last_seq": {},
}
"""Shared by all visits: steps put new lists and mappings in place of these, never add to them."""


def _mark(row: Row, event: Event) -> bool:
    """Remember the event; False when the case already did."""
    marks: list[Row] = row.setdefault("marks", [])
    if _known(marks, event):
        return False
    body = {key: one for key, one in event.body.items() if key not in UNMARKED}
    about = {"kind": event.kind, "at": event.wall, "visit": event.visit, "user": event.user}
    marks.append({"event": event.id, **about, "body": body})
    return True


def _known(entries: Iterable[Row], event: Event) -> bool:
    return any(entry["event"] == event.id for entry in entries)


def _told(event: Event, **more: Any) -> Row:
    """What the event says, and whose word it is."""
    return {"event": event.id, "at": event.wall, **more, **event.body}


# -- steps that many kinds share


def _sets(key: str, value: Any) -> Step:
    """The visit is `value` from now on."""

    def step(row: Row, visit: Row, event: Event) -> None:
        visit[key] = value

    return step


def _keeps(key: str, field: str) -> Step:
    """The visit keeps one field of the event."""

    def step(row: Row, visit: Row, event: Event) -> None:
        visit[key] = event.body[field]

    return step


def _lists(key: str) -> Step:
    """The case lists what the event says, once."""

    def step(row: Row, visit: Row, event: Event) -> None:
        entries: list[Row] = row.setdefault(key, [])
        if not _known(entries, event):
            entries.append(_told(event, by=event.user, visit=event.visit))

    return step


def _flags(name: str) -> Step:
    """The case carries a flag."""

    def step(row: Row, visit: Row, event: Event) -> None:
        row.setdefault("flags", {})[name] = _told(event)

    return step


def _closes(state: str) -> Step:
    def step(row: Row, visit: Row, event: Event) -> None:
        visit.update(state=state, ended_at=event.wall)
        if state == "aborted":
            visit["abort_reason"] = event.body["reason"]
        if answers := visit.pop("answers", None):
            row["last_answers"] = answers

    return step


# -- a visit


def _visit_planned(row: Row, visit: Row, event: Event) -> None:
    visit.update(address=event.body["address"], planned_for=event.body["at"])


def _visit_started(row: Row, visit: Row, event: Event) -> None:
    visit.update(
        state="open",
        started_at=event.wall,
        address=event.body["address"],
        crew=list(event.body["crew"]),
        user=event.user,
    )


def _person_met(row: Row, visit: Row, event: Event) -> None:
    visit["met"] = event.body["who"]
    if event.body["who"] not in ("debtor", "self_identified"):
        visit["identity"] = False


def _identity_checked(row: Row, visit: Row, event: Event) -> None:
    visit["identity"] = bool(event.body["passed"])
    if visit["identity"]:
        visit["met"] = "debtor"
    else:
        visit["identity_failures"] = visit.get("identity_failures", 0) + 1


def _answered(row: Row, visit: Row, event: Event) -> None:
    visit.setdefault("answers", {})[event.body["ref"]] = event.body["value"]


def _exit_triggered(row: Row, visit: Row, event: Event) -> None:
    visit["exit"] = {"at": event.wall, "reason": event.body["reason"]}


def _review_decided(row: Row, visit: Row, event: Event) -> None:
    visit["review"] = _told(event, by=event.user)


def _outcome_recorded(row: Row, visit: Row, event: Event) -> None:
    visit["outcome"] = event.body["code"]
    row["last_outcome"] = _told(event)


# -- what was said and agreed


def _dispute_settled(row: Row, visit: Row, event: Event) -> None:
    row.setdefault("flags", {}).pop("dispute", None)


def _consent_given(row: Row, visit: Row, event: Event) -> None:
    row.setdefault("consents", {})[event.body["to"]] = _told(event)


def _consent_withdrawn(row: Row, visit: Row, event: Event) -> None:
    row.setdefault("consents", {}).pop(event.body["to"], None)


def _budget_recorded(row: Row, visit: Row, event: Event) -> None:
    row["budget"] = _told(event)


def _agreement_signed(row: Row, visit: Row, event: Event) -> None:
    visit["agreement"] = event.body["agreement"]
    row["agreement"] = _told(event, by=event.user, breached=False)


def _plan_breached(row: Row, visit: Row, event: Event) -> None:
    if row.get("agreement"):
        row["agreement"]["breached"] = True


def _promise_made(row: Row, visit: Row, event: Event) -> None:
    sum_and_day = {"amount": event.body["amount"], "due": event.body["due"]}
    row.setdefault("promises", []).append({**sum_and_day, "status": "open", "event": event.id})


# -- letters


def _letter_printed(row: Row, visit: Row, event: Event) -> None:
    letters: list[Row] = row.setdefault("letters", [])
    if _known(letters, event):
        return
    letters.append(
        {
            "serial": event.body["serial"],
            "template": event.body["template"],
            "document": event.body["document"],
            "printed_at": event.wall,
            "event": event.id,
            "visit": event.visit,
            "by": event.user,
            "delivered": None,
        }
    )
    if visit:
        visit["letters"] = [*visit["letters"], event.body["serial"]]


def _letter_delivered(row: Row, visit: Row, event: Event) -> None:
    for letter in row.get("letters", ()):
        if letter["serial"] == event.body["serial"]:
            letter["delivered"] = _told(event, by=event.user)


# -- addresses and numbers


def _address_changed(row: Row, visit: Row, event: Event) -> None:
    new = {**event.body["address"], "event": event.id}
    held = row.get("addresses", ())
    if new in held:
        return
    replaced = [one for one in held if one["id"] == new["id"]]
    row["addresses"] = [*(one for one in held if one["id"] != new["id"]), new]
    row.setdefault("former_addresses", []).extend(
        {**old, "until": event.wall, "event": event.id} for old in replaced
    )


def _contact_changed(row: Row, visit: Row, event: Event) -> None:
    if _known(row.get("contact_changes", ()), event):
        return
    _lists("contact_changes")(row, visit, event)
    if phone := event.body.get("phone"):
        new = {"id": phone, "number": event.body["new"]}
        phones: list[Row] = row.setdefault("phones", [])
        old = next((one for one in phones if one["id"] == phone), None)
        if old is None:
            phones.append({"label": "", **new})
        else:
            old.update(new)


_STEPS: dict[str, Step] = {
    "visit_planned": _visit_planned,
    "visit_started": _visit_started,
    "id_shown": _sets("id_shown", True),
    "recording_consented": _sets("recording", "consented"),
    "recording_refused": _sets("recording", "refused"),
    "recording_started": _sets("recording", "on"),
    "recording_stopped": _sets("recording", "stopped"),
    "person_met": _person_met,
    "identity_checked": _identity_checked,
    "disclosed": _sets("disclosed", True),
    "answered": _answered,
    "hardship_stated": _flags("hardship"),
    "vulnerability_flagged": _flags("vulnerable"),
    "dispute_raised": _flags("dispute"),
    "dispute_settled": _dispute_settled,
    "stop_contact_requested": _flags("stop_contact"),
    "adviser_named": _flags("adviser"),
    "not_my_debt_stated": _flags("not_my_debt"),
    "third_party_refused": _flags("third_party_refused"),
    "consent_given": _consent_given,
    "consent_withdrawn": _consent_withdrawn,
    "budget_recorded": _budget_recorded,
    "plan_offered": _keeps("plan", "plan"),
    "agreement_signed": _agreement_signed,
    "agreement_declined": _keeps("declined", "answer"),
    "plan_breached": _plan_breached,
    "promise_made": _promise_made,
    "letter_printed": _letter_printed,
    "letter_delivered": _letter_delivered,
    "payment_notified": _lists("payments"),
    "address_changed": _address_changed,
    "contact_changed": _contact_changed,
    "outcome_recorded": _outcome_recorded,
    "exit_triggered": _exit_triggered,
    "visit_ended": _closes("ended"),
    "visit_aborted": _closes("aborted"),
    "review_decided": _review_decided,
    "comment_added": _lists("comments"),
}
