"""A script as the checker sees it: questions in order, each with its conditions compiled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from lxml import etree

from agent_app.domain.errors import BadInput, Fault
from agent_app.script import deeds
from agent_app.script.check.copies import Copies
from agent_app.script.check.ground import Paths, Run, as_number, case_field, walk, with_item
from agent_app.script.form import REPEAT, Element, FormData, NodeDef
from agent_app.script.graph.shape import PATHS, Shape
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
    """One thing asked. `relevant` holds its own condition and those of the groups around it;
    `node` is its copy (`copies`), `real` the node of the form."""

    node: int
    real: int
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
    copies: Copies

    @property
    def size(self) -> int:
        return self.copies.size

    @cached_property
    def exit_at(self) -> int:
        """The place of the first question after the stop, in the order of the form."""
        if self.stop is None:
            return len(self.questions)
        order = [one.node for one in self.form.elements if one.node >= 0]
        before = set(order[: order.index(self.stop.real)])
        return sum(one.real in before for one in self.questions)

    @property
    def asked(self) -> Iterator[Question]:
        """All questions, the stop among them."""
        yield from self.questions
        if self.stop:
            yield self.stop


def read_model(form: FormData, count: int = 1) -> Model:
    """Compile a form for checking, with `count` instances of every repeat; BadInput when it uses
    what the checker cannot follow."""
    return _Reading(form, Copies(form, count)).model()


class Conditions:
    """Compiles the expressions of a form for the checker."""

    def __init__(self, form: FormData, copies: Copies) -> None:
        self.shape = Shape(form.nodes, form.namespaces)
        self.namespaces = form.namespaces
        self.copies = copies

    def make(self, expression: str | Ast, node: int) -> Condition:
        """One expression seen from one copy; BadInput for a path that cannot be followed."""
        tree = parse(expression) if isinstance(expression, str) else expression
        paths = Paths(self.shape, node, self.copies)
        reads, facts = set[int](), set[str]()
        for part in walk(tree):
            if part[0] not in PATHS:
                continue
            if field := case_field(part):
                facts.add(field)
            elif (targets := paths.targets(part)) is not None:
                reads.update(targets)
            else:
                raise BadInput(Fault("a path the checker cannot follow", value=str(expression)))
        run = Compiler(self.namespaces, paths).tree(as_number(tree)).run
        return Condition(node, tree, run, frozenset(reads), frozenset(facts))


class _Reading:
    def __init__(self, form: FormData, copies: Copies) -> None:
        self.form, self.copies = form, copies
        self.condition = Conditions(form, copies).make

    def model(self) -> Model:
        found = [self.question(*one) for one in self._controls(self.form.body, -1)]
        stop = next((one for one in found if one.ds.get("panel") == STOP), None)
        return Model(
            self.form,
            tuple(one for one in found if one is not stop),
            stop,
            tuple(
                self.condition(one.expression, copy)
                for one in self.form.computations
                if one.aspect == "calculate"
                for copy in self.copies.all(one.node)
            ),
            self._noted(),
            self.copies,
        )

    def _controls(self, indices: Sequence[int], around: int) -> Iterator[tuple[Element, int]]:
        """Every control with its copy, in the order they are asked; `around` is the copy of the
        instance they stand in, -1 outside repeats."""
        for index in indices:
            element = self.form.elements[index]
            if element.tag == "repeat" and element.node >= 0:
                for instance in self.copies.seen(element.node, around):
                    yield from self._controls(element.children, instance)
                continue
            if element.tag in CONTROLS and element.node >= 0:
                yield element, self.copies.seen(element.node, around)[0]
            yield from self._controls(element.children, around)

    def _noted(self) -> dict[int, tuple[Condition, ...]]:
        found: dict[int, tuple[Condition, ...]] = {}
        for action in self.form.actions:
            if "xforms-value-changed" in action.events and action.source >= 0 and action.value:
                for source in self.copies.all(action.source):
                    for target in self.copies.seen(action.target, source):
                        condition = self.condition(action.value, target)
                        found[source] = (*found.get(source, ()), condition)
        return found

    def question(self, element: Element, copy: int) -> Question:
        node = self.form.nodes[element.node]
        above = list(self._above(node))
        bind = node.bind
        page = above[1] if len(above) > 1 else node
        return Question(
            node=copy,
            real=node.index,
            path=node.path,
            name=self._name(node, copy),
            type=bind.type,
            control=element.tag,
            choices=tuple(self._choices(element, copy)),
            relevant=tuple(self._relevant(above, copy)),
            required=self.condition(bind.required, copy) if bind.required else None,
            constraint=self.condition(bind.constraint, copy) if bind.constraint else None,
            needs=frozenset(kind for one in above for kind in one.bind.ds.get("needs", "").split()),
            stage=next((one.bind.ds["stage"] for one in above if "stage" in one.bind.ds), ""),
            page=self.copies.seen(page.index, copy)[0],
            page_event=page.bind.ds.get("event", "") if page is not node else "",
            ds={**bind.ds, **element.ds},
            texts=tuple(self._outputs(element, copy)),
        )

    def _name(self, node: NodeDef, copy: int) -> str:
        """The question's name, with the number of its instance from the second on."""
        if copy == node.index:
            return node.name
        return f"{node.name} #{self.copies.number(copy)}"

    def _relevant(self, above: Sequence[NodeDef], copy: int) -> Iterator[Condition]:
        """The conditions of a node and all around it; an instance beyond a counted repeat's
        count is not there."""
        for one in above:
            here = self.copies.seen(one.index, copy)[0]
            if one.bind.relevant:
                yield self.condition(one.bind.relevant, here)
            counted = one.kind == REPEAT and one.control >= 0
            if counted and (count := self.form.elements[one.control].count):
                number = self.copies.instance(here, one.index) + 1
                yield self.condition(f"number({count}) >= {number}", here)

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

    def _outputs(self, element: Element, copy: int) -> Iterator[Condition]:
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
            yield self.condition(expression, copy)
