"""An ODK XForm document to a FormData. Source: ODK XForms specification."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import NamedTuple

from lxml import etree

from agent_app.domain.errors import BadInput, Fault
from agent_app.script import graph
from agent_app.script.binds import ASPECTS, ENTITIES, ODK, ORX, read_bind
from agent_app.script.body import Body, read_body
from agent_app.script.form import (
    Action,
    Computation,
    FormData,
    NodeDef,
)
from agent_app.script.model import children, read_itext, read_secondary, read_submission
from agent_app.script.primary import Primary, plain_path, primary_root
from agent_app.script.shape import PATHS, XFORMS, Shape
from agent_app.script.xpath.parser import Ast, XPathSyntaxError, parse
from agent_app.script.xpath.usage import calls, misuse

H = "http://www.w3.org/1999/xhtml"
SPECIFICATIONS = ((ODK, "xforms-version", (1, 0)), (ENTITIES, "entities-version", (2025, 1)))
"""What we speak: the first two parts of the newest version of each."""
_NAMES = re.compile(r"(?:/[\w.:-]+)+").fullmatch


def local(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


class Place(NamedTuple):
    """Where in the author's own file something stands."""

    file: str
    row: int | None
    column: str
    written: str = ""


Locate = Callable[[str, str], Place]
"""From a node's path and an aspect (relevant, label …) to its place."""


def read_xform(source: bytes, name: str = "", locate: Locate | None = None) -> FormData:
    """Read a whole XForm; raises BadInput with every fault found."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    try:
        document = etree.fromstring(source, parser)
    except etree.XMLSyntaxError as error:
        fault = Fault(str(error), file=name, row=error.lineno, mend="make it well-formed XML")
        raise BadInput(fault) from None
    return _Reading(document, source, name, locate).form()


class _Reading:
    def __init__(
        self, document: etree._Element, source: bytes, name: str, locate: Locate | None
    ) -> None:
        self.name = name
        self.faults: list[Fault] = []
        self.document = document
        self.digest = hashlib.sha256(source).hexdigest()
        self.model = self._need("model")
        self.body = next(document.iter(f"{{{H}}}body", "body"), None)
        self.namespaces = {p or "": uri for p, uri in document.nsmap.items()}
        self.namespaces.setdefault("", XFORMS)
        self.nodes: list[NodeDef] = []
        self.syntax: dict[str, Ast] = {}
        self.first_use: dict[str, tuple[str, str]] = {}
        self.locate = locate or self._line

    def _need(self, name: str) -> etree._Element:
        for element in self.document.iter(f"{{*}}{name}"):
            return element
        raise BadInput(Fault(f"there is no <{name}>", file=self.name, mend="give an ODK XForm"))

    def form(self) -> FormData:
        instances = list(children(self.model, "instance"))
        root = primary_root(instances, self.name)
        for prefix, uri in root.nsmap.items():
            self.namespaces.setdefault(prefix or "", uri)
        primary = Primary(root, self._repeat_paths(), self.namespaces)
        self.nodes = primary.nodes
        self.shape = Shape(self.nodes, self.namespaces)
        self._binds()
        body = read_body(self.body, self) if self.body is not None else None
        actions = self._actions(body.actions if body else [])
        computations = self._computations(body)
        languages, default = read_itext(self.model, self)
        self._functions()
        self._versions()
        if self.faults:
            raise BadInput(self.faults)
        ordered, edges = self._ordered(computations)
        return FormData(
            id=root.get("id") or root.tag,
            version=root.get("version") or root.get(f"{{{ORX}}}version") or "",
            title=self._title(),
            sha256=self.digest,
            namespaces=self.namespaces,
            nodes=self.nodes,
            seed=primary.seed,
            templates=primary.templates,
            elements=body.elements if body else [],
            body=body.top if body else [],
            style=body.style if body else "",
            languages=languages,
            default_language=default,
            secondary=read_secondary(instances[1:]),
            actions=actions,
            computations=ordered,
            edges=edges,
            syntax=self.syntax,
            submission=read_submission(self.model),
            xmlns=primary.xmlns,
            entity=any(n.local == "entity" and "/meta/" in plain_path(n.path) for n in self.nodes),
        )

    def _title(self) -> str:
        return next((e.text or "" for e in self.document.iter("{*}title")), "")

    def _repeat_paths(self) -> set[str]:
        if self.body is None:
            return set()
        found = set()
        for element in self.body.iter("{*}repeat"):
            path = element.get("nodeset") or element.get("ref") or ""
            found.add("/".join(step.rpartition(":")[2].strip() for step in path.split("/")))
        return found

    def expression(self, text: str, where: str, aspect: str) -> bool:
        """Parse and keep an expression; a fault is noted where it is not one."""
        if text not in self.syntax:
            try:
                self.syntax[text] = parse(text)
            except XPathSyntaxError as error:
                self.fault(where, aspect, text, str(error), "mend the expression")
                return False
            self.first_use[text] = (where, aspect)
        return True

    def fault(self, where: str, field: str, value: str, message: str, mend: str) -> None:
        place = self.locate(where, field)
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

    def _ordered(
        self, computations: list[Computation]
    ) -> tuple[list[Computation], dict[int, list[tuple[int, int]]]]:
        try:
            return graph.order(computations, self.syntax, self.shape)
        except graph.Cycles as found:
            for cycle in found.cycles:
                shown = " → ".join(f"{self.nodes[c.node].path} ({c.aspect})" for c in cycle)
                first = cycle[0]
                self.fault(
                    self.nodes[first.node].path,
                    first.aspect,
                    first.expression,
                    f"these wait for each other: {shown}",
                    "take one of them out of the circle",
                )
            raise BadInput(self.faults) from None

    def _functions(self) -> None:
        """Every function asked for exists and is given as many arguments as it takes."""
        for text, tree in self.syntax.items():
            for name, count in calls(tree):
                reason, mend = misuse(name, count)
                if reason:
                    where, aspect = self.first_use.get(text, ("", "expression"))
                    self.fault(where, aspect, text, reason, mend)

    def _versions(self) -> None:
        """A specification newer than ours may ask for what we would silently leave out."""
        for ns, name, ours in SPECIFICATIONS:
            asked = self.model.get(f"{{{ns}}}{name}") or ""
            if tuple(map(int, re.findall(r"\d+", asked)))[:2] > ours:
                spoken = ".".join(map(str, ours))
                reason = f"this form is of a newer specification than {spoken}"
                self.fault("model", name, asked, reason, "update this app")

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

    def _binds(self) -> None:
        ds = self.namespaces.get("ds", "")
        for element in children(self.model, "bind"):
            index = self.resolve(element.get("nodeset") or element.get("ref") or "")
            if index >= 0:
                self.nodes[index].bind = read_bind(element, ds, self.nodes[index].path, self)

    def _computations(self, body: Body | None) -> list[Computation]:
        found = [
            Computation(aspect, node.index, getattr(node.bind, aspect))
            for node in self.nodes
            for aspect in ASPECTS
            if getattr(node.bind, aspect)
        ]
        if body is not None:
            found += body.computations
        return found

    def _actions(self, nested: list[Action]) -> list[Action]:
        found = []
        for element in self.model:
            made = self.action(element, 0, -1)
            if made is not None:
                found.append(made)
        return found + nested

    def action(self, element: etree._Element, context: int, source: int) -> Action | None:
        kind = local(element)
        if kind not in ("setvalue", "setgeopoint", "setlocation", "recordaudio"):
            return None
        target = self.resolve(element.get("ref") or self.bound(element.get("bind")), context)
        events = (
            element.get("event") or element.get("{http://www.w3.org/2001/xml-events}event") or ""
        ).split()
        events = ["odk-instance-first-load" if e == "xforms-ready" else e for e in events]
        if target < 0:
            self.fault(
                kind, "ref", element.get("ref") or "", "there is no such node", "name a question"
            )
            return None
        value = (element.get("value") or "").strip()
        if value and not self.expression(value, self.nodes[target].path, kind):
            return None
        literal = "" if value else "".join(element.itertext()).strip()
        return Action(kind, events, target, value, literal, source)

    def bound(self, name: str | None) -> str:
        """The nodeset of the bind with that id, or ""."""
        for bind in children(self.model, "bind") if name else ():
            if bind.get("id") == name:
                return bind.get("nodeset") or bind.get("ref") or ""
        return ""
