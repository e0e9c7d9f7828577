"""The primary instance: its shape, its starting values, and the templates of its repeats."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from agent_app.domain.errors import BadInput, Fault
from agent_app.script.form import ATTRIBUTE, GROUP, LEAF, REPEAT, NodeDef, Seed
from agent_app.script.xpath.tree import XMLNS, names

JR = "http://openrosa.org/javarosa"
ORX = "http://openrosa.org/xforms"
XFORMS = "http://www.w3.org/2002/xforms"


def primary_root(instances: Sequence[etree._Element], file: str) -> etree._Element:
    """The element of the first instance; raises BadInput when there is none."""
    for instance in instances[:1]:
        for child in instance:
            if isinstance(child.tag, str):
                return child
    raise BadInput(
        Fault("there is no primary instance", file=file, mend="give the form a question")
    )


class Primary:
    """Reads one primary instance. `repeats` are the paths, without prefixes, the body repeats.

    `xmlns` is the record's own default namespace; its nodes are named without it.
    """

    def __init__(self, root: etree._Element, repeats: set[str], namespaces: dict[str, str]) -> None:
        self.nodes: list[NodeDef] = []
        self.templates: dict[int, Seed] = {}
        self.namespaces = namespaces
        prefix, ns = root.prefix, names(root.tag, root.prefix)[1]
        self.xmlns = ns if prefix is None and ns != XFORMS else ""
        seed, _ = self._node(root, -1, "", repeats)
        self.seed = self._meta(seed)

    def _node(
        self, element: etree._Element, parent: int, path: str, repeats: set[str]
    ) -> tuple[Seed, bool]:
        """The seed of an element, its definition made when new; True when it is a template."""
        name, ns = names(element.tag, element.prefix)
        if element.prefix is None and ns == self.xmlns:
            ns = ""
        where = f"{path}/{name}"
        plain = plain_path(where)
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
        seen: set[int] = set()
        for child in inner:
            made, template = self._node(child, index, where, repeats)
            self._refuse_second(made.definition, seen)
            if template:
                self.templates[made.definition] = made
            else:
                seed.children.append(made)
        return seed, element.get(f"{{{JR}}}template") is not None and definition.kind == REPEAT

    def _refuse_second(self, index: int, seen: set[int]) -> None:
        """Only what the body repeats may stand twice; of other nodes nobody could say which."""
        definition = self.nodes[index]
        if index in seen and definition.kind != REPEAT:
            reason, mend = "this node stands twice and is no repeat", "give each its own name"
            raise BadInput(Fault(reason, field=definition.path, mend=mend))
        seen.add(index)

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
            prefixes = {uri: p for p, uri in element.nsmap.items() if p}
            prefix = "xml" if ns == XMLNS else prefixes.get(ns, "")
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


def _emptied(seed: Seed) -> Seed:
    """The same nodes without values: an instance of the form is no default for others."""
    return Seed(
        seed.definition,
        attributes=[_emptied(attribute) for attribute in seed.attributes],
        children=[_emptied(child) for child in seed.children],
    )


def plain_path(path: str) -> str:
    """A path without prefixes."""
    return "/".join(step.rpartition(":")[2].strip() for step in path.split("/"))
