"""The thirteen axes (XPath 1.0, section 2.2), each from one node, in axis order."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from agent_app.script.xpath.tree import ATTRIBUTE, ELEMENT, NAMESPACE, Node

XML_NS = "http://www.w3.org/XML/1998/namespace"


def _child(node: Node) -> list[Node]:
    return node.nodes()


def _descendant(node: Node) -> Iterator[Node]:
    for child in node.nodes():
        yield from child.walk()


def _descendant_or_self(node: Node) -> Iterator[Node]:
    yield node
    yield from _descendant(node)


def _parent(node: Node) -> list[Node]:
    return [] if node.parent is None else [node.parent]


def _ancestor(node: Node) -> Iterator[Node]:
    above = node.parent
    while above is not None:
        yield above
        above = above.parent


def _ancestor_or_self(node: Node) -> Iterator[Node]:
    yield node
    yield from _ancestor(node)


def _siblings(node: Node) -> tuple[list[Node], int]:
    if node.parent is None or node.kind in (ATTRIBUTE, NAMESPACE):
        return [], -1
    children = node.parent.nodes()
    return children, next(i for i, child in enumerate(children) if child is node)


def _following_sibling(node: Node) -> list[Node]:
    children, at = _siblings(node)
    return children[at + 1 :]


def _preceding_sibling(node: Node) -> list[Node]:
    children, at = _siblings(node)
    return children[:at][::-1] if at > 0 else []


def _following(node: Node) -> Iterator[Node]:
    if node.kind in (ATTRIBUTE, NAMESPACE) and node.parent is not None:
        yield from _descendant(node.parent)
        node = node.parent
    for here in _ancestor_or_self(node):
        for sibling in _following_sibling(here):
            yield from sibling.walk()


def _preceding(node: Node) -> Iterator[Node]:
    if node.kind in (ATTRIBUTE, NAMESPACE) and node.parent is not None:
        node = node.parent
    for here in _ancestor_or_self(node):
        for sibling in _preceding_sibling(here):
            yield from reversed(list(sibling.walk()))


def _self(node: Node) -> list[Node]:
    return [node]


def _attribute(node: Node) -> list[Node]:
    return node.attributes


def _namespace(node: Node) -> Iterator[Node]:
    if node.kind != ELEMENT:
        return
    seen: dict[str | None, str] = {}
    for here in _ancestor_or_self(node):
        for prefix, uri in here.nsmap.items():
            seen.setdefault(prefix, uri)
    seen.setdefault("xml", XML_NS)
    for prefix, uri in seen.items():
        made = Node(NAMESPACE, name=prefix or "", text=uri)
        made.parent = node
        yield made


AXIS: dict[str, Callable[[Node], list[Node] | Iterator[Node]]] = {
    "ancestor": _ancestor,
    "ancestor-or-self": _ancestor_or_self,
    "attribute": _attribute,
    "child": _child,
    "descendant": _descendant,
    "descendant-or-self": _descendant_or_self,
    "following": _following,
    "following-sibling": _following_sibling,
    "namespace": _namespace,
    "parent": _parent,
    "preceding": _preceding,
    "preceding-sibling": _preceding_sibling,
    "self": _self,
}
