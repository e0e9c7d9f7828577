"""A finished session for others: OpenRosa submission, ODK audit log, flat CSV tables."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from agent_app.script.filling import preloads
from agent_app.script.filling.session import Session
from agent_app.script.filling.submission import record_xml
from agent_app.script.form import REPEAT
from agent_app.script.record import Range, RecordNode

AUDIT = "audit.csv"
AUDIT_COLUMNS = (
    "event",
    "node",
    "start",
    "end",
    "latitude",
    "longitude",
    "accuracy",
    "old-value",
    "new-value",
    "user",
)


GEOPOINT = ("Latitude", "Longitude", "Altitude", "Accuracy")


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One row of the audit log. `event` as ODK names it: form start, question, group questions,
    add repeat, delete repeat, jump, form save, form exit, form finalize …
    """

    event: str
    start: datetime
    end: datetime | None = None
    node: str = ""
    position: tuple[float, float, float] | None = None
    old: str = ""
    new: str = ""
    user: str = ""


def openrosa(session: Session) -> str:
    """The submission as a server takes it, the end time filled in."""
    preloads.finish(session)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + record_xml(session)


def media(session: Session) -> tuple[str, ...]:
    """File names the record attaches, in document order."""
    return tuple(
        node.text for node in session.walk() if node.definition.bind.type == "binary" and node.text
    )


def write_openrosa(
    session: Session,
    folder: Path,
    files: Mapping[str, bytes],
    entries: Iterable[AuditEntry] = (),
) -> list[Path]:
    """submission.xml and its media beside it, as ODK Central takes them; the files written.

    A form that asks for an audit log gets it, of `entries`, as one more attachment.
    """
    folder.mkdir(parents=True, exist_ok=True)
    attached = dict(files)
    log = next((n for n in session.walk() if n.local == "audit" and _in_meta(n)), None)
    if log is not None:
        session.put(log, AUDIT)
        attached[AUDIT] = audit_csv(entries).encode()
    written = [folder / "submission.xml"]
    written[0].write_text(openrosa(session), encoding="utf-8")
    for name in dict.fromkeys([*media(session), *([AUDIT] if log else [])]):
        if name in attached:
            written.append(folder / Path(name).name)
            written[-1].write_bytes(attached[name])
    return written


def _in_meta(node: RecordNode) -> bool:
    return isinstance(node.parent, RecordNode) and node.parent.local == "meta"


def audit_csv(entries: Iterable[AuditEntry]) -> str:
    """ODK audit.csv: times in milliseconds since 1970 UTC."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(AUDIT_COLUMNS)
    for entry in entries:
        lat, lon, accuracy = entry.position or ("", "", "")
        end = "" if entry.end is None else _millis(entry.end)
        row = [entry.event, entry.node, _millis(entry.start), end, lat, lon, accuracy]
        writer.writerow([*row, entry.old, entry.new, entry.user])
    return out.getvalue()


def _millis(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def tables(session: Session) -> dict[str, str]:
    """CSV by table name: the record ("" the main one) and one table for each repeat.

    Columns are group-question, four for a geopoint; KEY and PARENT_KEY join the tables, as ODK Central exports them.
    """
    rows: dict[str, list[dict[str, str]]] = {"": []}
    key = next((n.text for n in session.walk() if n.local == "instanceID"), "")
    _row(session.record, "", key, None, rows)
    return {name: _table(found) for name, found in rows.items()}


def _row(
    node: RecordNode,
    table: str,
    key: str,
    parent: str | None,
    rows: dict[str, list[dict[str, str]]],
) -> None:
    row: dict[str, str] = {}
    rows.setdefault(table, []).append(row)
    _cells(node, "", row, table, key, rows)
    if parent is not None:
        row["PARENT_KEY"] = parent
    row["KEY"] = key


def _cells(
    node: RecordNode,
    prefix: str,
    row: dict[str, str],
    table: str,
    key: str,
    rows: dict[str, list[dict[str, str]]],
) -> None:
    for kid in node.kids:
        if isinstance(kid, Range):
            name = f"{table}-{prefix}{kid.definition.local}".lstrip("-")
            for number, instance in enumerate(kid.instances, 1):
                _row(instance, name, f"{key}/{kid.definition.local}[{number}]", key, rows)
        elif kid.kids:
            _cells(kid, f"{prefix}{kid.local}-", row, table, key, rows)
        elif kid.definition.bind.type == "geopoint":
            places = [*kid.text.split(), *[""] * 4]
            row.update(
                {f"{prefix}{kid.local}-{n}": p for n, p in zip(GEOPOINT, places, strict=False)}
            )
        elif kid.definition.kind != REPEAT:
            row[f"{prefix}{kid.local}"] = kid.text


def _table(rows: list[dict[str, str]]) -> str:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
