"""One person, several debts, perhaps several agents: each case is told of contacts in the others.

A rule that counts contacts with a person must see those another agent made about another debt.
"""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import Any

import msgspec

from agent_app.domain.model import Case
from agent_app.domain.rules.beside import contacts_beside
from sync.server.db import Db, Row

_SHARED = """
SELECT person, CAST(body AS BLOB) AS body FROM cases WHERE person IN (
    SELECT person FROM cases WHERE person IN (
        SELECT person FROM cases WHERE id IN (SELECT value FROM json_each(?)))
     GROUP BY person HAVING count(*) > 1)
 ORDER BY person, id
"""


def told(db: Db, changed: list[str]) -> list[dict[str, Any]]:
    """The cases of whoever has several, one of them `changed`, that must hear of contacts in
    another: as they should now read."""
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
        others = (case for id, case in read.items() if id != body["id"])
        elsewhere = contacts_beside(read[body["id"]], others)
        if elsewhere != body.get("elsewhere", []):
            news.append(body | {"elsewhere": elsewhere})
    return news
