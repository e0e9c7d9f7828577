"""The choices of a select or rank: fixed items, or an itemset over any instance."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from agent_app.script import views
from agent_app.script.form import Element, Itemset
from agent_app.script.record import RecordNode
from agent_app.script.xpath.code import Context, XPathError, nodes_of, text_of
from agent_app.script.xpath.tree import Node

if TYPE_CHECKING:
    from agent_app.script.session import Session


class Shown(NamedTuple):
    """One choice: its value, and the instance node it comes from (None for a fixed item)."""

    value: str
    node: Node | None


def choices(session: Session, node: RecordNode) -> list[Shown]:
    element = session.form.control(node.definition.index)
    if element is None:
        return []
    if element.itemset is None:
        return [Shown(choice.value, None) for choice in element.choices]
    held = session.choices.get(node)
    if held is None:
        held = session.choices[node] = _evaluate(session, node, element.itemset)
    return held


def _evaluate(session: Session, node: RecordNode, itemset: Itemset) -> list[Shown]:
    found = nodes_of(session.form.code(itemset.nodeset, node.definition.index))(
        session.context(node)
    )
    read = text_of(session.form.code(itemset.value, -1))
    shown = [Shown(read(Context(session, item, node)), item) for item in found]
    return [each for each in shown if each.value]


def refresh(session: Session, node: RecordNode) -> None:
    """Evaluate an itemset again; chosen values no longer offered are dropped."""
    element = session.form.control(node.definition.index)
    if element is None or element.itemset is None:
        return
    before = session.choices.get(node)
    now = _evaluate(session, node, element.itemset)
    session.choices[node] = now
    if before is not None and before != now:
        session.changed.add(node)
    if node.relevant and node.stored:
        session.put(node, keep_offered(node.stored, element, now))


def keep_offered(value: str, element: Element, offered: list[Shown]) -> str:
    values = {each.value for each in offered}
    if element.tag == "select1":
        return value if value in values else ""
    return " ".join(word for word in value.split() if word in values)


def label(session: Session, node: RecordNode, element: Element, shown: Shown) -> str:
    if shown.node is None or element.itemset is None:
        choice = next((c for c in element.choices if c.value == shown.value), None)
        if choice is None or choice.label is None:
            return shown.value
        return views.say(session, choice.label, node)
    itemset = element.itemset
    at = Context(session, shown.node, node)
    if itemset.label_key:
        key = text_of(session.form.code(itemset.label_key, -1))(at)
        return views.itext(session, key, node)
    if not itemset.label:
        return shown.value
    return text_of(session.form.code(itemset.label, -1))(at)


def media(session: Session, node: RecordNode, element: Element, shown: Shown) -> dict[str, str]:
    if shown.node is None or element.itemset is None:
        choice = next((c for c in element.choices if c.value == shown.value), None)
        key = choice.label.key if choice is not None and choice.label is not None else ""
    elif element.itemset.label_key:
        at = Context(session, shown.node, node)
        key = text_of(session.form.code(element.itemset.label_key, -1))(at)
    else:
        key = ""
    return views.media(session, key, node) if key else {}


def choice_name(session: Session, node: Node | None, path: str, value: str) -> str:
    """The label of a value among the choices of the select at `path`, seen from `node`."""
    target = node if isinstance(node, RecordNode) else session.record
    if path:
        from agent_app.script.xpath.parser import parse

        session.data.syntax.setdefault(path, parse(path))
        found = nodes_of(session.form.code(path, target.definition.index))(session.context(target))
        if not found or not isinstance(found[0], RecordNode):
            raise XPathError(f"jr:choice-name: there is no question at {path}")
        target = found[0]
    element = session.form.control(target.definition.index)
    if element is None:
        return ""
    for shown in choices(session, target):
        if shown.value == value:
            return label(session, target, element, shown)
    return ""
