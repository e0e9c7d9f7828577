"""Screens: what is asked together, and in which order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent_app.script.form import REPEAT, Element
from agent_app.script.record import Range, RecordNode
from agent_app.script.saying import said

if TYPE_CHECKING:
    from agent_app.script.session import Session


@dataclass(frozen=True, slots=True)
class Page:
    """A screen: `nodes` are the refs on it; `stage` the label of the outermost group."""

    ref: str
    label: str
    stage: str
    nodes: tuple[str, ...]


def pages(session: Session) -> list[Page]:
    return [
        page for index in session.data.body for page in _pages(session, index, session.record, "")
    ]


def _pages(session: Session, index: int, under: RecordNode, stage: str) -> Iterator[Page]:
    element = session.data.elements[index]
    if element.tag == "repeat":
        for held in _ranges(session, element.node, under):
            for instance in held.instances:
                if instance.relevant and session.open(instance):
                    yield from _inside(session, element, instance, stage)
        return
    node = _node_of(session, element, under)
    if node is None or not node.relevant or not session.open(node):
        return
    if element.tag != "group":
        yield Page(node.ref(), said(session, element.label, node), stage, (node.ref(),))
        return
    yield from _inside(session, element, node, stage or said(session, element.label, node))


def _inside(session: Session, element: Element, node: RecordNode, stage: str) -> Iterator[Page]:
    if "field-list" in element.appearance.split() or "table-list" in element.appearance.split():
        refs = tuple(_refs(session, element, node))
        if refs:
            label = said(session, element.label, node)
            yield Page(
                node.ref() if element.node >= 0 else f"#{element.index}",
                label,
                stage or label,
                refs,
            )
        return
    for child in element.children:
        yield from _pages(session, child, node, stage)


def _refs(session: Session, element: Element, node: RecordNode) -> Iterator[str]:
    for child in element.children:
        inner = session.data.elements[child]
        if inner.tag == "repeat":
            for held in _ranges(session, inner.node, node):
                for instance in held.instances:
                    if instance.relevant and session.open(instance):
                        yield from _refs(session, inner, instance)
            continue
        target = _node_of(session, inner, node)
        if target is None or not target.relevant or not session.open(target):
            continue
        if inner.tag == "group":
            yield from _refs(session, inner, target)
        else:
            yield target.ref()


def _node_of(session: Session, element: Element, under: RecordNode) -> RecordNode | None:
    if element.node < 0:
        return under
    if element.tag == "group" and session.data.nodes[element.node].kind == REPEAT:
        return under
    found = session.nearest(session.data.nodes[element.node], under)
    return found[0] if found else None


def _ranges(session: Session, index: int, under: RecordNode) -> list[Range]:
    node = session.data.nodes[index]
    holders = session.nearest(session.data.nodes[node.parent], under)
    place = session.data.nodes[node.parent].children.index(index)
    return [kid for holder in holders if isinstance(kid := holder.kids[place], Range)]
