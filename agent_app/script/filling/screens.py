"""Screens: what is asked together, and in which order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from agent_app.script.filling.saying import said
from agent_app.script.filling.state import State
from agent_app.script.form import REPEAT, Element
from agent_app.script.record import Range, RecordNode


@dataclass(frozen=True, slots=True)
class Page:
    """A screen: `nodes` are the refs on it; `stage` the label of the outermost group."""

    ref: str
    label: str
    stage: str
    nodes: tuple[str, ...]


def pages(state: State) -> list[Page]:
    return [page for index in state.data.body for page in _pages(state, index, state.record, "")]


def _pages(state: State, index: int, under: RecordNode, stage: str) -> Iterator[Page]:
    element = state.data.elements[index]
    if element.tag == "repeat":
        for held in _ranges(state, element.node, under):
            for instance in held.instances:
                if instance.relevant and state.open(instance):
                    yield from _inside(state, element, instance, stage)
        return
    node = _node_of(state, element, under)
    if node is None or not node.relevant or not state.open(node):
        return
    if element.tag != "group":
        yield Page(node.ref(), said(state, element.label, node), stage, (node.ref(),))
        return
    yield from _inside(state, element, node, stage or said(state, element.label, node))


def _inside(state: State, element: Element, node: RecordNode, stage: str) -> Iterator[Page]:
    if "field-list" in element.appearance.split() or "table-list" in element.appearance.split():
        refs = tuple(_refs(state, element, node))
        if refs:
            label = said(state, element.label, node)
            yield Page(
                node.ref() if element.node >= 0 else f"#{element.index}",
                label,
                stage or label,
                refs,
            )
        return
    for child in element.children:
        yield from _pages(state, child, node, stage)


def _refs(state: State, element: Element, node: RecordNode) -> Iterator[str]:
    for child in element.children:
        inner = state.data.elements[child]
        if inner.tag == "repeat":
            for held in _ranges(state, inner.node, node):
                for instance in held.instances:
                    if instance.relevant and state.open(instance):
                        yield from _refs(state, inner, instance)
            continue
        target = _node_of(state, inner, node)
        if target is None or not target.relevant or not state.open(target):
            continue
        if inner.tag == "group":
            yield from _refs(state, inner, target)
        else:
            yield target.ref()


def _node_of(state: State, element: Element, under: RecordNode) -> RecordNode | None:
    if element.node < 0:
        return under
    if element.tag == "group" and state.data.nodes[element.node].kind == REPEAT:
        return under
    found = state.nearest(state.data.nodes[element.node], under)
    return found[0] if found else None


def _ranges(state: State, index: int, under: RecordNode) -> list[Range]:
    node = state.data.nodes[index]
    holders = state.nearest(state.data.nodes[node.parent], under)
    place = state.data.nodes[node.parent].children.index(index)
    return [kid for holder in holders if isinstance(kid := holder.kids[place], Range)]
