"""A hand-over file into the office: good rows land, bad ones are reported, a repeat changes nothing."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from agent_app.domain.errors import Fault
from sync.server import accounts, cases, people
from sync.server.cases import Changes
from sync.server.db import Db
from sync.server.imports.apart import read_apart
from sync.server.imports.build import OfficeFacts, build
from sync.server.imports.mapping import Column, FileMapping
from sync.server.imports.table import Table
from sync.server.imports.values import Unreadable, read
from sync.server.office import Office, fact

Values = dict[str, Any]
Reader = Callable[[bytes, str, Sequence[FileMapping], str | None], Table]


@dataclass(slots=True)
class Landed:
    """What an import did: how many cases are new, changed, the same; what was refused."""

    mapping: str
    counts: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)

    def __str__(self) -> str:
        counts = ", ".join(f"{self.counts[one]} {one}" for one in ("new", "changed", "same"))
        return f"{counts}; {len({fault.row for fault in self.faults})} rows refused"


def load_file(
    office: Office,
    content: bytes,
    name: str,
    mappings: Sequence[FileMapping],
    *,
    encoding: str | None = None,
    reader: Reader = read_apart,
) -> Landed:
    """Import one file in one transaction. BadInput when no mapping fits it at all.

    `reader` parses the bytes; only a caller that made them itself may choose `read_table`.
    """
    table = reader(content, name, mappings, encoding)
    landed = Landed(table.mapping.id)
    with office.db() as db, db.writing():
        facts, changes = _facts(db), Changes()
        for values in good_rows(table, name, landed.faults):
            try:
                case = build(values, table.mapping, facts)
            except Unreadable as fault:
                landed.faults.append(_fault(name, values["_row"], "", "", fault))
                continue
            _settle_people(office, db, values)
            landed.counts[cases.put_imported(db, changes, case)] += 1
        db.do(
            "INSERT INTO imports VALUES (?, ?, ?, ?, ?, ?)",
            *(hashlib.sha256(content).hexdigest(), landed.mapping, name),
            *(office.now().isoformat(), landed.counts.total(), len(landed.faults)),
        )
        changes.publish(db, office.now())
    return landed


def good_rows(table: Table, name: str, faults: list[Fault]) -> list[Values]:
    """Every row whose cells can be read and whose case has not been seen above."""
    places = [
        (table.header.index(column.name), column)
        for column in table.mapping.columns.values()
        if column.name in table.header
    ]
    rows, seen = [], dict[str, int]()
    for number, cells in table.rows:
        values, bad = _read_row(cells, number, places, table.mapping, name)
        if len(cells) > len(table.header) and any(cells[len(table.header) :]):
            bad.append(Fault("more cells than columns", name, number, mend="quote the comma"))
        if not bad and (first := seen.setdefault(values["case"], number)) != number:
            bad.append(
                Fault(
                    "this case stands twice",
                    name,
                    number,
                    value=values["case"],
                    mend=f"keep one; the other is row {first}",
                )
            )
        faults += bad
        if not bad:
            rows.append(values)
    return rows


def _read_row(
    cells: list[str],
    number: int,
    places: list[tuple[int, Column]],
    mapping: FileMapping,
    name: str,
) -> tuple[Values, list[Fault]]:
    values: Values = {"_row": number}
    faults = []
    for index, column in sorted(places, key=lambda one: one[1].kind != "currency"):
        cell = cells[index] if index < len(cells) else ""
        try:
            values[column.to] = read(cell, column, mapping, values.get("currency") or "CNY")
        except Unreadable as fault:
            faults.append(_fault(name, number, column.name, cell, fault))
    return values, faults


def _fault(name: str, row: int, column: str, cell: str, fault: Unreadable) -> Fault:
    return Fault(fault.message, name, row, column, cell[:80], fault.mend)


def _facts(db: Db) -> OfficeFacts:
    return OfficeFacts(
        agency=fact(db, "agency"),
        creditors=fact(db, "creditors") or {},
        creditor_default=fact(db, "creditor_default") or {},
        authority=fact(db, "authority"),
        check_secret=bytes.fromhex(fact(db, "check_secret")),
    )


def _settle_people(office: Office, db: Db, values: Values) -> None:
    """People and teams a file names and the office does not know yet join with what it says."""
    lead, team = values["lead"], f"T-{values['lead']}"
    if not db.value("SELECT 1 FROM users WHERE id = ?", lead):
        people.join(office, db, lead, values.get("lead_name") or lead, "lead", None)
    if not db.value("SELECT 1 FROM teams WHERE lead = ?", lead):
        accounts.add_team(db, team, values.get("branch") or team, lead)
        db.do("UPDATE users SET team = ? WHERE id = ? AND team IS NULL", team, lead)
    home = db.value("SELECT id FROM teams WHERE lead = ?", lead)
    for role in ("agent", "partner"):
        user = values.get(role)
        if user and not db.value("SELECT 1 FROM users WHERE id = ?", user):
            people.join(office, db, user, values.get(f"{role}_name") or user, "agent", home)
