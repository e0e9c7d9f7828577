"""What of a visit so far can still matter: two visits that agree on it have the same future.

Conditions ask answers small questions ("is it 'door'?", "is 'none' among them?"), their atoms.
At each place in the script only the atoms that later conditions reach are remembered; a
calculation that can no longer change is remembered by its own value. This keeps the number of
different visits small enough to look at every one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from agent_app.script.check.ground import Ground, Run, parts
from agent_app.script.check.model import Condition, Conditions, Model
from agent_app.script.xpath.parser import Ast


@dataclass(frozen=True, slots=True)
class Atom:
    """The largest part of a condition that asks about one node only."""

    node: int
    run: Run

    def ask(self, ground: Ground) -> Any:
        """The answer as something that can be compared and hashed."""
        return ground.text(self.run)


class Memory:
    """The atoms of a model, by condition and by node."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._make = Conditions(model.form).make
        self._atoms: dict[tuple[int, Ast], Atom] = {}
        self._of: dict[int, list[Atom]] = {}
        self._split_before: dict[int, list[Atom]] = {}
        self._formula = {one.node: one for one in model.calculated}
        noted = [one for conditions in model.noted.values() for one in conditions]
        self._formula |= {one.node: one for one in noted}
        for question in model.asked:
            for condition in question.conditions:
                self.atoms(condition)
        for condition in self._formula.values():
            self.atoms(condition)

    def reading(self, node: int) -> list[Condition]:
        """Every condition that reads this node."""
        found = [one for question in self.model.asked for one in question.conditions]
        return [one for one in (*found, *self._formula.values()) if node in one.reads]

    def about(self, node: int) -> list[Atom]:
        """Every atom in the script that asks about this node."""
        return self._of.get(node, [])

    def atoms(self, condition: Condition) -> list[Atom]:
        """The atoms of one condition."""
        held = self._split_before.get(id(condition))
        if held is None:
            split = self._split(condition.tree, condition)
            held = [self._atom(node, tree, condition) for node, tree in split]
            self._split_before[id(condition)] = held
        return held

    def after(self, place: int, *, stopped: bool) -> list[Atom]:
        """The atoms that matter once the questions before `place` are behind."""
        model = self.model
        ahead = model.questions[place:]
        open_nodes = {one.node for one in ahead}
        if model.stop and not stopped:
            open_nodes.add(model.stop.node)
        unsettled = self._unsettled(open_nodes)
        found: dict[int, Atom] = {}
        done: set[int] = set()
        pending = [one for question in ahead for one in question.conditions]
        if model.stop and not stopped:
            pending += [*model.stop.conditions, *model.noted.get(model.stop.node, ())]
        while pending:
            for atom in self.atoms(pending.pop()):
                if atom.node not in unsettled:
                    found[id(atom)] = atom
                elif atom.node in self._formula and atom.node not in done:
                    done.add(atom.node)
                    pending.append(self._formula[atom.node])
        return list(found.values())

    def _unsettled(self, open_nodes: Iterable[int]) -> set[int]:
        """The nodes whose value may still change: unanswered, or computed from such."""
        found = set(open_nodes)
        noted = {one.node: source for source, many in self.model.noted.items() for one in many}
        grown = True
        while grown:
            grown = False
            for node, formula in self._formula.items():
                reads = {noted[node]} if node in noted else formula.reads
                if node not in found and reads & found:
                    found.add(node)
                    grown = True
        return found

    def _split(self, tree: Ast, condition: Condition) -> Iterator[tuple[int, Ast]]:
        reads = self._make(tree, condition.node).reads
        if len(reads) == 1:
            yield next(iter(reads)), tree
        elif reads:
            for part in parts(tree):
                yield from self._split(part, condition)

    def _atom(self, node: int, tree: Ast, condition: Condition) -> Atom:
        known = self._atoms.get((node, tree))
        if known is None:
            known = Atom(node, self._make(tree, condition.node).run)
            self._atoms[(node, tree)] = known
            self._of.setdefault(node, []).append(known)
        return known
