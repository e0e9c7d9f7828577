"""Labels, hints and messages as an XForm writes them: words with outputs, or itext keys."""

from __future__ import annotations

import re

from lxml import etree

from agent_app.script.form import Text
from agent_app.script.reading.document import Reading

_ITEXT = re.compile(
    r"\s*jr:itext\(\s*(?:'([^']*)'|\"([^\"]*)\"|(.+?))\s*\)\s*", re.DOTALL
).fullmatch

Parts = list[str | list[str]]


def text_or_key(written: str | None) -> Text | None:
    """A message attribute: words, or jr:itext('key')."""
    if written is None or not written:
        return None
    found = _ITEXT(written)
    if found is None:
        return Text(parts=[written])
    return Text(key=found.group(1) or found.group(2) or "")


def read_text(element: etree._Element | None, form: Reading) -> Text | None:
    """A label or hint element."""
    if element is None:
        return None
    ref = element.get("ref")
    if not ref:
        return Text(parts=read_parts(element, form))
    found = _ITEXT(ref)
    if found is None:
        form.expression(ref, "label", "ref")
        return Text(parts=[[ref]])
    if found.group(3):
        form.expression(found.group(3), "label", "ref")
        return Text(key_expression=found.group(3))
    return Text(key=found.group(1) or found.group(2) or "")


def read_parts(element: etree._Element, form: Reading) -> Parts:
    """Words as written and outputs, in order."""
    if len(element) == 0:
        return [element.text] if element.text else []
    parts: Parts = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str) and child.tag.endswith("}output"):
            value = (child.get("value") or child.get("ref") or "").strip()
            if value and form.expression(value, "output", "value"):
                parts.append([value])
        parts.append(child.tail or "")
    return [part for part in parts if part]
