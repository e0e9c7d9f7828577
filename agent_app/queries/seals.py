"""Is this paper ours? Judged with no network by the warrants this device holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from agent_app.actions.clock import behind
from agent_app.actions.desk import Desk
from agent_app.documents import printed
from agent_app.domain.moment import Moment
from agent_app.journal import sealcode
from agent_app.journal.sealcode import Checked, Verdict
from agent_app.journal.signing import unb64
from agent_app.store import events, meta
from agent_app.verify import Report, verify_file

SEALED = ("letter_printed", "agreement_signed", "payment_notified", "credential_shown")
"""The kinds of event that carry a paper's seal."""


@dataclass(frozen=True, slots=True)
class SealAnswer:
    """`checked` None: a short code that finds no paper of this device; `missed` says why.

    `as_of` is when the office's register of signers was brought here; None: never.
    """

    checked: Checked | None
    as_of: datetime | None = None
    missed: str = ""


def check_seal(
    desk: Desk, at: Moment, typed: str, read: Mapping[str, str] | None = None
) -> SealAnswer:
    """A seal as scanned (its text, or a link that holds it), or the short code below it for a
    paper of this device. `read` is what the paper says, by field of `printed.ASKED`."""
    head = meta.get(desk.db, "tree_head")
    as_of = datetime.fromisoformat(head["at"]) if head else None
    text = sealcode.scanned(typed) or sealcode.find(typed, _own_seals(desk))
    if text is None:
        return SealAnswer(None, as_of, sealcode.missed(typed))
    true = at.wall + behind(desk.db, at)
    now = max(true, as_of or true)  # a clock set back makes nothing valid again
    office = desk.office
    known = sealcode.signers(office.get("warrants") or (), office.get("log_key", ""))
    checked = _own_or(sealcode.check(text, known, now), desk, text, now)
    if checked.seal is not None and read:
        zone = at.wall.tzinfo or UTC
        checked = sealcode.compare(checked, printed.differing(checked.seal, read, zone))
    return SealAnswer(checked, as_of)


def check_file(desk: Desk, data: bytes, language: str) -> Report:
    """What a sealed PDF or an evidence bundle proves against this office's keys."""
    others = desk.office.get("org", {}).get("timestamp_ca", ())
    roots = (*desk.document_chain[1:], *map(unb64, others))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "paper"
        path.write_bytes(data)
        return verify_file(path, language=language, log_key=desk.office.get("log_key"), roots=roots)


def _own_or(checked: Checked, desk: Desk, text: str, now: datetime) -> Checked:
    """This device knows its own key also before the office has warranted it here."""
    if checked.verdict is not Verdict.FOREIGN:
        return checked
    mine: dict[str, object] = {
        "key": desk.public_key,
        "user": desk.user,
        "device": desk.device,
        "until": None,
    }

    def own(name: bytes) -> dict[str, object] | None:
        return mine if sealcode.key_name(desk.public_key) == name else None

    return sealcode.check(text, own, now)


def _own_seals(desk: Desk) -> Iterator[str]:
    """The seals of every paper whose event is on this device."""
    for event in events.of_kinds(desk.db, SEALED):
        if isinstance(seal := event.body.get("seal"), str):
            yield seal
