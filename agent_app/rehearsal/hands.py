"""What the app's panels do in a visit, done without a screen: the same actions, in the same order."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from agent_app.actions.agreements import show_agreement
from agent_app.actions.door import check_identity
from agent_app.actions.evidence import read_position
from agent_app.actions.letters import deliver_letter, print_letter
from agent_app.actions.plans import offer_plan, record_budget
from agent_app.actions.signing import CHECKS, sign_agreement
from agent_app.actions.steps import take_step
from agent_app.domain.moment import Moment
from agent_app.queries.case_page import read_case
from agent_app.queries.plans import fair_plans
from agent_app.rehearsal.room import Room

LETTER = "overdue_notice"
PAY_DAY = 10
EXTERNAL = "external"
_HOW = {
    "handed_signed": ("hand", "receipt_signature"),
    "handed_unsigned": ("hand", "envelope_photo"),
    "refused": ("refused", "refusal_note"),
}

Hand = Callable[[Room, Moment, str], str]
"""Does what a panel does for an answer; returns the answer the question then has."""


def identity(room: Room, at: Moment, value: str) -> str:
    if value == "declined":
        return value
    wrong = "0000"
    said = {name: told if value == "passed" else wrong for name, told in room.role.facts.items()}
    made = check_identity(room.desk, at, answers=said, **_here(room)).made
    return "passed" if made else "failed"


def recorder(room: Room, at: Moment, value: str) -> str:
    """Consent and start, a refusal, or (a confirmation) the stop."""
    if value == "OK":
        _step(room, at, "recording_stopped", {"slot": EXTERNAL, "seconds": 0.0})
    elif value == "consented":
        _step(room, at, "recording_consented", {})
        _step(room, at, "recording_started", {"slot": EXTERNAL})
    else:
        _step(room, at, value, {})
    return value


def budget(room: Room, at: Moment, value: str) -> str:
    if value == "recorded":
        month = dict(room.role.month)
        income = month.pop("income")
        record_budget(room.desk, at, income=income, lines=month, **_here(room))
    return value


def plan(room: Room, at: Moment, value: str) -> str:
    """Accepting takes the first plan that stands on its own; none is an answer too."""
    if value != "accepted":
        return value
    found = fair_plans(room.desk, at, room.case, PAY_DAY, room.visit)
    standing = [one for one in found.result.options if found.stands(one)]
    if not standing:
        return "none_fits"
    offer_plan(room.desk, at, plan=standing[0], **_here(room))
    return value


def agreement(room: Room, at: Moment, value: str) -> str:
    """Shown, understood, signed by everyone who must, sealed."""
    if value != "signed":
        return value
    from agent_app.documents.agreement import Signer

    case = read_case(room.desk, room.case)
    terms = case.visit(room.visit)["plan"]
    shown = show_agreement(room.desk, at, plan=terms, language=case.debtor.language, **_here(room))
    roles = [one for one in shown.roles if one not in shown.optional]
    signers = [Signer(role, case.debtor.name, _drawn()) for role in roles]
    checks = {name: {"answer": "", "right": True, "tries": 1} for name in CHECKS}
    sign_agreement(room.desk, at, shown=shown, signers=signers, checks=checks)
    return value


def letter(room: Room, at: Moment, value: str) -> str:
    if value == "ready":
        language = room.role.setting["language"]
        print_letter(room.desk, at, template=LETTER, language=language, **_here(room))
    return value


def delivery(room: Room, at: Moment, value: str) -> str:
    how, proof = _HOW[value]
    serial = read_case(room.desk, room.case).visit(room.visit)["letters"][-1]
    deliver_letter(room.desk, at, serial=serial, how=how, proof=proof, **_here(room))
    return value


def position(room: Room, at: Moment, value: str) -> str:
    lat, lon = (float(one) for one in value.split()[:2])
    reading = {"lat": lat, "lon": lon, "accuracy": 0.0, "datum": "WGS-84", "provider": "none"}
    read_position(room.desk, at, position=reading, **_here(room))
    return value


HANDS: Mapping[str, Hand] = {
    "identity": identity,
    "recorder": recorder,
    "budget": budget,
    "plan": plan,
    "agreement": agreement,
    "letter": letter,
    "delivery": delivery,
    "position": position,
}


def _here(room: Room) -> dict[str, Any]:
    return {"case": room.case, "visit": room.visit}


def _step(room: Room, at: Moment, kind: str, body: Mapping[str, Any]) -> None:
    take_step(room.desk, at, kind=kind, body=body, **_here(room))


def _drawn() -> Any:
    """A loop of the pen, as a signature that is nobody's."""
    from agent_app.documents.ink import Point, Stroke

    turns = [step / 9 for step in range(60)]
    points = (
        Point(20 + 0.4 * n + 3 * math.sin(turn), 10 + 4 * math.cos(1.3 * turn), n * 8, 0.5)
        for n, turn in enumerate(turns)
    )
    return (Stroke(tuple(points)),)
