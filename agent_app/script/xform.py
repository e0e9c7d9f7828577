"""An ODK XForm document to a FormData. Source: ODK XForms specification."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from lxml import etree

from agent_app.domain.errors import BadInput, Fault
from agent_app.script import graph
from agent_app.script.body import read_body
from agent_app.script.form import (
    ATTRIBUTE,
    GROUP,
    LEAF,
    REPEAT,
    Action,
    Bind,
    Computation,
    FormData,
    Language,
    NodeDef,
    Secondary,
    Seed,
    Text,
)
from agent_app.script.shape import PATHS, XFORMS, Shape
from agent_app.script.texts import read_parts, text_or_key
from agent_app.script.xpath.parser import Ast, XPathSyntaxError, parse
from agent_app.script.xpath.tree import names
from agent_app.script.xpath.usage import calls, misuse

H = "http://www.w3.org/1999/xhtml"
JR = "http://openrosa.org/javarosa"
ODK = "http://www.opendatakit.org/xforms"
ORX = "http://openrosa.org/xforms"
ENTITIES = "http://www.opendatakit.org/xforms/entities"
_NAMES = re.compile(r"(?:/[\w.:-]+)+").fullmatch
ASPECTS = ("relevant", "calculate", "readonly", "required", "constraint")


def local(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    yield from element.iterchildren(f"{{*}}{name}")


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
        self.templates: dict[int, Seed] = {}
        self.syntax: dict[str, Ast] = {}
        self.first_use: dict[str, tuple[str, str]] = {}
        self.locate = locate or self._line

    def _need(self, name: str) -> etree._Element:
        for element in self.document.iter(f"{{*}}{name}"):
            return element
        raise BadInput(Fault(f"there is no <{name}>", file=self.name, mend="give an ODK XForm"))

    def form(self) -> FormData:
        instances = list(children(self.model, "instance"))
        root = self._primary(instances)
        for prefix, uri in root.nsmap.items():
            self.namespaces.setdefault(prefix or "", uri)
        repeats = self._repeat_paths()
        seed = self._shape(root, repeats)
        seed = self._meta(seed)
        self.shape = Shape(self.nodes, self.namespaces)
        self._binds()
        body = read_body(self.body, self) if self.body is not None else None
        actions = self._actions(body.actions if body else [])
        computations = self._computations(body)
        languages, default = self._itext()
        self._functions()
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
            seed=seed,
            templates=self.templates,
            elements=body.elements if body else [],
            body=body.top if body else [],
            style=body.style if body else "",
            languages=languages,
            default_language=default,
            secondary=self._secondary(instances[1:]),
            actions=actions,
            computations=ordered,
            edges=edges,
            syntax=self.syntax,
            submission=self._submission(),
            entity=any(n.local == "entity" and "/meta/" in _plain(n.path) for n in self.nodes),
        )

    def _title(self) -> str:
        return next((e.text or "" for e in self.document.iter("{*}title")), "")

    def _primary(self, instances: Sequence[etree._Element]) -> etree._Element:
        for instance in instances[:1]:
            for child in instance:
                if isinstance(child.tag, str):
                    return child
        raise BadInput(
            Fault("there is no primary instance", file=self.name, mend="give the form a question")
        )

    def _repeat_paths(self) -> set[str]:
        if self.body is None:
            return set()
        found = set()
        for element in self.body.iter("{*}repeat"):
            path = element.get("nodeset") or element.get("ref") or ""
            found.add("/".join(step.rpartition(":")[2].strip() for step in path.split("/")))
        return found

    def _shape(self, root: etree._Element, repeats: set[str]) -> Seed:
        seed, _ = self._node(root, -1, "", repeats)
        return seed

    def _node(
        self, element: etree._Element, parent: int, path: str, repeats: set[str]
    ) -> tuple[Seed, bool]:
        """The seed of an element, its definition made when new; True when it is a template."""
        name, ns = names(element.tag, element.prefix)
        where = f"{path}/{name}"
        plain = _plain(where)
        index = self._definition(parent, name, ns, where)
        definition = self.nodes[index]
        if plain in repeats:
            definition.kind = REPEAT
        inner = [child for child in element if isinstance(child.tag, str)]
        seed = Seed(index, text="" if inner else (element.text or ""))
        seed.attributes = [
            s
            for key, text in element.attrib.items()
            for s in self._attribute(element, index, str(key), str(text))
        ]
        if inner and definition.kind == LEAF:
            definition.kind = GROUP
        for child in inner:
            made, template = self._node(child, index, where, repeats)
            if template:
                self.templates[made.definition] = made
            else:
                seed.children.append(made)
        return seed, element.get(f"{{{JR}}}template") is not None and definition.kind == REPEAT

    def _definition(self, parent: int, name: str, ns: str, path: str, kind: str = LEAF) -> int:
        siblings: list[int] = []
        if parent >= 0:
            above = self.nodes[parent]
            siblings = above.attributes if kind == ATTRIBUTE else above.children
            for index in siblings:
                if self.nodes[index].name == name and self.nodes[index].ns == ns:
                    return index
        index = len(self.nodes)
        chain = []
        if parent >= 0:
            above = self.nodes[parent]
            chain = [*above.repeats, parent] if above.kind == REPEAT else above.repeats
        self.nodes.append(NodeDef(index, path, name, ns, kind, parent, repeats=list(chain)))
        siblings.append(index)
        return index

    def _attribute(self, element: etree._Element, owner: int, key: str, text: str) -> list[Seed]:
        ns, name = ("", key) if key[0] != "{" else key[1:].split("}", 1)
        if ns == JR and name == "template":
            return []
        if ns:
            prefix = next((p for p, uri in element.nsmap.items() if uri == ns and p), "")
            name = f"{prefix}:{name}" if prefix else name
        path = f"{self.nodes[owner].path}/@{name}"
        return [Seed(self._definition(owner, name, ns, path, ATTRIBUTE), text=text)]

    def _meta(self, seed: Seed) -> Seed:
        """Every record has an instanceID; a form without one is given it."""
        root = self.nodes[0]
        meta = next((i for i in root.children if self.nodes[i].local == "meta"), -1)
        if meta < 0:
            prefix = next((p for p, uri in self.namespaces.items() if uri == ORX and p), "")
            name = f"{prefix}:meta" if prefix else "meta"
            meta = self._definition(0, name, ORX if prefix else "", f"{root.path}/{name}", GROUP)
            seed.children.append(Seed(meta))
        node = self.nodes[meta]
        if not any(self.nodes[i].local == "instanceID" for i in node.children):
            node.kind = GROUP
            prefix = node.name.rpartition(":")[0]
            name = f"{prefix}:instanceID" if prefix else "instanceID"
            made = self._definition(meta, name, node.ns, f"{node.path}/{name}")
            holder = next(s for s in seed.children if s.definition == meta)
            holder.children.append(Seed(made))
        for index, definition in enumerate(self.nodes):
            if definition.kind == REPEAT and index not in self.templates:
                self._first_as_template(seed, index)
        return seed

    def _first_as_template(self, seed: Seed, index: int) -> None:
        for child in seed.children:
            if child.definition == index:
                self.templates.setdefault(index, _emptied(child))
                return
            self._first_as_template(child, index)
        for template in list(self.templates.values()):
            if template is not seed and index not in self.templates:
                self._in_template(template, index)

    def _in_template(self, seed: Seed, index: int) -> None:
        for child in seed.children:
            if child.definition == index:
                self.templates.setdefault(index, _emptied(child))
                return
            self._in_template(child, index)

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
                self.nodes[index].bind = self._bind(element, ds, self.nodes[index])

    def _bind(self, element: etree._Element, ds: str, node: NodeDef) -> Bind:
        bind = Bind(
            type=(element.get("type") or "string").rpartition(":")[2],
            constraint_message=text_or_key(element.get(f"{{{JR}}}constraintMsg")),
            required_message=text_or_key(element.get(f"{{{JR}}}requiredMsg")),
            preload=element.get(f"{{{JR}}}preload") or "",
            preload_params=element.get(f"{{{JR}}}preloadParams") or "",
            save_incomplete=(element.get("saveIncomplete") or "").strip() == "true()",
            save_to=element.get(f"{{{ENTITIES}}}saveto") or "",
        )
        for aspect in ASPECTS:
            text = (element.get(aspect) or "").strip()
            if text and self.expression(text, node.path, aspect):
                setattr(bind, aspect, text)
        pixels = element.get(f"{{{ORX}}}max-pixels") or ""
        bind.max_pixels = int(pixels) if pixels.isdigit() else 0
        bind.ds = _own(element, ds)
        return bind

    def _computations(self, body: object) -> list[Computation]:
        found = [
            Computation(aspect, node.index, getattr(node.bind, aspect))
            for node in self.nodes
            for aspect in ASPECTS
            if getattr(node.bind, aspect)
        ]
        if body is not None:
            found += body.computations  # type: ignore[attr-defined]
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

    def _secondary(self, instances: Sequence[etree._Element]) -> dict[str, Secondary]:
        found = {}
        for element in instances:
            name, src = element.get("id") or "", element.get("src") or ""
            root = next((child for child in element if isinstance(child.tag, str)), None)
            if root is not None:
                etree.cleanup_namespaces(root)
                found[name] = Secondary(
                    xml=etree.tostring(root, encoding="unicode", with_tail=False)
                )
            else:
                found[name] = Secondary(src=src)
        return found

    def _itext(self) -> tuple[list[Language], str]:
        itext = next(children(self.model, "itext"), None)
        if itext is None:
            return [], ""
        languages, default = [], ""
        for translation in children(itext, "translation"):
            language = Language(translation.get("lang") or "")
            if translation.get("default") is not None:
                default = language.name
            for text in children(translation, "text"):
                language.texts[text.get("id") or ""] = {
                    value.get("form") or "": read_parts(value, self)
                    for value in text
                    if isinstance(value.tag, str)
                }
            languages.append(language)
        return languages, default or (languages[0].name if languages else "")

    def _submission(self) -> dict[str, str]:
        element = next(children(self.model, "submission"), None)
        if element is None:
            return {}
        return {str(key).rpartition("}")[2]: str(text) for key, text in element.attrib.items()}


def _emptied(seed: Seed) -> Seed:
    """The same nodes without values: an instance of the form is no default for others."""
    return Seed(
        seed.definition,
        attributes=[_emptied(attribute) for attribute in seed.attributes],
        children=[_emptied(child) for child in seed.children],
    )


def _plain(path: str) -> str:
    """A path without prefixes."""
    return "/".join(step.rpartition(":")[2] for step in path.split("/"))


def _own(element: etree._Element, ns: str) -> dict[str, str]:
    """Our own columns: the attributes in the ds namespace."""
    if not ns:
        return {}
    lead = f"{{{ns}}}"
    return {
        str(k)[len(lead) :]: str(v) for k, v in element.attrib.items() if str(k).startswith(lead)
    }


__all__ = ["Text", "children", "local", "read_xform"]
