"""A mapping: which column of a hand-over file is which field of a case. Data, checked at load."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent_app.domain.errors import BadInput, Fault
from agent_app.given import toml_file

KINDS = frozenset(
    {
        "text", "key", "choice", "integer", "currency", "amount", "amounts", "date", "degrees",
        "cn_id", "cn_mobile", "attempts", "contacts", "promises", "holds",
    }
)  # fmt: skip
NEEDED = frozenset(
    {
        "case", "creditor", "product", "name", "home", "currency", "principal", "interest",
        "fees", "total", "days_overdue", "bucket", "lead", "agent", "assigned_on", "lease_end",
    }
)  # fmt: skip
"""Fields every mapping must fill, else no case can be made."""


@dataclass(frozen=True, slots=True)
class Column:
    """`required`: a cell must not be empty. `optional`: the column itself may be missing.
    `also`: what other creditors call it, looked for where the name itself is not."""

    name: str
    to: str
    kind: str
    required: bool = False
    optional: bool = False
    words: Mapping[str, str] = field(default_factory=dict)
    also: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class FileMapping:
    """One mapping file; `tables` are its word lists (products, channels, results, …)."""

    id: str
    title: str
    case: Mapping[str, Any]
    columns: Mapping[str, Column]
    tables: Mapping[str, Mapping[str, Any]]


def load(path: Path) -> FileMapping:
    """Read a mapping; BadInput names each fault by file and key."""
    data = toml_file(path)
    faults, columns = [], {}
    for name, spec in data.get("columns", {}).items():
        try:
            columns[name] = Column(name, **spec)
        except TypeError as fault:
            faults.append(Fault("column not understood", path.name, field=name, value=str(fault)))
            continue
        if columns[name].kind not in KINDS:
            known = ", ".join(sorted(KINDS))
            faults.append(Fault("no such kind", path.name, None, name, columns[name].kind, known))
    filled = {one.to for one in columns.values()}
    faults += [
        Fault("no column fills this field", path.name, field=lacking)
        for lacking in sorted(NEEDED - filled)
    ]
    if faults:
        raise BadInput(faults)
    tables = {
        key: value for key, value in data.items() if key not in ("id", "title", "case", "columns")
    }
    return FileMapping(data["id"], data.get("title", ""), data.get("case", {}), columns, tables)


def load_all(folder: Path) -> list[FileMapping]:
    """Every mapping of a folder."""
    return [load(path) for path in sorted(folder.glob("*.toml"))]
