"""Bind elements: type, logic, messages and settings of one node (ODK XForms, Bindings)."""

from __future__ import annotations

from lxml import etree

from agent_app.script.form import Bind
from agent_app.script.reading.document import Reading
from agent_app.script.reading.texts import text_or_key

JR = "http://openrosa.org/javarosa"
ODK = "http://www.opendatakit.org/xforms"
ORX = "http://openrosa.org/xforms"
ENTITIES = "http://www.opendatakit.org/xforms/entities"
ASPECTS = ("relevant", "calculate", "readonly", "required", "constraint")


def read_bind(element: etree._Element, ds: str, where: str, form: Reading) -> Bind:
    """What a bind says; its expressions are parsed under the name of the node at `where`."""
    bind = Bind(
        type=(element.get("type") or "string").rpartition(":")[2],
        constraint_message=text_or_key(element.get(f"{{{JR}}}constraintMsg")),
        required_message=text_or_key(element.get(f"{{{JR}}}requiredMsg")),
        preload=element.get(f"{{{JR}}}preload") or "",
        preload_params=element.get(f"{{{JR}}}preloadParams") or "",
        save_incomplete=(element.get("saveIncomplete") or "").strip() == "true()",
        save_to=element.get(f"{{{ENTITIES}}}saveto") or "",
    )
    for aspect in ASPECTS:
        text = (element.get(aspect) or "").strip()
        if text and form.expression(text, where, aspect):
            setattr(bind, aspect, text)
    pixels = element.get(f"{{{ORX}}}max-pixels") or ""
    bind.max_pixels = int(pixels) if pixels.isdigit() else 0
    bind.ds = own_columns(element, ds)
    bind.settings = own_columns(element, ODK)
    return bind


def own_columns(element: etree._Element, ns: str) -> dict[str, str]:
    """The attributes of one namespace, by local name: our own columns, or ODK's settings."""
    if not ns:
        return {}
    lead = f"{{{ns}}}"
    return {
        str(k)[len(lead) :]: str(v) for k, v in element.attrib.items() if str(k).startswith(lead)
    }
