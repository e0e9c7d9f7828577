"""The evidence bundle of a visit, made by its reviewer: whole, or with parts blacked out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from agent_app.actions.desk import Desk
from agent_app.domain.languages import LANGUAGES
from agent_app.domain.moment import Moment
from agent_app.journal import bundle, chain
from agent_app.journal.bundle import Maker, Proof
from agent_app.script.asked import asked
from agent_app.store import files


def make_bundle(
    desk: Desk,
    at: Moment,
    *,
    visit: str,
    proof: Proof,
    out: Path,
    hide: Mapping[str, Collection[str]],
    drop_files: Collection[str] = (),
) -> Path:
    """Write the bundle of `visit` to `out`, signed by this device; returns `out`.

    `hide` names body fields by event id, `drop_files` attachments by SHA-256; those that are not
    on this device are left out too. What remains proves, what is withheld is shown as withheld.
    Raises Tampered when the office's proof does not hold, BadInput when it is not whole.
    """
    kept = {}
    for one in (file for event in proof.events if event.visit == visit for file in event.files):
        stored = files.by_content(desk.db, one["sha256"])
        if stored is not None and one["sha256"] not in drop_files:
            kept[stored.sha256] = desk.files.read(stored)
    shown = [chain.redact(event, hide.get(event.id, ())) for event in proof.events]
    bundle.write(
        out,
        visit=visit,
        proof=replace(proof, events=shown),
        files=kept,
        asked=asked(_scripts(desk, proof), shown, visit, LANGUAGES),
        maker=Maker(desk.public_key, desk.sign, at.wall),
    )
    return out


def _scripts(desk: Desk, proof: Proof) -> list[bytes]:
    """The workbooks the proof names, of those in the packs here."""
    named = {one["sha256"] for one in proof.scripts}
    books = (pack.files.get("scripts/visit.xlsx") for pack in desk.packs)
    return [book for book in books if book and sha256(book).hexdigest() in named]
