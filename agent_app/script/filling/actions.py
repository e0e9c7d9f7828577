"""setvalue and setgeopoint, and the events that fire them (ODK XForms, Events and Actions)."""

from __future__ import annotations

from collections.abc import Iterable

from agent_app.script.filling.live import Live
from agent_app.script.form import Action
from agent_app.script.loading import stored_text
from agent_app.script.record import RecordNode, instances_under
from agent_app.script.xpath.tree import Node


def fire(live: Live, event: str) -> None:
    """Fire an event of the whole form on all instances there are."""
    for action in live.data.actions:
        if event in action.events:
            target = live.data.nodes[action.target]
            _run(live, action, instances_under(live.record, target, live.data))
            live.compute()


def new_repeat(live: Live, instance: RecordNode) -> None:
    """odk-new-repeat, for the actions nested in that repeat."""
    for action in live.data.actions:
        if "odk-new-repeat" not in action.events:
            continue
        chain = live.form.shape.chain(max(action.source, 0))
        if chain and chain[-1] == instance.definition.index:
            _run(live, action, _targets(live, action, instance))


def value_changed(live: Live, node: RecordNode) -> None:
    """xforms-value-changed, for the actions nested in the control whose value changed."""
    for action in live.data.actions:
        if action.source == node.definition.index and "xforms-value-changed" in action.events:
            for target in _targets(live, action, node):
                live.put(target, _value(live, action, target))
            live.compute()


def _targets(live: Live, action: Action, node: RecordNode) -> list[RecordNode]:
    """The target nodes in the same innermost repeat instance as `node`, else all."""
    target = live.data.nodes[action.target]
    shared = live.form.shape.shared_repeat(action.target, node.definition.index)
    above: Node | None = node
    while isinstance(above, RecordNode) and above.definition.index != shared:
        above = above.parent
    under = above if isinstance(above, RecordNode) else live.record
    return instances_under(under, target, live.data)


def _run(live: Live, action: Action, targets: Iterable[RecordNode]) -> None:
    """Set the targets; a recording is made by whoever holds the microphone, who then answers."""
    for target in targets if action.kind != "recordaudio" else ():
        if target.relevant:
            live.put(target, _value(live, action, target))


def _value(live: Live, action: Action, target: RecordNode) -> str:
    if action.kind != "setvalue":
        return live.location()
    if not action.value:
        return action.literal
    code = live.form.code(action.value, action.target)
    return stored_text(code.run(live.context(target)))
