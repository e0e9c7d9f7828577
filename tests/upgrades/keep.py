"""Keep a profile of the present schema for later versions to open.

`python -m tests.upgrades.keep NAME` once before a release that changes the schema; the folder it
makes is committed and never changed again.
"""

from __future__ import annotations

import json
import secrets
import sys
from pathlib import Path
from typing import Any

from agent_app.store import cases, events, files, meta, outgoing
from tests.support.case_rows import case_row, raw
from tests.support.writer import Shelf

HERE = Path(__file__).parent


def fill(shelf: Shelf) -> None:
    """Something in every table: sent, waiting and refused events, a recall, a draft, a stray row."""
    rows = [
        case_row(f"case-{n}", name) for n, name in enumerate(("张伟", "欧阳明日", "Ann Lee"), 1)
    ]
    cases.put_base(shelf.db, [raw(row) for row in rows] + [b'{"id": "odd"}'])
    for visit in ("v1", "v2", "v3"):
        shelf.save("visit_started", {"address": "addr-1", "crew": ["wang", "li"]}, visit)
        shelf.save("id_shown", {"documents": ["badge"]}, visit)
        shelf.save(
            "photo_taken", {"slot": "photo-1", "what": "door"}, visit, secrets.token_bytes(700)
        )
        shelf.save("outcome_recorded", {"code": "not_home"}, visit)
    made = [event.id for event in outgoing.unsent(shelf.db)]
    outgoing.settle(
        shelf.db,
        [
            *(outgoing.Settlement(one, "applied") for one in made[:4]),
            outgoing.Settlement(made[7], "refused", "not_allowed", "…"),
            outgoing.Settlement(made[8], "parked", "gap"),
        ],
    )
    meta.put(shelf.db, "cursor", {"epoch": "e", "position": 7})
    meta.put(shelf.db, "tree_head", {"origin": "o", "size": 4})
    cases.recall(shelf.db, "case-3", "2026-11-22T10:00:00+08:00")
    cases.reproject(shelf.db, "case-1")


def told(shelf: Shelf) -> dict[str, Any]:
    """What a later version must still find."""
    return {
        "cases": {row.id: cases.now(shelf.db, row.id) for row in cases.day_list(shelf.db)},
        "found": {
            query: [row.id for row in cases.find(shelf.db, query)] for query in ("张", "阳明")
        },
        "events": [
            [entry.event.to_json(), entry.state, entry.reason, entry.hash]
            for entry in events.history(shelf.db, "case-1")
        ],
        "unsent": [event.id for event in outgoing.unsent(shelf.db)],
        "files": [[one.slot, one.sha256, one.size] for one in files.unsent(shelf.db)],
        "meta": {name: meta.get(shelf.db, name) for name in ("cursor", "tree_head")},
    }


def main(name: str) -> None:
    folder = HERE / name
    folder.mkdir()
    shelf = Shelf.opened(folder)
    fill(shelf)
    expected = json.dumps(told(shelf), ensure_ascii=False, indent=1, sort_keys=True)
    shelf.close()
    for left in folder.glob("*.lock"):
        left.unlink()
    (folder / "expected.json").write_text(expected + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
