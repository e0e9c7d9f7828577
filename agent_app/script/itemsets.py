"""The choices of a select or rank: fixed items, or an itemset over any instance."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from agent_app.script import saying
from agent_app.script.form import Choice, Element, Itemset
from agent_app.script.record import RecordNode
from agent_app.script.xpath.code import Context, XPathError, nodes_of, text_of
from agent_app.script.xpath.parser import parse
from agent_app.script.xpath.tree import Node

if TYPE_CHECKING:
    from agent_app.script.live import Live
    from agent_app.script.session import Session


class Shown(NamedTuple):
    """One choice: its value, and the instance node or the fixed item it comes from."""

    value: str
    node: Node | None = None
    item: Choice | None = None


def choices(session: Live, node: RecordNode) -> list[Shown]:
    element = session.form.control(node.definition.index)
    if element is None:
        return []
    if element.itemset is None:
        return [Shown(choice.value, item=choice) for choice in element.choices]
    held = session.choices.get(node)
    if held is None:
        with suppress(XPathError):
            held = session.choices[node] = _evaluate(session, node, element.itemset)
    return held or []


def _evaluate(session: Live, node: RecordNode, itemset: Itemset) -> list[Shown]:
    found = nodes_of(session.form.code(itemset.nodeset, node.definition.index))(
        session.context(node)
    )
    read = text_of(session.form.code(itemset.value, -1))
    x = session.context(node)
    shown = []
    for item in found:
        x.node = item
        shown.append(Shown(read(x), item))
    return shown


def refresh(session: Live, node: RecordNode) -> bool:
    """Evaluate an itemset again; True when it offers something else now."""
    element = session.form.control(node.definition.index)
    if element is None or element.itemset is None:
        return False
    before = session.choices.get(node)
    now = session.choices[node] = _evaluate(session, node, element.itemset)
    return before != now


def _values(session: Live, node: RecordNode) -> Sequence[str] | None:
    """What a select or rank offers; None for all other nodes, and before an itemset is known."""
    fixed = session.form.fixed_choices.get(node.definition.index)
    if fixed is not None:
        return fixed
    held = session.choices.get(node)
    return None if held is None else [shown.value for shown in held]


def offered(session: Live, node: RecordNode, value: str) -> str:
    """The part of a stored choice that is offered now; a rank gains what it does not hold yet."""
    values = _values(session, node)
    if values is None:
        return value
    element = session.form.control(node.definition.index)
    if element is not None and element.tag == "select1":
        return value if value in values else ""
    kept = [word for word in value.split() if word in values]
    if element is not None and element.tag == "rank":
        kept += [each for each in values if each not in kept]
    return " ".join(kept)


def as_answered(session: Live, node: RecordNode, value: str) -> str:
    """An answer as its control stores it: many choices in the order they are offered; what is
    not offered when it is chosen is no answer, and does not become one later."""
    element = session.form.control(node.definition.index)
    if element is None or element.tag not in ("select", "select1") or not value:
        return value
    chosen = [value] if element.tag == "select1" else value.split()
    return " ".join(each.value for each in choices(session, node) if each.value in chosen)


def narrowed(value: str, element: Element) -> str:
    """What a trigger keeps (OK) or a range (a number between its ends), else nothing."""
    if element.tag == "trigger":
        return "OK" if value.lower() == "ok" else ""
    try:
        ends = sorted((float(element.params["start"]), float(element.params["end"])))
        return value if ends[0] <= float(value) <= ends[1] else ""
    except (KeyError, ValueError):
        return value


def label(session: Session, node: RecordNode, element: Element, shown: Shown) -> str:
    if shown.node is None or element.itemset is None:
        fixed = shown.item.label if shown.item else None
        return shown.value if fixed is None else saying.say(session, fixed, node)
    itemset = element.itemset
    at = Context(session, shown.node, node)
    if itemset.label_key:
        key = text_of(session.form.code(itemset.label_key, -1))(at)
        return saying.itext(session, key, node)
    if not itemset.label:
        return shown.value
    return text_of(session.form.code(itemset.label, -1))(at)


def media(session: Session, node: RecordNode, element: Element, shown: Shown) -> dict[str, str]:
    if shown.node is None or element.itemset is None:
        key = shown.item.label.key if shown.item and shown.item.label else ""
    elif element.itemset.label_key:
        at = Context(session, shown.node, node)
        key = text_of(session.form.code(element.itemset.label_key, -1))(at)
    else:
        key = ""
    return saying.media(session, key, node) if key else {}


def choice_name(session: Session, node: Node | None, path: str, value: str) -> str:
    """The label of a value among the choices of the select at `path`, seen from `node`."""
    target = node if isinstance(node, RecordNode) else session.record
    if path:
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
