"""What an expression stands on during a check: one flat row of values instead of a record.

With its repeats laid out (`copies`) a script has one value a node, so a visit is a list of
strings and trying an answer costs a copy. Conditions are the engine's own compiled closures; only their paths differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

from agent_app.script.check.copies import Copies
from agent_app.script.graph.shape import PATHS, Shape
from agent_app.script.xpath import values
from agent_app.script.xpath.code import Code, Context
from agent_app.script.xpath.compiler import Compiler
from agent_app.script.xpath.parser import Ast
from agent_app.script.xpath.tree import ELEMENT, ROOT, Node

Run = Callable[[Context], Any]
CASE = "case"
LEAVES = frozenset({*PATHS, "num", "str"})


class Ground:
    """The environment of all conditions: `slots` hold values by node, `facts` the case's by field."""

    def __init__(self, moment: datetime, size: int) -> None:
        assert moment.tzinfo is not None
        self.zone: tzinfo = moment.tzinfo
        self.language = ""
        self.moment = moment
        self.root = Node(ROOT)
        self.slots: list[Any] = [""] * size
        self.facts: Mapping[str, str] = {}
        self.context = Context(self, self.root)

    def now(self) -> datetime:
        return self.moment

    def entropy(self, size: int) -> bytes:
        return bytes(size)

    def instance(self, name: str) -> Node | None:
        return None

    def itext(self, key: str) -> str:
        return ""

    def choice_name(self, node: Node | None, path: str, value: str) -> str:
        return value

    def property(self, name: str) -> str:
        return ""

    def text(self, run: Run) -> str:
        """The value as the instance would hold it."""
        return values.text(run(self.context))

    def true(self, run: Run) -> bool:
        return values.boolean(run(self.context))


class Paths:
    """Resolves the paths of one node's expressions to the flat row."""

    def __init__(self, shape: Shape, current: int, copies: Copies) -> None:
        """`current` is the copy the expression belongs to."""
        self.shape = shape
        self.current = current
        self.copies = copies

    def path(self, tree: Ast, compiler: Compiler) -> Code | None:
        if fact := case_field(tree):
            return _slot(lambda x: _ground(x).facts.get(fact, ""))
        targets = self.targets(tree)
        if targets is None:
            return None
        if len(targets) != 1:
            return _slots(tuple(targets))
        target = targets[0]
        return _slot(lambda x: x.env.slots[target])

    def call(self, name: str, args: Sequence[Ast], compiler: Compiler) -> Code | None:
        """position(..) in a repeat is the number of its instance."""
        if name != "position" or len(args) != 1:
            return None
        repeat = self._target(args[0])
        if repeat < 0:
            return None
        place = float(self.copies.instance(self.current, repeat) + 1)
        return Code("number", lambda _: place)

    def targets(self, tree: Ast) -> list[int] | None:
        """The copies a path leads to; None where it cannot be followed."""
        target = self._target(tree)
        return None if target < 0 else self.copies.seen(target, self.current)

    def _target(self, tree: Ast) -> int:
        here = self.copies.real(self.current)
        route = self.shape.route(tree, here, here)
        return -1 if route is None else route.target


def case_field(tree: Ast) -> str:
    """The field that instance('case')/root/item/FIELD names, or nothing."""
    if tree[0] != "path":
        return ""
    start, steps = tree[1], tree[2]
    if isinstance(start, str) or start[:2] != ("call", "instance") or not steps:
        return ""
    return str(steps[-1][1][-1]) if start[2] == (("str", CASE),) else ""


def parts(tree: Ast) -> Iterator[Ast]:
    """The expressions an expression is made of."""
    kind = tree[0]
    if kind == "call":
        yield from tree[2]
    elif kind in ("cmp", "math"):
        yield from tree[2:]
    elif kind == "filter":
        yield tree[1]
        yield from tree[2]
    elif kind == "path":
        if not isinstance(tree[1], str):
            yield tree[1]
        for step in tree[2]:
            yield from step[2]
    elif kind not in LEAVES:
        yield from tree[1:]


def walk(tree: Ast) -> Iterator[Ast]:
    """An expression and all it is made of."""
    yield tree
    for part in parts(tree):
        yield from walk(part)


def with_item(tree: Ast, item: Mapping[str, str]) -> Ast:
    """A choice filter with the choice's own columns written in."""
    if tree[0] == "path" and tree[1] == "." and len(tree[2]) == 1:
        axis, test, _ = tree[2][0]
        if axis == "child" and test[0] == "name":
            return ("str", item.get(test[-1], ""))
    return changed(tree, lambda part: with_item(part, item))


def as_number(tree: Ast) -> Ast:
    """The same expression, paths compared with a number read as one: each leads to one node."""
    if tree[0] == "cmp" and "num" in (tree[2][0], tree[3][0]):
        sides = (("call", "number", (side,)) if side[0] in PATHS else side for side in tree[2:])
        return ("cmp", tree[1], *sides)
    return changed(tree, as_number)


def changed(tree: Ast, change: Callable[[Ast], Ast]) -> Ast:
    """The same expression with `change` made to each of its parts."""
    kind = tree[0]
    if kind == "call":
        return (kind, tree[1], tuple(change(part) for part in tree[2]))
    if kind in ("cmp", "math"):
        return (kind, tree[1], change(tree[2]), change(tree[3]))
    if kind == "filter":
        return (kind, change(tree[1]), tuple(change(part) for part in tree[2]))
    if kind in LEAVES:
        return tree
    return (kind, *(change(part) for part in tree[1:]))


def _ground(x: Context) -> Ground:
    assert isinstance(x.env, Ground)
    return x.env


def _slot(first: Callable[[Context], str]) -> Code:
    return Code("nodes", lambda x: [Node(ELEMENT, text=first(x))], first=first)


def _slots(targets: tuple[int, ...]) -> Code:
    """Every instance of a repeated value, or none."""
    return Code("nodes", lambda x: [Node(ELEMENT, text=x.env.slots[one]) for one in targets])
