"""setvalue and setgeopoint, and the events that fire them (ODK XForms, Events and Actions)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from agent_app.script.form import Action
from agent_app.script.loading import stored_text
from agent_app.script.record import RecordNode, instances_under
from agent_app.script.xpath.tree import Node

if TYPE_CHECKING:
    from agent_app.script.session import Session


def fire(session: Session, event: str) -> None:
    """Fire an event of the whole form on all instances there are."""
    for action in session.data.actions:
        if event in action.events:
            target = session.data.nodes[action.target]
            _run(session, action, instances_under(session.record, target, session.data))


def new_repeat(session: Session, instance: RecordNode) -> None:
    """odk-new-repeat, for the actions nested in that repeat."""
    for action in session.data.actions:
        if "odk-new-repeat" not in action.events:
            continue
        chain = session.form.shape.chain(max(action.source, 0))
        if chain and chain[-1] == instance.definition.index:
            _run(session, action, _targets(session, action, instance))


def value_changed(session: Session, node: RecordNode) -> None:
    """xforms-value-changed, for the actions nested in the control that was answered."""
    for action in session.data.actions:
        if action.source == node.definition.index and "xforms-value-changed" in action.events:
            session.flush()
            _run(session, action, _targets(session, action, node))


def _targets(session: Session, action: Action, node: RecordNode) -> list[RecordNode]:
    """The target nodes in the same innermost repeat instance as `node`, else all."""
    target = session.data.nodes[action.target]
    shared = session.form.shape.shared_repeat(action.target, node.definition.index)
    above: Node | None = node
    while isinstance(above, RecordNode) and above.definition.index != shared:
        above = above.parent
    under = above if isinstance(above, RecordNode) else session.record
    return instances_under(under, target, session.data)


def _run(session: Session, action: Action, targets: Iterable[RecordNode]) -> None:
    for target in targets:
        if not target.relevant:
            continue
        before = target.stored
        session.put(target, _value(session, action, target))
        if target.stored != before:
            value_changed(session, target)


def _value(session: Session, action: Action, target: RecordNode) -> str:
    if action.kind != "setvalue":
        return session.location()
    if not action.value:
        return action.literal
    code = session.form.code(action.value, action.target)
    return stored_text(code.run(session.context(target)))
