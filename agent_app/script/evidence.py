"""What an answer proves: the events a script's answers record (docs/scripts.md, `ds:event`).

Pure: the caller writes them. Kinds whose body needs more than an answer can hold come from the
panel that makes them (identity, plan, agreement, letter …) or from a whole page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from agent_app.domain.events import KINDS
from agent_app.domain.money import parse_amount

Told = tuple[str, dict[str, Any]]
"""An event's kind and body."""

NONE = "none"
"""The choice that says nothing happened; it records nothing."""
ACKNOWLEDGED = "OK"

MAIN_FIELD: Mapping[str, str] = {
    "person_met": "who",
    "id_shown": "documents",
    "disclosed": "statement",
    "hardship_stated": "code",
    "vulnerability_flagged": "code",
    "dispute_raised": "reason",
    "adviser_named": "name",
    "outcome_recorded": "code",
    "exit_triggered": "reason",
    "visit_aborted": "reason",
    "comment_added": "text",
}
"""Where an answer's value goes. Kinds with no needed field take none; the rest need a panel."""
LISTS = frozenset({"id_shown"})
MADE_BY_ACTIONS = frozenset({"visit_started", "visit_ended", "visit_aborted"})
"""Kinds with an action of their own: the page that cites them asks for that action."""


def kinds(ds: Mapping[str, str], value: str) -> list[str]:
    """The event kinds `ds:event` ties to this answer, whoever records them."""
    return [kind for kind, _ in _tied(ds.get("event", ""), value)]


def answered(ds: Mapping[str, str], value: str, *, words: str = "") -> list[Told]:
    """The events an answer to one question records, in order.

    `ds` is the question's; `value` as the instance holds it; `words` what was said aloud, which
    is what a `disclosed` states. A question that starts the exit adds `exit_triggered`.
    """
    told = [
        (kind, _body(kind, said, words))
        for kind, said in _tied(ds.get("event", ""), value)
        if _needs_only_the_answer(kind)
    ]
    reason = exit_reason(ds, value)
    if reason and not any(kind == "exit_triggered" for kind, _ in told):
        told.append(("exit_triggered", {"reason": reason}))
    return told


def page_left(ds: Mapping[str, str], fields: Mapping[str, str], *, currency: str) -> list[Told]:
    """The event a page records when it is left, from its `ds:field` answers.

    Amounts are written in the currency's main unit. Empty while a needed field is missing.
    """
    kind = ds.get("event", "")
    given = {name: value for name, value in fields.items() if value != ""}
    if not kind or KINDS[kind] - given.keys():
        return []
    return [(kind, {name: _typed(name, value, currency) for name, value in given.items()})]


def exit_reason(ds: Mapping[str, str], value: str) -> str:
    """Why this answer starts the exit branch (`ds:exit`); empty when it does not."""
    chosen = value.split()
    for item in ds.get("exit", "").split():
        choice, _, reason = item.partition("=")
        if choice == "any" and chosen:
            return chosen[0]
        if choice in chosen:
            return reason or choice
    return ""


def _tied(spec: str, value: str) -> Iterator[tuple[str, str]]:
    chosen = [one for one in value.split() if one != NONE]
    for item in spec.split():
        choice, _, kind = item.rpartition(":")
        if choice:
            if choice in chosen:
                yield kind, choice
        elif kind in _CODED and value != ACKNOWLEDGED:
            for one in chosen:
                yield kind, one
        elif chosen:
            yield kind, value


_CODED = frozenset(kind for kind, name in MAIN_FIELD.items() if name in ("code", "reason", "who"))


def _needs_only_the_answer(kind: str) -> bool:
    return kind not in MADE_BY_ACTIONS and KINDS[kind] <= {MAIN_FIELD.get(kind, "")}


def _body(kind: str, value: str, words: str) -> dict[str, Any]:
    name = MAIN_FIELD.get(kind)
    if name is None:
        return {}
    if kind in LISTS:
        return {name: value.split()}
    return {name: words or value} if value == ACKNOWLEDGED else {name: value}


def _typed(name: str, value: str, currency: str) -> Any:
    if name == "amount":
        return {"minor": parse_amount(value, currency), "currency": currency}
    return value
