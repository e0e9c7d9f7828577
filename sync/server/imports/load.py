"""A hand-over file into the office: good rows land, bad ones are reported, a repeat changes nothing."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from agent_app.domain.errors import Fault
from sync.server import accounts, cases, people
from sync.server.cases import Changes
from sync.server.db import Db
from sync.server.imports.apart import read_apart
from sync.server.imports.build import OfficeFacts, build
from sync.server.imports.cells import Unreadable
from sync.server.imports.mapping import FileMapping
from sync.server.imports.rows import Values, good_rows, place_of
from sync.server.imports.table import Table
from sync.server.office import Office, fact

Reader = Callable[[bytes, str, Sequence[FileMapping], str | None], list[Table]]


@dataclass(slots=True)
class Landed:
    """What an import did: how many cases are new, changed, the same; what was refused."""

    mapping: str
    counts: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)

    def __str__(self) -> str:
        counts = ", ".join(f"{self.counts[one]} {one}" for one in ("new", "changed", "same"))
        return f"{counts}; {len({(fault.file, fault.row) for fault in self.faults})} rows refused"


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

    `reader` parses the bytes; only a caller that made them itself may choose `read_tables`.
    """
    tables = reader(content, name, mappings, encoding)
    landed = Landed(tables[0].mapping.id)
    with office.db() as db, db.writing():
        facts, changes = _facts(db), Changes()
        for table, values in good_rows(tables, landed.faults):
            try:
                case = build(values, table.mapping, facts)
            except Unreadable as fault:
                landed.faults.append(_in_row(table, values, fault))
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


def _in_row(table: Table, values: Values, fault: Unreadable) -> Fault:
    place = place_of(table, fault.to)
    column = place.called if place else ""
    return Fault(fault.message, table.name, values["_row"], column, fault.value, fault.mend)


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
