"""What was agreed and comes next: promises and instalments as the creditor booked them."""

from __future__ import annotations

from datetime import date

from PySide6.QtWidgets import QWidget

from agent_app.domain.dates import day
from agent_app.domain.dues import Due, FollowUp, dues
from agent_app.domain.model import Case
from ui.text import Text
from ui.widgets.badge import Badge
from ui.widgets.list_card import ListCard
from ui.widgets.lists import Row

_TONES = {"open": "neutral", "waiting": "info", "kept": "success", "broken": "danger"}
_AHEAD = 2


def dues_card(case: Case, today: date, text: Text) -> QWidget | None:
    """None where nothing was agreed and no step has a day."""
    found = dues(case)
    outcome = case.raw.get("last_outcome") or {}
    step, on = outcome.get("next"), day(outcome.get("due"))
    if not found and not step:
        return None
    card = ListCard(text.say("dues.title"))
    if step:
        words = text.say(f"dues.step_{step}")
        if on is not None:
            words = text.say("dues.next_on", step=words, day=text.date(on))
        card.add(Row(text.say("dues.next"), words, opens=False, name="case-next-step"))
    past = [one for one in found if one.state != "open" or one.due <= today]
    ahead = [one for one in found if one not in past]
    for one in (*past, *ahead[:_AHEAD]):
        card.add(_line(one, today, text))
    if rest := len(ahead[_AHEAD:]):
        card.add(Row(text.say("dues.rest", n=rest), opens=False))
    return card


def follow_up_words(one: FollowUp, text: Text) -> str:
    """What is to be followed up, in words for the day list."""
    if one.amount is None:
        return text.say(f"dues.step_{one.what}")
    return text.say(f"dues.what_{one.what}", amount=text.money(one.amount))


def _line(one: Due, today: date, text: Text) -> Row:
    state = "waiting" if one.state == "open" and one.due <= today else one.state
    badge = Badge(text.say(f"dues.{state}"), _TONES[state])
    what = text.say(f"dues.{one.kind}", n=one.number, amount=text.money(one.amount))
    when = text.say("dues.by", day=text.date(one.due))
    return Row(what, when, end=badge, opens=False, name=f"due-{one.due.isoformat()}")
