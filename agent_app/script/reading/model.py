"""What stands beside the binds in an XForm's model: languages, instances, submission, actions."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from agent_app.script.form import Action, Language, Secondary
from agent_app.script.reading.document import Reading, children, local
from agent_app.script.reading.texts import read_parts

ACTIONS = frozenset({"setvalue", "setgeopoint", "setlocation", "recordaudio"})
_EVENT = "{http://www.w3.org/2001/xml-events}event"


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


def read_itext(model: etree._Element, reading: Reading) -> tuple[list[Language], str]:
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
                value.get("form") or "": read_parts(value, reading)
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


def read_action(
    element: etree._Element, reading: Reading, context: int = 0, source: int = -1
) -> Action | None:
    """An action seen from the definition `context`, nested in `source`; None for all else."""
    kind = local(element)
    if kind not in ACTIONS:
        return None
    path, target = reading.target(element, context)
    if target < 0:
        reading.fault(kind, "ref", path, "there is no such node", "name a question")
        return None
    value = (element.get("value") or "").strip()
    if value and not reading.expression(value, reading.nodes[target].path, kind):
        return None
    events = (element.get("event") or element.get(_EVENT) or "").split()
    events = ["odk-instance-first-load" if e == "xforms-ready" else e for e in events]
    literal = "" if value else "".join(element.itertext()).strip()
    return Action(kind, events, target, value, literal, source)
