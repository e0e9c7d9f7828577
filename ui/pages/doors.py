"""How a door is shown wherever doors are listed: its state in a word, a shape and a reason."""

from __future__ import annotations

from datetime import timedelta

from agent_app.domain.rules import State
from agent_app.queries.today import Door
from ui.text import Text
from ui.widgets.badge import Badge, Banner
from ui.widgets.lists import Number, Row

KNOCK_TONE = {
    State.allow: "success",
    State.warn: "warn",
    State.needs: "warn",
    State.block: "danger",
}
KNOCK_GLYPH = {
    State.allow: "check-circle",
    State.warn: "alert",
    State.needs: "flag",
    State.block: "block",
}


def knock_badge(state: State, text: Text) -> Badge:
    return Badge(text.say(f"door.{state.name}"), KNOCK_TONE[state], glyph=KNOCK_GLYPH[state])


def clock_banner(behind: timedelta, text: Text) -> Banner | None:
    """The device's clock is not to be believed: by which time the doors are judged."""
    if not behind:
        return None
    off = round(abs(behind).total_seconds() / 60)
    words = text.say("door.clock_slow" if behind > timedelta() else "door.clock_fast", n=off)
    return Banner(words, text.say("door.clock_remark"), "warn", glyph="clock", name="clock-off")


def door_badge(door: Door, text: Text, *, told: bool = False) -> Badge | None:
    """The one state that matters most: a visit under way or done, else may I knock. None where
    the list has `told` so."""
    if door.visit_state == "open":
        return Badge(text.say("door.open_visit"), "accent")
    if door.sent_back:
        return Badge(text.say("door.sent_back"), "warn", glyph="undo")
    if door.visit_state in ("ended", "aborted") and door.visited_at:
        return Badge(text.say("door.visited"), "neutral", glyph="check")
    if told:
        return None
    return knock_badge(door.knock, text)


def why(door: Door, text: Text) -> str:
    """Why not; the rule's own words say when again. Empty when nothing objects."""
    return text.pick(door.why) if door.why and door.knock is not State.allow else ""


def door_row(door: Door, text: Text, number: str, *, told: bool = False) -> Row:
    """A door in a list with its sum. Neither it nor why not, while somebody at a door may see it;
    `told`: the list's heading says whether it may be knocked on, and why not."""
    place = door.address or text.say("door.no_address")
    remark = place if door.veiled or told else f"{place}\n{why(door, text)}".strip()
    state = "done" if door.visited_at and door.visit_state != "open" else "open"
    if door.knock >= State.needs and door.visit_state != "open":
        state = "shut" if state == "open" else state
    return Row(
        door.debtor,
        remark,
        lead=Number(number, state),
        value="" if door.veiled else text.money(door.owed),
        end=door_badge(door, text, told=told),
        name=f"door-{door.case}",
    )
