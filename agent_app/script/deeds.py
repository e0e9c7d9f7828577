"""What an answer does: the events that the script's `ds:` columns tie to it (docs/scripts.md)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from agent_app.domain.events import KINDS

NOTHING = frozenset({"", "none", "no", "false"})
"""Answers that record nothing: what was asked about did not happen."""
LISTED = {"id_shown": "documents"}
"""Kinds whose one event takes all the choices of a select_multiple."""
WISHED = "contact_changed"
"""How they wish to be contacted: what is chosen now holds, also when a choice was taken back."""


@dataclass(frozen=True, slots=True)
class Deed:
    """An event to be recorded: its kind and body."""

    kind: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """A question of a page: its `ds` columns, whether several may be chosen, its value."""

    ds: Mapping[str, str]
    value: str
    multiple: bool = False


def of_answer(field: Field, before: str = "") -> list[Deed]:
    """What answering records; `before` is the value it had, whose deeds are done already.

    A question drawn by a panel records through the panel, so only its exit counts here.
    """
    done, chosen = set(_choices(field, before)), _choices(field, field.value)
    fresh = [choice for choice in chosen if choice not in done]
    found = [] if "panel" in field.ds else list(_recorded(field, fresh))
    if WISHED in field.ds.get("event", "").split() and set(chosen) != done:
        found.append(Deed(WISHED, {"field": "preference", "new": " ".join(chosen)}))
    return found + list(_exits(field.ds.get("exit", ""), fresh))


def of_page(ds: Mapping[str, str], fields: Iterable[Field]) -> list[Deed]:
    """What leaving a page records when its group has an event: a body of its `ds:field`s.

    Questions left empty give no field; a page that lacks a needed one records nothing.
    """
    body = {one.ds["field"]: one.value for one in fields if "field" in one.ds and one.value}
    kind = ds.get("event", "")
    return [Deed(kind, body)] if kind and KINDS[kind] <= body.keys() else []


def _choices(field: Field, value: str) -> list[str]:
    return value.split() if field.multiple else [value] if value else []


def _recorded(field: Field, fresh: list[str]) -> Iterable[Deed]:
    spec = field.ds.get("event", "").split()
    by_choice = dict(item.split(":", 1) for item in spec if ":" in item)
    always = [item for item in spec if ":" not in item and item != WISHED]
    name = field.ds.get("field", "")
    for kind in always:
        if kind in LISTED and fresh:
            yield Deed(kind, {LISTED[kind]: _choices(field, field.value)})
            continue
        for choice in fresh:
            if choice not in NOTHING:
                yield Deed(kind, _body(kind, choice, name))
    for choice in fresh:
        if choice in by_choice:
            yield Deed(by_choice[choice], _body(by_choice[choice], choice, name))


def _body(kind: str, value: str, name: str) -> dict[str, Any]:
    """The value in the named field, else in the kind's only needed one, else nowhere."""
    needed = sorted(KINDS[kind])
    if name:
        return {name: value}
    return {needed[0]: value} if needed else {}


def _exits(spec: str, fresh: list[str]) -> Iterable[Deed]:
    reasons = dict((item.split("=") * 2)[:2] for item in spec.split())
    for choice in fresh:
        if choice in reasons or ("any" in reasons and choice not in NOTHING):
            yield Deed("exit_triggered", {"reason": reasons.get(choice, choice)})
