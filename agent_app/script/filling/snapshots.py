"""Sessions put away and reopened exactly where they were."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lxml import etree
from msgspec.structs import replace

from agent_app.domain.errors import BadInput, Fault, TooOld
from agent_app.script.filling.state import State
from agent_app.script.form import NodeDef, Seed
from agent_app.script.loading import Form
from agent_app.script.record import RecordNode
from agent_app.script.xpath.tree import ELEMENT, names

VERSION = 1
DEPRECATED = "deprecatedID"


def take(state: State) -> dict[str, Any]:
    return {
        "v": VERSION,
        "form": state.form.id,
        "sha256": state.form.sha256,
        "language": state.language,
        "happened": sorted(state.happened),
        "record": _taken(state.record),
    }


def _taken(node: RecordNode) -> dict[str, Any]:
    taken: dict[str, Any] = {"n": node.name}
    if node.attributes:
        taken["a"] = {a.name: a.stored for a in node.attributes if isinstance(a, RecordNode)}
    if node.kids:
        taken["c"] = [
            _taken(c) for c in node.children if isinstance(c, RecordNode) and c.kind == ELEMENT
        ]
    else:
        taken["t"] = node.stored
    return taken


def seed(form: Form, snapshot: Mapping[str, Any]) -> Seed:
    """The snapshot's record over this form's shape; what the form no longer has is left out."""
    return _seed(form, snapshot["record"], 0)


def _seed(form: Form, taken: Mapping[str, Any], index: int) -> Seed:
    definition = form.data.nodes[index]
    made = Seed(index, text=str(taken.get("t", "")))
    named = {form.data.nodes[i].name: i for i in definition.attributes}
    made.attributes = [
        Seed(named[name], text=str(text))
        for name, text in taken.get("a", {}).items()
        if name in named
    ]
    inner = {form.data.nodes[i].name: i for i in definition.children}
    made.children = [
        _seed(form, child, inner[child["n"]]) for child in taken.get("c", ()) if child["n"] in inner
    ]
    return made


def fitting(form: Form, snapshot: Mapping[str, Any]) -> Form:
    """The form as `snapshot` needs it. Raises TooOld, or BadInput when it is another form's."""
    if snapshot.get("v") != VERSION:
        raise TooOld("the session was put away by another version")
    if snapshot.get("form") != form.id:
        raise BadInput(
            Fault(
                "the session belongs to another form",
                field="form",
                value=str(snapshot.get("form")),
                mend="open it with the form it was started with",
            )
        )
    return revisable(form) if DEPRECATED in _meta(snapshot["record"]) else form


def of_submission(form: Form, xml: str | bytes) -> dict[str, Any]:
    """A submission as a snapshot's record; raises BadInput when it is of another form."""
    root = _read(xml)
    if root.get("id") != form.id:
        raise BadInput(
            Fault(
                "the record belongs to another form",
                field="id",
                value=root.get("id") or "",
                mend="open it with the form it was made with",
            )
        )
    return {"record": _from_xml(root)}


def revisable(form: Form) -> Form:
    """The form with a place for the id of the record that is revised, where it has none."""
    held = next(node for node in form.data.nodes if node.local == "instanceID")
    meta = form.data.nodes[held.parent]
    if any(form.data.nodes[index].local == DEPRECATED for index in meta.children):
        return form
    name, index = held.name.replace("instanceID", DEPRECATED), len(form.data.nodes)
    path = f"{meta.path}/{name}"
    made = NodeDef(index, path, name, held.ns, held.kind, meta.index, repeats=meta.repeats)
    nodes = [*form.data.nodes, made]
    nodes[meta.index] = replace(meta, children=[*meta.children, index])
    return Form(replace(form.data, nodes=nodes))


def _meta(taken: Mapping[str, Any]) -> set[str]:
    """The local names in the snapshot's meta."""
    inner: Mapping[str, Any] = next(
        (c for c in taken.get("c", ()) if c["n"].rpartition(":")[2] == "meta"), {}
    )
    return {each["n"].rpartition(":")[2] for each in inner.get("c", ())}


def _read(xml: str | bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        return etree.fromstring(xml.encode() if isinstance(xml, str) else xml, parser)
    except etree.XMLSyntaxError as error:
        raise BadInput(Fault(str(error), row=error.lineno, mend="give submission XML")) from None


def _from_xml(element: etree._Element) -> dict[str, Any]:
    name = names(element.tag, element.prefix)[0]
    inner = [_from_xml(child) for child in element if isinstance(child.tag, str)]
    attributes = {str(key): str(text) for key, text in element.attrib.items()}
    return {"n": name, "a": attributes, "c": inner, "t": "" if inner else element.text or ""}
