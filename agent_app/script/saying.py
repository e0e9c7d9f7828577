"""Words said: labels, hints and messages in the language of a session, outputs filled in."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from agent_app.script.form import Element, Text
from agent_app.script.record import RecordNode
from agent_app.script.xpath.code import XPathError, text_of

if TYPE_CHECKING:
    from agent_app.script.session import Session

MEDIA = ("image", "big-image", "audio", "video")


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


def text_media(session: Session, text: Text | None, node: RecordNode) -> dict[str, str]:
    if text is None or not (text.key or text.key_expression):
        return {}
    return media(session, _key(session, text, node), node)


def guidance(session: Session, element: Element | None, node: RecordNode) -> str:
    if element is None or element.hint is None or not element.hint.key:
        return ""
    return itext(session, element.hint.key, node, "guidance").strip()


def message(session: Session, node: RecordNode, violation: str) -> str:
    bind = node.definition.bind
    if violation == "required":
        return said(session, bind.required_message, node)
    return said(session, bind.constraint_message, node) if violation or bind.constraint else ""
