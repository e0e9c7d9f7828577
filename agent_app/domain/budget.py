"""The lines of a household budget, as a pack names them: what comes in, what life needs, the rest.

The groups follow the order of the Standard Financial Statement: income, essentials, other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from agent_app.domain.errors import Fault
from agent_app.domain.rules.reading import Table

GROUPS = ("income", "essential", "other")
"""`essential` comes before any creditor."""


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """One line to ask: its key in `budget_recorded`, its group, its words by language."""

    key: str
    group: str
    text: Mapping[str, str]


def read_budget(data: object, file: str, faults: list[Fault]) -> tuple[BudgetLine, ...]:
    """The rows of `budget.toml`, in the order they are asked. Faults name file and key."""
    whole = Table(data if isinstance(data, Mapping) else {}, file, "", faults)
    lines: dict[str, BudgetLine] = {}
    for table in whole.tables("line"):
        line = BudgetLine(table.word("key"), table.word("group", among=GROUPS), table.texts("text"))
        if line.key in lines:
            table.fault("key", "is used twice", "give each line its own key", line.key)
        lines[line.key] = line
        table.close()
    whole.close()
    return tuple(lines.values())


def keys_of(lines: Iterable[BudgetLine], group: str) -> tuple[str, ...]:
    """The keys of one group, in order."""
    return tuple(line.key for line in lines if line.group == group)
