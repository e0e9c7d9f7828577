"""From a ref, /data/group/repeat[2]/question, to its node."""

from __future__ import annotations

from agent_app.script.form import REPEAT
from agent_app.script.record import Range, RecordNode


def node_at(record: RecordNode, ref: str) -> RecordNode:
    """The node at a ref; a repeat without a position is its only instance. Raises KeyError."""
    found = locate(record, ref)
    return _only(found, ref) if isinstance(found, Range) else found


def range_at(record: RecordNode, ref: str) -> Range:
    """The range at a ref, or the one its instance stands in. Raises KeyError."""
    found = locate(record, ref)
    if isinstance(found, Range):
        return found
    if found.definition.kind != REPEAT:
        raise KeyError(ref)
    return found.range()


def locate(record: RecordNode, ref: str) -> RecordNode | Range:
    parts = ref.strip("/").split("/")
    if parts[0] not in (record.name, record.local):
        raise KeyError(ref)
    here: RecordNode | Range = record
    for part in parts[1:]:
        inner = _only(here, ref) if isinstance(here, Range) else here
        here = _attribute(inner, part[1:], ref) if part[0] == "@" else _child(inner, part, ref)
    return here


def _only(held: Range, ref: str) -> RecordNode:
    if len(held.instances) != 1:
        raise KeyError(ref)
    return held.instances[0]


def _attribute(node: RecordNode, name: str, ref: str) -> RecordNode:
    for attribute in node.attributes:
        if attribute.name == name and isinstance(attribute, RecordNode):
            return attribute
    raise KeyError(ref)


def _child(node: RecordNode, part: str, ref: str) -> RecordNode | Range:
    name, _, place = part.partition("[")
    kid = _named(node, name)
    if kid is None:
        raise KeyError(ref)
    if not place:
        return kid
    at = int(place[:-1])
    if isinstance(kid, Range) and 1 <= at <= len(kid.instances):
        return kid.instances[at - 1]
    if isinstance(kid, RecordNode) and at == 1:
        return kid
    raise KeyError(ref)


def _named(node: RecordNode, name: str) -> RecordNode | Range | None:
    """The kid of that name, else the one of that name without its prefix."""
    for kid in node.kids:
        if kid.definition.name == name:
            return kid
    return next((kid for kid in node.kids if kid.definition.local == name), None)
