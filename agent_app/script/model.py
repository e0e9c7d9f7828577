"""What stands beside the binds in an XForm's model: languages, secondary instances, submission."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lxml import etree

from agent_app.script.form import Language, Secondary
from agent_app.script.texts import Expressions, read_parts


def children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """The child elements of a local name, whatever their namespace."""
    yield from element.iterchildren(f"{{*}}{name}")


def read_secondary(instances: Sequence[etree._Element]) -> dict[str, Secondary]:
    """The secondary instances by id, their own content or the address of it."""
    found = {}
    for element in instances:
        name, src = element.get("id") or "", element.get("src") or ""
        root = next((child for child in element if isinstance(child.tag, str)), None)
        if root is not None:
            etree.cleanup_namespaces(root)
            found[name] = Secondary(xml=etree.tostring(root, encoding="unicode", with_tail=False))
        else:
            found[name] = Secondary(src=src)
    return found


def read_itext(model: etree._Element, form: Expressions) -> tuple[list[Language], str]:
    """The languages with their texts, and the name of the default one."""
    itext = next(children(model, "itext"), None)
    if itext is None:
        return [], ""
    languages, default = [], ""
    for translation in children(itext, "translation"):
        language = Language(translation.get("lang") or "")
        if translation.get("default") is not None:
            default = language.name
        for text in children(translation, "text"):
            language.texts[text.get("id") or ""] = {
                value.get("form") or "": read_parts(value, form)
                for value in text
                if isinstance(value.tag, str)
            }
        languages.append(language)
    return languages, default or (languages[0].name if languages else "")


def read_submission(model: etree._Element) -> dict[str, str]:
    """Where and how the form wants to be sent."""
    element = next(children(model, "submission"), None)
    if element is None:
        return {}
    return {str(key).rpartition("}")[2]: str(text) for key, text in element.attrib.items()}
