"""What an expression reads of the record: found once, at load, by following its paths."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from agent_app.script.form import REPEAT
from agent_app.script.graph.shape import NAMES, PATHS, WIDE, Route, Shape
from agent_app.script.xpath.parser import Ast, spelled_out


class Read(NamedTuple):
    """Something an expression reads: a definition, and the repeat whose instance bounds it.

    `scope` -1: anywhere in the record. `across`: it may be another instance of its own repeat.
    `sure`: it is read, and not only one of many that a wildcard may reach.
    """

    node: int
    scope: int
    across: bool
    sure: bool = True


class Reader:
    """Collects what one expression reads."""

    def __init__(self, shape: Shape, current: int) -> None:
        self.shape = shape
        self.current = current
        self.found: set[Read] = set()

    def collect(self, tree: Ast) -> set[Read]:
        self.visit(tree, self.current, -2)
        return self.found

    def visit(self, tree: Ast, context: int, bound: int) -> None:
        """`context` -1 is a node outside the record; `bound` -2 is no predicate around."""
        kind = tree[0]
        if kind in PATHS:
            self.path(tree, context, bound)
        elif kind == "call":
            self.call(tree, context, bound)
        elif kind == "filter":
            self.visit(tree[1], context, bound)
            for predicate in tree[2]:
                self.visit(predicate, -1, bound)
        elif kind in ("cmp", "math"):
            self.visit(tree[2], context, bound)
            self.visit(tree[3], context, bound)
        elif kind not in ("num", "str"):
            for part in tree[1:]:
                self.visit(part, context, bound)

    def call(self, tree: Ast, context: int, bound: int) -> None:
        name, args = tree[1], tree[2]
        if name in ("position", "count") and len(args) == 1 and args[0][0] in PATHS:
            self.path(args[0], context, bound, structure=True, wide=name == "count")
            return
        if name in NAMES and args and args[0][0] in PATHS:
            self.path(args[0], context, bound, structure=True)
            return
        if name in WIDE:
            for arg in args:
                if arg[0] in PATHS:
                    self.path(arg, context, bound, wide=True)
                else:
                    self.visit(arg, context, bound)
            return
        if name == "indexed-repeat":
            for place, arg in enumerate(args):
                self.loose(arg, context) if place == 0 or place % 2 else self.visit(
                    arg, context, bound
                )
            return
        if name == "once":
            chain = self.shape.chain(self.current)
            self.found.add(Read(self.current, chain[-1] if chain else -1, False, False))
        for arg in args:
            self.visit(arg, context, bound)

    def loose(self, tree: Ast, context: int) -> None:
        """A path taken as the definition it names, in any instance."""
        if tree[0] not in PATHS:
            return
        route = self.shape.route(tree, context, self.current)
        if route is not None:
            self.add(route.target, -1, across=True)

    def path(
        self,
        tree: Ast,
        context: int,
        bound: int,
        *,
        structure: bool = False,
        wide: bool = False,
    ) -> None:
        if tree[0] == "path" and not isinstance(tree[1], str):
            self.visit(tree[1], context, bound)
        route = self.shape.route(tree, context, self.current, wide=wide)
        if route is None:
            self.guess(tree, context, bound)
            return
        scope = self._scope(route.apex)
        if structure and self.shape.nodes[route.target].kind == REPEAT:
            around = self.shape.nodes[route.target].repeats
            scope = self._outer(scope, around[-1] if around else -1)
        if bound != -2 and route.anchor != "slot" and (context != self.current):
            scope = self._outer(scope, bound)
        across = scope == -1 and bool(self.shape.chain(route.target))
        self._downs(route, scope, across)
        self.add(route.target, scope, across=across, structure=structure)

    def _downs(self, route: Route, scope: int, across: bool) -> None:
        for index, predicates in route.downs:
            if self.shape.nodes[index].kind == REPEAT:
                self.add(index, scope, across=across, structure=True)
            for predicate in predicates:
                self.visit(predicate, index, scope)

    def _scope(self, apex: int) -> int:
        chain = self.shape.chain(apex)
        return chain[-1] if chain else -1

    def _outer(self, one: int, other: int) -> int:
        if one < 0 or other < 0:
            return -1
        return one if len(self.shape.chain(one)) <= len(self.shape.chain(other)) else other

    def guess(self, tree: Ast, context: int, bound: int) -> None:
        """A path that must be walked: it may read anything below where it leaves the known way."""
        _, start, steps = spelled_out(tree)
        at = self._start(start, context)
        for axis, test, predicates in steps:
            if at is None:
                self._outside(predicates, bound)
                continue
            following = self._follow(at, (axis, test, predicates))
            if following is None and test[0] == "name" and axis in ("child", "attribute"):
                return
            if following is None:
                self._all_below(at)
                for predicate in predicates:
                    self._anywhere(predicate)
                return
            at = following
            for predicate in predicates:
                self.visit(predicate, at, -1)
        if at is not None and at >= 0:
            self.add(at, -1, across=True)

    def _start(self, start: object, context: int) -> int | None:
        if start == "/":
            return -1
        if start == ".":
            return context if context >= 0 else None
        if isinstance(start, (tuple, list)) and start[0] == "call" and start[1] == "current":
            return self.current
        return None

    def _follow(self, at: int, step: Ast) -> int | None:
        axis = step[0]
        if axis == "self":
            return at
        if axis == "parent" and at >= 0:
            parent = self.shape.nodes[at].parent
            return parent if parent >= 0 else None
        found = self.shape.find_child(at, step)
        return found if found >= 0 else None

    def _outside(self, predicates: Sequence[Ast], bound: int) -> None:
        for predicate in predicates:
            self.visit(predicate, -1, bound)

    def _all_below(self, at: int) -> None:
        for index in self.shape.subtree(max(at, 0)):
            self.found.add(Read(index, -1, True, False))

    def _anywhere(self, predicate: Ast) -> None:
        self.visit(predicate, -1, -1)

    def add(self, node: int, scope: int, *, across: bool, structure: bool = False) -> None:
        wanted = [node] if structure else self.shape.subtree(node)
        for index in wanted:
            self.found.add(Read(index, scope, across))
