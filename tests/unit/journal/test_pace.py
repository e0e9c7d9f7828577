"""Hurried screens: the time a screen was open, by the boot clock."""

from __future__ import annotations

from typing import Any

from agent_app.domain.events import FIRST_PREV, Event
from agent_app.journal.pace import hurried


def event(seq: int, bt: int, kind: str = "answered", **body: Any) -> Event:
    return Event(
        id=f"e{seq}", device="d", user="u", seq=seq, prev=FIRST_PREV, kind=kind, case="c",
        visit="v", wall="2026-11-23T10:00:00.000+08:00", tz="Asia/Shanghai", boot="b", bt=bt,
        body=body,
    )  # fmt: skip


def test_an_early_answer_on_a_screen_that_stayed_is_not_hurried() -> None:
    told = event(1, 3_000, ref="/told", value="OK", seconds=3, least=15)
    following = event(2, 22_000, ref="/next", value="1", seconds=2)
    assert list(hurried([told, following])) == []


def test_a_screen_left_too_soon_is_shown_with_its_seconds() -> None:
    told = event(1, 3_000, ref="/told", value="OK", seconds=3, least=15)
    following = event(2, 9_000, ref="/next", value="1", seconds=3)
    (flag,) = hurried([told, following])
    assert (flag.kind, flag.event, dict(flag.facts)) == (
        "hurried", "e1", {"seconds": 6, "least": 15},
    )  # fmt: skip


def test_a_second_and_longer_look_clears_it() -> None:
    told = event(1, 3_000, ref="/told", value="OK", seconds=3, least=15)
    following = event(2, 9_000, ref="/next", value="1", seconds=3)
    again = event(3, 30_000, ref="/told", value="OK", seconds=5, least=15)
    over = event(4, 45_000, "visit_ended")
    assert list(hurried([told, following, again, over])) == []


def test_questions_of_one_screen_share_its_time() -> None:
    first = event(1, 5_000, ref="/a", value="OK", seconds=5, least=10)
    second = event(2, 8_000, ref="/b", value="OK", seconds=8, least=10)
    over = event(3, 12_000, "visit_ended")
    assert list(hurried([first, second, over])) == []
