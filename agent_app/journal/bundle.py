"""The evidence bundle: one file with which a stranger can check a visit.

A plain zip, stored and laid out in one possible way only (`standalone.layout`), so that not one
byte of it can change unseen: events, files, the log's proofs, the keys it warrants, a timeline
for people, and `verify.py`, which needs nothing of ours. The formats are in docs/proof.md.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from agent_app.domain.errors import BadInput, Fault, Tampered
from agent_app.domain.events import Event
from agent_app.journal import chain, standalone, summary, timeline
from agent_app.journal.canonical import canonical
from agent_app.journal.saying import Question
from agent_app.journal.signing import Sign, b64, labelled

LABEL = "bundle v1"
LARGEST = 1 << 31
"""Bytes a bundle may hold; beyond it a zip needs extensions our layout does without."""
_ENDINGS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "audio/wav": ".wav",
    "audio/mpeg": ".mp3",
    "audio/mp4": ".m4a",
    "video/mp4": ".mp4",
    "video/webm": ".webm",
    "application/pdf": ".pdf",
    "application/json": ".json",
}
"""Only what opens without running; a file of any other type has no ending (`standalone.MEDIA`)."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle that proved when it was read. `files` are contents by SHA-256."""

    visit: str
    case: str
    at: str
    events: tuple[Event, ...]
    files: Mapping[str, bytes]
    receipts: Mapping[str, Any]
    log: Mapping[str, str]
    warrants: tuple[Mapping[str, Any], ...]
    scripts: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """What the log gives for a visit: its events, their proofs, whose keys are whose, the scripts
    by hash. `receipts` is `receipt.evidence`."""

    events: Sequence[Event]
    receipts: Mapping[str, Any]
    log_key: str
    warrants: Sequence[Mapping[str, Any]]
    scripts: Sequence[Mapping[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Maker:
    """Who puts a bundle together: the log, or a device the log warrants; `key` is public."""

    key: str
    sign: Sign
    at: datetime


def write(
    out: Path,
    *,
    visit: str,
    proof: Proof,
    files: Mapping[str, bytes | Path],
    maker: Maker,
    asked: Mapping[str, Mapping[str, Question]] | None = None,
) -> None:
    """Write the bundle of `visit` to `out`, whole or not at all.

    The proof's events are the visit's and any others of its case worth showing, from all devices;
    between a visit's start and end none of a device's events may be left out (redact strangers').
    `files` maps SHA-256 to content; those left out are shown as withheld, those of other cases
    are never put in. Scripts and packs go in by id, version and hash; `asked` are their questions
    for the timeline, by language and ref. Raises BadInput when something is missing, Tampered
    when the result would not prove.
    """
    proofs = proof.receipts["proofs"]
    hashed = {chain.event_hash(event): event for event in proof.events}
    if unproven := [event for digest, event in hashed.items() if digest not in proofs]:
        raise BadInput(
            Fault("not yet in the log", row=e.seq, value=e.id, mend="sync first") for e in unproven
        )
    logged = sorted((int(proofs[digest]["index"]), digest) for digest in hashed)
    ordered = [hashed[digest] for _, digest in logged]
    placed = ((place, hashed[digest]) for place, digest in logged)
    case = next((e.case for e in ordered if e.visit == visit and e.case), "")
    contents = _files((e for e in ordered if e.case == case), files) | {
        "events.jsonl": b"".join(canonical(e.to_json()) + b"\n" for e in ordered),
        "receipts.json": canonical(proof.receipts),
        "keys.json": canonical({"log": {"key": proof.log_key}, "warrants": proof.warrants}),
        "verify.py": Path(standalone.__file__).read_bytes(),
        "README.txt": timeline.readme().encode(),
    }
    names = {warrant["user"]: warrant["name"] for warrant in proof.warrants}
    fence = summary.fence(visit, placed, proof.receipts["head"])
    for language in timeline.LANGUAGES:
        told = (asked or {}).get(language)
        page = timeline.page(
            ordered, language, case=case, names=names, files=contents, asked=told, fence=fence
        )
        contents[f"timeline.{language}.html"] = page.encode()
    about = {"v": 1, "visit": visit, "case": case, "scripts": proof.scripts}
    _publish(out, _sealed(contents, about, maker))


def read(path: Path) -> Bundle:
    """What a bundle holds; raises Tampered if it does not prove."""
    data = path.read_bytes()
    _prove(data)
    contents = standalone.unzip(data)
    names = ("manifest.json", "receipts.json", "keys.json")
    parsed = {name: standalone.parse(name, contents[name]) for name in names}
    manifest, keys = parsed["manifest.json"], parsed["keys.json"]
    rows = contents["events.jsonl"].splitlines()
    return Bundle(
        visit=manifest["visit"],
        case=manifest["case"],
        at=manifest["at"],
        events=tuple(Event.from_json(standalone.parse("events.jsonl", row)) for row in rows),
        files={name[6:70]: raw for name, raw in contents.items() if name.startswith("files/")},
        receipts=parsed["receipts.json"],
        log=keys["log"],
        warrants=tuple(keys["warrants"]),
        scripts=tuple(manifest["scripts"]),
    )


def _files(events: Iterable[Event], files: Mapping[str, bytes | Path]) -> dict[str, bytes]:
    """The attachments the events name, as `files/<sha256>` and the ending of its type."""
    contents = {}
    for file in (file for event in events for file in event.files):
        source = files.get(file["sha256"])
        if source is not None:
            raw = source if isinstance(source, bytes) else source.read_bytes()
            ending = _ENDINGS.get(file.get("type", ""), "")
            contents[f"files/{file['sha256']}{ending}"] = raw
    if sum(map(len, contents.values())) > LARGEST:
        raise BadInput(Fault("the files of this visit exceed 2 GiB", mend="leave some out"))
    return contents


def _sealed(contents: Mapping[str, bytes], about: Mapping[str, Any], maker: Maker) -> bytes:
    entries = {name: standalone.digest(raw) for name, raw in contents.items()}
    made = {"at": maker.at.isoformat(timespec="seconds"), "entries": entries}
    manifest = canonical({**about, **made})
    seal = {"key": maker.key, "sig": b64(maker.sign(labelled(LABEL, manifest)))}
    whole = {**contents, "manifest.json": manifest, "seal.json": canonical(seal)}
    return b"".join(standalone.layout(whole))


def _prove(data: bytes) -> None:
    try:
        standalone.check(data)
    except standalone.Broken as broken:
        raise Tampered(standalone.say(broken.args)) from broken


def _publish(out: Path, data: bytes) -> None:
    _prove(data)
    partial = out.with_name(out.name + ".part")
    with partial.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    partial.replace(out)
