"""The record as OpenRosa submission XML."""

from __future__ import annotations

from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

from agent_app.script.filling.state import State
from agent_app.script.graph.shape import XFORMS
from agent_app.script.record import RecordNode
from agent_app.script.xpath.tree import ELEMENT, XMLNS


def record_xml(state: State) -> str:
    """What is relevant, in document order, each namespace declared where it is first needed.

    The nodes of the form's own namespace are written without one, as servers expect.
    """
    own = _prefixes(state)
    if state.data.xmlns:
        own[""] = state.data.xmlns
    return "".join(_element(state.record, {"": XFORMS, "xml": XMLNS}, own))


def _element(node: RecordNode, known: Mapping[str, str], more: Mapping[str, str]) -> list[str]:
    """`known` are the namespaces declared around it by prefix; `more` are to be declared here."""
    declared = {**more, **_needed(node, {**known, **more})}
    out = [f"<{node.name}"]
    out += [f" xmlns{p and ':'}{p}={quoteattr(uri)}" for p, uri in declared.items()]
    for attribute in node.attributes:
        out.append(f" {attribute.name}={quoteattr(attribute.text)}")
    inner: list[str] = []
    for child in node.children:
        assert isinstance(child, RecordNode)
        if child.kind == ELEMENT and child.relevant:
            inner += _element(child, {**known, **declared}, {})
    if not node.children and node.text:
        inner.append(escape(node.text))
    return [*out, ">", *inner, f"</{node.name}>"] if inner else [*out, "/>"]


def _needed(node: RecordNode, known: Mapping[str, str]) -> dict[str, str]:
    """The namespaces of a node and its attributes that nothing around it declares."""
    found = {n.name.rpartition(":")[0]: n.ns for n in node.attributes if ":" in n.name}
    if node.ns:
        found[node.name.rpartition(":")[0]] = node.ns
    return {prefix: uri for prefix, uri in found.items() if known.get(prefix) != uri}


def _prefixes(state: State) -> dict[str, str]:
    """The form's own prefixes that the record uses."""
    used = {
        node.name.partition(":")[0] for node in state.walk() if ":" in node.name and node.relevant
    }
    return {p: uri for p, uri in state.data.namespaces.items() if p in used}
