"""The choices of a select or rank: fixed items, or an itemset over any instance."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from agent_app.script.filling import saying
from agent_app.script.filling.state import Shown, State
from agent_app.script.form import Element, Itemset
from agent_app.script.record import RecordNode
from agent_app.script.xpath.code import Context, XPathError, nodes_of, text_of
from agent_app.script.xpath.parser import parse
from agent_app.script.xpath.tree import Node


def choices(state: State, node: RecordNode) -> list[Shown]:
    element = state.form.control(node.definition.index)
    if element is None:
        return []
    if element.itemset is None:
        return [Shown(choice.value, item=choice) for choice in element.choices]
    held = state.choices.get(node)
    if held is None:
        with suppress(XPathError):
            held = state.choices[node] = _evaluate(state, node, element.itemset)
    return held or []


def _evaluate(state: State, node: RecordNode, itemset: Itemset) -> list[Shown]:
    found = nodes_of(state.form.code(itemset.nodeset, node.definition.index))(state.context(node))
    read = text_of(state.form.code(itemset.value, -1))
    x = state.context(node)
    shown = []
    for item in found:
        x.node = item
        shown.append(Shown(read(x), item))
    return shown


def refresh(state: State, node: RecordNode) -> bool:
    """Evaluate an itemset again; True when it offers something else now."""
    element = state.form.control(node.definition.index)
    if element is None or element.itemset is None:
        return False
    before = state.choices.get(node)
    now = state.choices[node] = _evaluate(state, node, element.itemset)
    return before != now


def _values(state: State, node: RecordNode) -> Sequence[str] | None:
    """What a select or rank offers; None for all other nodes, and before an itemset is known."""
    fixed = state.form.fixed_choices.get(node.definition.index)
    if fixed is not None:
        return fixed
    held = state.choices.get(node)
    return None if held is None else [shown.value for shown in held]


def offered(state: State, node: RecordNode, value: str) -> str:
    """The part of a stored choice that is offered now; a rank gains what it does not hold yet."""
    values = _values(state, node)
    if values is None:
        return value
    element = state.form.control(node.definition.index)
    if element is not None and element.tag == "select1":
        return value if value in values else ""
    kept = [word for word in value.split() if word in values]
    if element is not None and element.tag == "rank":
        kept += [each for each in values if each not in kept]
    return " ".join(kept)


def as_answered(state: State, node: RecordNode, value: str) -> str:
    """An answer as its control stores it: many choices in the order they are offered; what is
    not offered when it is chosen is no answer, and does not become one later."""
    element = state.form.control(node.definition.index)
    if element is None or element.tag not in ("select", "select1") or not value:
        return value
    chosen = [value] if element.tag == "select1" else value.split()
    return " ".join(each.value for each in choices(state, node) if each.value in chosen)


def narrowed(value: str, element: Element) -> str:
    """What a trigger keeps (OK) or a range (a number between its ends), else nothing."""
    if element.tag == "trigger":
        return "OK" if value.lower() == "ok" else ""
    try:
        ends = sorted((float(element.params["start"]), float(element.params["end"])))
        return value if ends[0] <= float(value) <= ends[1] else ""
    except (KeyError, ValueError):
        return value


def label(state: State, node: RecordNode, element: Element, shown: Shown) -> str:
    if shown.node is None or element.itemset is None:
        fixed = shown.item.label if shown.item else None
        return shown.value if fixed is None else saying.say(state, fixed, node)
    itemset = element.itemset
    at = Context(state, shown.node, node)
    if itemset.label_key:
        key = text_of(state.form.code(itemset.label_key, -1))(at)
        return saying.itext(state, key, node)
    if not itemset.label:
        return shown.value
    return text_of(state.form.code(itemset.label, -1))(at)


def media(state: State, node: RecordNode, element: Element, shown: Shown) -> dict[str, str]:
    if shown.node is None or element.itemset is None:
        key = shown.item.label.key if shown.item and shown.item.label else ""
    elif element.itemset.label_key:
        at = Context(state, shown.node, node)
        key = text_of(state.form.code(element.itemset.label_key, -1))(at)
    else:
        key = ""
    return saying.media(state, key, node) if key else {}


def choice_name(state: State, node: Node | None, path: str, value: str) -> str:
    """The label of a value among the choices of the select at `path`, seen from `node`."""
    target = node if isinstance(node, RecordNode) else state.record
    if path:
        state.data.syntax.setdefault(path, parse(path))
        found = nodes_of(state.form.code(path, target.definition.index))(state.context(target))
        if not found or not isinstance(found[0], RecordNode):
            raise XPathError(f"jr:choice-name: there is no question at {path}")
        target = found[0]
    element = state.form.control(target.definition.index)
    if element is None:
        return ""
    for shown in choices(state, target):
        if shown.value == value:
            return label(state, target, element, shown)
    return ""
