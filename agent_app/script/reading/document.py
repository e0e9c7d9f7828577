"""What all readers of one XForm share: its definitions so far, its expressions, its faults."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from lxml import etree

from agent_app.domain.errors import BadInput, Fault
from agent_app.script.form import NodeDef
from agent_app.script.graph.shape import PATHS, XFORMS, Shape
from agent_app.script.xpath.parser import Ast, parse
from agent_app.script.xpath.words import XPathSyntaxError

_NAMES = re.compile(r"(?:/[\w.:-]+)+").fullmatch


class Place(NamedTuple):
    """Where in the author's own file something stands."""

    file: str
    row: int | None
    column: str
    written: str = ""


Locate = Callable[[str, str], Place]
"""From a node's path and an aspect (relevant, label …) to its place."""


class Reading:
    """One document being read. `syntax` has every expression parsed; `faults` all found so far."""

    def __init__(self, document: etree._Element, name: str, locate: Locate | None) -> None:
        self.document = document
        self.name = name
        self.model = self._need("model")
        self.namespaces = {p or "": uri for p, uri in document.nsmap.items()}
        self.namespaces.setdefault("", XFORMS)
        self.nodes: list[NodeDef] = []
        self.syntax: dict[str, Ast] = {}
        self.faults: list[Fault] = []
        self._first_use: dict[str, tuple[str, str]] = {}
        self._locate = locate or self._line

    def _need(self, name: str) -> etree._Element:
        for element in self.document.iter(f"{{*}}{name}"):
            return element
        raise BadInput(Fault(f"there is no <{name}>", file=self.name, mend="give an ODK XForm"))

    def define(self, nodes: list[NodeDef]) -> None:
        """The primary instance is read: paths can be resolved from now on."""
        self.nodes = nodes
        self.shape = Shape(nodes, self.namespaces)

    def expression(self, text: str, where: str, aspect: str) -> bool:
        """Parse and keep an expression; a fault is noted where it is not one."""
        if text not in self.syntax:
            try:
                self.syntax[text] = parse(text)
            except XPathSyntaxError as error:
                self.fault(where, aspect, text, str(error), "mend the expression")
                return False
            self._first_use[text] = (where, aspect)
        return True

    def misused(self, text: str, reason: str, mend: str) -> None:
        """Note a fault of an expression where it was first used."""
        where, aspect = self._first_use.get(text, ("", "expression"))
        self.fault(where, aspect, text, reason, mend)

    def fault(self, where: str, field: str, value: str, message: str, mend: str) -> None:
        place = self._locate(where, field)
        said = f"{where}: {message}" if where.startswith("/") else message
        self.faults.append(
            Fault(said, place.file, place.row, place.column, place.written or value, mend)
        )

    def _line(self, where: str, field: str) -> Place:
        """In an XForm: the line of the bind or control."""
        for element in self.document.iter("{*}bind", "{*}repeat", "{*}select1", "{*}select"):
            if where in (element.get("nodeset"), element.get("ref")):
                return Place(self.name, element.sourceline, field)
        return Place(self.name, None, field)

    def target(self, element: etree._Element, context: int = 0) -> tuple[str, int]:
        """The path an element names, itself or by a bind's id, and its definition, or -1."""
        path = element.get("ref") or element.get("nodeset") or self._bound(element.get("bind"))
        return path, self.resolve(path, context) if path else -1

    def resolve(self, path: str, context: int = 0) -> int:
        """The definition a nodeset names, or -1."""
        if _NAMES(path):
            return self.shape.named(path)
        try:
            tree = parse(path)
        except XPathSyntaxError:
            return -1
        if tree[0] not in PATHS:
            return -1
        route = self.shape.route(tree, context, -1)
        return -1 if route is None else route.target

    def _bound(self, name: str | None) -> str:
        """The nodeset of the bind with that id, or ""."""
        for bind in children(self.model, "bind") if name else ():
            if bind.get("id") == name:
                return bind.get("nodeset") or bind.get("ref") or ""
        return ""


def local(element: etree._Element) -> str:
    """An element's name without its namespace; "" for a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """The child elements of a local name, whatever their namespace."""
    yield from element.iterchildren(f"{{*}}{name}")
