"""The form's shape as something paths can be followed on, before there is any record.

Paths are followed once here, at load: for the dependency graph, and to compile the common
ones into a direct way to their nodes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from agent_app.script.form import ATTRIBUTE, REPEAT, NodeDef
from agent_app.script.xpath.parser import Ast, spelled_out

XFORMS = "http://www.w3.org/2002/xforms"
PATHS = ("path", "abs")
WIDE = frozenset(
    {
        "sum",
        "min",
        "max",
        "count",
        "count-non-empty",
        "join",
        "concat",
        "area",
        "distance",
        "randomize",
        "checklist",
        "weighted-checklist",
    }
)
"""Functions of whole node-sets."""
NAMES = frozenset({"local-name", "name", "namespace-uri"})
"""Functions of a node's name, which no answer changes."""
_UNPREFIXED = ("", XFORMS)


class Route(NamedTuple):
    """A path known by heart: from an anchor, up, then down through children.

    `anchor` is "slot" (the one node of `apex`), "current" or "node" (climb `up` from there).
    `downs` are (definition index, predicates). `target` is where it ends.
    """

    anchor: str
    up: int
    apex: int
    downs: tuple[tuple[int, Sequence[Ast]], ...]
    target: int


class Shape:
    """Follows paths over the definitions. `namespaces` maps the form's prefixes."""

    def __init__(self, nodes: Sequence[NodeDef], namespaces: Mapping[str, str]) -> None:
        self.nodes = nodes
        self.namespaces = namespaces
        self._known = -1
        self._routes: dict[str, Route] = {}
        self._plains: dict[str, list[tuple[int, Sequence[Ast]]]] = {}
        self._children: dict[tuple[int, str, str], list[tuple[int, str]]] = {}

    def find_child(self, parent: int, step: Ast) -> int:
        """The child or attribute definition a step names, or -1."""
        axis, test, _ = step
        if test[0] != "name" or axis not in ("child", "attribute"):
            return -1
        prefix = test[1]
        for index, ns in self._named().get((parent, axis, test[2]), ()):
            if (ns in _UNPREFIXED) if prefix is None else (ns == self.namespaces.get(prefix, "?")):
                return index
        return -1

    def _named(self) -> dict[tuple[int, str, str], list[tuple[int, str]]]:
        """Children and attributes by parent, axis and local name, with their namespaces."""
        if len(self.nodes) != self._known:
            self._known = len(self.nodes)
            self._children = {}
            for node in self.nodes:
                axis = "attribute" if node.kind == ATTRIBUTE else "child"
                key = (node.parent, axis, node.local)
                self._children.setdefault(key, []).append((node.index, node.ns))
        return self._children

    def shared_repeat(self, target: int, current: int) -> int:
        """The deepest repeat that holds both, or -1."""
        if current < 0:
            return -1
        deepest = -1
        for a, b in zip(self.chain(target), self.chain(current), strict=False):
            if a != b:
                break
            deepest = a
        return deepest

    def chain(self, index: int) -> list[int]:
        """The repeats around a node, outermost first, itself included when it is one."""
        node = self.nodes[index]
        return [*node.repeats, index] if node.kind == REPEAT else node.repeats

    def route(
        self,
        tree: Ast,
        context: int,
        current: int,
        *,
        anchor: str = "current",
        wide: bool = False,
    ) -> Route | None:
        """The route of a path seen from `context`; None when it must be walked instead.

        `wide`: a function wants the whole node-set, so an absolute path means every instance.
        """
        if wide and (tree[0] == "abs" or tree[1] == "/"):
            current = -1
        if tree[0] == "abs":
            return self._plain_route(tree[1], current)
        _, start, steps = tree
        if start == "/":
            return self._absolute(steps, current)
        if start == ".":
            return None if context < 0 else self._relative(steps, context, anchor)
        if start[0] == "call" and start[1] == "current" and current >= 0:
            return self._relative(steps, current, "current")
        return None

    def named(self, path: str) -> int:
        """The definition at an absolute path of names, or -1."""
        downs = self._plain(path)
        return downs[-1][0] if downs else -1

    def _plain_route(self, text: str, current: int) -> Route | None:
        known = self._routes.get(text)
        if known is not None:
            return known
        downs = self._plain(text)
        if not downs:
            return None
        target = downs[-1][0]
        if self.chain(target):
            return self._anchored(downs, current)
        made = self._routes[text] = Route("slot", 0, target, (), target)
        return made

    def _plain(self, text: str) -> list[tuple[int, Sequence[Ast]]]:
        """The definitions along a path of names; empty when there is no such node."""
        found = self._plains.get(text)
        if found is None:
            found = []
            at = -1
            for step in spelled_out(("abs", text))[2]:
                at = self.find_child(at, step)
                if at < 0:
                    found = []
                    break
                found.append((at, ()))
            self._plains[text] = found
        return found

    def _absolute(self, steps: Sequence[Ast], current: int) -> Route | None:
        downs: list[tuple[int, Sequence[Ast]]] = []
        at = -1
        for step in steps:
            if step[0] == "self" and not step[2] and step[1][0] == "type":
                continue
            at = self.find_child(at, step)
            if at < 0:
                return None
            downs.append((at, step[2]))
        if at < 0:
            return None
        return self._anchored(downs, current)

    def _anchored(self, downs: list[tuple[int, Sequence[Ast]]], current: int) -> Route | None:
        """Absolute paths inside a repeat mean the repeat instance one is in (ODK XForms,
        "A big deviation"); a path that ends at the repeat itself means all of them.
        """
        target = downs[-1][0]
        own = self.chain(current) if current >= 0 else []
        apex, cut = -1, 0
        for place, (index, predicates) in enumerate(downs):
            node = self.nodes[index]
            if predicates:
                break
            if node.kind == REPEAT and (index not in own or place == len(downs) - 1):
                break
            apex, cut = index, place + 1
        if apex < 0:
            return None
        if not self.chain(apex):
            return Route("slot", 0, apex, tuple(downs[cut:]), target)
        up = self._climb(current, apex)
        if up is None:
            deepest = self.chain(apex)[-1]
            up = self._climb(current, deepest)
            if up is None:
                return None
            cut = next(i for i, (index, _) in enumerate(downs) if index == deepest) + 1
            apex = deepest
        return Route("current", up, apex, tuple(downs[cut:]), target)

    def _climb(self, start: int, goal: int) -> int | None:
        up = 0
        at = start
        while at >= 0:
            if at == goal:
                return up
            at = self.nodes[at].parent
            up += 1
        return None

    def _relative(self, steps: Sequence[Ast], context: int, anchor: str) -> Route | None:
        apex, up = context, 0
        downs: list[tuple[int, Sequence[Ast]]] = []
        for axis, test, predicates in steps:
            if axis in ("parent", "self") and (
                test[0] != "type" or test[1] != "node" or predicates
            ):
                return None
            if axis == "parent":
                if downs:
                    if downs.pop()[1]:
                        return None
                    continue
                apex, up = self.nodes[apex].parent, up + 1
                if apex < 0:
                    return None
                continue
            if axis == "self":
                continue
            at = self.find_child(downs[-1][0] if downs else apex, (axis, test, predicates))
            if at < 0:
                return None
            downs.append((at, predicates))
        target = downs[-1][0] if downs else apex
        if not self.chain(apex):
            return Route("slot", 0, apex, tuple(downs), target)
        return Route(anchor, up, apex, tuple(downs), target)

    def single(self, route: Route) -> bool:
        """Whether a route can only ever lead to one node."""
        return all(
            self.nodes[index].kind != REPEAT and not predicates for index, predicates in route.downs
        )

    def subtree(self, index: int) -> list[int]:
        found = [index]
        for child in self.nodes[index].children:
            found += self.subtree(child)
        return found
