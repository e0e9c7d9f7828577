"""An expression evaluated on a document, as recorded."""

from __future__ import annotations

import math
import re
from datetime import tzinfo
from typing import Any

from agent_app.domain.errors import DoorstepError
from agent_app.script.conformance.cases import TODAY, UNREPEATABLE, Case, Clock, Entropy
from agent_app.script.xpath import tree, values
from agent_app.script.xpath.code import Context, XPathError
from agent_app.script.xpath.compiler import Compiler
from agent_app.script.xpath.documents import read_document
from agent_app.script.xpath.functions import FUNCTIONS
from agent_app.script.xpath.functions.core import PLAIN
from agent_app.script.xpath.tree import Node
from agent_app.script.xpath.words import XPathSyntaxError

_LANGUAGE = re.compile(r"in language '([^']+)'")
"""Nothing else in a case says the language it is about."""


def check_xpath(case: Case, now: Clock, entropy: Entropy, *, recorded: bool = False) -> str | None:
    """ "" when it passes, the reason when it fails, None when it cannot repeat."""
    expression = case["expression"]
    asked = TODAY.sub("", expression) if recorded else expression
    if UNREPEATABLE.search(asked) and case["kind"] not in ("length", "matches"):
        return None
    try:
        found, zone = _evaluate(case, now, entropy)
    except (XPathError, XPathSyntaxError, DoorstepError) as error:
        return f"{expression}: {error}"
    good, shown = _matches(found, case, zone)
    return "" if good else f"{expression}: {shown!r} for {case['expected']!r}"


def _evaluate(case: Case, now: Clock, entropy: Entropy) -> tuple[values.Value, tzinfo]:
    document = read_document(case["xml"])
    world = _World(case, document, now, entropy)
    names = dict(case["ns"])
    for node in document.walk():
        for prefix, uri in node.nsmap.items():
            if prefix:
                names.setdefault(prefix, uri)
    functions = FUNCTIONS if case["xforms"] else {**FUNCTIONS, **PLAIN}
    compiler = Compiler(names, functions=functions)
    world.root = document
    found = compiler.text(case["context"]).run(Context(world, document))
    if not found:
        raise XPathError(f"there is no context {case['context']}")
    context = found[0]
    world.root = world.primary(context)
    value: values.Value = compiler.text(case["expression"]).run(Context(world, context))
    return value, world.zone


class _World:
    """The environment of an xpath case: a bare document, or a form's own session."""

    def __init__(self, case: Case, document: Node, now: Clock, entropy: Entropy) -> None:
        self.document = document
        self.root = document
        self.slots: list[Any] = []
        self.now = now
        self.entropy = entropy
        zone = now().tzinfo
        assert zone is not None
        self.zone: tzinfo = zone
        self.form = case["xforms"]
        said = _LANGUAGE.search(case["test"])
        self.language = said.group(1) if said else ""

    def _instances(self) -> list[Node]:
        return [n for n in self.document.walk() if n.kind == tree.ELEMENT and n.local == "instance"]

    def primary(self, context: Node) -> Node:
        """In a form, absolute paths start at the primary instance."""
        if not self.form:
            return self.document
        above: Node | None = context
        while above is not None:
            if above.kind == tree.ELEMENT and above.local == "instance":
                return self._instances()[0]
            above = above.parent
        return self.document

    def instance(self, name: str) -> Node | None:
        return next((n for n in self._instances() if n.attribute("id") == name), None)

    def itext(self, key: str) -> str:
        translations = [
            n for n in self.document.walk() if n.kind == tree.ELEMENT and n.local == "translation"
        ]
        first = [t for t in translations if t.attribute("lang") == self.language]
        default = [t for t in translations if t.attribute("default") is not None]
        for translation in (*first, *default, *translations):
            for text in translation.elements():
                if text.attribute("id") == key:
                    return next((v.value() for v in text.elements()), "")
        return ""

    def choice_name(self, node: Node | None, path: str, value: str) -> str:
        return ""

    def property(self, name: str) -> str:
        return ""


def _matches(found: values.Value, case: Case, zone: tzinfo) -> tuple[bool, object]:
    kind, expected = case["kind"], case["expected"]
    if kind == "boolean":
        return values.boolean(found) == expected, found
    if kind in ("number", "rounded"):
        return _same_number(values.number(found, zone), kind, expected)
    if kind in ("nodeset", "unordered"):
        paths = [_path(node) for node in found] if isinstance(found, list) else []
        return (
            paths == expected if kind == "nodeset" else sorted(paths) == sorted(expected)
        ), paths
    text = values.text(found)
    if kind == "length":
        return len(text) == expected, text
    if kind == "matches":
        return re.search(expected, text) is not None, text
    return text == expected, text


def _same_number(found: float, kind: str, expected: Any) -> tuple[bool, object]:
    if kind == "rounded":
        value, factor = expected
        return math.floor(found * factor + 0.5) / factor == value, found
    wanted = float(str(expected).replace("Infinity", "inf"))
    if math.isnan(wanted):
        return math.isnan(found), found
    return found == wanted and math.copysign(1, found) == math.copysign(1, wanted), found


def _path(node: Node) -> str:
    if node.parent is None:
        return "/"
    above = _path(node.parent).rstrip("/")
    if node.kind == tree.ATTRIBUTE:
        return f"{above}/@{node.name}"
    if node.kind == tree.NAMESPACE:
        return f"{above}/namespace::{node.name}"
    siblings = node.parent.nodes()
    if node.kind == tree.ELEMENT:
        siblings = node.parent.elements()
        return f"{above}/*[{_place(siblings, node)}]"
    return f"{above}/node()[{_place(siblings, node)}]"


def _place(siblings: list[Node], node: Node) -> int:
    return next(i for i, sibling in enumerate(siblings, 1) if sibling is node)
