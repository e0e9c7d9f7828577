"""The record as OpenRosa submission XML."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from agent_app.script.record import RecordNode
from agent_app.script.xpath.tree import ELEMENT

if TYPE_CHECKING:
    from agent_app.script.session import Session


def record_xml(session: Session) -> str:
    """What is relevant, in document order, namespaces declared once on the root."""
    return "".join(_element(session, session.record))


def _element(session: Session, node: RecordNode) -> list[str]:
    out = [f"<{node.name}"]
    if node is session.record:
        out += [f" xmlns:{p}={quoteattr(uri)}" for p, uri in _used(session).items()]
    for attribute in node.attributes:
        out.append(f" {attribute.name}={quoteattr(attribute.text)}")
    inner: list[str] = []
    for child in node.children:
        assert isinstance(child, RecordNode)
        if child.kind == ELEMENT and child.relevant:
            inner += _element(session, child)
    if not node.children and node.text:
        inner.append(escape(node.text))
    return [*out, ">", *inner, f"</{node.name}>"] if inner else [*out, "/>"]


def _used(session: Session) -> dict[str, str]:
    """The prefixes the record uses."""
    prefixes = {
        node.name.partition(":")[0] for node in session.walk() if ":" in node.name and node.relevant
    }
    return {p: uri for p, uri in session.data.namespaces.items() if p in prefixes}
