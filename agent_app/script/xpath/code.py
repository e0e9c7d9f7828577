"""What an expression compiles to: a closure over an evaluation context, and its kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Protocol

from agent_app.script.xpath import values
from agent_app.script.xpath.tree import Node
from agent_app.script.xpath.values import Value


class XPathError(Exception):
    """The expression cannot be evaluated: an unknown function, a wrong argument."""


class Environment(Protocol):
    """What an expression may ask of the form it runs in."""

    zone: tzinfo
    language: str
    root: Node
    slots: list[Any]

    def now(self) -> datetime: ...
    def entropy(self, size: int) -> bytes: ...
    def instance(self, name: str) -> Node | None: ...
    def itext(self, key: str) -> str: ...
    def choice_name(self, node: Node | None, path: str, value: str) -> str: ...
    def property(self, name: str) -> str: ...


class Context:
    """Where an expression is evaluated. `current` is the node the whole expression started at."""

    __slots__ = ("current", "env", "node", "position", "size")

    def __init__(
        self,
        env: Environment,
        node: Node,
        current: Node | None = None,
        position: int = 1,
        size: int = 1,
    ) -> None:
        self.env = env
        self.node = node
        self.current = node if current is None else current
        self.position = position
        self.size = size


Run = Callable[[Context], Any]


@dataclass(frozen=True, slots=True)
class Code:
    """`kind`: string, number, boolean, nodes, or any where only running tells.

    `first`, for nodes, is a quicker way to the string value of the first node.
    `constant` is the value itself where it never changes.
    """

    kind: str
    run: Run
    first: Callable[[Context], str] | None = None
    constant: Value | None = None


def text_of(code: Code) -> Callable[[Context], str]:
    run = code.run
    if code.kind == "string":
        return run
    if code.first is not None:
        return code.first
    if code.kind == "nodes":

        def first_text(x: Context) -> str:
            found = run(x)
            return found[0].value() if found else ""

        return first_text
    to_text = values.text
    return lambda x: to_text(run(x))


def number_of(code: Code) -> Callable[[Context], float]:
    run = code.run
    if code.kind == "number":
        return run
    if code.kind in ("string", "nodes"):
        read = text_of(code)
        to_number = values.text_number
        return lambda x: to_number(read(x), x.env.zone)
    return lambda x: values.number(run(x), x.env.zone)


def boolean_of(code: Code) -> Callable[[Context], bool]:
    run = code.run
    if code.kind == "boolean":
        return run
    if code.kind in ("string", "nodes"):
        return lambda x: bool(run(x))
    to_boolean = values.boolean
    return lambda x: to_boolean(run(x))


def nodes_of(code: Code) -> Callable[[Context], list[Node]]:
    run = code.run
    if code.kind == "nodes":
        return run

    def checked(x: Context) -> list[Node]:
        found = run(x)
        if not isinstance(found, list):
            raise XPathError("nodes are needed here")
        return found

    return checked


@dataclass(frozen=True, slots=True)
class Function:
    """One function: how its call compiles, how many arguments it takes, what it returns."""

    build: Callable[[Sequence[Code]], Run]
    least: int
    most: int | None
    kind: str


FunctionTable = Mapping[str, Function]
