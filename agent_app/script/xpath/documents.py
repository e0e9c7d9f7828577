"""A whole XML document as nodes, every section kept apart as browsers keep them.

For documents that expressions are tried on; forms read theirs through lxml, which joins CDATA
sections with the text around them.
"""

from __future__ import annotations

from xml.parsers import expat

from agent_app.script.xpath.tree import (
    ATTRIBUTE,
    COMMENT,
    DOCTYPE,
    ELEMENT,
    INSTRUCTION,
    ROOT,
    TEXT,
    XMLNS,
    Node,
)


def read_document(source: str) -> Node:
    """The document node over `source`; raises ValueError when it is not well-formed."""
    builder = _Builder()
    try:
        builder.parser.Parse(source, True)
    except expat.ExpatError as error:
        raise ValueError(str(error)) from None
    return builder.document


class _Builder:
    def __init__(self) -> None:
        self.document = Node(ROOT)
        self.here = self.document
        self.fresh = True
        self.declared: dict[str | None, str] = {}
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.namespace_prefixes = True
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.words
        self.parser.CommentHandler = self.comment
        self.parser.ProcessingInstructionHandler = self.instruction
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.parser.StartNamespaceDeclHandler = self.namespace
        self.parser.StartCdataSectionHandler = self.section
        self.parser.EndCdataSectionHandler = self.section
        self.parser.EntityDeclHandler = self.entity

    def namespace(self, prefix: str | None, uri: str | None) -> None:
        self.declared[prefix] = uri or ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        node = _named(ELEMENT, name)
        node.nsmap, self.declared = self.declared, {}
        for key, value in attributes.items():
            made = _named(ATTRIBUTE, key)
            made.text = value
            node.set_attribute(made)
        self.here.append(node)
        self.here = node
        self.fresh = True

    def end(self, _: str) -> None:
        assert self.here.parent is not None
        self.here = self.here.parent
        self.fresh = True

    def words(self, text: str) -> None:
        if self.here is self.document:
            return
        last = self.here.children[-1] if self.here.children else None
        if last is not None and last.kind == TEXT and not self.fresh:
            last.text += text
        else:
            self.here.append(Node(TEXT, text=text))
        self.fresh = False

    def section(self) -> None:
        self.fresh = True

    def comment(self, text: str) -> None:
        self.here.append(Node(COMMENT, text=text))
        self.fresh = True

    def instruction(self, target: str, text: str) -> None:
        self.here.append(Node(INSTRUCTION, name=target, text=text))
        self.fresh = True

    def doctype(self, name: str, *_: object) -> None:
        self.here.append(Node(DOCTYPE, name=name))

    def entity(self, *_: object) -> None:
        raise ValueError("a document that declares entities is not read")


def _named(kind: int, name: str) -> Node:
    parts = name.split(" ")
    if len(parts) == 1:
        return Node(kind, name)
    ns, local = parts[0], parts[1]
    prefix = parts[2] if len(parts) == 3 else ("xml" if ns == XMLNS else "")
    return Node(kind, f"{prefix}:{local}" if prefix else local, ns)
