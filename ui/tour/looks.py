"""The same pages for other eyes: English, Taiwan, dark, tablet, high contrast, large text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ui.tour.hand import Hand
from ui.viewmodels.settings import Taste

LIGHT = Taste()
LOOKS = (
    ("en", replace(LIGHT, language="en"), (1280, 800)),
    ("dark", replace(LIGHT, theme="dark"), (1280, 800)),
    ("en-dark-tablet", replace(LIGHT, language="en", theme="dark"), (1024, 768)),
    ("contrast", replace(LIGHT, theme="contrast"), (1280, 800)),
    ("large-text", replace(LIGHT, scale=200), (1280, 800)),
    ("tw", replace(LIGHT, language="zh_TW"), (1280, 800)),
)
FIRST = (LIGHT, (1280, 800))


def look_at(hand: Hand, pages: Iterable[tuple[str, object]]) -> None:
    """A picture of each page in each look; everything is as before afterwards."""
    shown = list(pages)
    for name, taste, size in LOOKS:
        wear(hand, taste, size)
        for page, argument in shown:
            hand.turn_to(page, argument)
            hand.picture(f"{page}-{name}")
    wear(hand, *FIRST)


def look_again(hand: Hand, called: str) -> None:
    """A picture of the page shown in each look, without leaving it."""
    for name, taste, size in LOOKS:
        wear(hand, taste, size)
        hand.look(0.3)
        hand.picture(f"{called}-{name}")
    wear(hand, *FIRST)


def wear(hand: Hand, taste: Taste, size: tuple[int, int]) -> None:
    hand.desktop.wear(taste)
    hand.window.resize(*size)
