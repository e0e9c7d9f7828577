"""A form filled in step by step, the state of every node compared after each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from agent_app.domain.errors import DoorstepError
from agent_app.script.conformance.cases import UNREPEATABLE, Case, Clock, Entropy
from agent_app.script.filling import itemsets
from agent_app.script.filling.saying import message, say
from agent_app.script.filling.session import Session
from agent_app.script.filling.views import label_holder
from agent_app.script.loading import Form, load_form
from agent_app.script.record import Range, RecordNode
from agent_app.script.xpath.code import XPathError


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
    broken = session.violations.get(node, "")
    pairs: list[tuple[str, object, object]] = [
        ("relevant", node.relevant, theirs.get("relevant", True)),
        ("readonly", node.readonly, theirs.get("readonly", False)),
        ("required", node.required, theirs.get("required", False)),
        ("label", _label(session, node), theirs.get("label") or ""),
        ("hint", _hint(session, node), theirs.get("hint") or ""),
    ]
    if "value" in theirs and node.definition.index not in loose:
        pairs.append(("value", "" if node.kids else node.text, theirs["value"]))
    if "choices" in theirs:
        offered = _choices(session, node)
        pairs.append(("choices", offered, theirs["choices"]))
    violation = theirs.get("violation")
    pairs.append(("violation", broken, violation[0] if violation else ""))
    if violation and violation[1] is not None:
        pairs.append(("message", message(session, node, broken), violation[1]))
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
        above = label_holder(session, element)
        return say(session, above.label, node.range().parent) if above else ""
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
