"""What a passphrase must have. Codes, not words: the page says them in the agent's language."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

SHORTEST = 10
CJK_WEIGHT = 2
"""A Chinese character counts as two: six of them, out of thousands, are as good as twelve letters."""
COMMON = (
    "password", "passw0rd", "qwerty", "asdfgh", "zxcvbn", "iloveyou", "woaini", "1q2w3e",
    "abc123", "abcdef", "admin", "doorstep", "上门通", "123456", "654321", "520131", "112233",
)  # fmt: skip


def faults(passphrase: str, user: str = "") -> list[str]:
    """What is wrong with it, of: short, few_kinds, common, name; empty when it will do."""
    text = unicodedata.normalize("NFKC", passphrase).casefold()
    weight = sum(CJK_WEIGHT if ord(char) > 0x2E7F else 1 for char in text)
    found = []
    if weight < SHORTEST:
        found.append("short")
    if len(set(text)) < 5 or _runs(text):
        found.append("few_kinds")
    rest = text
    for word in COMMON:
        rest = rest.replace(word, "")
    if rest != text and len(rest) < SHORTEST // 2:
        found.append("common")
    if user and user.casefold() in text and weight - len(user) < SHORTEST:
        found.append("name")
    return found


def _runs(text: str) -> bool:
    """Whether nearly all of it only counts up, down or on the spot, like 1234567890."""
    steps = [ord(after) - ord(before) for before, after in pairwise(text)]
    return bool(steps) and sum(step in (-1, 0, 1) for step in steps) > len(steps) * 0.75
