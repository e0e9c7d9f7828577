"""The body of an XForm: groups, repeats and controls in the order they are asked."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from agent_app.script.form import REPEAT, Action, Choice, Computation, Element, Itemset
from agent_app.script.reading.binds import own_columns
from agent_app.script.reading.document import Reading, local
from agent_app.script.reading.model import read_action
from agent_app.script.reading.texts import read_text

Kids = list[tuple[str, etree._Element]]
JR = "http://openrosa.org/javarosa"
CONTROLS = frozenset({"input", "select", "select1", "upload", "trigger", "range", "rank", "secret"})
ASKING = CONTROLS | {"group", "repeat"}
WORDS = frozenset({"label", "hint", "item", "itemset"})
PARAMS = (
    "start",
    "end",
    "step",
    "rows",
    "mediatype",
    "accept",
    "query",
    "autoplay",
    "accuracyThreshold",
    "unacceptableAccuracyThreshold",
    "capture-accuracy",
    "allow-mock-accuracy",
    "max-pixels",
    "quality",
    "intent",
    "placeholder",
    "incremental",
)
_ITEXT_LABEL = re.compile(r"\s*jr:itext\((.+)\)\s*", re.DOTALL).fullmatch


@dataclass
class Body:
    elements: list[Element] = field(default_factory=list)
    top: list[int] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    computations: list[Computation] = field(default_factory=list)
    style: str = ""


def kids(element: etree._Element) -> Kids:
    """The child elements by local name."""
    return [(local(child), child) for child in element if isinstance(child.tag, str)]


def read_body(source: etree._Element, form: Reading) -> Body:
    body = Body(style=source.get("class") or "")
    reader = _BodyReader(form, body)
    body.top = reader.all(kids(source), -1, 0)
    return body


class _BodyReader:
    def __init__(self, form: Reading, body: Body) -> None:
        self.form = form
        self.body = body
        self.ds = form.namespaces.get("ds", "")

    def all(self, inner: Kids, parent: int, context: int) -> list[int]:
        found = []
        for name, child in inner:
            if name in ASKING:
                made = self.element(child, name, parent, context)
                if made >= 0:
                    found.append(made)
            elif parent >= 0 and name not in WORDS:
                source = self.body.elements[parent].node
                action = read_action(child, self.form, context, source)
                if action is not None:
                    self.body.actions.append(action)
        return found

    def element(self, source: etree._Element, tag: str, parent: int, context: int) -> int:
        ref, node = self.form.target(source, context)
        if node < 0 and tag != "group":
            reason = "there is no such node in the record"
            self.form.fault(tag, "ref", ref, reason, "name a node of the primary instance")
            return -1
        made = Element(len(self.body.elements), tag, node, parent)
        self.body.elements.append(made)
        made.appearance = " ".join((source.get("appearance") or "").split())
        made.params = self._params(source)
        made.ds = own_columns(source, self.ds)
        inner = kids(source)
        self._words(made, inner)
        if tag == "input" and "query" in made.params:
            self._queried(made)
        if tag == "repeat":
            self._repeat(made, source)
        elif node >= 0 and (tag != "group" or self.form.nodes[node].kind != REPEAT):
            self._refuse_second(tag, node)
            self.form.nodes[node].control = made.index
        made.children = self.all(inner, made.index, node if node >= 0 else context)
        return made.index

    def _refuse_second(self, tag: str, node: int) -> None:
        """ODK's engines ask for a node in one place only: which of two would show its errors?"""
        held = self.form.nodes[node].control
        if tag in CONTROLS and held >= 0 and self.body.elements[held].tag in CONTROLS:
            path = self.form.nodes[node].path
            self.form.fault(tag, "ref", path, "two questions ask for this node", "keep one")

    def _words(self, made: Element, inner: Kids) -> None:
        """Label and hint, the first of each; choices."""
        for name, child in inner:
            if name == "label":
                made.label = made.label or read_text(child, self.form)
            elif name == "hint":
                made.hint = made.hint or read_text(child, self.form)
            elif name == "item":
                made.choices.append(self._item(child, self.form.nodes[made.node].path))
            elif name == "itemset":
                made.itemset = self._itemset(child, self.form.nodes[made.node].path)
                if made.itemset is not None:
                    self.body.computations.append(
                        Computation("itemset", made.node, made.itemset.nodeset)
                    )

    def _item(self, source: etree._Element, where: str) -> Choice:
        made = Choice("")
        if not any(name == "value" for name, _ in kids(source)):
            words = " ".join("".join(source.itertext()).split())
            self.form.fault(where, "value", words, "a choice has no value", "give it one")
        for name, child in kids(source):
            if name == "value":
                made.value = (child.text or "").strip()
            elif name == "label":
                made.label = read_text(child, self.form)
        return made

    def _params(self, source: etree._Element) -> dict[str, str]:
        found = {}
        for key, text in source.attrib.items():
            name = str(key).rpartition("}")[2]
            if name in PARAMS:
                found[name] = str(text)
        return found

    def _repeat(self, made: Element, source: etree._Element) -> None:
        node = self.form.nodes[made.node]
        node.control = made.index
        made.fixed_count = (source.get(f"{{{JR}}}noAddRemove") or "").strip() == "true()"
        count = (source.get(f"{{{JR}}}count") or "").strip()
        if count and self.form.expression(count, node.path, "count"):
            made.count = count
            made.fixed_count = True
            self.body.computations.append(Computation("count", made.node, count))

    def _queried(self, made: Element) -> None:
        """An input with a query is a select over a list kept beside the form."""
        query = made.params.pop("query")
        if not self.form.expression(query, self.form.nodes[made.node].path, "itemset"):
            return
        made.tag = "select1"
        made.itemset = Itemset(query, "name", "label")
        for column in ("name", "label"):
            self.form.expression(column, "itemset", "itemset")
        self.body.computations.append(Computation("itemset", made.node, query))

    def _itemset(self, source: etree._Element, where: str) -> Itemset | None:
        nodeset = (source.get("nodeset") or "").strip()
        if not self.form.expression(nodeset, where, "itemset"):
            return None
        value = next((c.get("ref") or "" for c in source if local(c) == "value"), "value")
        label = next((c.get("ref") or "" for c in source if local(c) == "label"), "")
        keyed = _ITEXT_LABEL(label)
        made = Itemset(nodeset, value)
        if keyed:
            made.label_key = keyed.group(1)
        else:
            made.label = label
        for text in (made.value, made.label, made.label_key):
            if text:
                self.form.expression(text, where, "itemset")
        return made
