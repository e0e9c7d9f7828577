"""Words said: labels, hints and messages in the language of a state, outputs filled in."""

from __future__ import annotations

from contextlib import suppress

from agent_app.script.filling.state import State
from agent_app.script.form import Element, Text
from agent_app.script.record import RecordNode
from agent_app.script.xpath.code import XPathError, text_of

MEDIA = ("image", "big-image", "audio", "video")


def parts_text(state: State, parts: list[str | list[str]], node: RecordNode) -> str:
    """Words with their outputs; an output that cannot be computed is left out, not the words."""
    said = []
    for part in parts:
        if isinstance(part, str):
            said.append(part)
            continue
        with suppress(XPathError):
            read = text_of(state.form.code(part[0], node.definition.index))
            said.append(read(state.context(node)))
    return "".join(said)


def forms(state: State, key: str) -> dict[str, list[str | list[str]]]:
    """The forms of an itext key in the session's language, else the default one."""
    texts = state.form.texts
    for language in (state.language, state.data.default_language):
        found = texts.get(language, {}).get(key)
        if found is not None:
            return dict(found)
    return {}


def itext(state: State, key: str, node: RecordNode, form: str = "") -> str:
    found = forms(state, key)
    for wanted in (form, "long", "short") if not form else (form,):
        if wanted in found:
            return parts_text(state, found[wanted], node)
    return ""


def say(state: State, text: Text | None, node: RecordNode) -> str:
    if text is None:
        return ""
    if text.key or text.key_expression:
        return itext(state, _key(state, text, node), node)
    return parts_text(state, text.parts, node)


def said(state: State, text: Text | None, node: RecordNode) -> str:
    """Words to show: the blanks that authors and converters leave around them taken off."""
    return say(state, text, node).strip()


def _key(state: State, text: Text, node: RecordNode) -> str:
    if text.key_expression:
        return text_of(state.form.code(text.key_expression, node.definition.index))(
            state.context(node)
        )
    return text.key


def media(state: State, key: str, node: RecordNode) -> dict[str, str]:
    found = forms(state, key)
    return {kind: parts_text(state, found[kind], node) for kind in MEDIA if kind in found}


def text_media(state: State, text: Text | None, node: RecordNode) -> dict[str, str]:
    if text is None or not (text.key or text.key_expression):
        return {}
    return media(state, _key(state, text, node), node)


def guidance(state: State, element: Element | None, node: RecordNode) -> str:
    if element is None or element.hint is None or not element.hint.key:
        return ""
    return itext(state, element.hint.key, node, "guidance").strip()


def message(state: State, node: RecordNode, violation: str) -> str:
    bind = node.definition.bind
    if violation == "required":
        return said(state, bind.required_message, node)
    return said(state, bind.constraint_message, node) if violation or bind.constraint else ""
