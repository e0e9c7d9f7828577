"""Who is who on the day: read from the hand-over file, as the people themselves would know."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import resources
from agent_app.domain.errors import BadInput, Fault
from sync.server.imports import mapping
from sync.server.imports.rows import good_rows
from sync.server.imports.table import read_tables

FEW_DAYS = timedelta(days=4)


@dataclass(frozen=True)
class Cast:
    """An agent's rows of the file: `lead` leads them, `day` is a day on which they are worked,
    `truths` is what each debtor would answer to the identity checks, by case."""

    agent: str
    lead: str
    day: date
    truths: dict[str, dict[str, str]]


def read_cast(hand_over: Path, agent: str, today: date) -> Cast:
    """The cast of one agent's day. Raises BadInput when the file has no case of theirs.

    The day is today where the cases are assigned then, else a few days after they were.
    """
    mappings = mapping.load_all(Path(resources.__file__).parent / "mappings")
    tables = read_tables(hand_over.read_bytes(), hand_over.name, mappings)
    faults: list[Fault] = []
    rows = [row for _, row in good_rows(tables, faults) if row["agent"] == agent]
    if not rows:
        raise BadInput(Fault("no case of this agent", hand_over.name, value=agent))
    assigned = max(date.fromisoformat(row["assigned_on"]) for row in rows)
    ends = min(date.fromisoformat(row["lease_end"]) for row in rows)
    return Cast(
        agent=agent,
        lead=Counter(row["lead"] for row in rows).most_common(1)[0][0],
        day=today if assigned <= today <= ends else assigned + FEW_DAYS,
        truths={row["case"]: _truths(row) for row in rows},
    )


def _truths(row: dict[str, Any]) -> dict[str, str]:
    number, phone = str(row["id_number"]), str(row["phone"])
    return {"id_last4": number[-4:], "phone_last4": phone[-4:], "birth_month": number[10:12]}
