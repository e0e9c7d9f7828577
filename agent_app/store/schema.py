"""The schema, as migrations that are only ever added to (kept old files: tests/upgrades).

`bodies` keeps the server's row of a case raw in `base`; `now` is the row after the unsettled
events, null while it equals `base`. `cases` is what lists and search read of it, small enough to
be read through. `events` holds this device's journal (`own`) and what other devices did on the
same cases.
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations

MIGRATIONS = Migrations("agent")

GATE = "disclosure gate"
"""How the trigger's refusals begin."""
RESTORED = "restored"
"""The reason of own events brought back from the journal file."""


@MIGRATIONS()
def m001_first(db: Database) -> None:
    """Everything of version 0.1."""
    for statement in _FIRST:
        db.conn.execute(statement)


@MIGRATIONS()
def m002_lists_apart_from_bodies(db: Database) -> None:
    """Lists and search read small rows of their own, derived anew by `cases.relist`."""
    for statement in _APART:
        db.conn.execute(statement)


_APART = (
    "DROP TABLE case_text",
    "DROP TABLE case_grams",
    "CREATE TABLE bodies (number INTEGER PRIMARY KEY, base TEXT NOT NULL, now TEXT)",
    "INSERT INTO bodies SELECT number, base, now FROM cases",
    """
    CREATE TABLE listed_cases (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        hidden TEXT,
        visit_state TEXT,
        priority INTEGER NOT NULL DEFAULT 0,
        days_overdue INTEGER NOT NULL DEFAULT 0,
        sought TEXT NOT NULL DEFAULT '',
        listed BLOB
    )
    """,
    "INSERT INTO listed_cases (number, id, hidden) SELECT number, id, hidden FROM cases",
    "DROP TABLE cases",
    "ALTER TABLE listed_cases RENAME TO cases",
    "CREATE INDEX cases_open ON cases (id) WHERE visit_state = 'open' AND hidden IS NULL",
    "CREATE INDEX cases_hidden ON cases (id) WHERE hidden IS NOT NULL",
    "CREATE INDEX cases_unlisted ON cases (id) WHERE listed IS NULL",
)


@MIGRATIONS()
def m003_person(db: Database) -> None:
    """Whom a case is about, so that the same person's other cases are found at once."""
    for statement in _PERSON:
        db.conn.execute(statement)


_PERSON = (
    "ALTER TABLE cases ADD COLUMN person TEXT NOT NULL DEFAULT ''",
    "UPDATE cases SET listed = NULL",
    "CREATE INDEX cases_person ON cases (person, id)",
)


@MIGRATIONS()
def m004_arrived(db: Database) -> None:
    """When the office took an event, where it told: the latest a visit under review can be."""
    db.conn.execute("ALTER TABLE events ADD COLUMN arrived TEXT")


@MIGRATIONS()
def m005_gate_of_the_case(db: Database) -> None:
    """What opened the gate in one case opens it in no other."""
    db.conn.execute("DROP TRIGGER disclosure_gate")
    db.conn.execute(_GATE_OF_THE_CASE)


_DISCLOSURE_GATE = """
CREATE TRIGGER disclosure_gate BEFORE INSERT ON events
WHEN NEW.own AND NEW.reason IS NOT 'restored' AND (
    NEW.kind IN ('disclosed', 'budget_recorded', 'plan_offered', 'agreement_signed',
        'promise_made')
    OR NEW.kind = 'letter_printed' AND json_extract(NEW.raw, '$.body.names_debt') IS NOT 0
)
BEGIN
    SELECT RAISE(ABORT, 'disclosure gate: no visit is open')
    WHERE coalesce((
        SELECT kind <> 'visit_started' FROM events
        WHERE visit = NEW.visit AND kind IN ('visit_started', 'visit_ended', 'visit_aborted')
            AND state <> 'refused'
        ORDER BY number DESC LIMIT 1
    ), 1);
    SELECT RAISE(ABORT, 'disclosure gate: documents were not shown in this visit')
    WHERE NOT EXISTS (
        SELECT 1 FROM events
        WHERE visit = NEW.visit AND kind = 'id_shown' AND state <> 'refused'
    );
    SELECT RAISE(ABORT, 'disclosure gate: this person was not identified in this visit')
    WHERE NOT coalesce((
        SELECT kind = 'identity_checked' AND json_extract(raw, '$.body.passed')
        FROM events
        WHERE visit = NEW.visit AND state <> 'refused' AND (
            kind = 'identity_checked'
            OR kind = 'person_met'
            AND json_extract(raw, '$.body.who') NOT IN ('debtor', 'self_identified')
        )
        ORDER BY number DESC LIMIT 1
    ), 0);
END
"""

_GATE_OF_THE_CASE = """
CREATE TRIGGER disclosure_gate BEFORE INSERT ON events
WHEN NEW.own AND NEW.reason IS NOT 'restored' AND (
    NEW.kind IN ('disclosed', 'budget_recorded', 'plan_offered', 'agreement_signed',
        'promise_made')
    OR NEW.kind = 'letter_printed' AND json_extract(NEW.raw, '$.body.names_debt') IS NOT 0
)
BEGIN
    SELECT RAISE(ABORT, 'disclosure gate: this visit is about another case')
    WHERE EXISTS (
        SELECT 1 FROM events
        WHERE visit = NEW.visit AND case_id IS NOT NEW.case_id AND state <> 'refused'
            AND kind IN ('visit_started', 'id_shown', 'identity_checked')
    );
    SELECT RAISE(ABORT, 'disclosure gate: no visit is open')
    WHERE coalesce((
        SELECT kind <> 'visit_started' FROM events
        WHERE visit = NEW.visit AND kind IN ('visit_started', 'visit_ended', 'visit_aborted')
            AND state <> 'refused'
        ORDER BY number DESC LIMIT 1
    ), 1);
    SELECT RAISE(ABORT, 'disclosure gate: documents were not shown in this visit')
    WHERE NOT EXISTS (
        SELECT 1 FROM events
        WHERE visit = NEW.visit AND kind = 'id_shown' AND state <> 'refused'
    );
    SELECT RAISE(ABORT, 'disclosure gate: this person was not identified in this visit')
    WHERE NOT coalesce((
        SELECT kind = 'identity_checked' AND json_extract(raw, '$.body.passed')
        FROM events
        WHERE visit = NEW.visit AND state <> 'refused' AND (
            kind = 'identity_checked'
            OR kind = 'person_met'
            AND json_extract(raw, '$.body.who') NOT IN ('debtor', 'self_identified')
        )
        ORDER BY number DESC LIMIT 1
    ), 0);
END
"""

_FIRST = (
    """
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID
    """,
    """
    CREATE TABLE cases (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        revision INTEGER NOT NULL,
        hidden TEXT,
        base TEXT NOT NULL,
        now TEXT,
        debtor TEXT NOT NULL,
        creditor TEXT NOT NULL,
        product TEXT NOT NULL,
        total INTEGER NOT NULL,
        currency TEXT NOT NULL,
        bucket TEXT NOT NULL,
        days_overdue INTEGER NOT NULL,
        priority INTEGER NOT NULL,
        address TEXT,
        region TEXT,
        tz TEXT,
        lat REAL,
        lon REAL,
        datum TEXT,
        visit TEXT,
        visit_state TEXT,
        planned_for TEXT,
        visited_at TEXT,
        outcome TEXT,
        sent_back INTEGER NOT NULL,
        held INTEGER NOT NULL,
        lease_end TEXT
    )
    """,
    """
    CREATE INDEX cases_day ON cases (
        hidden, priority DESC, days_overdue DESC, id, debtor, creditor, product, total, currency,
        bucket, address, region, tz, lat, lon, datum, visit, visit_state, planned_for, visited_at,
        outcome, sent_back, held, lease_end, number
    )
    """,
    """
    CREATE VIRTUAL TABLE case_text USING fts5 (
        text, content = '', contentless_delete = 1, tokenize = 'trigram'
    )
    """,
    """
    CREATE VIRTUAL TABLE case_grams USING fts5 (
        name, place, content = '', contentless_delete = 1, detail = 'column',
        tokenize = "unicode61 remove_diacritics 0"
    )
    """,
    "INSERT INTO case_text (case_text, rank) VALUES ('secure-delete', 1)",
    "INSERT INTO case_grams (case_grams, rank) VALUES ('secure-delete', 1)",
    """
    CREATE TABLE chain (device TEXT PRIMARY KEY, seq INTEGER NOT NULL, hash TEXT NOT NULL)
    WITHOUT ROWID
    """,
    """
    CREATE TABLE events (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        device TEXT NOT NULL,
        seq INTEGER NOT NULL,
        hash TEXT NOT NULL,
        kind TEXT NOT NULL,
        case_id TEXT,
        visit TEXT,
        wall TEXT NOT NULL,
        own INTEGER NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('unsent', 'parked', 'applied', 'refused')),
        reason TEXT,
        message TEXT,
        late INTEGER NOT NULL DEFAULT 0,
        based INTEGER NOT NULL DEFAULT 0,
        proof TEXT,
        raw TEXT NOT NULL,
        UNIQUE (device, seq)
    )
    """,
    "CREATE INDEX events_case ON events (case_id, number)",
    "CREATE INDEX events_visit ON events (visit, number)",
    "CREATE INDEX events_open ON events (seq) WHERE own AND state IN ('unsent', 'parked')",
    "CREATE INDEX events_counting ON events (case_id, seq) WHERE own AND NOT based",
    "CREATE INDEX events_refused ON events (seq) WHERE state = 'refused'",
    _DISCLOSURE_GATE,
    """
    CREATE TRIGGER events_are_final
    BEFORE UPDATE OF id, device, seq, hash, kind, case_id, visit, wall, own, raw ON events
    BEGIN
        SELECT RAISE(ABORT, 'an event is never changed');
    END
    """,
    """
    CREATE TRIGGER unsettled_events_stay BEFORE DELETE ON events
    WHEN OLD.own AND OLD.state IN ('unsent', 'parked')
    BEGIN
        SELECT RAISE(ABORT, 'an unsettled event is never deleted');
    END
    """,
    """
    CREATE TABLE files (
        event TEXT NOT NULL,
        slot TEXT NOT NULL,
        name TEXT NOT NULL UNIQUE,
        sha256 TEXT NOT NULL,
        size INTEGER NOT NULL,
        type TEXT NOT NULL,
        own INTEGER NOT NULL,
        sent INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (event, slot)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX files_unsent ON files (event) WHERE own AND NOT sent",
    "CREATE INDEX files_content ON files (sha256)",
    """
    CREATE TABLE quarantine (
        number INTEGER PRIMARY KEY,
        what TEXT NOT NULL,
        ref TEXT,
        reason TEXT NOT NULL,
        raw BLOB NOT NULL,
        UNIQUE (what, raw)
    )
    """,
    """
    CREATE TABLE drafts (visit TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID
    """,
    """
    CREATE TABLE packs (
        id TEXT NOT NULL, version TEXT NOT NULL, sha256 TEXT NOT NULL, manifest TEXT NOT NULL,
        PRIMARY KEY (id, version)
    ) WITHOUT ROWID
    """,
    "CREATE TABLE pack_files (sha256 TEXT PRIMARY KEY, bytes BLOB NOT NULL)",
)
