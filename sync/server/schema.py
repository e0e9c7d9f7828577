"""The server's tables. A step, once released, is never edited; a change is a new step."""

from __future__ import annotations

_FIRST = """
CREATE TABLE facts (key TEXT PRIMARY KEY, value TEXT NOT NULL);
-- One organisation a database. `position` is raised as the last step of each write transaction.
CREATE TABLE feed (epoch TEXT NOT NULL, position INTEGER NOT NULL);

CREATE TABLE teams (id TEXT PRIMARY KEY, name TEXT NOT NULL, lead TEXT);
CREATE TABLE users (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL
        CHECK (role IN ('agent', 'lead', 'admin')),
    team TEXT REFERENCES teams, badge TEXT NOT NULL DEFAULT '',
    credentials TEXT NOT NULL DEFAULT '[]', active INTEGER NOT NULL DEFAULT 1);
CREATE TABLE codes (
    user TEXT PRIMARY KEY REFERENCES users, salt BLOB NOT NULL, hash BLOB NOT NULL,
    expires_at REAL NOT NULL, tries INTEGER NOT NULL DEFAULT 0);
CREATE TABLE devices (
    id TEXT PRIMARY KEY, user TEXT NOT NULL REFERENCES users, name TEXT NOT NULL,
    event_key TEXT NOT NULL, certificate BLOB NOT NULL, server_share BLOB NOT NULL,
    warrant TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'frozen', 'revoked')),
    seq INTEGER NOT NULL DEFAULT 0, head TEXT NOT NULL, enrolled_at TEXT NOT NULL,
    seen_at TEXT, revoked_at TEXT, wipe INTEGER NOT NULL DEFAULT 0, app TEXT NOT NULL DEFAULT '');
CREATE TABLE nonces (nonce TEXT PRIMARY KEY, expires_at REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE challenges (nonce TEXT PRIMARY KEY, expires_at REAL NOT NULL) WITHOUT ROWID;

-- `imported` is the hand-over file's row, `source` the same with the office's own assignment,
-- `body` = project(source, applied events of the case): what devices get.
CREATE TABLE cases (
    id TEXT PRIMARY KEY, imported TEXT NOT NULL, source TEXT NOT NULL, body TEXT NOT NULL,
    agent TEXT, team TEXT,
    revision INTEGER NOT NULL DEFAULT 1, position INTEGER NOT NULL DEFAULT 0,
    recalled INTEGER NOT NULL DEFAULT 0);
CREATE INDEX cases_agent ON cases (agent);
CREATE INDEX cases_team ON cases (team);
CREATE TABLE grants (
    user TEXT NOT NULL, case_id TEXT NOT NULL REFERENCES cases, position INTEGER NOT NULL,
    revoked INTEGER, reason TEXT, at TEXT NOT NULL, PRIMARY KEY (user, case_id)) WITHOUT ROWID;
CREATE INDEX grants_case ON grants (case_id);

-- Append-only: `leaf` is the index in the Merkle tree, `raw` the event as it came.
CREATE TABLE log (
    leaf INTEGER PRIMARY KEY, hash TEXT NOT NULL, id TEXT NOT NULL UNIQUE,
    device TEXT NOT NULL, seq INTEGER NOT NULL, user TEXT NOT NULL, kind TEXT NOT NULL,
    case_id TEXT, visit TEXT, raw TEXT NOT NULL, verdict TEXT NOT NULL, reason TEXT, message TEXT,
    late INTEGER NOT NULL DEFAULT 0, position INTEGER NOT NULL DEFAULT 0,
    received_at TEXT NOT NULL, UNIQUE (device, seq));
CREATE INDEX log_case ON log (case_id, position);
CREATE TABLE tree (
    level INTEGER NOT NULL, place INTEGER NOT NULL, hash BLOB NOT NULL,
    PRIMARY KEY (level, place)) WITHOUT ROWID;
-- The newest head of each size; a restored office goes on under another origin.
CREATE TABLE heads (
    origin TEXT NOT NULL, size INTEGER NOT NULL, head TEXT NOT NULL,
    PRIMARY KEY (origin, size)) WITHOUT ROWID;
CREATE TABLE parked (
    id TEXT NOT NULL, hash TEXT NOT NULL, device TEXT NOT NULL, seq INTEGER NOT NULL,
    raw TEXT NOT NULL, reason TEXT NOT NULL, received_at TEXT NOT NULL,
    PRIMARY KEY (device, seq, hash)) WITHOUT ROWID;
CREATE TABLE quarantine (
    hash TEXT PRIMARY KEY, device TEXT NOT NULL, raw BLOB NOT NULL, reason TEXT NOT NULL,
    received_at TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE alerts (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, device TEXT,
    detail TEXT NOT NULL DEFAULT '{}', UNIQUE (kind, device, detail));

CREATE TABLE wanted (
    sha256 TEXT NOT NULL, event TEXT NOT NULL, device TEXT NOT NULL, case_id TEXT,
    size INTEGER NOT NULL, type TEXT NOT NULL, PRIMARY KEY (sha256, event)) WITHOUT ROWID;
CREATE INDEX wanted_device ON wanted (device);
CREATE TABLE files (sha256 TEXT PRIMARY KEY, size INTEGER NOT NULL, received_at TEXT NOT NULL)
    WITHOUT ROWID;
CREATE TABLE uploads (
    id TEXT PRIMARY KEY, device TEXT NOT NULL, sha256 TEXT NOT NULL, size INTEGER NOT NULL,
    expires_at REAL NOT NULL) WITHOUT ROWID;

-- Seals of papers by the code printed below them (spelled as journal.speech hears it).
CREATE TABLE seals (code TEXT PRIMARY KEY, text TEXT NOT NULL, event TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE imports (
    sha256 TEXT NOT NULL, mapping TEXT NOT NULL, name TEXT NOT NULL, at TEXT NOT NULL,
    landed INTEGER NOT NULL, faults INTEGER NOT NULL);
CREATE TABLE exports (at TEXT NOT NULL, by_user TEXT NOT NULL, reason TEXT NOT NULL,
    rows INTEGER NOT NULL);
"""

_APPROVALS = "CREATE INDEX log_approvals ON log (case_id) WHERE kind = 'approval_given'"

_PAPERS = """
-- A sealed paper and the same paper with proof of time and status added at the office.
CREATE TABLE stamped (
    sha256 TEXT PRIMARY KEY, stamped TEXT NOT NULL UNIQUE, level TEXT NOT NULL, at TEXT NOT NULL)
    WITHOUT ROWID;
CREATE INDEX log_agreements ON log (id) WHERE kind = 'agreement_signed';
-- Links by which debtors fetch their copies, by the hash of the token.
CREATE TABLE pickups (
    token TEXT PRIMARY KEY, event TEXT NOT NULL, tries INTEGER NOT NULL, taken INTEGER NOT NULL,
    at TEXT NOT NULL) WITHOUT ROWID;
"""

_FEED = """
-- What changed after a cursor is found without reading the rows themselves.
CREATE INDEX cases_position ON cases (position, id);
CREATE INDEX cases_place ON cases (id, position);
CREATE INDEX grants_position ON grants (user, position);
CREATE INDEX grants_revoked ON grants (user, revoked) WHERE revoked IS NOT NULL;
CREATE INDEX log_position ON log (position);
"""

_PERSONS = """
-- Whose debt it is: rules count contacts with a person over all their cases.
ALTER TABLE cases ADD COLUMN person TEXT AS (nullif(json_extract(source, '$.debtor.id'), ''));
CREATE INDEX cases_person ON cases (person);
"""

_OPENINGS = """
-- Whenever sealed ink was asked for: it is never deleted.
CREATE TABLE openings (at TEXT NOT NULL, by_user TEXT NOT NULL, approved_by TEXT NOT NULL,
    visit TEXT NOT NULL, sha256 TEXT NOT NULL, reason TEXT NOT NULL);
"""

STEPS = (_FIRST, _APPROVALS, _PAPERS, _FEED, _PERSONS, _OPENINGS)
"""In order; `PRAGMA user_version` counts those a database has been through."""
