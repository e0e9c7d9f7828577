"""What of a visit so far can still matter: two visits that agree on it have the same future.

Conditions ask answers small questions ("is it 'door'?", "is 'none' among them?"), their atoms.
At each place in the script only the atoms that later conditions reach are remembered; a
calculation that can no longer change is remembered by its own value. This keeps the number of
different visits small enough to look at every one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from agent_app.script.check.ground import Ground, Run, changed, parts
from agent_app.script.check.model import Condition, Conditions, Model
from agent_app.script.graph.shape import PATHS
from agent_app.script.xpath.parser import Ast

HELD: Ast = ("held",)


@dataclass(frozen=True, slots=True)
class Atom:
    """The largest part of a condition that asks about one node only, and of the case: what it
    answered is remembered by the node's value and the facts seen, of which the gates show ever
    more, never others."""

    node: int
    run: Run
    _known: dict[tuple[Any, int], Any] = field(default_factory=dict, compare=False, repr=False)

    def ask(self, ground: Ground) -> Any:
        """The answer as something that can be compared and hashed."""
        key = (ground.slots[self.node], len(ground.facts))
        if key not in self._known:
            self._known[key] = ground.text(self.run)
        return self._known[key]


class Memory:
    """The atoms of a model: `after` a place in it, or `about` a node anywhere."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._make = Conditions(model.form, model.copies).make
        self._formula = {one.node: one for one in model.calculated}
        self._noted = {one.node: source for source, many in model.noted.items() for one in many}
        self._formula |= {one.node: one for many in model.noted.values() for one in many}
        self._atoms: dict[tuple[int, Ast], Atom] = {}
        self._splits: dict[tuple[int, Ast], list[tuple[Atom, Ast]]] = {}
        self._inlines: dict[tuple[int, Ast], Ast] = {}
        self._about: dict[int, list[Atom]] = {}
        every = [condition for one in model.asked for condition in one.conditions]
        every += [condition for many in model.noted.values() for condition in many]
        for atom in self._expand(every, frozenset(self._formula)):
            self._about.setdefault(atom.node, []).append(atom)

    def reading(self, node: int) -> list[Condition]:
        """Every condition that reads this node."""
        found = [one for question in self.model.asked for one in question.conditions]
        return [one for one in (*found, *self._formula.values()) if node in one.reads]

    def about(self, node: int) -> list[Atom]:
        """Every atom in the script that asks about this node."""
        return self._about.get(node, [])

    def after(self, place: int, *, stopped: bool) -> list[Atom]:
        """The atoms that matter once the questions before `place` are behind."""
        model = self.model
        ahead = list(model.questions[place:])
        pending = [one for question in ahead for one in question.conditions]
        if model.stop and not stopped:
            ahead.append(model.stop)
            pending += [*model.stop.conditions, *model.noted.get(model.stop.node, ())]
        unsettled = self._unsettled(one.node for one in ahead)
        return [one for one in self._expand(pending, unsettled) if one.node not in unsettled]

    def _expand(self, conditions: Iterable[Condition], unsettled: frozenset[int]) -> list[Atom]:
        """The atoms of `conditions`; what asks about an unsettled calculation asks its formula."""
        found: dict[int, Atom] = {}
        pending = [(one.node, one.tree) for one in conditions]
        while pending:
            for atom, tree in self._split(*pending.pop()):
                if id(atom) in found:
                    continue
                found[id(atom)] = atom
                if atom.node in unsettled and atom.node in self._formula:
                    pending.append((atom.node, self._inlined(atom.node, tree)))
        return list(found.values())

    def _inlined(self, node: int, tree: Ast) -> Ast:
        """What an atom asks of a calculation, asked of the calculation's formula."""
        held = self._inlines.get((node, tree))
        if held is None:
            held = pushed(replaced(tree, self._formula[node].tree))
            self._inlines[(node, tree)] = held
        return held

    def _unsettled(self, nodes: Iterable[int]) -> frozenset[int]:
        """The nodes whose value may still change: unanswered, or computed from such."""
        found = set(nodes)
        grown = True
        while grown:
            grown = False
            for node, formula in self._formula.items():
                reads = {self._noted[node]} if node in self._noted else formula.reads
                if node not in found and reads & found:
                    found.add(node)
                    grown = True
        return frozenset(found)

    def _split(self, node: int, tree: Ast) -> list[tuple[Atom, Ast]]:
        """The atoms of an expression seen from `node`, each with its own expression."""
        held = self._splits.get((node, tree))
        if held is None:
            held = self._splits[(node, tree)] = list(self._largest(node, tree))
        return held

    def _largest(self, node: int, tree: Ast) -> Iterator[tuple[Atom, Ast]]:
        condition = self._make(tree, node)
        if len(condition.reads) == 1:
            about = next(iter(condition.reads))
            key = (about, tree)
            if key not in self._atoms:
                self._atoms[key] = Atom(about, condition.run)
            yield self._atoms[key], tree
        elif condition.reads and tree[0] in PATHS:
            yield from ((self._held(one), tree) for one in sorted(condition.reads))
        elif condition.reads:
            for part in parts(tree):
                yield from self._largest(node, part)

    def _held(self, node: int) -> Atom:
        """What one instance of a repeated value holds, whatever is asked of all of them."""
        key: tuple[int, Ast] = (node, HELD)
        if key not in self._atoms:
            self._atoms[key] = Atom(node, lambda x: x.env.slots[node])
        return self._atoms[key]


def replaced(tree: Ast, formula: Ast) -> Ast:
    """An atom's expression with the formula in place of the calculation's path."""
    if tree[0] in PATHS:
        return formula
    return changed(tree, lambda part: replaced(part, formula))


def pushed(tree: Ast) -> Ast:
    """The same expression with if() outermost: f(if(c, a, b)) asks f(a) and f(b), not a and b.

    Left alone where several if() meet: pushing them all would double the expression each time.
    """
    tree = changed(tree, pushed)
    forks = [part for part in parts(tree) if part[:2] == ("call", "if") and len(part[2]) == 3]
    if tree[:2] == ("call", "if") or len(forks) != 1:
        return tree
    condition, *branches = forks[0][2]
    swapped = tuple(pushed(changed(tree, _swap(forks[0], one))) for one in branches)
    return ("call", "if", (condition, *swapped))


def _swap(old: Ast, new: Ast) -> Callable[[Ast], Ast]:
    return lambda part: new if part is old else part
