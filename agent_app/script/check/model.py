"""A script as the checker sees it: questions in order, each with its conditions compiled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from lxml import etree

from agent_app.domain.errors import BadInput, Fault
from agent_app.script import deeds
from agent_app.script.check.ground import Paths, Run, as_number, case_field, walk, with_item
from agent_app.script.form import REPEAT, Element, FormData, NodeDef
from agent_app.script.shape import PATHS, Shape
from agent_app.script.xpath.compiler import Compiler
from agent_app.script.xpath.parser import Ast, parse

STOP = "stop"
CONTROLS = frozenset({"input", "select", "select1", "trigger", "upload", "range", "rank", "secret"})


@dataclass(frozen=True, slots=True)
class Condition:
    """One expression of one node: its tree, its closure, and what it reads."""

    node: int
    tree: Ast
    run: Run
    reads: frozenset[int]
    facts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Choice:
    """`offered` says when it is shown; None is always."""

    value: str
    offered: Condition | None


@dataclass(frozen=True)
class Question:
    """One thing asked. `relevant` holds its own condition and those of the groups around it."""

    node: int
    path: str
    name: str
    type: str
    control: str
    choices: tuple[Choice, ...]
    relevant: tuple[Condition, ...]
    required: Condition | None
    constraint: Condition | None
    needs: frozenset[str]
    stage: str
    page: int
    page_event: str
    ds: Mapping[str, str]
    texts: tuple[Condition, ...]
    _events: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def conditions(self) -> Iterator[Condition]:
        """Everything that decides whether and how this can be answered."""
        yield from self.relevant
        yield from (one for one in (self.required, self.constraint) if one)
        yield from (choice.offered for choice in self.choices if choice.offered)

    def events(self, value: str) -> tuple[str, ...]:
        """The kinds of event tied to this answer, whoever writes them."""
        known = self._events.get(value)
        if known is None:
            plain = {key: text for key, text in self.ds.items() if key != "panel"}
            given = deeds.Field(plain, value, multiple=self.control in ("select", "rank"))
            known = self._events[value] = tuple(deed.kind for deed in deeds.of_answer(given))
        return known

    @cached_property
    def kinds(self) -> frozenset[str]:
        """All kinds of event that this question or its page can record."""
        named = {item.rpartition(":")[2] for item in self.ds.get("event", "").split()}
        return frozenset(named | {self.page_event} - {""})

    @cached_property
    def duty(self) -> str:
        return self.ds.get("duty", "")


@dataclass(frozen=True)
class Model:
    """The whole script. `calculated` are in evaluation order; `noted` on answering a question."""

    form: FormData
    questions: tuple[Question, ...]
    stop: Question | None
    calculated: tuple[Condition, ...]
    noted: Mapping[int, tuple[Condition, ...]]

    @property
    def size(self) -> int:
        return len(self.form.nodes)

    @cached_property
    def exit_at(self) -> int:
        """The place of the first question after the stop, in the order of the form."""
        if self.stop is None:
            return len(self.questions)
        order = [one.node for one in self.form.elements if one.node >= 0]
        before = set(order[: order.index(self.stop.node)])
        return sum(one.node in before for one in self.questions)

    @property
    def asked(self) -> Iterator[Question]:
        """All questions, the stop among them."""
        yield from self.questions
        if self.stop:
            yield self.stop


def read_model(form: FormData) -> Model:
    """Compile a form for checking; BadInput when it uses what the checker cannot follow."""
    faults = [
        Fault("repeats cannot be checked", field=node.path, mend="ask without a repeat")
        for node in form.nodes
        if node.kind == REPEAT
    ]
    if faults:
        raise BadInput(faults)
    return _Reading(form).model()


class Conditions:
    """Compiles the expressions of a form for the checker."""

    def __init__(self, form: FormData) -> None:
        self.shape = Shape(form.nodes, form.namespaces)
        self.namespaces = form.namespaces

    def make(self, expression: str | Ast, node: int) -> Condition:
        """One expression seen from one node; BadInput for a path that cannot be followed."""
        tree = parse(expression) if isinstance(expression, str) else expression
        paths = Paths(self.shape, node)
        reads, facts = set(), set()
        for part in walk(tree):
            if part[0] not in PATHS:
                continue
            if field := case_field(part):
                facts.add(field)
            elif (target := paths.target(part)) >= 0:
                reads.add(target)
            else:
                raise BadInput(Fault("a path the checker cannot follow", value=str(expression)))
        run = Compiler(self.namespaces, paths).tree(as_number(tree)).run
        return Condition(node, tree, run, frozenset(reads), frozenset(facts))


class _Reading:
    def __init__(self, form: FormData) -> None:
        self.form = form
        self.condition = Conditions(form).make

    def model(self) -> Model:
        found = [self.question(one) for one in self._controls(self.form.body)]
        stop = next((one for one in found if one.ds.get("panel") == STOP), None)
        return Model(
            self.form,
            tuple(one for one in found if one is not stop),
            stop,
            tuple(
                self.condition(one.expression, one.node)
                for one in self.form.computations
                if one.aspect == "calculate"
            ),
            self._noted(),
        )

    def _controls(self, indices: Sequence[int]) -> Iterator[Element]:
        for index in indices:
            element = self.form.elements[index]
            if element.tag in CONTROLS and element.node >= 0:
                yield element
            yield from self._controls(element.children)

    def _noted(self) -> dict[int, tuple[Condition, ...]]:
        found: dict[int, tuple[Condition, ...]] = {}
        for action in self.form.actions:
            if "xforms-value-changed" in action.events and action.source >= 0 and action.value:
                condition = self.condition(action.value, action.target)
                found[action.source] = (*found.get(action.source, ()), condition)
        return found

    def question(self, element: Element) -> Question:
        node = self.form.nodes[element.node]
        above = list(self._above(node))
        page = above[1] if len(above) > 1 else node
        bind = node.bind
        return Question(
            node=node.index,
            path=node.path,
            name=node.name,
            type=bind.type,
            control=element.tag,
            choices=tuple(self._choices(element, node.index)),
            relevant=tuple(
                self.condition(one.bind.relevant, one.index) for one in above if one.bind.relevant
            ),
            required=self.condition(bind.required, node.index) if bind.required else None,
            constraint=self.condition(bind.constraint, node.index) if bind.constraint else None,
            needs=frozenset(kind for one in above for kind in one.bind.ds.get("needs", "").split()),
            stage=next((one.bind.ds["stage"] for one in above if "stage" in one.bind.ds), ""),
            page=page.index,
            page_event=page.bind.ds.get("event", "") if page is not node else "",
            ds={**bind.ds, **element.ds},
            texts=tuple(self._outputs(element)),
        )

    def _above(self, node: NodeDef) -> Iterator[NodeDef]:
        """The node and the groups around it, nearest first."""
        while True:
            yield node
            if node.parent < 0:
                return
            node = self.form.nodes[node.parent]

    def _choices(self, element: Element, node: int) -> Iterator[Choice]:
        for choice in element.choices:
            yield Choice(choice.value, None)
        if element.itemset is None:
            return
        tree = parse(element.itemset.nodeset)
        start, steps = (tree[1], tree[2]) if tree[0] == "path" else (None, ())
        if not isinstance(start, tuple) or start[:2] != ("call", "instance") or not steps:
            return
        filters = steps[-1][2]
        for item in self._items(start[2][0][1]):
            shown = [self.condition(with_item(each, item), node) for each in filters]
            yield Choice(item[element.itemset.value], shown[0] if shown else None)

    def _items(self, name: str) -> Iterator[dict[str, str]]:
        held = self.form.secondary.get(name)
        if held is None or not held.xml:
            return
        for item in etree.fromstring(held.xml.encode()):
            yield {etree.QName(cell).localname: cell.text or "" for cell in item}

    def _outputs(self, element: Element) -> Iterator[Condition]:
        """The expressions shown inside the texts of a question, in any language."""
        seen = set()
        for text in (element.label, element.hint):
            key = text.key if text else ""
            inner = [part for part in text.parts if not isinstance(part, str)] if text else []
            for language in self.form.languages:
                for shown in language.texts.get(key, {}).values():
                    inner += [part for part in shown if not isinstance(part, str)]
            seen |= {part[0] for part in inner}
        for expression in sorted(seen):
            yield self.condition(expression, element.node)
