"""A process that saves visit after visit and says the id of each event it was told is saved.

Meant to be killed.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from agent_app.domain.events import Event, wall_text
from agent_app.ids import uuid7
from agent_app.journal import chain
from agent_app.journal.signing import signer
from agent_app.store import cases, drafts, events, files, recovery
from agent_app.store.db import Store, transaction
from agent_app.store.filebox import FileBox
from agent_app.store.journal_file import JournalFile
from tests.support.case_rows import case_row, raw
from tests.support.journals import START, Device

KEY = bytes(range(32))
DEVICE = Device()


@dataclass
class Shelf:
    """One profile's store, opened as the application opens it."""

    folder: Path
    db: Store
    journal: JournalFile
    box: FileBox

    @classmethod
    def opened(cls, folder: Path, *, stocked: bool = True) -> Shelf:
        """`stocked` puts a case into a store that has none."""
        (folder / "files").mkdir(parents=True, exist_ok=True)
        journal = JournalFile(folder / "journal.log", KEY)
        db = recovery.open_both(folder / "store.db", KEY, journal, DEVICE.name)
        shelf = cls(folder, db, journal, FileBox(folder / "files", KEY))
        try:
            shelf.mend(stocked)
        except BaseException:
            shelf.close()
            raise
        return shelf

    def mend(self, stocked: bool) -> None:
        """What opening does after a crash."""
        self.box.remove([one.name for one in self.box.rescue()])
        files.sweep(self.db, self.box)
        if stocked and not cases.ids(self.db):
            cases.put_base(self.db, [raw(case_row())])

    def close(self) -> None:
        self.db.close()
        self.journal.close()

    def save(self, kind: str, body: dict[str, Any], visit: str, photo: bytes = b"") -> Event:
        """Save one event as an action does; it is acknowledged when this returns."""
        seq, prev = events.head(self.db, DEVICE.name)
        wall = START.wall + timedelta(seconds=seq)
        new_id = uuid7(wall, secrets.token_bytes(10))
        stored = (
            [self.box.write(photo, event=new_id, slot="photo-1", type="image/jpeg")]
            if photo
            else []
        )
        draft = Event(
            id=new_id,
            device=DEVICE.name,
            user=DEVICE.user,
            seq=seq + 1,
            prev=prev,
            kind=kind,
            case="case-1",
            visit=visit,
            wall=wall_text(wall),
            tz=START.tz,
            boot=START.boot,
            bt=seq,
            body=body,
            files=tuple(one.reference() for one in stored),
        )
        event = chain.seal(draft, sign=signer(DEVICE.key), salt=secrets.token_bytes(32))
        with transaction(self.db):
            events.append(self.db, event, chain.event_hash(event))
            for one in stored:
                files.add(self.db, one)
            cases.reproject(self.db, "case-1")
            drafts.put(self.db, visit, {"at": seq})
        return event


def live(folder: Path, say: Callable[[str], None]) -> None:
    """Visit without end; say what is saved."""
    shelf = Shelf.opened(folder)
    number = events.head(shelf.db, DEVICE.name)[0]
    while True:
        number += 1
        visit = f"visit-{number}"
        for kind, body in (
            ("visit_started", {"address": "addr-1", "crew": ["wang", "li"]}),
            ("answered", {"ref": "/visit/wellbeing", "value": "还好" * 50}),
            ("photo_taken", {"slot": "photo-1", "what": "door"}),
            ("outcome_recorded", {"code": "not_home"}),
            ("visit_ended", {}),
        ):
            photo = secrets.token_bytes(90_000) if kind == "photo_taken" else b""
            event = shelf.save(kind, body, visit, photo)
            say(event.id)
