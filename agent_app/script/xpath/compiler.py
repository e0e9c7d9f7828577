"""A syntax tree to a closure.

`Resolver` lets a form answer for the paths it knows by heart; all others walk the tree.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from agent_app.script.xpath import values
from agent_app.script.xpath.axes import AXIS
from agent_app.script.xpath.code import (
    Code,
    Context,
    FunctionTable,
    Run,
    XPathError,
    boolean_of,
    nodes_of,
    number_of,
    text_of,
)
from agent_app.script.xpath.functions import FUNCTIONS
from agent_app.script.xpath.operators import MATH, equality, ordering
from agent_app.script.xpath.parser import Ast, parse, spelled_out
from agent_app.script.xpath.tree import (
    ATTRIBUTE,
    COMMENT,
    ELEMENT,
    INSTRUCTION,
    NAMESPACE,
    TEXT,
    Node,
    order_key,
)

_TYPES = {"text": TEXT, "comment": COMMENT, "processing-instruction": INSTRUCTION}
_FLAT = frozenset({"child", "self", "attribute"})


class Resolver(Protocol):
    """A form's own way to its nodes; None where it has none for this path."""

    def path(self, tree: Ast, compiler: Compiler) -> Code | None: ...
    def call(self, name: str, args: Sequence[Ast], compiler: Compiler) -> Code | None: ...


class Compiler:
    """Compiles expressions that share namespaces and a resolver."""

    __slots__ = ("functions", "namespaces", "resolver")

    def __init__(
        self,
        namespaces: Mapping[str, str],
        resolver: Resolver | None = None,
        functions: FunctionTable = FUNCTIONS,
    ) -> None:
        self.namespaces = namespaces
        self.resolver = resolver
        self.functions = functions

    def text(self, expression: str) -> Code:
        return self.tree(parse(expression))

    def tree(self, tree: Ast) -> Code:
        return _KINDS[tree[0]](self, tree)

    def number_literal(self, tree: Ast) -> Code:
        value = float(tree[1])
        return Code("number", lambda x: value, constant=value)

    def text_literal(self, tree: Ast) -> Code:
        value = tree[1]
        return Code("string", lambda x: value, constant=value)

    def neg(self, tree: Ast) -> Code:
        read = number_of(self.tree(tree[1]))
        return Code("number", lambda x: -read(x))

    def either(self, tree: Ast) -> Code:
        left, right = boolean_of(self.tree(tree[1])), boolean_of(self.tree(tree[2]))
        return Code("boolean", lambda x: left(x) or right(x))

    def both(self, tree: Ast) -> Code:
        left, right = boolean_of(self.tree(tree[1])), boolean_of(self.tree(tree[2]))
        return Code("boolean", lambda x: left(x) and right(x))

    def union(self, tree: Ast) -> Code:
        left, right = nodes_of(self.tree(tree[1])), nodes_of(self.tree(tree[2]))
        return Code("nodes", lambda x: in_order(left(x) + right(x)))

    def arithmetic(self, tree: Ast) -> Code:
        left, right = number_of(self.tree(tree[2])), number_of(self.tree(tree[3]))
        return Code("number", MATH[tree[1]](left, right))

    def compare(self, tree: Ast) -> Code:
        op, left, right = tree[1], self.tree(tree[2]), self.tree(tree[3])
        if op in ("=", "!="):
            return Code("boolean", equality(op, left, right))
        return Code("boolean", ordering(op, left, right))

    def call(self, tree: Ast) -> Code:
        name, args = tree[1], tree[2]
        if self.resolver is not None:
            known = self.resolver.call(name, args, self)
            if known is not None:
                return known
        found = self.functions.get(name)
        if found is None:
            return _failing(f"there is no function {name}()")
        if len(args) < found.least or (found.most is not None and len(args) > found.most):
            return _failing(f"{name}() takes {arity(found.least, found.most)}")
        return Code(found.kind, found.build([self.tree(arg) for arg in args]))

    def filter(self, tree: Ast) -> Code:
        nodes = nodes_of(self.tree(tree[1]))
        tests = [self.predicate(each) for each in tree[2]]

        def run(x: Context) -> list[Node]:
            found = nodes(x)
            for test in tests:
                found = test(found, x)
            return found

        return Code("nodes", run)

    def path(self, tree: Ast) -> Code:
        if self.resolver is not None:
            known = self.resolver.path(tree, self)
            if known is not None:
                return known
        tree = spelled_out(tree)
        return Code("nodes", self.walk(tree[1], tree[2]))

    def walk(self, start: str | Ast, steps: Sequence[Ast]) -> Run:
        """The general way: from node to node along each step's axis."""
        begin = self._start(start)
        walked = []
        nested = False
        for step in steps:
            walked.append((self.step(step), nested or step[0] not in _FLAT))
            nested = nested or step[0] not in _FLAT

        def run(x: Context) -> list[Node]:
            found: list[Node] = begin(x)
            for step, sort in walked:
                gathered: list[Node] = []
                for node in found:
                    gathered += step(node, x)
                found = in_order(gathered) if sort and len(gathered) > 1 else gathered
            return found

        return run

    def _start(self, start: str | Ast) -> Run:
        if start == ".":
            return lambda x: [x.node]
        if start == "/":
            return lambda x: [x.env.root]
        assert not isinstance(start, str)
        return nodes_of(self.tree(start))

    def step(self, step: Ast) -> Callable[[Node, Context], list[Node]]:
        axis, test, predicates = step
        move = AXIS[axis]
        keep = self.node_test(test, axis)
        tests = [self.predicate(each) for each in predicates]

        def run(node: Node, x: Context) -> list[Node]:
            found = [each for each in move(node) if keep(each)]
            for narrow in tests:
                found = narrow(found, x)
            return found

        return run

    def node_test(self, test: Ast, axis: str) -> Callable[[Node], bool]:
        principal = {"attribute": ATTRIBUTE, "namespace": NAMESPACE}.get(axis, ELEMENT)
        if test[0] == "type":
            return _type_test(test[1], test[2])
        prefix = test[1]
        if test[0] == "any":
            if prefix is None:
                return lambda node: node.kind == principal
            ns = self.namespace(prefix)
            return lambda node: node.kind == principal and node.ns == ns
        local = test[2]
        if prefix is None:
            default = "" if principal != ELEMENT else self.namespaces.get("", "")
            if not default:
                return lambda node: node.local == local and node.kind == principal and not node.ns
            return lambda node: (
                node.local == local and node.kind == principal and node.ns in ("", default)
            )
        ns = self.namespace(prefix)
        return lambda node: node.local == local and node.kind == principal and node.ns == ns

    def namespace(self, prefix: str) -> str:
        """The namespace of a prefix; one nobody declared matches nothing."""
        return self.namespaces.get(prefix, f"undeclared:{prefix}")

    def predicate(self, tree: Ast) -> Callable[[list[Node], Context], list[Node]]:
        code = self.tree(tree)
        if isinstance(code.constant, float):
            return _nth(code.constant)
        run = code.run
        if code.kind in ("boolean", "string", "nodes"):
            test = boolean_of(code)
        else:

            def test(x: Context) -> bool:
                found = run(x)
                if isinstance(found, float) and not isinstance(found, bool):
                    return found == x.position
                return values.boolean(found)

        def narrow(nodes: list[Node], x: Context) -> list[Node]:
            inner = Context(x.env, x.node, x.current, 0, len(nodes))
            kept = []
            for position, node in enumerate(nodes, 1):
                inner.node = node
                inner.position = position
                if test(inner):
                    kept.append(node)
            return kept

        return narrow


def _nth(place: float) -> Callable[[list[Node], Context], list[Node]]:
    index = int(place) - 1 if math.isfinite(place) else -1
    if index < 0 or index + 1 != place:
        return lambda nodes, x: []
    return lambda nodes, x: nodes[index : index + 1]


def _type_test(name: str, target: str | None) -> Callable[[Node], bool]:
    if name == "node":
        return lambda node: True
    kind = _TYPES[name]
    if target is None:
        return lambda node: node.kind == kind
    return lambda node: node.kind == kind and node.name == target


def in_order(nodes: list[Node]) -> list[Node]:
    """Document order, each node once."""
    unique = list({id(node): node for node in nodes}.values())
    if len(unique) > 1:
        unique.sort(key=order_key)
    return unique


def arity(least: int, most: int | None) -> str:
    if most is None:
        return f"at least {least} arguments"
    return f"{least} arguments" if least == most else f"{least} to {most} arguments"


def _failing(reason: str) -> Code:
    def run(x: Context) -> str:
        raise XPathError(reason)

    return Code("any", run)


_KINDS: dict[str, Callable[[Compiler, Ast], Code]] = {
    "num": Compiler.number_literal,
    "str": Compiler.text_literal,
    "neg": Compiler.neg,
    "or": Compiler.either,
    "and": Compiler.both,
    "union": Compiler.union,
    "math": Compiler.arithmetic,
    "cmp": Compiler.compare,
    "call": Compiler.call,
    "filter": Compiler.filter,
    "path": Compiler.path,
    "abs": Compiler.path,
}
__all__ = ["Compiler", "Resolver", "arity", "in_order", "text_of"]
