"""What the office hands to outside witnesses: tree heads, the paths between them, a day's report."""

from __future__ import annotations

import os
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from agent_app.journal import witness
from agent_app.wording import Wording
from sync.server import log
from sync.server.db import Db
from sync.server.office import Office, org

if TYPE_CHECKING:
    from agent_app.documents.sealing.authority import Authority


def append(office: Office, out: Path, authority: Authority | None = None) -> str:
    """Add today's head to a witness's file, grown from the one it ends with; the line added.

    A stamp of `authority` (RFC 3161) goes in too. Raises Tampered when the office's log no longer
    continues what the witness holds, Offline when the authority gives no stamp.
    """
    kept = witness.read(out.read_bytes()) if out.exists() else witness.Witness(())
    with office.db() as db:
        with db.writing():
            head, tree = log.sign_head(office, db), log.tree(db)
        stamp = authority.stamp(witness.bytes_to_stamp(head)) if authority else b""
        own = kept.of(head["origin"]).heads
        last = own[-1] if own else None
        said = witness.line(head, tree=tree, after=last, stamp=stamp)
    with out.open("a", encoding="utf-8", newline="") as stream:
        stream.write(said + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    return said


def path(db: Db, start: int, end: int) -> str:
    """The consistency path between two sizes; BadInput for sizes the log never had."""
    return witness.path_line(log.tree(db), start, end)


def report(office: Office, day: date, language: str) -> str:
    """A day on one page, to be printed or mailed: what came, and the head that commits to it."""
    words = Wording(language)
    with office.db() as db, db.writing():
        facts, head = org(db), log.sign_head(office, db)
        rows = _day(db, day, ZoneInfo(facts.tz))
        alerts = db.value("SELECT COUNT(*) FROM alerts")
    lines = [f"{facts.name}  {day}", "", words.say("evidence.report_title"), ""]
    lines += [
        words.say("evidence.report_agent", name=row["name"], events=row["events"], n=row["visits"])
        for row in rows
    ]
    total = sum(row["events"] for row in rows)
    lines += ["", words.say("evidence.report_sum", events=total, alerts=alerts), ""]
    lines.append(words.say("evidence.report_head", at=head["at"], size=head["size"]))
    root = str(head["root"])
    lines += ["    " + " ".join(root[at : at + 8] for at in range(0, 64, 8))]
    lines += ["", words.say("evidence.report_keep"), "", witness.bytes_to_stamp(head).decode()]
    return "\n".join(lines) + "\n"


def _day(db: Db, day: date, zone: ZoneInfo) -> list[dict[str, Any]]:
    """Events taken and visits ended on a local day, by person."""
    start = datetime(day.year, day.month, day.day, tzinfo=zone)
    found = db.rows(
        "SELECT u.name, COUNT(*) AS events, SUM(l.kind = 'visit_ended') AS visits FROM log l"
        " JOIN users u ON u.id = l.user"
        " WHERE julianday(l.received_at) >= julianday(?) AND julianday(l.received_at) < julianday(?)"
        " GROUP BY l.user ORDER BY u.name",
        *(start.isoformat(), (start + timedelta(days=1)).isoformat()),
    )
    return [dict(row) for row in found]
