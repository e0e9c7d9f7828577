"""What a screen draws: nodes with their words, choices and state, and the pages they stand on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agent_app.script import finding, itemsets
from agent_app.script.form import REPEAT, Bind, Element, Text
from agent_app.script.record import Range, RecordNode
from agent_app.script.xpath.code import XPathError, text_of

if TYPE_CHECKING:
    from agent_app.script.session import Session

MEDIA = ("image", "big-image", "audio", "video")


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
    type: str
    appearance: str
    label: str
    hint: str
    guidance: str
    value: str
    required: bool
    relevant: bool
    readonly: bool
    choices: list[Choice]
    violation: str
    constraint_message: str
    params: dict[str, str]
    ds: dict[str, str]
    media: dict[str, str]
    count: int = 0
    can_add: bool = False

    @property
    def label_markdown(self) -> str:
        """ODK labels are markdown already."""
        return self.label


@dataclass(frozen=True, slots=True)
class Page:
    """A screen: `nodes` are the refs on it; `stage` the label of the outermost group."""

    ref: str
    label: str
    stage: str
    nodes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Violation:
    ref: str
    kind: str
    message: str


def parts_text(session: Session, parts: list[str | list[str]], node: RecordNode) -> str:
    """Words with their outputs; an output that cannot be computed is left out, not the words."""
    said = []
    for part in parts:
        if isinstance(part, str):
            said.append(part)
            continue
        with suppress(XPathError):
            read = text_of(session.form.code(part[0], node.definition.index))
            said.append(read(session.context(node)))
    return "".join(said)


def forms(session: Session, key: str) -> dict[str, list[str | list[str]]]:
    """The forms of an itext key in the session's language, else the default one."""
    texts = session.form.texts
    for language in (session.language, session.data.default_language):
        found = texts.get(language, {}).get(key)
        if found is not None:
            return dict(found)
    return {}


def itext(session: Session, key: str, node: RecordNode, form: str = "") -> str:
    found = forms(session, key)
    for wanted in (form, "long", "short") if not form else (form,):
        if wanted in found:
            return parts_text(session, found[wanted], node)
    return ""


def say(session: Session, text: Text | None, node: RecordNode) -> str:
    if text is None:
        return ""
    if text.key or text.key_expression:
        return itext(session, _key(session, text, node), node)
    return parts_text(session, text.parts, node)


def said(session: Session, text: Text | None, node: RecordNode) -> str:
    """Words to show: the blanks that authors and converters leave around them taken off."""
    return say(session, text, node).strip()


def _key(session: Session, text: Text, node: RecordNode) -> str:
    if text.key_expression:
        return text_of(session.form.code(text.key_expression, node.definition.index))(
            session.context(node)
        )
    return text.key


def media(session: Session, key: str, node: RecordNode) -> dict[str, str]:
    found = forms(session, key)
    return {kind: parts_text(session, found[kind], node) for kind in MEDIA if kind in found}


def _text_media(session: Session, text: Text | None, node: RecordNode) -> dict[str, str]:
    if text is None or not (text.key or text.key_expression):
        return {}
    return media(session, _key(session, text, node), node)


def view(session: Session, ref: str) -> NodeView:
    if ref.startswith("#"):
        return _loose_group(session, int(ref[1:]))
    found = finding.locate(session.record, ref)
    if isinstance(found, Range):
        return _range(session, found)
    return node_view(session, found)


def node_view(session: Session, node: RecordNode) -> NodeView:
    element = session.form.control(node.definition.index)
    bind = node.definition.bind
    violation = session.violations.get(node, "")
    if element is None or node.definition.kind == REPEAT:
        element = None
    shown = (
        []
        if element is None
        else [
            Choice(
                c.value,
                itemsets.label(session, node, element, c).strip(),
                itemsets.media(session, node, element, c),
            )
            for c in itemsets.choices(session, node)
        ]
    )
    return NodeView(
        ref=node.ref(),
        kind=_kind(node, element),
        type=bind.type,
        appearance=element.appearance if element else "",
        label=said(session, element.label, node) if element else "",
        hint=said(session, element.hint, node) if element else "",
        guidance=_guidance(session, element, node),
        value="" if node.kids else node.text,
        required=node.required,
        relevant=node.relevant,
        readonly=node.readonly,
        choices=shown,
        violation=violation,
        constraint_message=message(session, node, violation),
        params=_params(element, bind),
        ds={**(element.ds if element else {}), **bind.ds},
        media=_text_media(session, element.label, node) if element else {},
    )


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


def _guidance(session: Session, element: Element | None, node: RecordNode) -> str:
    if element is None or element.hint is None or not element.hint.key:
        return ""
    return itext(session, element.hint.key, node, "guidance").strip()


def message(session: Session, node: RecordNode, violation: str) -> str:
    bind = node.definition.bind
    if violation == "required":
        return said(session, bind.required_message, node)
    return said(session, bind.constraint_message, node) if violation or bind.constraint else ""


def _range(session: Session, found: Range) -> NodeView:
    element = session.form.repeat_element(found.definition.index)
    parent = found.parent
    above = _label_holder(session, element)
    bind = found.definition.bind
    return NodeView(
        ref=found.ref(),
        kind="repeat",
        type=bind.type,
        appearance=element.appearance if element else "",
        label=said(session, above.label, parent) if above else "",
        hint="",
        guidance="",
        value="",
        required=False,
        relevant=parent.relevant,
        readonly=parent.readonly,
        choices=[],
        violation="",
        constraint_message="",
        params={},
        ds={**(element.ds if element else {}), **bind.ds},
        media={},
        count=len(found.instances),
        can_add=element is not None and not element.fixed_count,
    )


def _label_holder(session: Session, element: Element | None) -> Element | None:
    """The group around a repeat carries its label."""
    if element is None or element.parent < 0:
        return None
    above = session.data.elements[element.parent]
    return above if above.node == element.node else None


def _loose_group(session: Session, index: int) -> NodeView:
    element = session.data.elements[index]
    return NodeView(
        ref=f"#{index}",
        kind="group",
        type="",
        appearance=element.appearance,
        label=said(session, element.label, session.record),
        hint=said(session, element.hint, session.record),
        guidance="",
        value="",
        required=False,
        relevant=True,
        readonly=False,
        choices=[],
        violation="",
        constraint_message="",
        params=dict(element.params),
        ds=dict(element.ds),
        media={},
    )


def violations(session: Session) -> list[Violation]:
    if not session.violations:
        return []
    return [
        Violation(node.ref(), kind, message(session, node, kind))
        for node in session.walk()
        if (kind := session.violations.get(node))
    ]


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
