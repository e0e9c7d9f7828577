"""Secondary instances: the form's own, and CSV, XML or GeoJSON given from outside."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from typing import Any

from lxml import etree

from agent_app.domain.errors import BadInput, Fault
from agent_app.script.form import Secondary
from agent_app.script.xpath.tree import ELEMENT, ROOT, Node, from_lxml


class Secondaries:
    """The secondary instances of one session, read when first asked for."""

    def __init__(self, declared: Mapping[str, Secondary], given: Mapping[str, str | bytes]) -> None:
        self._declared = declared
        self._given = dict(given)
        self._read: dict[str, Node] = {}

    def get(self, name: str) -> Node | None:
        found = self._read.get(name)
        if found is None:
            found = self._open(name)
            if found is not None:
                self._read[name] = found
        return found

    def put(self, name: str, source: str | bytes) -> None:
        self._given[name] = source
        self._read.pop(name, None)

    def _open(self, name: str) -> Node | None:
        declared = self._declared.get(name)
        if name in self._given:
            return read_instance(self._given[name], name)
        if declared is None:
            return None
        if declared.csv:
            return read_instance(declared.csv, name)
        if declared.xml:
            return from_lxml(etree.fromstring(declared.xml), keep_all=False)
        file = declared.src.rpartition("/")[2]
        for key in (file, file.rpartition(".")[0]):
            if key in self._given:
                return read_instance(self._given[key], file)
        return _document([])


def read_instance(source: str | bytes, name: str = "") -> Node:
    """XML, GeoJSON or CSV as a document; raises BadInput when it is none of them."""
    try:
        text = source.decode("utf-8-sig") if isinstance(source, bytes) else source.lstrip("\ufeff")
    except UnicodeDecodeError as error:
        raise BadInput(Fault("is not text", file=name, mend="save it as UTF-8")) from error
    start = text.lstrip()[:1]
    try:
        if start == "<":
            parser = etree.XMLParser(resolve_entities=False, no_network=True)
            return from_lxml(etree.fromstring(text.encode(), parser), keep_all=False)
        if start == "{":
            return _document(_features(json.loads(text)))
    except (etree.XMLSyntaxError, ValueError, KeyError, TypeError) as error:
        raise BadInput(Fault(str(error), file=name, mend="give XML, CSV or GeoJSON")) from None
    return _document(_rows(text))


def _rows(text: str) -> Iterable[dict[str, str]]:
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    for row in csv.DictReader(io.StringIO(text), delimiter=delimiter):
        yield {(key or "").strip(): value or "" for key, value in row.items() if key}


def _features(collection: Mapping[str, Any]) -> Iterable[dict[str, str]]:
    if collection.get("type") != "FeatureCollection" or "features" not in collection:
        raise ValueError("GeoJSON must be one FeatureCollection")
    for feature in collection["features"]:
        item = {
            key: _plain(value)
            for key, value in (feature.get("properties") or {}).items()
            if value is not None
        }
        if feature.get("id") is not None:
            item["id"] = _plain(feature["id"])
        item["geometry"] = _geometry(feature["geometry"])
        yield item


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _geometry(geometry: Mapping[str, Any] | None) -> str:
    if not geometry:
        raise ValueError("a feature has no geometry")
    kind, at = geometry["type"], geometry["coordinates"]
    if kind == "Point":
        return _point(at)
    if kind == "LineString":
        return "; ".join(map(_point, at))
    if kind == "Polygon":
        return "; ".join(map(_point, at[0]))
    raise ValueError(f"a {kind} cannot be a choice; only Point, LineString and Polygon can")


def _point(at: list[float]) -> str:
    return f"{_plain(at[1])} {_plain(at[0])} 0 0"


def _document(items: Iterable[Mapping[str, str]]) -> Node:
    document, root = Node(ROOT), Node(ELEMENT, "root")
    document.append(root)
    for item in items:
        node = Node(ELEMENT, "item")
        for name, value in item.items():
            node.append(Node(ELEMENT, name, text=value))
        root.append(node)
    return document
