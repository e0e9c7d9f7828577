"""Open an unlocked profile: store and journal agreed, strays swept, packs and papers at hand."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from agent_app.actions.desk import Desk
from agent_app.actions.templates import Templates
from agent_app.domain.errors import BadInput
from agent_app.journal.signing import public_text, signer, unb64
from agent_app.packs import PackSet, load_packs
from agent_app.store import files, packs, recovery
from agent_app.store.db import Store
from agent_app.store.filebox import FileBox
from agent_app.store.journal_file import JournalFile
from agent_app.vault.profile import Profile
from agent_app.vault.vault import Keys


def open_desk(
    profile: Profile,
    keys: Keys,
    *,
    shipped: PackSet,
    cache: Path,
    entropy: Callable[[int], bytes],
    app: str,
) -> Desk:
    """The desk of a profile, opened on the thread that will use it.

    Whatever a crash left is mended first: the store and the journal file are made to agree, a
    broken store is rebuilt, files no event names are removed. `keys.facts` is what the office
    said at enrolment.
    """
    journal = JournalFile(profile.journal, keys.journal)
    db = recovery.open_both(profile.store, keys.db, journal, keys.device)
    box = FileBox(profile.files, keys.files)
    try:
        files.sweep(db, box)
    except BaseException:
        db.close()
        journal.close()
        raise
    told = keys.facts
    return Desk(
        db=db,
        files=box,
        packs=newest_packs(db, cache, shipped),
        templates=Templates(cache),
        device=keys.device,
        user=keys.user,
        role=told["user"]["role"],
        sign=signer(keys.event_key),
        public_key=public_text(keys.event_key),
        document_key=keys.document_key,
        document_chain=tuple(unb64(one) for one in told["certificates"]),
        told=told,
        entropy=entropy,
        app=app,
        cache=cache,
    )


def newest_packs(db: Store, cache: Path, shipped: PackSet) -> PackSet:
    """The packs the office hands out, once all their files are here; the shipped ones until then.

    A pack the office sent with a fault in it is not used: the shipped ones stay.
    """
    folder = packs.unpack(db, cache)
    if folder is None:
        return shipped
    try:
        return load_packs(folder)
    except BadInput:
        logging.getLogger(__name__).warning("the office's packs have faults; ours are used")
        return shipped


def close_desk(desk: Desk) -> None:
    """Close the store and its journal file; the desk is of no use afterwards."""
    journal: Any = desk.db.journal
    desk.db.close()
    if journal is not None:
        journal.close()
