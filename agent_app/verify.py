"""Check any file that carries our proof: an evidence bundle, an agreement or letter in PDF."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent_app.domain.errors import Tampered
from agent_app.journal import standalone, witness
from agent_app.journal.witness import Stand
from agent_app.wording import Wording

if TYPE_CHECKING:
    from agent_app.documents.sealing.verification import PdfReport, Signature


@dataclass(frozen=True, slots=True)
class Report:
    """What a file proves. `broken` is the first thing that does not, "" when all does."""

    kind: str
    lines: tuple[str, ...]
    broken: str = ""

    @property
    def ok(self) -> bool:
        return not self.broken


def verify_file(
    path: Path,
    *,
    language: str = "en",
    log_key: str | None = None,
    roots: Iterable[bytes] = (),
    heads: bytes = b"",
) -> Report:
    """Check `path`, told by its first bytes: a sealed PDF, anything else as a bundle.

    `log_key` and `roots` (DER certificates of the office) are what the reader knows from
    elsewhere; without them the report says what its claims rest on. `heads` is the file of an
    outside witness, to be held against a bundle's log (BadInput if it is none). `language` is one
    of ours. Raises OSError when the file cannot be read.
    """
    data = path.read_bytes()
    if data.startswith(b"%PDF-"):
        return _verify_pdf(data, Wording(language), tuple(roots))
    report = _verify_bundle(data, language, log_key)
    return _witnessed(report, data, heads, Wording(language)) if heads and report.ok else report


def _verify_bundle(data: bytes, language: str, log_key: str | None) -> Report:
    try:
        lines = standalone.check(data, log_key)
    except standalone.Broken as broken:
        return Report("bundle", (), standalone.say(broken.args, language))
    return Report("bundle", tuple(standalone.say(line, language) for line in lines))


def _witnessed(report: Report, data: bytes, heads: bytes, words: Wording) -> Report:
    """The report with what the witness's heads add to it, or that they speak against it."""
    contents = standalone.unzip(data)
    log_key = standalone.parse("keys.json", contents["keys.json"])["log"]["key"]
    receipts = standalone.parse("receipts.json", contents["receipts.json"])
    kept = witness.read(heads).of(receipts["head"]["origin"])
    try:
        grown = witness.check(kept, log_key)
        answer = witness.hold_against(kept, receipts)
        lines = [words.say("evidence.witness_kept", n=len(kept.heads), grown=grown)]
        lines += [_stamp_line(head, stamp, words) for head, stamp in kept.stamps]
    except Tampered as false:
        return Report("bundle", (), words.say("evidence.witness_false", why=str(false)))
    facts = dict(answer.head or {}) | {"first": answer.sizes[0], "second": answer.sizes[1]}
    stand = answer.stand.value
    if answer.head and not witness.is_signed(answer.head) and answer.stand is not Stand.UNPROVEN:
        stand = f"printed_{stand}"
    said = words.say(f"evidence.witness_{stand}", **facts)
    if answer.stand in (Stand.ANOTHER, Stand.UNPROVEN):
        return Report("bundle", (), said)
    return Report("bundle", (*report.lines, *lines, said))


def _stamp_line(head: Mapping[str, Any], response: bytes, words: Wording) -> str:
    from agent_app.documents.sealing import timestamp

    stamp = timestamp.check(response, witness.bytes_to_stamp(head))
    facts = {"at": stamp.at.isoformat(), "by": stamp.by, "certificate": stamp.certificate}
    return words.say("evidence.witness_stamped", size=head["size"], **facts)


def _verify_pdf(data: bytes, words: Wording, given: Sequence[bytes]) -> Report:
    from agent_app.documents.sealing import verification  # pyHanko takes half a second to load

    roots = given or _embedded_roots(data)
    report = verification.verify(data, roots)
    if not report.valid:
        return Report("pdf", (), report.problems[0])
    return Report("pdf", tuple(_pdf_lines(report, words, roots, bool(given))))


def _pdf_lines(
    report: PdfReport, words: Wording, roots: Sequence[bytes], given: bool
) -> Iterable[str]:
    yield from (_pdf_line(signature, words) for signature in report.signatures)
    yield words.say("evidence.pdf_level", level=report.level, sha256=report.sha256)
    trust = "evidence.pdf_given" if given else "evidence.pdf_trust"
    for root in roots:
        yield words.say(trust, root=hashlib.sha256(root).hexdigest())


def _pdf_line(signature: Signature, words: Wording) -> str:
    at = signature.at.isoformat(timespec="seconds") if signature.at else "?"
    if signature.stamp:
        return words.say("evidence.pdf_stamped", by=signature.by, at=at)
    return words.say("evidence.pdf_signed", by=signature.by, device=signature.device, at=at)


def _embedded_roots(pdf: bytes) -> list[bytes]:
    """The self-issued certificates (DER) the signatures bring along: claims, to be compared."""
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        reader = PdfFileReader(io.BytesIO(pdf), strict=True)
        brought = [cert for sig in reader.embedded_signatures for cert in sig.other_embedded_certs]
    except (PdfError, ValueError, KeyError, TypeError, IndexError, RecursionError):
        return []
    return list({cert.dump() for cert in brought if cert.self_issued})
