"""The XML tree that expressions read: documents, secondary instances and the record alike.

An element whose whole content is one text keeps it in `text` and has no child nodes until an
axis asks for them, so a form's thousands of leaves cost one object each.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

ROOT, ELEMENT, ATTRIBUTE, TEXT, COMMENT, INSTRUCTION, NAMESPACE, DOCTYPE = range(8)
XMLNS = "http://www.w3.org/XML/1998/namespace"


class Node:
    """One node. `name` is as written (with prefix); `ns` the namespace or ""."""

    __slots__ = ("attributes", "children", "kind", "local", "name", "ns", "nsmap", "parent", "text")

    def __init__(self, kind: int, name: str = "", ns: str = "", text: str = "") -> None:
        self.kind = kind
        self.name = name
        self.local = name.rpartition(":")[2]
        self.ns = ns
        self.text = text
        self.parent: Node | None = None
        self.children: list[Node] = []
        self.attributes: list[Node] = []
        self.nsmap: dict[str | None, str] = {}

    def value(self) -> str:
        """The string value (XPath 1.0, section 5)."""
        if self.kind > ELEMENT or not self.children:
            return self.text
        return "".join(child.value() for child in self.children if child.kind in (ELEMENT, TEXT))

    def elements(self) -> list[Node]:
        """The child elements, in order."""
        return [child for child in self.children if child.kind == ELEMENT]

    def nodes(self) -> list[Node]:
        """All children, the text of a leaf made into a node when first asked for."""
        if self.kind <= ELEMENT and self.text and not self.children:
            self.append(Node(TEXT, text=self.text))
        return self.children

    def append(self, child: Node) -> None:
        child.parent = self
        self.children.append(child)

    def set_attribute(self, attribute: Node) -> None:
        attribute.parent = self
        self.attributes.append(attribute)

    def attribute(self, local: str, ns: str = "") -> str | None:
        for found in self.attributes:
            if found.local == local and found.ns == ns:
                return found.text
        return None

    def child(self, local: str) -> Node | None:
        for found in self.children:
            if found.kind == ELEMENT and found.local == local:
                return found
        return None

    def position(self) -> int:
        """The place among siblings of the same name, from 1."""
        place = 1
        for sibling in self.parent.children if self.parent is not None else ():
            if sibling is self:
                break
            same = sibling.kind == self.kind and sibling.local == self.local
            place += same and sibling.ns == self.ns
        return place

    def walk(self) -> Iterator[Node]:
        """This node and all below it, in document order, attributes left out."""
        yield self
        for child in self.nodes():
            yield from child.walk()

    def root(self) -> Node:
        node: Node = self
        while node.parent is not None:
            node = node.parent
        return node


def order_key(node: Node) -> tuple[int, ...]:
    """Sorts nodes of one tree in document order: attributes after their element, before children."""
    key: list[int] = []
    while node.parent is not None:
        above = node.parent
        if node.kind == ATTRIBUTE:
            key.append(above.attributes.index(node) - 1_000_000)
        elif node.kind == NAMESPACE:
            key.append(-2_000_000)
        else:
            key.append(_place(above.nodes(), node))
        node = above
    key.reverse()
    return tuple(key)


def _place(children: list[Node], node: Node) -> int:
    for index, child in enumerate(children):
        if child is node:
            return index
    return -1


def from_lxml(source: etree._Element, *, keep_all: bool = True) -> Node:
    """A document node over `source`. Without `keep_all`, comments, instructions and the blanks
    between elements are left out, as forms read them.
    """
    root = Node(ROOT)
    if keep_all:
        for before in reversed(list(source.itersiblings(preceding=True))):
            root.append(_other(before))
    root.append(_element(source, keep_all))
    if keep_all:
        for after in source.itersiblings():
            root.append(_other(after))
    return root


def _other(source: etree._Element) -> Node:
    if source.tag is etree.ProcessingInstruction:
        return Node(INSTRUCTION, name=str(source.target), text=source.text or "")
    return Node(COMMENT, text=source.text or "")


def _element(source: etree._Element, keep_all: bool) -> Node:
    name, ns = names(source.tag, source.prefix)
    node = Node(ELEMENT, name, ns)
    parent = source.getparent()
    if parent is None or source.nsmap != parent.nsmap:
        node.nsmap = dict(source.nsmap)
    for key, text in source.attrib.items():
        node.set_attribute(_attribute(source, str(key), str(text)))
    if len(source) == 0:
        node.text = source.text or ""
        return node
    _text(node, source.text, keep_all)
    for child in source:
        if isinstance(child.tag, str):
            node.append(_element(child, keep_all))
        elif keep_all:
            node.append(_other(child))
        _text(node, child.tail, keep_all)
    return node


def _attribute(source: etree._Element, key: str, text: str) -> Node:
    ns, local = ("", key) if key[0] != "{" else key[1:].split("}", 1)
    prefix = "xml" if ns == XMLNS else None
    if ns and prefix is None:
        prefix = next((p for p, uri in source.nsmap.items() if uri == ns and p), None)
    return Node(ATTRIBUTE, f"{prefix}:{local}" if prefix else local, ns, text)


def _text(node: Node, text: str | None, keep_all: bool) -> None:
    if text and (keep_all or text.strip()):
        node.append(Node(TEXT, text=text))


def names(tag: str, prefix: str | None) -> tuple[str, str]:
    """The name as written and the namespace, from lxml's {namespace}local."""
    if tag[0] != "{":
        return tag, ""
    ns, local = tag[1:].split("}", 1)
    return (f"{prefix}:{local}" if prefix else local), ns
