"""A remark for the reviewer: something to look at, with its reasons. Never a verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Fact = str | int | float


@dataclass(frozen=True, slots=True)
class Flag:
    """`kind` names the text `flags.<kind>`, `facts` fill its placeholders; `event` is an id."""

    kind: str
    event: str
    facts: Mapping[str, Fact] = field(default_factory=dict)

    @property
    def detail(self) -> str:
        """The facts in one plain line, for lists and logs."""
        return ", ".join(f"{name} {value}" for name, value in self.facts.items())
