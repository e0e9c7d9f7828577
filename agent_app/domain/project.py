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
        "appointment_notified",
        "notice_sent",
        "visit_started",
        "person_met",
        "hardship_stated",
        "vulnerability_flagged",
        "dispute_raised",
        "dispute_settled",
        "stop_contact_requested",
        "adviser_named",
        "not_my_debt_stated",
        "third_party_refused",
        "recording_refused",
        "entry_consented",
        "consent_given",
        "consent_withdrawn",
        "approval_asked",
        "approval_given",
        "agreement_signed",
        "plan_breached",
        "promise_made",
        "letter_delivered",
        "payment_notified",
        "exit_triggered",
        "outcome_recorded",
        "visit_ended",
        "visit_aborted",
        "review_decided",
    }
)
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


def _mark(row: Row, event: Event) -> bool:
    """Remember the event; False when the case already did."""
    marks: list[Row] = row.setdefault("marks", [])
    if any(mark["event"] == event.id for mark in marks):
        return False
    marks.append(
        {
            "event": event.id,
            "kind": event.kind,
            "at": event.wall,
            "visit": event.visit,
            "user": event.user,
            "body": {key: one for key, one in event.body.items() if key not in UNMARKED},
        }
    )
    return True


def _visit_planned(row: Row, visit: Row, event: Event) -> None:
    visit["address"] = event.body["address"]
    visit["planned_for"] = event.body["at"]


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
    if not visit["identity"]:
        visit["identity_failures"] = visit.get("identity_failures", 0) + 1
    else:
        visit["met"] = "debtor"


def _recording(value: str) -> Step:
    def step(row: Row, visit: Row, event: Event) -> None:
        visit["recording"] = value

    return step


def _set(key: str, value: Any) -> Step:
    def step(row: Row, visit: Row, event: Event) -> None:
        visit[key] = value

    return step


def _answered(row: Row, visit: Row, event: Event) -> None:
    visit.setdefault("answers", {})[event.body["ref"]] = event.body["value"]


def _flag(name: str) -> Step:
    def step(row: Row, visit: Row, event: Event) -> None:
        row.setdefault("flags", {})[name] = {"event": event.id, "at": event.wall, **event.body}

    return step


def _dispute_settled(row: Row, visit: Row, event: Event) -> None:
    row.setdefault("flags", {}).pop("dispute", None)


def _budget_recorded(row: Row, visit: Row, event: Event) -> None:
    row["budget"] = {"event": event.id, "at": event.wall, **event.body}


def _plan_offered(row: Row, visit: Row, event: Event) -> None:
    visit["plan"] = event.body["plan"]


def _agreement_signed(row: Row, visit: Row, event: Event) -> None:
    visit["agreement"] = event.body["agreement"]
    told = {"event": event.id, "at": event.wall, "by": event.user, "breached": False}
    row["agreement"] = {**told, **event.body}


def _agreement_declined(row: Row, visit: Row, event: Event) -> None:
    visit["declined"] = event.body["answer"]


def _plan_breached(row: Row, visit: Row, event: Event) -> None:
    if row.get("agreement"):
        row["agreement"]["breached"] = True


def _promise_made(row: Row, visit: Row, event: Event) -> None:
    row.setdefault("promises", []).append(
        {
            "amount": event.body["amount"],
            "due": event.body["due"],
            "status": "open",
            "event": event.id,
        }
    )


def _letter_printed(row: Row, visit: Row, event: Event) -> None:
    letter = {
        "serial": event.body["serial"],
        "template": event.body["template"],
        "document": event.body["document"],
        "printed_at": event.wall,
        "event": event.id,
        "visit": event.visit,
        "by": event.user,
        "delivered": None,
    }
    letters: list[Row] = row.setdefault("letters", [])
    if any(known["event"] == event.id for known in letters):
        return
    letters.append(letter)
    if visit:
        visit["letters"] = [*visit["letters"], event.body["serial"]]


def _letter_delivered(row: Row, visit: Row, event: Event) -> None:
    for letter in row.get("letters", ()):
        if letter["serial"] == event.body["serial"]:
            told = {"at": event.wall, "by": event.user, "event": event.id, **event.body}
            letter["delivered"] = told


def _payment_notified(row: Row, visit: Row, event: Event) -> None:
    _remember(row.setdefault("payments", []), event)


def _address_changed(row: Row, visit: Row, event: Event) -> None:
    new = {**event.body["address"], "event": event.id}
    if new in row.get("addresses", ()):
        return
    kept = [one for one in row.get("addresses", ()) if one["id"] != new["id"]]
    replaced = [one for one in row.get("addresses", ()) if one["id"] == new["id"]]
    row["addresses"] = [*kept, new]
    row.setdefault("former_addresses", []).extend(
        {**old, "until": event.wall, "event": event.id} for old in replaced
    )


def _contact_changed(row: Row, visit: Row, event: Event) -> None:
    changes: list[Row] = row.setdefault("contact_changes", [])
    if any(known["event"] == event.id for known in changes):
        return
    _remember(changes, event)
    if phone := event.body.get("phone"):
        new = {"id": phone, "number": event.body["new"]}
        phones: list[Row] = row.setdefault("phones", [])
        old = next((one for one in phones if one["id"] == phone), None)
        if old is None:
            phones.append({"label": "", **new})
        else:
            old.update(new)


def _consent_given(row: Row, visit: Row, event: Event) -> None:
    told = {"event": event.id, "at": event.wall, **event.body}
    row.setdefault("consents", {})[event.body["to"]] = told


def _consent_withdrawn(row: Row, visit: Row, event: Event) -> None:
    row.setdefault("consents", {}).pop(event.body["to"], None)


def _outcome_recorded(row: Row, visit: Row, event: Event) -> None:
    visit["outcome"] = event.body["code"]
    row["last_outcome"] = {"event": event.id, "at": event.wall, **event.body}


def _closed(state: str) -> Step:
    def step(row: Row, visit: Row, event: Event) -> None:
        visit.update(state=state, ended_at=event.wall)
        if state == "aborted":
            visit["abort_reason"] = event.body["reason"]
        if answers := visit.pop("answers", None):
            row["last_answers"] = answers

    return step


def _review_decided(row: Row, visit: Row, event: Event) -> None:
    visit["review"] = {"at": event.wall, "by": event.user, "event": event.id, **event.body}


def _comment_added(row: Row, visit: Row, event: Event) -> None:
    _remember(row.setdefault("comments", []), event)


def _remember(entries: list[Row], event: Event) -> None:
    """Add what the event says to `entries`, once."""
    if all(known["event"] != event.id for known in entries):
        entries.append(
            {
                "event": event.id,
                "at": event.wall,
                "by": event.user,
                "visit": event.visit,
                **event.body,
            }
        )


def _exit_triggered(row: Row, visit: Row, event: Event) -> None:
    visit["exit"] = {"at": event.wall, "reason": event.body["reason"]}


_STEPS: dict[str, Step] = {
    "visit_planned": _visit_planned,
    "visit_started": _visit_started,
    "id_shown": _set("id_shown", True),
    "recording_consented": _recording("consented"),
    "recording_refused": _recording("refused"),
    "recording_started": _recording("on"),
    "recording_stopped": _recording("stopped"),
    "person_met": _person_met,
    "identity_checked": _identity_checked,
    "disclosed": _set("disclosed", True),
    "answered": _answered,
    "hardship_stated": _flag("hardship"),
    "vulnerability_flagged": _flag("vulnerable"),
    "dispute_raised": _flag("dispute"),
    "dispute_settled": _dispute_settled,
    "stop_contact_requested": _flag("stop_contact"),
    "adviser_named": _flag("adviser"),
    "not_my_debt_stated": _flag("not_my_debt"),
    "third_party_refused": _flag("third_party_refused"),
    "consent_given": _consent_given,
    "consent_withdrawn": _consent_withdrawn,
    "budget_recorded": _budget_recorded,
    "plan_offered": _plan_offered,
    "agreement_signed": _agreement_signed,
    "agreement_declined": _agreement_declined,
    "plan_breached": _plan_breached,
    "promise_made": _promise_made,
    "letter_printed": _letter_printed,
    "letter_delivered": _letter_delivered,
    "payment_notified": _payment_notified,
    "address_changed": _address_changed,
    "contact_changed": _contact_changed,
    "outcome_recorded": _outcome_recorded,
    "exit_triggered": _exit_triggered,
    "visit_ended": _closed("ended"),
    "visit_aborted": _closed("aborted"),
    "review_decided": _review_decided,
    "comment_added": _comment_added,
}
