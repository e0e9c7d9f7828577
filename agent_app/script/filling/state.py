"""A record being filled in and its surroundings: what all that draws, says and computes reads."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, tzinfo
from typing import Any, NamedTuple, Required, TypedDict

from agent_app.script.filling import finding
from agent_app.script.filling.secondary import Secondaries
from agent_app.script.form import Choice, NodeDef, Seed
from agent_app.script.loading import Form
from agent_app.script.record import Builder, RecordNode, instances_under
from agent_app.script.xpath import tree
from agent_app.script.xpath.code import Context
from agent_app.script.xpath.tree import Node


class Surroundings(TypedDict, total=False):
    """What a form finds around it.

    `now` gives an aware datetime; its zone is the zone of every date function. `entropy` gives
    random bytes. `instances` are external secondary instances by name. `preloads` are property
    values by name (username, deviceid, email, phone number …). `location` gives a geopoint for
    odk:setgeopoint, "" when there is none.
    """

    now: Required[Callable[[], datetime]]
    entropy: Required[Callable[[int], bytes]]
    instances: Mapping[str, str | bytes] | None
    language: str | None
    preloads: Mapping[str, str] | None
    location: Callable[[], str] | None


class Shown(NamedTuple):
    """One choice: its value, and the instance node or the fixed item it comes from."""

    value: str
    node: Node | None = None
    item: Choice | None = None


class State(ABC):
    """`happened` are the kinds of events the visit already holds; it opens groups with
    `ds:needs`. `changed` are the nodes touched since it was last cleared, `violations` all there
    are now, `trouble` the expressions that could not be computed, with the reason.
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
    ) -> None:
        self.form = form
        self.data = form.data
        self.now = now
        self.entropy = entropy
        self.zone = _zone(now())
        self.preloads = dict(preloads or {})
        self.location = location or (lambda: "")
        self.language = form.language(language) if language else self.data.default_language
        self.secondaries = Secondaries(self.data.secondary, instances or {})
        self.happened: set[str] = set()
        self.changed: set[RecordNode] = set()
        self.violations: dict[RecordNode, str] = {}
        self.choices: dict[RecordNode, list[Shown]] = {}
        self.trouble: dict[tuple[int, int], str] = {}

    def build(self, seed: Seed, *, deferred: frozenset[int]) -> None:
        """The record of a seed. The instances of `deferred` repeats wait for their count."""
        self.builder = Builder(self.data, deferred)
        self.record = self.builder.build(seed)
        self.slots: list[Any] = self.builder.slots
        self.root = Node(tree.ROOT)
        self.root.append(self.record)

    def context(self, node: RecordNode) -> Context:
        return Context(self, node)

    # -- what expressions may ask (xpath.code.Environment)

    def instance(self, name: str) -> Node | None:
        found = self.secondaries.get(name)
        return self.root if found is None and name == self.data.id else found

    def property(self, name: str) -> str:
        return self.data.version if name == "version" else self.preloads.get(name, "")

    @abstractmethod
    def itext(self, key: str) -> str: ...
    @abstractmethod
    def choice_name(self, node: Node | None, path: str, value: str) -> str: ...

    # -- the nodes of the record

    def find(self, ref: str) -> RecordNode:
        """The node at a ref; raises KeyError."""
        return finding.node_at(self.record, ref)

    def walk(self) -> Iterator[RecordNode]:
        """Every node of the record, in document order."""
        return self.record.below()

    def open(self, node: RecordNode) -> bool:
        """Whether all events that `ds:needs` names have happened in this visit."""
        return self.happened.issuperset(node.definition.bind.ds.get("needs", "").split())

    def nearest(self, target: NodeDef, under: RecordNode) -> list[RecordNode]:
        """The nodes of a definition at or below `under`, else the one around it."""
        found = instances_under(under, target, self.data)
        above: Node | None = under
        while not found and isinstance(above, RecordNode):
            if above.definition.index == target.index:
                return [above]
            above = above.parent
        return found


def _zone(moment: datetime) -> tzinfo:
    if moment.tzinfo is None:
        raise ValueError("now() must be aware of its zone")
    return moment.tzinfo
