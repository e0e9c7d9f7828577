"""The record being filled in: the primary instance as live nodes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from agent_app.script.form import ATTRIBUTE, REPEAT, FormData, NodeDef, Seed
from agent_app.script.xpath import tree
from agent_app.script.xpath.tree import Node


class RecordNode(Node):
    """One node of the record.

    `text` is what expressions see: the stored value while relevant, nothing otherwise.
    `kids` follows the definition's children: a node, or the Range of a repeat. `place` is a
    repeat instance's number, from 1.
    """

    __slots__ = (
        "definition",
        "kids",
        "own_readonly",
        "own_relevant",
        "place",
        "readonly",
        "relevant",
        "required",
        "serial",
        "stored",
        "valid",
    )

    def __init__(self, definition: NodeDef, stored: str, serial: int) -> None:
        kind = tree.ATTRIBUTE if definition.kind == ATTRIBUTE else tree.ELEMENT
        super().__init__(kind, definition.name, definition.ns, stored)
        self.definition = definition
        self.stored = stored
        self.serial = serial
        self.kids: list[RecordNode | Range] = []
        self.relevant = True
        self.own_relevant = True
        self.readonly = False
        self.own_readonly = False
        self.required = False
        self.valid = True
        self.place = 0

    def nodes(self) -> list[Node]:
        """As of any node; the text of a leaf is made anew, for it may change."""
        if self.children or not self.text or self.kind != tree.ELEMENT:
            return self.children
        text = Node(tree.TEXT, text=self.text)
        text.parent = self
        return [text]

    def refresh_children(self) -> None:
        """Rebuild the flat list of children after a range grew or shrank."""
        flat: list[Node] = []
        for kid in self.kids:
            if isinstance(kid, Range):
                flat += kid.instances
            else:
                flat.append(kid)
        self.children = flat

    def below(self) -> Iterator[RecordNode]:
        """This node, its attributes and all below it, in document order."""
        yield self
        for attribute in self.attributes:
            assert isinstance(attribute, RecordNode)
            yield attribute
        for child in self.children:
            assert isinstance(child, RecordNode)
            yield from child.below()

    def ref(self) -> str:
        """The absolute path with positions at repeats: /data/g[2]/q."""
        above = self.parent
        if not isinstance(above, RecordNode):
            return f"/{self.name}"
        if self.kind == tree.ATTRIBUTE:
            return f"{above.ref()}/@{self.name}"
        if self.definition.kind == REPEAT:
            return f"{above.ref()}/{self.name}[{self.place}]"
        return f"{above.ref()}/{self.name}"

    def range(self) -> Range:
        """The range a repeat instance stands in."""
        above = self.parent
        assert isinstance(above, RecordNode)
        kid = above.kids[above.definition.children.index(self.definition.index)]
        assert isinstance(kid, Range)
        return kid

    def position(self) -> int:
        return self.place or 1


class Range:
    """All instances of one repeat under one parent; `seeds` are the form's own, by place."""

    __slots__ = ("definition", "instances", "parent", "seeds")

    def __init__(self, definition: NodeDef, parent: RecordNode) -> None:
        self.definition = definition
        self.parent = parent
        self.instances: list[RecordNode] = []
        self.seeds: list[Seed] = []

    def ref(self) -> str:
        return f"{self.parent.ref()}/{self.definition.name}"

    def append(self, node: RecordNode) -> None:
        node.parent = self.parent
        self.instances.append(node)
        node.place = len(self.instances)

    def pop(self, index: int) -> RecordNode:
        """Take an instance out, the later ones moving up; raises IndexError."""
        node = self.instances.pop(index)
        for place, later in enumerate(self.instances[index:], index + 1):
            later.place = place
        return node


class Builder:
    """Makes record nodes from seeds and knows where single nodes stand.

    The instances of `deferred` repeats are not made yet, only kept as seeds.
    """

    def __init__(self, form: FormData, deferred: frozenset[int] = frozenset()) -> None:
        self.form = form
        self.deferred = deferred
        self.slots: list[RecordNode | None] = [None] * len(form.nodes)
        self.serial = 0

    def build(self, seed: Seed) -> RecordNode:
        definition = self.form.nodes[seed.definition]
        self.serial += 1
        node = RecordNode(definition, seed.text, self.serial)
        if not definition.repeats:
            self.slots[definition.index] = node
        for attribute in seed.attributes:
            node.set_attribute(self.build(attribute))
        given: dict[int, list[Seed]] = {}
        for child in seed.children:
            given.setdefault(child.definition, []).append(child)
        for index in definition.children:
            node.kids.append(self._kid(node, index, given))
        node.refresh_children()
        return node

    def _kid(
        self, node: RecordNode, index: int, given: Mapping[int, list[Seed]]
    ) -> RecordNode | Range:
        definition = self.form.nodes[index]
        seeds = given.get(index, [])
        if definition.kind != REPEAT:
            child = self.build(seeds[0] if seeds else Seed(index))
            child.parent = node
            return child
        made = Range(definition, node)
        if index in self.deferred:
            made.seeds = seeds
            return made
        for seed in seeds:
            made.append(self.build(seed))
        return made


def instances_under(node: RecordNode, definition: NodeDef, form: FormData) -> list[RecordNode]:
    """All nodes of `definition` at or below `node`."""
    chain: list[int] = []
    at = definition.index
    while at != node.definition.index:
        chain.append(at)
        at = form.nodes[at].parent
        if at < 0:
            return []
    found = [node]
    for index in reversed(chain):
        found = _step(found, form.nodes[index], form)
    return found


def _step(nodes: list[RecordNode], definition: NodeDef, form: FormData) -> list[RecordNode]:
    parent = form.nodes[definition.parent]
    if definition.kind == ATTRIBUTE:
        place = parent.attributes.index(definition.index)
        held = [node.attributes[place] for node in nodes]
        return [each for each in held if isinstance(each, RecordNode)]
    place = parent.children.index(definition.index)
    found: list[RecordNode] = []
    for node in nodes:
        kid = node.kids[place]
        if isinstance(kid, Range):
            found += kid.instances
        else:
            found.append(kid)
    return found
