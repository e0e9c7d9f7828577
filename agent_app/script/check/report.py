"""What a check found: proofs, and for each that fails a path that breaks it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

CLAIMS = {
    "agreement": "every path to an agreement passes identity, disclosure, rights and vulnerability",
    "gate": "nothing about the debt is said, shown or recorded before the gate is open",
    "exit": "the visit can be stopped at every step, and nothing is disclosed after",
    "end": "every path ends; no dead end",
    "outcome": "every outcome offered can be recorded there",
    "hold": "no step asks for what a rule holds back since an earlier answer",
    "words": "nothing prohibited is said, and no word of debt before the gate is open",
    "reach": "every step and every choice can be reached",
    "text": "every text is there in every language",
    "rule": "every rule that demands a step has one, and every rule named exists",
}


@dataclass(frozen=True, slots=True)
class Breach:
    """One claim that does not hold; `path` are the answers that lead there, oldest first."""

    claim: str
    message: str
    path: tuple[str, ...] = ()

    def lines(self) -> Iterable[str]:
        yield f"  ✗ {self.message}"
        yield from (f"      {number}. {step}" for number, step in enumerate(self.path, 1))


@dataclass
class Report:
    """The outcome of a check. `visits` is how many different visits were looked at, `instances`
    how many of each repeat they had; nothing for a script without repeats."""

    script: str
    breaches: list[Breach] = field(default_factory=list)
    visits: int = 0
    walked: int = 0
    complete: bool = True
    instances: tuple[int, ...] = ()

    @property
    def passed(self) -> bool:
        return not self.breaches and self.complete

    def add(self, breaches: Iterable[Breach]) -> None:
        """Take breaches in, each once."""
        known = {(one.claim, one.message) for one in self.breaches}
        self.breaches += [one for one in breaches if (one.claim, one.message) not in known]

    def lines(self) -> Iterable[str]:
        """The report to print."""
        how = "all" if self.complete else "not all (too many)"
        yield f"{self.script}: {how} different visits explored ({self.visits}), {self.walked} walked at random"
        if self.instances:
            tried = ", ".join(map(str, self.instances))
            yield f"each repeat with {tried} instances; nothing is proved of more"
        for claim, words in CLAIMS.items():
            broken = [one for one in self.breaches if one.claim == claim]
            yield f"{'✗' if broken else '✓'} {words}"
            for one in broken:
                yield from one.lines()
