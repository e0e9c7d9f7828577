"""The one thing worth reading in what an event says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from agent_app.domain.events import Event
from agent_app.domain.money import Money
from ui.text import Text
from ui.viewmodels.office import Office

_TELLING = (
    "who",
    "reason",
    "result",
    "comment",
    "purpose",
    "what",
    "decision",
    "serial",
    "agreement",
)


def said(event: Event, office: Office, text: Text) -> str:
    return said_in(event.body, office, text)


def said_in(body: Mapping[str, Any], office: Office, text: Text) -> str:
    """An outcome in the pack's words, a promise as sum and day, else the telling field."""
    if isinstance(code := body.get("code"), str):
        return text.pick(office.outcome(code)) or text.choose(f"values.{code}", code)
    if isinstance(due := body.get("due"), str) and isinstance(body.get("amount"), Mapping):
        return (
            f"{text.money(Money.from_json(body['amount']))} · {text.date(date.fromisoformat(due))}"
        )
    if "passed" in body:
        return text.say("values.matched" if body["passed"] else "values.not_matched")
    for key in _TELLING:
        if isinstance(value := body.get(key), str) and value:
            return text.choose(f"values.{value}", value)
    return ""
