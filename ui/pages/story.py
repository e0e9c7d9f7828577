"""What happened to a case, line by line, and the one thing worth reading in each event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from agent_app.domain.events import Event
from agent_app.domain.money import Money
from agent_app.queries.case_page import Happened
from ui.text import Text
from ui.viewmodels.office import Office
from ui.widgets.badge import Badge
from ui.widgets.list_card import ListCard
from ui.widgets.lists import Row

_TELLING = (
    "who",
    "reason",
    "result",
    "comment",
    "text",
    "purpose",
    "what",
    "decision",
    "serial",
    "agreement",
)


_LINES = 30


def story_card(story: Sequence[Happened], office: Office, text: Text) -> ListCard:
    """The newest lines of a case's story, with what the office said of each."""
    remark = "" if story else text.say("case.no_story")
    card = ListCard(text.say("case.story"), remark)
    card.add_all(_happened(line, office, text) for line in story[:_LINES])
    return card


def _happened(line: Happened, office: Office, text: Text) -> Row:
    what = text.choose(f"events.{line.what}", line.what)
    when = text.moment(line.at) if line.at else text.written(str(line.body.get("on", "")))
    by = text.choose(f"values.{line.by}", line.by)
    parts = [when, by, said_in(line.body, office, text), line.message]
    badge = None
    if line.state in ("unsent", "refused", "parked"):
        tone = "danger" if line.state == "refused" else "info"
        badge = Badge(text.say(f"case.event_{line.state}"), tone)
    return Row(what, " · ".join(part for part in parts if part), end=badge, opens=False)


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
    if isinstance(heard := body.get("networks"), list):
        return text.say("evidence.networks", n=len(heard))
    for key in _TELLING:
        if isinstance(value := body.get(key), str) and value:
            return text.choose(f"values.{value}", value)
    return ""
