"""A visit retold for the lead: its answers in the script's own words, and "what if" of its rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agent_app.actions.desk import Desk
from agent_app.actions.judging import verdicts
from agent_app.domain.errors import BadInput, NotAllowed
from agent_app.domain.moment import Moment
from agent_app.domain.rules import Verdict
from agent_app.queries.case_page import read_case
from agent_app.queries.visit_run import open_run
from agent_app.script import NodeView, Session
from agent_app.store import events


@dataclass(frozen=True, slots=True)
class Told:
    """One question as it was asked, and the answer as it was read; `ref` where words are lost."""

    ref: str
    question: str
    answer: str


def retell(desk: Desk, at: Moment, case: str, visit: str, language: str) -> tuple[Told, ...]:
    """The last answer to each question, in the order they were first given."""
    given = {
        str(event.body["ref"]): str(event.body.get("value", ""))
        for event in events.of_visit(desk.db, visit)
        if event.kind == "answered"
    }
    session = _session(desk, at, case, visit, language)
    return tuple(_told(session, ref, value) for ref, value in given.items())


def _session(desk: Desk, at: Moment, case: str, visit: str, language: str) -> Session | None:
    """The script as it stands after every answer; None when this device has it no more."""
    about: dict[str, Any] = {"case": case, "visit": visit, "language": language}
    try:
        return open_run(desk, at, **about, now=lambda: at.wall).session
    except (NotAllowed, BadInput, KeyError):
        return None


def _told(session: Session | None, ref: str, value: str) -> Told:
    try:
        view = session.view(ref) if session else None
    except KeyError:
        view = None
    if view is None:
        return Told(ref, "", value)
    return Told(ref, view.label, _read(view, value))


def _read(view: NodeView, value: str) -> str:
    """The labels of the choices taken; other values as they were given."""
    labels: Mapping[str, str] = {choice.value: choice.label for choice in view.choices}
    parts = value.split() if view.kind == "select" else [value]
    return ", ".join(labels.get(part, part) for part in parts)


def if_drafts_were_law(desk: Desk, case: str, visit: str) -> tuple[Verdict, ...]:
    """What the rules would say of a visit if the packs' drafts were in force."""
    found = events.of_visit(desk.db, visit)
    return tuple(verdicts(desk, read_case(desk, case), found, enacted=True))
