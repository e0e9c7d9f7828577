"""A form being filled in: answers go in, and what depends on them follows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Unpack

from agent_app.domain.errors import NotAllowed
from agent_app.script.filling import (
    actions,
    finding,
    itemsets,
    preloads,
    repeats,
    saying,
    screens,
    snapshots,
    submission,
    views,
)
from agent_app.script.filling.live import Live
from agent_app.script.filling.screens import Page
from agent_app.script.filling.state import Surroundings
from agent_app.script.filling.views import NodeView, Violation
from agent_app.script.form import Computation
from agent_app.script.loading import Form
from agent_app.script.quiet import collector_paused
from agent_app.script.record import Range, RecordNode
from agent_app.script.xpath.functions.codes import random_uuid
from agent_app.script.xpath.tree import Node


class Session(Live):
    """One visit's run of a form: new, or reopened from a `snapshot`."""

    def __init__(
        self,
        form: Form,
        *,
        snapshot: Mapping[str, Any] | None = None,
        **around: Unpack[Surroundings],
    ) -> None:
        super().__init__(form, **around)
        with collector_paused():
            if snapshot is None:
                self._begin_new()
            else:
                self._reopen(snapshot)
        self.loading = False
        self.changed.clear()

    def _begin_new(self) -> None:
        self.begin(self.data.seed, deferred=self.form.counted)
        repeats.open_ranges(self, self.record)
        preloads.first_load(self, self.record)
        self._compute_all()
        actions.fire(self, "odk-instance-first-load")
        actions.fire(self, "odk-instance-load")
        self.flush()
        for node in self.record.below():
            if (
                node.local == "instanceID"
                and not node.stored
                and not node.definition.bind.calculate
            ):
                self.put(node, self._new_id())
        self.flush()

    def _reopen(self, snapshot: Mapping[str, Any]) -> None:
        """As it was left: calculations keep their values until something they read changes."""
        self.begin(snapshots.seed(self.form, snapshot), deferred=frozenset())
        self._compute_all(but="calculate")
        actions.fire(self, "odk-instance-load")
        self.flush()

    def _compute_all(self, *, but: str = "") -> None:
        for rank, computation in enumerate(self.data.computations):
            if computation.aspect != but:
                self.push_all(rank, self.record)
        self.flush()

    # -- what the layers below leave open

    def itext(self, key: str) -> str:
        return saying.itext(self, key, self.record)

    def choice_name(self, node: Node | None, path: str, value: str) -> str:
        return itemsets.choice_name(self, node, path, value)

    def match_count(self, rank: int, computation: Computation, node: RecordNode) -> None:
        repeats.match_count(self, rank, computation, node)

    def value_changed(self, node: RecordNode) -> None:
        actions.value_changed(self, node)

    # -- what a caller does

    def answer(self, ref: str, value: str) -> set[str]:
        """Store an answer; returns the refs of all nodes that changed in any way.

        Raises KeyError where there is no such node, NotAllowed where it is read-only now.
        """
        node = self.find(ref)
        if node.readonly:
            raise NotAllowed(f"{ref} is read-only")
        return self.answer_again(ref, value)

    def answer_again(self, ref: str, value: str) -> set[str]:
        """As `answer`, for one that was taken before: also where it is read-only by now."""
        node = self.find(ref)
        self.changed.clear()
        self.put(node, itemsets.as_answered(self, node, value))
        self.flush()
        return self._changed_refs()

    def make_room(self, ref: str) -> list[str]:
        """Add the repeat instances a ref needs, as far as the form lets a user; their refs."""
        made = []
        parts = ref.split("/")
        for depth, part in enumerate(parts):
            name, _, place = part.partition("[")
            if place:
                held = "/".join([*parts[:depth], name])
                while self.view(held).can_add and self.view(held).count < int(place[:-1]):
                    self.add_repeat(held)
                    made.append(f"{held}[{self.view(held).count}]")
        return made

    def add_repeat(self, ref: str) -> set[str]:
        """Add an instance at the end of the repeat range at `ref` (without a position)."""
        self.changed.clear()
        repeats.add(self, finding.range_at(self.record, ref))
        self.flush()
        return self._changed_refs()

    def remove_repeat(self, ref: str, index: int) -> set[str]:
        """Remove the instance at `index`, counted from 1; raises IndexError when there is none."""
        if index < 1:
            raise IndexError(index)
        self.changed.clear()
        repeats.remove(self, finding.range_at(self.record, ref), index - 1)
        self.flush()
        return self._changed_refs()

    def set_language(self, language: str) -> None:
        """Say everything in another of the form's languages; KeyError when it has no such one."""
        self.language = self.form.language(language)
        for rank in self.form.worded:
            self.push_all(rank, self.record)
        self.flush()

    def set_instance(self, name: str, source: str | bytes) -> set[str]:
        """Give a secondary instance new content and recompute what reads it."""
        self.changed.clear()
        self.secondaries.put(name, source)
        for rank in self.form.instance_readers.get(name, ()):
            self.push_all(rank, self.record)
        self.flush()
        return self._changed_refs()

    def view(self, ref: str) -> NodeView:
        """What to draw for the node, range or bodyless group at `ref`; KeyError when absent."""
        return views.view(self, ref)

    def pages(self) -> list[Page]:
        """The relevant screens, in order: a question each, or a field-list group at once."""
        return screens.pages(self)

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
    def restore(
        cls, form: Form, snapshot: Mapping[str, Any], **around: Unpack[Surroundings]
    ) -> Session:
        """Reopen from a snapshot, in its language where none is given.

        Raises TooOld, or BadInput when it is another form's.
        """
        around.setdefault("language", snapshot.get("language"))
        made = cls(snapshots.fitting(form, snapshot), snapshot=snapshot, **around)
        made.happened.update(snapshot.get("happened", ()))
        return made

    @classmethod
    def edit(cls, form: Form, xml: str | bytes, **around: Unpack[Surroundings]) -> Session:
        """Open a submitted record to revise it: a new instanceID, the old one as deprecatedID.

        Raises BadInput when it is another form's.
        """
        snapshot = snapshots.of_submission(form, xml)
        made = cls(snapshots.revisable(form), snapshot=snapshot, **around)
        nodes = {node.local: node for node in made.walk()}
        made.put(nodes[snapshots.DEPRECATED], nodes["instanceID"].stored)
        made.put(nodes["instanceID"], made._new_id())
        made.flush()
        made.changed.clear()
        return made

    def ranges(self) -> Iterator[str]:
        """The ref of every repeat range, in document order."""
        for node in self.walk():
            yield from (kid.ref() for kid in node.kids if isinstance(kid, Range))

    def _new_id(self) -> str:
        return "uuid:" + random_uuid(self.entropy(16))

    def _changed_refs(self) -> set[str]:
        return {node.ref() for node in self.changed if node.root() is self.root}
