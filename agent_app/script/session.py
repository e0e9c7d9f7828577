"""A form being filled in: answers go in, and what depends on them follows, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, tzinfo
from heapq import heappop, heappush
from typing import Any

from agent_app.script import actions, itemsets, preloads, snapshots, submission, views
from agent_app.script.casts import cast
from agent_app.script.form import LEAF, REPEAT, Computation, NodeDef, Seed
from agent_app.script.loading import Form
from agent_app.script.quiet import collector_paused
from agent_app.script.record import Builder, Range, RecordNode, instances_under
from agent_app.script.secondary import Secondaries
from agent_app.script.views import NodeView, Page, Violation
from agent_app.script.xpath import tree
from agent_app.script.xpath.code import Context
from agent_app.script.xpath.functions.strings import random_uuid
from agent_app.script.xpath.tree import Node

ROUNDS = 200
"""How often one expression of one node may be computed for one answer before it is a loop."""


class Session:
    """One visit's run of a form.

    `now` gives an aware datetime; its zone is the zone of every date function. `entropy` gives
    random bytes. `instances` are external secondary instances by name. `preloads` are property
    values by name (username, deviceid, email, phone number …). `happened` are the kinds of
    events the visit already holds; it opens groups with `ds:needs`.
    """

    def __init__(
        self,
        form: Form,
        *,
        now: Callable[[], datetime],
        entropy: Callable[[int], bytes],
        instances: Mapping[str, str | bytes] | None = None,
        language: str | None = None,
        preloads: Mapping[str, str] | None = None,
        location: Callable[[], str] | None = None,
        snapshot: Mapping[str, Any] | None = None,
    ) -> None:
        self.form = form
        self.data = form.data
        self.now = now
        self.entropy = entropy
        self.zone: tzinfo = _zone(now())
        self.preloads = dict(preloads or {})
        self.location = location or (lambda: "")
        self.language = form.language(language) if language else self.data.default_language
        self.happened: set[str] = set()
        self.secondaries = Secondaries(form, instances or {})
        with collector_paused():
            self._start(snapshot)

    def _start(self, snapshot: Mapping[str, Any] | None) -> None:
        builder = Builder(self.data)
        seed = self.data.seed if snapshot is None else snapshots.seed(self.form, snapshot)
        record = builder.build(seed)
        self.builder = builder
        self.slots: list[Any] = builder.slots
        self.root = Node(tree.ROOT)
        self.root.append(record)
        self.record = record
        self.changed: set[RecordNode] = set()
        self.violations: dict[RecordNode, str] = {}
        self._queue: list[tuple[int, int]] = []
        self._waiting: dict[tuple[int, int], RecordNode] = {}
        self.choices: dict[RecordNode, list[itemsets.Shown]] = {}
        self._open_ranges(record, fresh=snapshot is None)
        for node in record.below():
            self._settle_first(node)
        if snapshot is None:
            preloads.first_load(self)
        self._compute_all(restoring=snapshot is not None)
        if snapshot is None:
            actions.fire(self, "odk-instance-first-load")
        actions.fire(self, "odk-instance-load")
        self._calculate_again()
        if snapshot is None:
            self._ensure_instance_id()
        self.changed.clear()

    def _settle_first(self, node: RecordNode) -> None:
        if not node.kids:
            node.stored = node.text = cast(node.definition.bind.type, node.stored)

    def _calculate_again(self) -> None:
        """A calculation has the last word over an action on the same node."""
        for action in self.data.actions:
            for rank in self.form.calculations.get(action.target, ()):
                self._push_all(rank, self.record)
        self.flush()

    # -- what expressions may ask (xpath.code.Environment)

    def instance(self, name: str) -> Node | None:
        found = self.secondaries.get(name)
        if found is None and name == self.data.id:
            return self.root
        return found

    def itext(self, key: str) -> str:
        return views.itext(self, key, self.record)

    def choice_name(self, node: Node | None, path: str, value: str) -> str:
        return itemsets.choice_name(self, node, path, value)

    def property(self, name: str) -> str:
        if name == "version":
            return self.data.version
        return self.preloads.get(name, "")

    # -- what a caller does

    def answer(self, ref: str, value: str) -> set[str]:
        """Store an answer; returns the refs of all nodes that changed in any way."""
        node = self.find(ref)
        self.changed.clear()
        if self.put(node, value):
            actions.value_changed(self, node)
            self.flush()
        return self._changed_refs()

    def add_repeat(self, ref: str) -> set[str]:
        """Add an instance at the end of the repeat range at `ref` (without a position)."""
        self.changed.clear()
        self._add(self.find_range(ref))
        self.flush()
        return self._changed_refs()

    def remove_repeat(self, ref: str, index: int) -> set[str]:
        """Remove the instance at `index`, counted from 1; raises IndexError when there is none."""
        if index < 1:
            raise IndexError(index)
        self.changed.clear()
        self._remove(self.find_range(ref), index - 1)
        self.flush()
        return self._changed_refs()

    def set_language(self, language: str) -> None:
        """Say everything in another of the form's languages; KeyError when it has no such one."""
        self.language = self.form.language(language)
        for rank in self.form.worded:
            self._push_all(rank, self.record)
        self.flush()

    def set_instance(self, name: str, source: str | bytes) -> set[str]:
        """Give a secondary instance new content and recompute what reads it."""
        self.changed.clear()
        self.secondaries.put(name, source)
        for rank in self.form.instance_readers.get(name, ()):
            self._push_all(rank, self.record)
        self.flush()
        return self._changed_refs()

    def view(self, ref: str) -> NodeView:
        """What to draw for the node, range or bodyless group at `ref`; KeyError when absent."""
        return views.view(self, ref)

    def pages(self) -> list[Page]:
        """The relevant screens, in order: a question each, or a field-list group at once."""
        return views.pages(self)

    def validate(self) -> list[Violation]:
        """Every violation in the record, in document order."""
        return views.violations(self)

    def xml(self) -> str:
        """The record as it would be submitted: only what is relevant."""
        return submission.record_xml(self)

    def snapshot(self) -> dict[str, Any]:
        """Everything needed to reopen exactly here, as JSON values."""
        return snapshots.take(self)

    @classmethod
    def restore(cls, form: Form, snapshot: Mapping[str, Any], **arguments: Any) -> Session:
        """Reopen from a snapshot; arguments as for a new session. BadInput when it is not ours."""
        return snapshots.restore(cls, form, snapshot, arguments)

    # -- finding nodes

    def find(self, ref: str) -> RecordNode:
        """The node at a ref; raises KeyError."""
        found = self._locate(ref)
        if isinstance(found, Range):
            if len(found.instances) == 1:
                return found.instances[0]
            raise KeyError(ref)
        return found

    def find_range(self, ref: str) -> Range:
        found = self._locate(ref)
        if isinstance(found, RecordNode):
            if found.definition.kind == REPEAT:
                return found.range()
            raise KeyError(ref)
        return found

    def _locate(self, ref: str) -> RecordNode | Range:
        parts = ref.strip("/").split("/")
        here: RecordNode | Range = self.record
        if parts[0] != self.record.name and parts[0] != self.record.local:
            raise KeyError(ref)
        for part in parts[1:]:
            here = self._step(here, part, ref)
        return here

    def _step(self, here: RecordNode | Range, part: str, ref: str) -> RecordNode | Range:
        if isinstance(here, Range):
            if len(here.instances) != 1:
                raise KeyError(ref)
            here = here.instances[0]
        name, _, place = part.partition("[")
        if name.startswith("@"):
            for attribute in here.attributes:
                if attribute.name == name[1:] and isinstance(attribute, RecordNode):
                    return attribute
            raise KeyError(ref)
        for index, kid in zip(here.definition.children, here.kids, strict=True):
            node = self.data.nodes[index]
            if node.name == name or node.local == name:
                if not place:
                    return kid
                if isinstance(kid, Range):
                    at = int(place[:-1])
                    if 1 <= at <= len(kid.instances):
                        return kid.instances[at - 1]
                elif place == "1]":
                    return kid
        raise KeyError(ref)

    def _changed_refs(self) -> set[str]:
        return {node.ref() for node in self.changed if self._attached(node)}

    def _attached(self, node: Node) -> bool:
        return node.root() is self.root

    # -- values

    def put(self, node: RecordNode, value: str) -> bool:
        """Store a value as its type keeps it; True when that changed it."""
        kept = cast(node.definition.bind.type, value)
        if kept == node.stored:
            return False
        node.stored = kept
        self._settle_value(node)
        return True

    def _settle_value(self, node: RecordNode) -> None:
        """Make what expressions see follow what is stored, and tell the readers."""
        if node.kids:
            return
        shown = node.stored if node.relevant else ""
        if shown != node.text:
            node.text = shown
            self.changed.add(node)
            self._push_readers(node)

    def touch(self, node: RecordNode) -> None:
        self._push_readers(node)

    # -- the graph at work

    def _push_readers(self, node: RecordNode) -> None:
        for rank, scope in self.data.edges.get(node.definition.index, ()):
            if scope < 0:
                self._push_all(rank, self.record)
                continue
            above: Node | None = node
            while isinstance(above, RecordNode) and above.definition.index != scope:
                above = above.parent
            self._push_all(rank, above if isinstance(above, RecordNode) else self.record)

    def _push_all(self, rank: int, under: RecordNode) -> None:
        target = self.data.nodes[self.data.computations[rank].node]
        if not target.repeats and target.kind != REPEAT:
            node = self.slots[target.index]
            if node is not None:
                self._push(rank, node)
            return
        holder = target
        if self.data.computations[rank].aspect == "count":
            holder = self.data.nodes[target.parent]
        for node in instances_under(under, holder, self.data) or self._around(under, holder):
            self._push(rank, node)

    def _around(self, under: RecordNode, holder: NodeDef) -> list[RecordNode]:
        """`holder` above `under`: the count of a repeat read from inside it."""
        above: Node | None = under
        while isinstance(above, RecordNode):
            if above.definition.index == holder.index:
                return [above]
            above = above.parent
        return []

    def _push(self, rank: int, node: RecordNode) -> None:
        key = (rank, node.serial)
        if key not in self._waiting:
            self._waiting[key] = node
            heappush(self._queue, key)

    def flush(self) -> None:
        """Compute all that waits, lowest rank first."""
        done: dict[tuple[int, int], int] = {}
        queue, waiting = self._queue, self._waiting
        while queue:
            key = heappop(queue)
            node = waiting.pop(key)
            count = done.get(key, 0) + 1
            if count <= ROUNDS:
                done[key] = count
                self._compute(key[0], node)

    def _compute_all(self, *, restoring: bool) -> None:
        for rank, computation in enumerate(self.data.computations):
            if restoring and computation.aspect == "calculate":
                continue
            self._push_all(rank, self.record)
        self.flush()

    def _compute(self, rank: int, node: RecordNode) -> None:
        computation = self.data.computations[rank]
        _WORK[computation.aspect](self, rank, computation, node)

    def context(self, node: RecordNode) -> Context:
        return Context(self, node)

    def _relevant(self, rank: int, _: Computation, node: RecordNode) -> None:
        own = self.form.tests[rank](self.context(node))
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
        self._settle_value(node)
        self._judge(node)
        if relevant:
            for rank in self.form.calculations.get(node.definition.index, ()):
                self._push(rank, node)
        for below in (*node.attributes, *node.children):
            assert isinstance(below, RecordNode)
            self._relevance(below)

    def _readonly(self, rank: int, _: Computation, node: RecordNode) -> None:
        node.own_readonly = self.form.tests[rank](self.context(node))
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
        required = self.form.tests[rank](self.context(node))
        if required != node.required:
            node.required = required
            self.changed.add(node)
        self._judge(node)

    def _constraint(self, rank: int, _: Computation, node: RecordNode) -> None:
        node.valid = not node.text or self.form.tests[rank](self.context(node))
        self._judge(node)

    def _judge(self, node: RecordNode) -> None:
        """Keep the list of violations true."""
        found = ""
        if node.relevant and node.definition.kind == LEAF:
            if node.text:
                found = "" if node.valid else "constraint"
            elif node.required:
                found = "required"
        if found != self.violations.get(node, ""):
            self.changed.add(node)
            if found:
                self.violations[node] = found
            else:
                del self.violations[node]

    def _calculate(self, rank: int, _: Computation, node: RecordNode) -> None:
        if node.relevant:
            self.put(node, self.form.writers[rank](self.context(node)))

    def _itemset(self, _: int, __: Computation, node: RecordNode) -> None:
        itemsets.refresh(self, node)

    # -- repeats

    def _open_ranges(self, node: RecordNode, *, fresh: bool) -> None:
        for kid in node.kids:
            if not isinstance(kid, Range):
                self._open_ranges(kid, fresh=fresh)
                continue
            element = self.form.repeat_element(kid.definition.index)
            wanted = element is not None and element.fixed_count and not element.count
            if fresh and wanted and not kid.instances:
                self._add(kid)
            for instance in kid.instances:
                self._open_ranges(instance, fresh=fresh)

    def _count(self, rank: int, computation: Computation, node: RecordNode) -> None:
        place = node.definition.children.index(computation.node)
        held = node.kids[place]
        assert isinstance(held, Range)
        asked = self.form.counts[rank](self.context(_counting(held)))
        wanted = int(asked) if 0 < asked < 100_000 else 0
        while len(held.instances) > wanted:
            self._remove(held, len(held.instances) - 1)
        while len(held.instances) < wanted:
            self._add(held)

    def _add(self, held: Range) -> RecordNode:
        node = self.builder.build(
            self.data.templates.get(held.definition.index) or Seed(held.definition.index)
        )
        node.parent = held.parent
        held.instances.append(node)
        held.parent.refresh_children()
        self._open_ranges(node, fresh=True)
        self._inherit(node)
        self.changed.add(node)
        preloads.first_load(self, node)
        actions.new_repeat(self, node)
        for below in node.below():
            for rank in self.form.of_node.get(below.definition.index, ()):
                self._push(rank, below)
            self._push_readers(below)
        return node

    def _inherit(self, node: RecordNode) -> None:
        above = node.parent
        assert isinstance(above, RecordNode)
        for below in node.below():
            below.relevant = above.relevant
            below.readonly = above.readonly
            if not below.kids:
                below.stored = cast(below.definition.bind.type, below.stored)
                below.text = below.stored if below.relevant else ""

    def _remove(self, held: Range, index: int) -> None:
        node = held.instances.pop(index)
        held.parent.refresh_children()
        gone = list(node.below())
        for below in gone:
            self.violations.pop(below, None)
            self.choices.pop(below, None)
        serials = {below.serial for below in gone}
        self._queue = [key for key in self._queue if key[1] not in serials]
        self._queue.sort()
        for key in [key for key in self._waiting if key[1] in serials]:
            del self._waiting[key]
        for below in gone:
            below.parent = below.parent if below is not node else held.parent
            self._push_readers(below)
        for key in [key for key in self._waiting if key[1] in serials]:
            del self._waiting[key]
            self._queue.remove(key)
        self._queue.sort()
        self.changed.add(held.parent)

    def _ensure_instance_id(self) -> None:
        for node in self.record.below():
            if (
                node.local == "instanceID"
                and node.definition.bind.calculate == ""
                and not node.stored
            ):
                self.put(node, "uuid:" + random_uuid(self.entropy(16)))
        self.flush()

    def open(self, node: RecordNode) -> bool:
        """Whether all events that `ds:needs` names have happened in this visit."""
        return self.happened.issuperset(node.definition.bind.ds.get("needs", "").split())

    def nearest(self, index: int, under: RecordNode) -> list[RecordNode]:
        """The nodes of a definition below `under`, or the one above it."""
        target = self.data.nodes[index]
        return instances_under(under, target, self.data) or self._around(under, target)

    def walk(self) -> Iterator[RecordNode]:
        """Every node of the record, in document order."""
        return self.record.below()


def _counting(held: Range) -> RecordNode:
    """Where jr:count is evaluated: the repeat's own place, so that ../n means its parent's n."""
    standing = RecordNode(held.definition, "", -1)
    standing.parent = held.parent
    return standing


def _zone(moment: datetime) -> tzinfo:
    if moment.tzinfo is None:
        raise ValueError("now() must be aware of its zone")
    return moment.tzinfo


_WORK: Mapping[str, Callable[[Session, int, Computation, RecordNode], None]] = {
    "relevant": Session._relevant,
    "readonly": Session._readonly,
    "required": Session._required,
    "constraint": Session._constraint,
    "calculate": Session._calculate,
    "itemset": Session._itemset,
    "count": Session._count,
}
