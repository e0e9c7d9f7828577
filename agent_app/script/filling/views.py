"""What a screen draws: nodes with their words, choices and state."""

from __future__ import annotations

from dataclasses import dataclass, field

from agent_app.script.filling import finding, itemsets
from agent_app.script.filling.saying import guidance, message, said, text_media
from agent_app.script.filling.state import State
from agent_app.script.form import REPEAT, Bind, Element
from agent_app.script.record import Range, RecordNode


@dataclass(frozen=True, slots=True)
class Choice:
    """`media` maps image, big-image, audio, video to jr:// addresses."""

    value: str
    label: str
    media: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NodeView:
    """One thing to draw. `kind` is the control (input, select1, select, range, rank, trigger,
    upload, note), or group, repeat (a range), instance (one of it), value (no control).

    `violation` is "", "required" or "constraint"; `constraint_message` the words for it, "" when
    the form has none. `ds` holds our own columns. `count` is the instances of a repeat.
    """

    ref: str
    kind: str
    type: str = ""
    appearance: str = ""
    label: str = ""
    hint: str = ""
    guidance: str = ""
    value: str = ""
    required: bool = False
    relevant: bool = True
    readonly: bool = False
    choices: list[Choice] = field(default_factory=list)
    violation: str = ""
    constraint_message: str = ""
    params: dict[str, str] = field(default_factory=dict)
    ds: dict[str, str] = field(default_factory=dict)
    media: dict[str, str] = field(default_factory=dict)
    count: int = 0
    can_add: bool = False


@dataclass(frozen=True, slots=True)
class Violation:
    ref: str
    kind: str
    message: str


def view(state: State, ref: str) -> NodeView:
    if ref.startswith("#"):
        return _loose_group(state, int(ref[1:]))
    found = finding.locate(state.record, ref)
    return _range(state, found) if isinstance(found, Range) else _node(state, found)


def _node(state: State, node: RecordNode) -> NodeView:
    element = state.form.control(node.definition.index)
    if element is None or node.definition.kind == REPEAT:
        element = None
    bind = node.definition.bind
    violation = state.violations.get(node, "")
    return NodeView(
        ref=node.ref(),
        kind=_kind(node, element),
        type=bind.type,
        appearance=element.appearance if element else "",
        label=said(state, element.label, node) if element else "",
        hint=said(state, element.hint, node) if element else "",
        guidance=guidance(state, element, node),
        value="" if node.kids else node.text,
        required=node.required,
        relevant=node.relevant,
        readonly=node.readonly,
        choices=_choices(state, node, element) if element else [],
        violation=violation,
        constraint_message=message(state, node, violation),
        params=_params(element, bind),
        ds={**(element.ds if element else {}), **bind.ds},
        media=text_media(state, element.label, node) if element else {},
    )


def _choices(state: State, node: RecordNode, element: Element) -> list[Choice]:
    return [
        Choice(
            shown.value,
            itemsets.label(state, node, element, shown).strip(),
            itemsets.media(state, node, element, shown),
        )
        for shown in itemsets.choices(state, node)
    ]


def _params(element: Element | None, bind: Bind) -> dict[str, str]:
    """The control's parameters, and the bind's that concern the screen."""
    found = {**bind.settings, **(element.params if element else {})}
    if bind.max_pixels:
        found["max-pixels"] = str(bind.max_pixels)
    if bind.save_incomplete:
        found["save-incomplete"] = "true"
    return found


def _kind(node: RecordNode, element: Element | None) -> str:
    if node.definition.kind == REPEAT:
        return "instance"
    if node.kids:
        return "group"
    if element is None:
        return "value"
    if element.tag == "input" and node.readonly and not node.text:
        return "note"
    return element.tag


def _range(state: State, found: Range) -> NodeView:
    element = state.form.repeat_element(found.definition.index)
    parent, bind = found.parent, found.definition.bind
    above = label_holder(state, element)
    return NodeView(
        ref=found.ref(),
        kind="repeat",
        type=bind.type,
        appearance=element.appearance if element else "",
        label=said(state, above.label, parent) if above else "",
        relevant=parent.relevant,
        readonly=parent.readonly,
        ds={**(element.ds if element else {}), **bind.ds},
        count=len(found.instances),
        can_add=element is not None and not element.fixed_count,
    )


def label_holder(state: State, element: Element | None) -> Element | None:
    """The group around a repeat carries its label."""
    if element is None or element.parent < 0:
        return None
    above = state.data.elements[element.parent]
    return above if above.node == element.node else None


def _loose_group(state: State, index: int) -> NodeView:
    element = state.data.elements[index]
    return NodeView(
        ref=f"#{index}",
        kind="group",
        appearance=element.appearance,
        label=said(state, element.label, state.record),
        hint=said(state, element.hint, state.record),
        params=dict(element.params),
        ds=dict(element.ds),
    )


def violations(state: State) -> list[Violation]:
    if not state.violations:
        return []
    return [
        Violation(node.ref(), kind, message(state, node, kind))
        for node in state.walk()
        if (kind := state.violations.get(node))
    ]
