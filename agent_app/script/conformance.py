"""Recorded cases of ODK's own engine replayed through ours.

One JSON object a line, gzip. An xpath case is an expression on a document; a scenario is a form,
what was done to it, and the state of every node after each step.
"""

from __future__ import annotations

import gzip
import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

from agent_app.domain.errors import DoorstepError
from agent_app.script import itemsets
from agent_app.script.loading import Form, load_form
from agent_app.script.record import Range, RecordNode
from agent_app.script.saying import say
from agent_app.script.session import Session
from agent_app.script.xpath import tree, values
from agent_app.script.xpath.code import Context, XPathError
from agent_app.script.xpath.compiler import Compiler
from agent_app.script.xpath.documents import read_document
from agent_app.script.xpath.functions import FUNCTIONS
from agent_app.script.xpath.functions.core import PLAIN
from agent_app.script.xpath.parser import XPathSyntaxError
from agent_app.script.xpath.tree import Node

UNREPEATABLE = re.compile(r"\b(?:now|today|random|uuid)\s*\(")
_LANGUAGE = re.compile(r"in language '([^']+)'")
"""Nothing else in a case says the language it is about."""
Case = Mapping[str, Any]
Clock = Callable[[], datetime]
Entropy = Callable[[int], bytes]


@dataclass
class Tally:
    """How many cases passed, failed, or cannot repeat; each failure as one line."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    failures: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, int]:
        return {"passed": self.passed, "failed": self.failed, "skipped": self.skipped}


def read_cases(file: Path) -> Iterator[Case]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def run(kind: str, file: Path, now: Clock, entropy: Entropy) -> Tally:
    """Replay a file of "xpath" or "scenario" cases."""
    check = check_xpath if kind == "xpath" else check_scenario
    tally = Tally()
    for case in read_cases(file):
        reason = check(case, now, entropy)
        if reason is None:
            tally.skipped += 1
        elif reason == "":
            tally.passed += 1
        else:
            tally.failed += 1
            tally.failures.append(f"{case['file']}: {case['test']}: {reason}")
    return tally


def check_xpath(case: Case, now: Clock, entropy: Entropy) -> str | None:
    """ "" when it passes, the reason when it fails, None when it cannot repeat."""
    expression = case["expression"]
    if UNREPEATABLE.search(expression) and case["kind"] not in ("length", "matches"):
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
        self.language = said.group(1) if said else None

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


def check_scenario(case: Case, now: Clock, entropy: Entropy) -> str | None:
    """Replay the events; the first state that differs is the reason."""
    if 'src="jr://' in case["form"]:
        return None
    try:
        form = load_form(case["form"].encode())
        session = Session(form, now=now, entropy=entropy)
        for number, event in enumerate(case["events"]):
            _apply(session, event)
            reason = _compare(session, event["state"], _loose(form))
            if reason:
                return f"event {number} {event['op']} {event.get('ref', '')}: {reason}"
    except (DoorstepError, XPathError, KeyError, IndexError) as error:
        return f"{type(error).__name__}: {error}"
    return ""


def _apply(session: Session, event: Case) -> None:
    if event["op"] == "set":
        session.answer(event["ref"], event["value"])
    elif event["op"] == "add":
        session.add_repeat(event["range"])
    elif event["op"] == "remove":
        session.remove_repeat(event["range"], event["index"] + 1)
    elif event["op"] == "language":
        session.set_language(event["value"])


def _loose(form: Form) -> set[int]:
    """Nodes whose value cannot repeat."""
    return {
        node.index
        for node in form.data.nodes
        if node.bind.preload
        or UNREPEATABLE.search(node.bind.calculate)
        or node.local in ("instanceID", "deprecatedID")
        or any(UNREPEATABLE.search(a.value) for a in form.data.actions if a.target == node.index)
    }


def _compare(session: Session, state: list[Case], loose: set[int]) -> str:
    ours = list(_states(session))
    if [each["ref"] for each in ours] != [each["ref"] for each in state]:
        here, there = {e["ref"] for e in ours}, {e["ref"] for e in state}
        return f"other nodes: only here {sorted(here - there)}, only there {sorted(there - here)}"
    for mine, theirs in zip(ours, state, strict=True):
        reason = _differs(session, mine, theirs, loose)
        if reason:
            return f"{mine['ref']}: {reason}"
    return ""


def _states(session: Session) -> Iterator[dict[str, Any]]:
    yield from _node_states(session, session.record)


def _node_states(session: Session, node: RecordNode) -> Iterator[dict[str, Any]]:
    yield {"ref": node.ref(), "node": node}
    for kid in node.kids:
        if isinstance(kid, Range):
            yield {"ref": kid.ref(), "range": kid}
            for instance in kid.instances:
                yield from _node_states(session, instance)
        else:
            yield from _node_states(session, kid)


def _differs(session: Session, mine: Case, theirs: Case, loose: set[int]) -> str:
    held = mine.get("range")
    if held is not None:
        count = len(held.instances)
        return "" if count == theirs.get("count", count) else f"count {count} for {theirs['count']}"
    node: RecordNode = mine["node"]
    view = session.view(mine["ref"])
    pairs: list[tuple[str, object, object]] = [
        ("relevant", view.relevant, theirs.get("relevant", True)),
        ("readonly", view.readonly, theirs.get("readonly", False)),
        ("required", view.required, theirs.get("required", False)),
        ("label", _label(session, node), theirs.get("label") or ""),
        ("hint", _hint(session, node), theirs.get("hint") or ""),
    ]
    if "value" in theirs and node.definition.index not in loose:
        pairs.append(("value", view.value, theirs["value"]))
    if "choices" in theirs:
        offered = _choices(session, node)
        pairs.append(("choices", offered, theirs["choices"]))
    violation = theirs.get("violation")
    pairs.append(("violation", view.violation, violation[0] if violation else ""))
    if violation and violation[1] is not None:
        pairs.append(("message", view.constraint_message, violation[1]))
    for name, found, wanted in pairs:
        if found != wanted:
            return f"{name} {found!r} for {wanted!r}"
    return ""


def _label(session: Session, node: RecordNode) -> str:
    place = node.definition.control
    if place < 0:
        return ""
    element = session.data.elements[place]
    if element.tag == "repeat":
        return session.view(node.range().ref()).label
    return say(session, element.label, node)


def _hint(session: Session, node: RecordNode) -> str:
    element = session.form.control(node.definition.index)
    return "" if element is None else say(session, element.hint, node)


def _choices(session: Session, node: RecordNode) -> list[list[str]]:
    element = session.form.control(node.definition.index)
    if element is None:
        return []
    return [
        [shown.value, itemsets.label(session, node, element, shown)]
        for shown in itemsets.choices(session, node)
    ]
