"""Finding cases by name, number, telephone, address: two full-text tables beside `cases`.

`case_text` cuts everything into trigrams, for terms of three characters and more. Chinese names
and place words have one or two, which trigrams never find: `case_grams` holds each character and
each pair as words of their own.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from operator import add

from agent_app.store.db import Database


def folded(text: str) -> str:
    """Text as compared: full width to half, no case, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def grams(text: str) -> str:
    """Each character and each pair of neighbours of each word, as separate words."""
    found: dict[str, None] = {}
    for word in folded(text).split():
        letters = word if word.isalnum() else "".join(filter(str.isalnum, word))
        found.update(dict.fromkeys(letters))
        found.update(dict.fromkeys(map(add, letters, letters[1:])))
    return " ".join(found)


def index(db: Database, rows: Sequence[tuple[int, str, str, Sequence[str]]]) -> None:
    """Index cases: (cases.number, debtor's name, places, further texts)."""
    db.conn.executemany(
        "INSERT OR REPLACE INTO case_text (rowid, text) VALUES (?, ?)",
        [(number, folded(" | ".join([name, place, *more]))) for number, name, place, more in rows],
    )
    db.conn.executemany(
        "INSERT OR REPLACE INTO case_grams (rowid, name, place) VALUES (?, ?, ?)",
        [(number, grams(name), grams(place)) for number, name, place, _ in rows],
    )


def forget(db: Database, number: int) -> None:
    """Take a case out of both tables."""
    db.execute("DELETE FROM case_text WHERE rowid = ?", [number])
    db.execute("DELETE FROM case_grams WHERE rowid = ?", [number])


def numbers(db: Database, query: str, limit: int) -> list[int]:
    """Row numbers of the cases that hold every word of `query`, names first."""
    words = folded(query).split()
    if not words:
        return []
    ranked: dict[int, int] | None = None
    for word in words:
        found = _holding(db, word)
        ranked = (
            found if ranked is None else {n: r + found[n] for n, r in ranked.items() if n in found}
        )
    assert ranked is not None
    return sorted(ranked, key=lambda number: (ranked[number], number))[:limit]


def _holding(db: Database, word: str) -> dict[int, int]:
    """Row number → rank (0 found in the name, 1 elsewhere)."""
    plain = "".join(char for char in word if char.isalnum())
    found: dict[int, int] = {}
    if len(word) >= 3:
        rows = db.execute("SELECT rowid FROM case_text WHERE text MATCH ?", [_quoted(word)])
        found = {row[0]: 1 for row in rows.fetchall()}
    if len(plain) in (1, 2):
        rows = db.execute("SELECT rowid FROM case_grams WHERE case_grams MATCH ?", [_quoted(plain)])
        found |= {row[0]: 1 for row in rows.fetchall()}
        rows = db.execute("SELECT rowid FROM case_grams WHERE name MATCH ?", [_quoted(plain)])
        found |= {row[0]: 0 for row in rows.fetchall()}
    return found


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'
