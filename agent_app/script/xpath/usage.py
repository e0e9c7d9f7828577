"""What functions an expression calls, and whether it may."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Any

from agent_app.script.xpath.compiler import arity
from agent_app.script.xpath.functions import FUNCTIONS

PAIRED = {"indexed-repeat": 1, "weighted-checklist": 0}
"""Functions of pairs, and how many arguments beyond full pairs they take."""


def calls(tree: Sequence[Any]) -> Iterator[tuple[str, int]]:
    """Every function called anywhere in a tree, with its number of arguments."""
    if tree and tree[0] == "call":
        yield tree[1], len(tree[2])
    for part in tree:
        if isinstance(part, (tuple, list)):
            yield from calls(part)


def misuse(name: str, count: int) -> tuple[str, str]:
    """What is wrong with a call, and the mend; two empty strings when it is right."""
    found = FUNCTIONS.get(name)
    if found is None:
        near = get_close_matches(name, FUNCTIONS, 1)
        return (
            f"there is no function {name}()",
            f"did you mean {near[0]}()?" if near else "take another",
        )
    if count < found.least or (found.most is not None and count > found.most):
        takes = arity(found.least, found.most)
        return f"{name}() takes {takes}, not {count}", f"give it {takes}"
    if count % 2 != PAIRED.get(name, count % 2):
        return (
            f"{name}() takes the arguments after its first ones in pairs",
            "complete the last pair",
        )
    return "", ""
