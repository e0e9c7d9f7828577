"""Cases on the server: the creditor's row, the office's assignment, and who may see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from agent_app.domain.dues import gathered
from agent_app.domain.errors import BadInput, Fault
from agent_app.domain.events import Event
from agent_app.domain.project import advance, project
from sync.server import persons
from sync.server.db import Db

Case = dict[str, Any]


@dataclass(slots=True)
class Changes:
    """What one write transaction changed; `publish` gives each its place in the feed."""

    cases: dict[str, None] = field(default_factory=dict)
    leaves: list[int] = field(default_factory=list)
    granted: list[tuple[str, str]] = field(default_factory=list)
    revoked: list[tuple[str, str, str]] = field(default_factory=list)

    def publish(self, db: Db, at: datetime) -> None:
        """Must be the last step of the transaction: the feed's row lock makes position order
        commit order, so no reader's cursor can pass a change it has not seen."""
        put_bodies(db, self, persons.told(db, list(self.cases)))
        count = len(self.cases) + len(self.leaves) + len(self.granted) + len(self.revoked)
        if not count:
            return
        end = db.value("UPDATE feed SET position = position + ? RETURNING position", count)
        places = iter(range(end - count + 1, end + 1))
        time = at.isoformat(timespec="milliseconds")
        db.many(
            "UPDATE grants SET revoked = ?, reason = ?, at = ? WHERE user = ? AND case_id = ?",
            [(next(places), reason, time, user, case) for user, case, reason in self.revoked],
        )
        db.many(
            "INSERT INTO grants (user, case_id, position, at) VALUES (?, ?, ?, ?) ON CONFLICT"
            " DO UPDATE SET position = excluded.position, revoked = NULL, at = excluded.at",
            [(user, case, next(places), time) for user, case in self.granted],
        )
        db.many(
            "UPDATE cases SET position = ? WHERE id = ?",
            [(next(places), one) for one in self.cases],
        )
        db.many(
            "UPDATE log SET position = ? WHERE leaf = ?",
            [(next(places), one) for one in self.leaves],
        )


def put_imported(db: Db, changes: Changes, row: Case) -> str:
    """Keep a case as the hand-over file has it: "new", "changed" or "same".

    An assignment made here outlives a later file, unless that file itself changes the crew.
    """
    text = _text(row)
    known = db.row("SELECT imported, source FROM cases WHERE id = ?", row["id"])
    if known is None:
        source = row | {"crew": _with_credentials(db, row["crew"])}
        db.do(
            "INSERT INTO cases (id, imported, source, body, agent, team) VALUES (?, ?, ?, ?, ?, ?)",
            *(row["id"], text, _text(source), _text(source | {"revision": 1})),
            *_assigned(db, source),
        )
        changes.cases[row["id"]] = None
        _grant(db, changes, row["id"], "assigned")
        return "new"
    if known["imported"] == text:
        return "same"
    imported, source = msgspec.json.decode(known["imported"]), msgspec.json.decode(known["source"])
    same_crew = row["crew"] == imported["crew"]
    crew = source["crew"] if same_crew else _with_credentials(db, row["crew"])
    db.do("UPDATE cases SET imported = ? WHERE id = ?", text, row["id"])
    paid = gathered(row, source)
    put_source(db, changes, row | {"crew": crew, "payments_booked": paid}, "reassigned")
    return "changed"


def put_source(db: Db, changes: Changes, source: Case, reason: str) -> None:
    """Replace a known case's source: replay its events on it and settle who may see it."""
    case = source["id"]
    body = project(source, events_of(db, case))
    db.do(
        "UPDATE cases SET source = ?, agent = ?, team = ? WHERE id = ?",
        *(_text(source), *_assigned(db, source), case),
    )
    put_bodies(db, changes, [body])
    _grant(db, changes, case, reason)


def put_bodies(db: Db, changes: Changes, bodies: Sequence[Case]) -> None:
    """Keep these cases as they now stand, each one revision on."""
    if not bodies:
        return
    asked = msgspec.json.encode([one["id"] for one in bodies]).decode()
    known = db.rows(
        "SELECT id, revision FROM cases WHERE id IN (SELECT value FROM json_each(?))", asked
    )
    next_of = {row["id"]: row["revision"] + 1 for row in known}
    db.many(
        "UPDATE cases SET body = ?, revision = ? WHERE id = ?",
        [
            (_text(one | {"revision": next_of[one["id"]]}), next_of[one["id"]], one["id"])
            for one in bodies
        ],
    )
    changes.cases |= dict.fromkeys(next_of)


def body(db: Db, case: str) -> Case | None:
    """The case as it now stands, or None."""
    text = db.value("SELECT body FROM cases WHERE id = ?", case)
    return None if text is None else dict(msgspec.json.decode(text))


class CaseBook:
    """The cases one push is about, each read once and written once however many events it has."""

    def __init__(self, db: Db, changes: Changes) -> None:
        self._db, self._changes = db, changes
        self._bodies: dict[str, Case | None] = {}
        self._counted: dict[str, list[Event]] = {}

    def read(self, case: str) -> Case | None:
        """The case as it stands after what was counted; not to be changed."""
        if case not in self._bodies:
            self._bodies[case] = body(self._db, case)
        return self._bodies[case]

    def count(self, event: Event) -> None:
        """Let an event do to its case what it does. BadInput when its body makes no sense there."""
        row, case = self.read(event.case or ""), event.case or ""
        assert row is not None
        counted = self._counted.setdefault(case, [])
        try:
            advance(row, event)
        except (KeyError, TypeError, ValueError, AttributeError) as fault:
            self._bodies[case] = project(body(self._db, case) or {}, counted)
            raise BadInput(f"{event.kind}: {fault!r}") from fault
        counted.append(event)

    def settle(self) -> None:
        """Write what was counted."""
        stand = [self._bodies[case] for case, counted in self._counted.items() if counted]
        put_bodies(self._db, self._changes, [row for row in stand if row is not None])


def events_of(db: Db, case: str) -> list[Event]:
    """The applied events of a case in the log's order."""
    rows = db.rows(
        "SELECT raw FROM log WHERE case_id = ? AND verdict = 'applied' ORDER BY leaf", case
    )
    return [Event.from_json(msgspec.json.decode(row["raw"])) for row in rows]


def assign(
    db: Db, changes: Changes, case: str, agent: str, *, partner: str | None, reason: str
) -> None:
    """Give a case to `agent`: a revoke for the one who had it, a grant for the one who gets it.

    A recalled case is in the field again. Raises BadInput for an unknown case or agent.
    """
    text = db.value("SELECT source FROM cases WHERE id = ?", case)
    if text is None:
        raise BadInput(Fault("no such case", value=case))
    for user in (agent, partner):
        if user and not db.value("SELECT 1 FROM users WHERE id = ? AND active", user):
            raise BadInput(Fault("no such user", value=user, mend="doorstep-server user add"))
    source = msgspec.json.decode(text)
    former = [user for user in source["crew"]["agents"][1:] if user != agent]
    lead = db.value(
        "SELECT lead FROM teams JOIN users ON users.team = teams.id WHERE users.id = ?", agent
    )
    source["crew"] = _with_credentials(
        db,
        {
            "agents": [agent, *([partner] if partner else former)],
            "lead": lead or source["crew"]["lead"],
        },
    )
    db.do("UPDATE cases SET recalled = 0 WHERE id = ?", case)
    put_source(db, changes, source, reason)


def refresh_credentials(db: Db, changes: Changes, user: str) -> int:
    """Tell every case with `user` in its crew what credentials its people hold now; how many."""
    rows = db.rows(
        "SELECT source FROM cases WHERE EXISTS"
        " (SELECT 1 FROM json_each(source, '$.crew.agents') WHERE value = ?)",
        user,
    )
    sources = [msgspec.json.decode(row["source"]) for row in rows]
    for source in sources:
        renewed = source | {"crew": _with_credentials(db, source["crew"])}
        put_source(db, changes, renewed, "credentials")
    return len(sources)


def _with_credentials(db: Db, crew: Case) -> Case:
    """A crew with the credentials its people hold, as a case carries them."""
    found = []
    for user in crew["agents"]:
        held = db.value("SELECT credentials FROM users WHERE id = ?", user) or "[]"
        found += [{"user": user, **one} for one in msgspec.json.decode(held)]
    return {"agents": crew["agents"], "lead": crew["lead"], "credentials": found}


def recall(db: Db, changes: Changes, case: str, reason: str) -> bool:
    """Take a case back from everyone (settled, withdrawn); False when nobody had it.

    BadInput when there is no such case.
    """
    if not db.do("UPDATE cases SET recalled = 1, agent = NULL WHERE id = ?", case):
        raise BadInput(Fault("no such case", value=case))
    holders = _holders(db, case)
    changes.revoked += [(user, case, reason) for user in holders]
    return bool(holders)


def _assigned(db: Db, source: Case) -> tuple[str | None, str | None]:
    """The agent and team of a case by its crew."""
    agents = source["crew"]["agents"]
    team = db.value("SELECT id FROM teams WHERE lead = ?", source["crew"]["lead"])
    return (agents[0] if agents else None), team


def _holders(db: Db, case: str) -> set[str]:
    rows = db.rows("SELECT user FROM grants WHERE case_id = ? AND revoked IS NULL", case)
    return {row["user"] for row in rows}


def _grant(db: Db, changes: Changes, case: str, reason: str) -> None:
    """Make the holders of a case exactly its agent and its team's lead."""
    row = db.row(
        "SELECT agent, lead FROM cases LEFT JOIN teams ON teams.id = cases.team"
        " WHERE cases.id = ? AND NOT recalled",
        case,
    )
    should = {user for user in (row or {}).values() if user}
    has = _holders(db, case)
    changes.revoked += [(user, case, reason) for user in sorted(has - should)]
    changes.granted += [(user, case) for user in sorted(should - has)]


def _text(value: Case) -> str:
    return msgspec.json.encode(value, order="sorted").decode()
