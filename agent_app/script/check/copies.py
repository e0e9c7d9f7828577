"""Repeats laid out flat: each node inside one stands once for each instance.

A script is checked with 0, 1 and 2 instances of every repeat. A node outside repeats keeps its
number; the first copy of one inside keeps it too, further copies are numbered after the form's.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from agent_app.script.form import REPEAT, FormData

BOUNDS = (0, 1, 2)
"""How many instances a repeat is tried with."""

Place = tuple[int, ...]
"""Which instance of each repeat above a node, the outermost first; from 0."""


class Copies:
    """`count` instances of every repeat of a form."""

    def __init__(self, form: FormData, count: int) -> None:
        self.count = count
        self._above = [self._repeats(form, node.index) for node in form.nodes]
        self._known: list[tuple[int, Place]] = [(node.index, ()) for node in form.nodes]
        self._number: dict[tuple[int, Place], int] = {}
        for node, above in enumerate(self._above):
            for place in product(range(count), repeat=len(above)):
                if any(place):
                    self._number[node, place] = len(self._known)
                    self._known.append((node, place))
                else:
                    self._number[node, place] = node
                    self._known[node] = (node, place)

    @property
    def size(self) -> int:
        return len(self._known)

    def real(self, number: int) -> int:
        """The form's node of which this is a copy."""
        return self._known[number][0]

    def all(self, node: int) -> list[int]:
        """Every copy of a node of the form."""
        return self.seen(node, -1)

    def seen(self, node: int, start: int) -> list[int]:
        """The copies of a form's `node` that a path from the copy `start` leads to: of the
        repeats they share the same instance, of the others every one."""
        held, place = self._known[start] if start >= 0 else (-1, ())
        around = self._above[held] if held >= 0 else ()
        fixed = dict(zip(around, place, strict=False))
        choices = [[fixed[r]] if r in fixed else range(self.count) for r in self._above[node]]
        return [self._number[node, found] for found in product(*choices)]

    def number(self, copy: int) -> str:
        """Which instance of each repeat a copy lies in, from 1: "2", or "1.2" where they nest."""
        return ".".join(str(one + 1) for one in self._known[copy][1])

    def instance(self, number: int, repeat: int) -> int:
        """Which instance of `repeat` this copy lies in, from 0."""
        node, place = self._known[number]
        return place[self._above[node].index(repeat)]

    def _repeats(self, form: FormData, index: int) -> tuple[int, ...]:
        """The repeats above a node, itself among them, the outermost first."""
        return tuple(reversed(list(_up(form, index))))


def has_repeats(form: FormData) -> bool:
    return any(node.kind == REPEAT for node in form.nodes)


def _up(form: FormData, index: int) -> Iterator[int]:
    while index >= 0:
        node = form.nodes[index]
        if node.kind == REPEAT:
            yield index
        index = node.parent
