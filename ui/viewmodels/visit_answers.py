"""The answers of a visit on their way to the store: one after the other, none dropped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from agent_app.domain.errors import Unavailable
from agent_app.script.deeds import Field

Done = Callable[[], object]
Failed = Callable[[Exception], object]


@dataclass(frozen=True)
class Given:
    """An answer: its question, what was kept before, seconds on screen."""

    ref: str
    field: Field
    before: str
    seconds: float


class Answers:
    """By question: `kept` is what the script last took, `owed` what could not be recorded yet."""

    def __init__(self, record: Callable[[Given, Done, Failed], None]) -> None:
        self.kept: dict[str, str] = {}
        self.owed: dict[str, Given] = {}
        self._record = record

    def give(self, one: Given, then: Done) -> None:
        """Record what is owed, then `one`; `then` follows when all are on record."""
        owed, self.owed = self.owed, {}
        if earlier := owed.pop(one.ref, None):
            one = replace(one, before=earlier.before)
        self._each([*owed.values(), one], then)

    def give_again(self, then: Done) -> bool:
        """Whether anything is owed: it is recorded now, and `then` follows."""
        owed, self.owed = self.owed, {}
        if owed:
            self._each([*owed.values()], then)
        return bool(owed)

    def _each(self, answers: Sequence[Given], then: Done) -> None:
        """In order; from the first that cannot be recorded now all are owed."""
        first, *rest = answers

        def kept() -> None:
            if rest:
                self._each(rest, then)
            else:
                then()

        def not_kept(error: Exception) -> None:
            if isinstance(error, Unavailable):
                self.owed |= {one.ref: one for one in answers}

        self._record(first, kept, not_kept)
