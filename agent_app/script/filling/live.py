"""The record while it is being filled in: values, and what follows from them, in order."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from heapq import heapify, heappop, heappush
from typing import Any, Unpack

from agent_app.script.filling import itemsets
from agent_app.script.filling.casts import cast
from agent_app.script.filling.state import State, Surroundings
from agent_app.script.form import LEAF, REPEAT, Computation, Seed
from agent_app.script.loading import Form
from agent_app.script.record import RecordNode
from agent_app.script.xpath.code import Context, XPathError

ROUNDS = 200
"""How often one expression of one node is computed, or its change told, for one answer."""


class Live(State):
    """The values of a record, and the queue of what has to be computed.

    A session adds what moves more than one node: repeats made by their count, and actions.
    """

    def __init__(self, form: Form, **around: Unpack[Surroundings]) -> None:
        super().__init__(form, **around)
        self.loading = True
        self._queue: list[tuple[int, int]] = []
        self._waiting: dict[tuple[int, int], RecordNode] = {}
        self._done: dict[tuple[int, int], int] = {}
        self._value_changed: list[RecordNode] = []
        self._fresh: set[RecordNode] = set()

    @abstractmethod
    def match_count(self, rank: int, computation: Computation, node: RecordNode) -> None:
        """Make as many repeat instances as are asked for."""

    @abstractmethod
    def value_changed(self, node: RecordNode) -> None:
        """Run the actions that listen to a node."""

    def begin(self, seed: Seed, *, deferred: frozenset[int]) -> None:
        """Build the record from a seed, each value as its type has it."""
        self.build(seed, deferred=deferred)
        self._context = self.context(self.record)
        for node in self.record.below():
            if not node.kids:
                node.stored = self.kept(node, node.stored)
                node.text = self._shown(node)

    # -- values

    def put(self, node: RecordNode, value: str) -> bool:
        """Store a value as its type keeps it; True when that changed what is stored."""
        kept = self.kept(node, value)
        if kept == node.stored:
            return False
        node.stored = kept
        self.settle(node)
        return True

    def kept(self, node: RecordNode, value: str) -> str:
        """A value as its type, and its control where that is narrower, has it."""
        kept = cast(node.definition.bind.type, value)
        control = self.form.narrow.get(node.definition.index)
        return kept if control is None or not kept else itemsets.narrowed(kept, control)

    def settle(self, node: RecordNode) -> None:
        """Make what expressions see follow what is stored, and tell the readers."""
        if node.kids:
            return
        shown = self._shown(node)
        if shown == node.text:
            return
        node.text = shown
        self.changed.add(node)
        self.push_readers(node)
        if not self.loading and node.definition.index in self.form.listened:
            self._value_changed.append(node)

    def _shown(self, node: RecordNode) -> str:
        if not node.relevant or not node.stored:
            return ""
        if node.definition.index not in self.form.chosen:
            return node.stored
        return itemsets.offered(self, node, node.stored)

    # -- the queue

    def push_readers(self, node: RecordNode) -> None:
        """Queue all that reads this node, within the repeat instances it can be read from."""
        for reader in self.form.readers[node.definition.index]:
            if reader.slot >= 0:
                only = self.slots[reader.slot]
                if only is not None:
                    self.push(reader.rank, only)
                continue
            above: Any = node
            for _ in range(reader.up):
                above = above.parent
            if reader.places is None:
                self.push_all(reader.rank, above)
                continue
            for place in reader.places:
                above = above.kids[place]
            self.push(reader.rank, above)

    def push_all(self, rank: int, under: RecordNode) -> None:
        """Queue a computation for all its nodes at or below `under`."""
        computation = self.data.computations[rank]
        target = self.data.nodes[computation.node]
        if not target.repeats and target.kind != REPEAT:
            node = self.slots[target.index]
            if node is not None:
                self.push(rank, node)
            return
        if computation.aspect == "count":
            target = self.data.nodes[target.parent]
        for node in self.nearest(target, under):
            self.push(rank, node)

    def push(self, rank: int, node: RecordNode) -> None:
        key = (rank, node.serial)
        if key not in self._waiting:
            self._waiting[key] = node
            heappush(self._queue, key)

    def flush(self) -> None:
        """Compute all that waits; then the actions that listened; until nothing stirs."""
        self._done.clear()
        self.compute()
        while self._value_changed:
            node = self._value_changed.pop(0)
            told = (-1, node.serial)
            self._done[told] = self._done.get(told, 0) + 1
            if node not in self._fresh and self._done[told] <= ROUNDS:
                self.value_changed(node)
            self.compute()
        self._fresh.clear()

    def compute(self) -> None:
        """Compute all that waits, lowest rank first."""
        done = self._done
        while self._queue:
            key = heappop(self._queue)
            node = self._waiting.pop(key)
            done[key] = done.get(key, 0) + 1
            if done[key] <= ROUNDS:
                self._compute(key[0], node)

    def _compute(self, rank: int, node: RecordNode) -> None:
        """One computation. What an expression cannot do is kept as trouble: no answer is lost
        because some other question's expression fails.
        """
        computation = self.data.computations[rank]
        try:
            _WORK[computation.aspect](self, rank, computation, node)
            self.trouble.pop((rank, node.serial), None)
        except XPathError as error:
            where = f"{node.ref()} ({computation.aspect}): {computation.expression}"
            self.trouble[rank, node.serial] = f"{where}: {error}"

    def welcome(self, node: RecordNode) -> None:
        """Queue all that a new repeat instance needs, and all that reads it."""
        for below in node.below():
            self._fresh.add(below)
            for rank in self.form.of_node.get(below.definition.index, ()):
                self.push(rank, below)
            self.push_readers(below)

    def forget(self, node: RecordNode) -> None:
        """Tell all that read a removed instance, and drop what was queued for it."""
        gone = list(node.below())
        for below in gone:
            self.violations.pop(below, None)
            self.choices.pop(below, None)
            self.push_readers(below)
        serials = {below.serial for below in gone}
        for key in [key for key in self._waiting if key[1] in serials]:
            del self._waiting[key]
        self._queue = list(self._waiting)
        heapify(self._queue)

    # -- one computation each

    def _at(self, node: RecordNode) -> Context:
        """The context of one computation; one object serves them all, one after the other."""
        x = self._context
        x.node = x.current = node
        return x

    def _relevant(self, rank: int, _: Computation, node: RecordNode) -> None:
        own = self.form.tests[rank](self._at(node))
        if own != node.own_relevant:
            node.own_relevant = own
            self._relevance(node)

    def _relevance(self, node: RecordNode) -> None:
        above = node.parent
        relevant = node.own_relevant and (not isinstance(above, RecordNode) or above.relevant)
        if relevant == node.relevant:
            return
        node.relevant = relevant
        self.changed.add(node)
        self.settle(node)
        self._judge(node)
        if relevant:
            for rank in self.form.calculations.get(node.definition.index, ()):
                self.push(rank, node)
        for below in (*node.attributes, *node.children):
            assert isinstance(below, RecordNode)
            self._relevance(below)

    def _readonly(self, rank: int, _: Computation, node: RecordNode) -> None:
        node.own_readonly = self.form.tests[rank](self._at(node))
        self._spread_readonly(node)

    def _spread_readonly(self, node: RecordNode) -> None:
        above = node.parent
        readonly = node.own_readonly or (isinstance(above, RecordNode) and above.readonly)
        if readonly == node.readonly:
            return
        node.readonly = readonly
        self.changed.add(node)
        for child in node.children:
            assert isinstance(child, RecordNode)
            self._spread_readonly(child)

    def _required(self, rank: int, _: Computation, node: RecordNode) -> None:
        required = self.form.tests[rank](self._at(node))
        if required != node.required:
            node.required = required
            self.changed.add(node)
        self._judge(node)

    def _constraint(self, rank: int, _: Computation, node: RecordNode) -> None:
        node.valid = not node.text or self.form.tests[rank](self._at(node))
        self._judge(node)

    def _judge(self, node: RecordNode) -> None:
        """Keep the list of violations true. Only questions can violate; groups cannot."""
        found = ""
        if node.relevant and node.definition.kind == LEAF:
            if node.text:
                found = "" if node.valid else "constraint"
            elif node.required:
                found = "required"
        if found == self.violations.get(node, ""):
            return
        self.changed.add(node)
        if found:
            self.violations[node] = found
        else:
            del self.violations[node]

    def _calculate(self, rank: int, _: Computation, node: RecordNode) -> None:
        if node.relevant:
            self.put(node, self.form.writers[rank](self._at(node)))

    def _itemset(self, _: int, __: Computation, node: RecordNode) -> None:
        if itemsets.refresh(self, node):
            self.changed.add(node)
            self.settle(node)


_WORK: Mapping[str, Callable[[Live, int, Computation, RecordNode], None]] = {
    "relevant": Live._relevant,
    "readonly": Live._readonly,
    "required": Live._required,
    "constraint": Live._constraint,
    "calculate": Live._calculate,
    "itemset": Live._itemset,
    "count": lambda live, *of: live.match_count(*of),
}
