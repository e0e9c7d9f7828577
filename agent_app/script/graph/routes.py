"""Routes compiled: the direct way from an expression's context to the record's nodes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from agent_app.script.form import ATTRIBUTE, REPEAT
from agent_app.script.graph.shape import PATHS, WIDE, Route, Shape
from agent_app.script.record import Range
from agent_app.script.xpath.code import Code, Context, Run, number_of
from agent_app.script.xpath.compiler import Compiler
from agent_app.script.xpath.functions import FUNCTIONS
from agent_app.script.xpath.parser import Ast, spelled_out

Narrow = Callable[[list[Any], Context], list[Any]]


class FormPaths:
    """Answers a compiler for the paths of one form, seen from one node (`current`)."""

    __slots__ = ("context", "current", "shape", "wide")

    def __init__(self, shape: Shape, current: int) -> None:
        self.shape = shape
        self.current = current
        self.context = current
        self.wide = False

    def path(self, tree: Ast, compiler: Compiler) -> Code | None:
        anchor = "current" if self.context == self.current else "node"
        wide, self.wide = self.wide, False
        route = self.shape.route(tree, self.context, self.current, anchor=anchor, wide=wide)
        if route is None:
            return self._walked(tree, compiler)
        return self._compiled(route, compiler)

    def _walked(self, tree: Ast, compiler: Compiler) -> Code:
        """Predicates on a walked path see nodes this form does not know by heart."""
        held, self.context = self.context, -1
        try:
            tree = spelled_out(tree)
            return Code("nodes", compiler.walk(tree[1], tree[2]))
        finally:
            self.context = held

    def call(self, name: str, args: Sequence[Ast], compiler: Compiler) -> Code | None:
        if name in WIDE and name in FUNCTIONS:
            return self._whole_sets(name, args, compiler)
        if name != "indexed-repeat":
            return None
        target = self._definition(args[0]) if args else -1
        repeats = [self._definition(arg) for arg in args[1::2]]
        if target < 0 or min(repeats, default=-1) < 0 or len(args) % 2 == 0:
            return None
        indices = [number_of(compiler.tree(arg)) for arg in args[2::2]]
        return Code("nodes", self._indexed(target, dict(zip(repeats, indices, strict=True))))

    def _whole_sets(self, name: str, args: Sequence[Ast], compiler: Compiler) -> Code | None:
        found = FUNCTIONS[name]
        if len(args) < found.least or (found.most is not None and len(args) > found.most):
            return None
        codes = []
        for arg in args:
            self.wide = arg[0] in PATHS
            codes.append(compiler.tree(arg))
        self.wide = False
        return Code(found.kind, found.build(codes))

    def _definition(self, tree: Ast) -> int:
        if tree[0] not in PATHS:
            return -1
        route = self.shape.route(tree, self.context, self.current)
        return -1 if route is None else route.target

    def _indexed(self, target: int, wanted: dict[int, Callable[[Context], float]]) -> Run:
        """Down from the root: the asked instance of each named repeat, one's own of the others."""
        chain = [target]
        while self.shape.nodes[chain[-1]].parent >= 0:
            chain.append(self.shape.nodes[chain[-1]].parent)
        steps = [self._place(index) for index in reversed(chain[:-1])]
        own = set(self.shape.chain(self.current)) if self.current >= 0 else set()

        def run(x: Context) -> list[Any]:
            found: list[Any] = [x.env.slots[0]]
            for index, place, kind in steps:
                found = _down(found, place, kind, index)
                if kind == REPEAT and index in wanted:
                    at = wanted[index](x)
                    found = [n for n in found if n.position() == at]
                elif kind == REPEAT and index in own:
                    found = [n for n in found if n is _ancestor(x.current, index)] or found
            return found

        return run

    def _place(self, index: int) -> tuple[int, int, str]:
        node = self.shape.nodes[index]
        above = self.shape.nodes[node.parent]
        held = above.attributes if node.kind == ATTRIBUTE else above.children
        return index, held.index(index), node.kind

    def _compiled(self, route: Route, compiler: Compiler) -> Code:
        begin = _anchor(route)
        if not route.downs:
            return Code("nodes", lambda x: [begin(x)], first=self._reader(begin, route))
        if self.shape.single(route):
            places = [self._place(index) for index, _ in route.downs]
            one = _straight(begin, places)
            return Code("nodes", lambda x: [one(x)], first=self._reader(one, route))
        steps = [
            (*self._place(index), self._predicates(index, predicates, compiler))
            for index, predicates in route.downs
        ]

        def run(x: Context) -> list[Any]:
            found: list[Any] = [begin(x)]
            for index, place, kind, tests in steps:
                found = _down(found, place, kind, index)
                for test in tests:
                    found = test(found, x)
            return found

        return Code("nodes", run)

    def _reader(self, one: Callable[[Context], Any], route: Route) -> Callable[[Context], str]:
        node = self.shape.nodes[route.target]
        if node.children:
            return lambda x: one(x).value()
        if route.anchor == "slot" and not route.downs:
            slot = route.apex
            return lambda x: x.env.slots[slot].text
        return lambda x: one(x).text

    def _predicates(
        self, index: int, predicates: Sequence[Ast], compiler: Compiler
    ) -> list[Narrow]:
        held, self.context = self.context, index
        try:
            return [compiler.predicate(each) for each in predicates]
        finally:
            self.context = held


def _anchor(route: Route) -> Callable[[Context], Any]:
    if route.anchor == "slot":
        slot = route.apex
        return lambda x: x.env.slots[slot]
    up = route.up
    if route.anchor == "current":
        if up == 0:
            return lambda x: x.current
        if up == 1:
            return lambda x: x.current.parent
        if up == 2:
            return _grandparent
        return lambda x: _climb(x.current, up)
    if up == 0:
        return lambda x: x.node
    return lambda x: _climb(x.node, up)


def _grandparent(x: Context) -> Any:
    above: Any = x.current.parent
    return above.parent


def _climb(node: Any, up: int) -> Any:
    for _ in range(up):
        node = node.parent
    return node


def _ancestor(node: Any, index: int) -> Any:
    while node is not None and node.definition.index != index:
        node = node.parent
    return node


def _straight(
    begin: Callable[[Context], Any], places: Sequence[tuple[int, int, str]]
) -> Callable[[Context], Any]:
    if len(places) == 1 and places[0][2] != ATTRIBUTE:
        place = places[0][1]
        return lambda x: begin(x).kids[place]

    def one(x: Context) -> Any:
        node = begin(x)
        for _, place, kind in places:
            node = node.attributes[place] if kind == ATTRIBUTE else node.kids[place]
        return node

    return one


def _down(nodes: list[Any], place: int, kind: str, index: int) -> list[Any]:
    if kind == ATTRIBUTE:
        return [node.attributes[place] for node in nodes]
    if kind != REPEAT:
        return [node.kids[place] for node in nodes]
    found: list[Any] = []
    for node in nodes:
        kid = node.kids[place]
        assert isinstance(kid, Range)
        found += kid.instances
    return found
