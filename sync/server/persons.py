"""One person, several debts, perhaps several agents: each case is told what the others know.

A rule that counts contacts with a person must see those another agent made about another debt, and
what a person asked of one agent (no more contact, say) every other must keep too.
"""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import Any

import msgspec

from agent_app.domain.model import Case
from agent_app.domain.rules.beside import contacts_beside, of_person
from sync.server.db import Db, Row

_SHARED = """
SELECT person, CAST(body AS BLOB) AS body FROM cases WHERE person IN (
    SELECT person FROM cases WHERE person IN (
        SELECT person FROM cases WHERE id IN (SELECT value FROM json_each(?)))
     GROUP BY person HAVING count(*) > 1)
 ORDER BY person, id
"""


def told(db: Db, changed: list[str]) -> list[dict[str, Any]]:
    """The cases of whoever has several, one of them `changed`, that must hear of another: as they
    should now read."""
    shared = db.rows(_SHARED, msgspec.json.encode(changed).decode())
    return [
        body
        for _, same in groupby(shared, key=itemgetter("person"))
        for body in _of_one_person(list(same))
    ]


def _of_one_person(rows: list[Row]) -> list[dict[str, Any]]:
    bodies = [msgspec.json.decode(row["body"]) for row in rows]
    read = {body["id"]: Case.read(body) for body in bodies}
    news = []
    for body in bodies:
        case = read[body["id"]]
        others = [one for one in read.values() if one is not case]
        told = {"elsewhere": contacts_beside(case, others), "beside": of_person(case, others)}
        if any(rows != body.get(name, []) for name, rows in told.items()):
            news.append(body | {name: rows for name, rows in told.items() if rows or name in body})
    return news
