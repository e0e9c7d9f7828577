"""An ODK XForm document to a FormData. Source: ODK XForms specification."""

from __future__ import annotations

import hashlib
import re

from lxml import etree

from agent_app.domain.errors import BadInput, Fault
from agent_app.script.form import Computation, FormData
from agent_app.script.graph.order import Cycles, order
from agent_app.script.reading.binds import ASPECTS, ENTITIES, ODK, ORX, read_bind
from agent_app.script.reading.body import Body, read_body
from agent_app.script.reading.document import Locate, Reading, children
from agent_app.script.reading.model import read_action, read_itext, read_secondary, read_submission
from agent_app.script.reading.primary import Primary, plain_path, primary_root
from agent_app.script.xpath.usage import calls, misuse

H = "http://www.w3.org/1999/xhtml"
SPECIFICATIONS = ((ODK, "xforms-version", (1, 0)), (ENTITIES, "entities-version", (2025, 1)))
"""What we speak: the first two parts of the newest version of each."""


def read_xform(source: bytes, name: str = "", locate: Locate | None = None) -> FormData:
    """Read a whole XForm; raises BadInput with every fault found."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    try:
        document = etree.fromstring(source, parser)
    except etree.XMLSyntaxError as error:
        fault = Fault(str(error), file=name, row=error.lineno, mend="make it well-formed XML")
        raise BadInput(fault) from None
    return _form(Reading(document, name, locate), hashlib.sha256(source).hexdigest())


def _form(reading: Reading, digest: str) -> FormData:
    instances = list(children(reading.model, "instance"))
    root = primary_root(instances, reading.name)
    source = next(reading.document.iter(f"{{{H}}}body", "body"), None)
    primary = _primary(reading, root, source)
    _binds(reading)
    body = Body() if source is None else read_body(source, reading)
    actions = [made for each in reading.model if (made := read_action(each, reading)) is not None]
    languages, default = read_itext(reading.model, reading)
    _check_functions(reading)
    _check_versions(reading)
    if reading.faults:
        raise BadInput(reading.faults)
    computations, edges = _ordered(reading, body)
    return FormData(
        id=root.get("id") or root.tag,
        version=root.get("version") or root.get(f"{{{ORX}}}version") or "",
        title=next((e.text or "" for e in reading.document.iter("{*}title")), ""),
        sha256=digest,
        namespaces=reading.namespaces,
        nodes=reading.nodes,
        seed=primary.seed,
        templates=primary.templates,
        elements=body.elements,
        body=body.top,
        style=body.style,
        languages=languages,
        default_language=default,
        secondary=read_secondary(instances[1:]),
        actions=[*actions, *body.actions],
        computations=computations,
        edges=edges,
        syntax=reading.syntax,
        submission=read_submission(reading.model),
        xmlns=primary.xmlns,
        entity=any(n.local == "entity" and "/meta/" in plain_path(n.path) for n in reading.nodes),
    )


def _primary(reading: Reading, root: etree._Element, body: etree._Element | None) -> Primary:
    """The primary instance, whose nodes all else names."""
    for prefix, uri in root.nsmap.items():
        reading.namespaces.setdefault(prefix or "", uri)
    repeats = () if body is None else body.iter("{*}repeat")
    paths = {plain_path(each.get("nodeset") or each.get("ref") or "") for each in repeats}
    primary = Primary(root, paths, reading.namespaces)
    reading.define(primary.nodes)
    return primary


def _binds(reading: Reading) -> None:
    ds = reading.namespaces.get("ds", "")
    for element in children(reading.model, "bind"):
        _, index = reading.target(element)
        if index >= 0:
            node = reading.nodes[index]
            node.bind = read_bind(element, ds, node.path, reading)


def _ordered(
    reading: Reading, body: Body
) -> tuple[list[Computation], dict[int, list[tuple[int, int]]]]:
    """All computations in the order to run them, and who reads which node."""
    bound = [
        Computation(aspect, node.index, expression)
        for node in reading.nodes
        for aspect in ASPECTS
        if (expression := getattr(node.bind, aspect))
    ]
    try:
        return order([*bound, *body.computations], reading.syntax, reading.shape)
    except Cycles as found:
        for cycle in found.cycles:
            shown = " → ".join(f"{reading.nodes[c.node].path} ({c.aspect})" for c in cycle)
            where, first = reading.nodes[cycle[0].node].path, cycle[0]
            reason, mend = (
                f"these wait for each other: {shown}",
                "take one of them out of the circle",
            )
            reading.fault(where, first.aspect, first.expression, reason, mend)
        raise BadInput(reading.faults) from None


def _check_functions(reading: Reading) -> None:
    """Every function asked for exists and is given as many arguments as it takes."""
    for text, tree in reading.syntax.items():
        for name, count in calls(tree):
            reason, mend = misuse(name, count)
            if reason:
                reading.misused(text, reason, mend)


def _check_versions(reading: Reading) -> None:
    """A specification newer than ours may ask for what we would silently leave out."""
    for ns, name, ours in SPECIFICATIONS:
        asked = reading.model.get(f"{{{ns}}}{name}") or ""
        if tuple(map(int, re.findall(r"\d+", asked)))[:2] > ours:
            spoken = ".".join(map(str, ours))
            reason = f"this form is of a newer specification than {spoken}"
            reading.fault("model", name, asked, reason, "update this app")
