"""Check a sealed paper: signatures, chain, what was added later, padding, the whole file.

pdfsig alone is not enough: it calls a page overlaid by an incremental update valid. Here every
byte counts: each signature's difference analysis must find nothing but proof of time and status,
the last seal must reach the end of the file, and the hole that holds a signature may hold
nothing else.
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from asn1crypto import crl as asn1_crl
from asn1crypto.x509 import Certificate
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import (
    EmbeddedPdfSignature,
    validate_pdf_signature,
    validate_pdf_timestamp,
)
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import SignatureValidationError, ValidationInfoReadingError
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from agent_app.documents.sealing.byteranges import hole_is_clean, sealed_sha256


@dataclass(frozen=True, slots=True)
class Signature:
    """One seal or time stamp. `at` is claimed by the signer, proven if it is a stamp."""

    field: str
    by: str
    device: str
    at: datetime | None
    stamp: bool
    intact: bool
    trusted: bool


@dataclass(frozen=True, slots=True)
class PdfReport:
    """What a sealed file proves. `problems` is empty exactly when `valid`.

    `level` is "B-B", "B-T", "B-LT" or "B-LTA" (EN 319 142-1), "" without a signature.
    """

    sha256: str
    level: str
    signatures: tuple[Signature, ...]
    problems: tuple[str, ...]

    @property
    def valid(self) -> bool:
        return not self.problems


def verify(pdf: bytes, roots: Iterable[bytes], *, expected_sha256: str | None = None) -> PdfReport:
    """Check `pdf` against the office's CA certificates (DER). Never raises for a bad file.

    Certificates are judged at the stamped time, or at the claimed one where there is no stamp.
    `expected_sha256` is the hash the journal holds, when it is known: of the whole file, or of
    the file as it was sealed, to which proof of time was added since.
    """
    digest = sha256(pdf).hexdigest()
    problems = []
    if expected_sha256 not in (None, digest, sealed_sha256(pdf)):
        problems.append(f"the file is not the recorded one: {digest} instead of {expected_sha256}")
    try:
        reader = PdfFileReader(io.BytesIO(pdf), strict=True)
        found = list(reader.embedded_signatures)
    except (PdfError, ValueError, KeyError, TypeError, IndexError, RecursionError) as error:
        return PdfReport(digest, "", (), (*problems, f"the file cannot be read: {error}"))
    if not found:
        return PdfReport(digest, "", (), (*problems, "there is no signature"))
    checked = _Check(reader, found, [Certificate.load(root) for root in roots], pdf)
    signatures = tuple(checked.signature(embedded) for embedded in found)
    problems += checked.problems + checked.reach()
    return PdfReport(digest, checked.level(), signatures, tuple(problems))


def level(pdf: bytes) -> str:
    """What proofs a file carries ("B-B" to "B-LTA"), unjudged; "" for no seal or no readable PDF."""
    try:
        reader = PdfFileReader(io.BytesIO(pdf), strict=True)
        found = list(reader.embedded_signatures)
        return _Check(reader, found, [], pdf).level() if found else ""
    except (PdfError, ValueError, KeyError, TypeError, IndexError, RecursionError):
        return ""


class _Check:
    """One pass over a file's signatures, gathering what is wrong."""

    def __init__(
        self,
        reader: PdfFileReader,
        found: Sequence[EmbeddedPdfSignature],
        roots: Sequence[Certificate],
        pdf: bytes,
    ) -> None:
        self._found, self._roots, self._pdf = found, roots, pdf
        self.problems: list[str] = []
        self._certificates: list[Certificate] = []
        self._crls: list[asn1_crl.CertificateList] = []
        self._read_store(reader)
        self._stamped = self._stamp_time()

    def signature(self, embedded: EmbeddedPdfSignature) -> Signature:
        name, stamp = embedded.field_name, _is_stamp(embedded)
        certificate = embedded.signer_cert
        subject = certificate.subject.native if certificate else {}
        at = self._stamped if stamp else embedded.self_reported_timestamp
        self._check_hole(embedded)
        status = self._status(embedded, self._stamped or at)
        intact = bool(status and status.intact and status.valid)
        trusted = bool(status and status.trusted)
        if not intact:
            self.problems.append(f"{name}: the content was changed after it was signed")
        elif not trusted:
            self.problems.append(f"{name}: the signer is not vouched for by this office")
        if status is not None and not stamp:
            self._check_changes(name, status)
        return Signature(
            name,
            _text(subject, "common_name"),
            _text(subject, "serial_number"),
            at,
            stamp,
            intact,
            trusted,
        )

    def reach(self) -> list[str]:
        """The last signature must cover the file to its end."""
        last = max(self._found, key=lambda embedded: _end(embedded))
        if _end(last) == len(self._pdf):
            return []
        return [f"{len(self._pdf) - _end(last)} bytes were added after the last signature"]

    def level(self) -> str:
        if self._stamped is None:
            return "B-LT" if self._crls else "B-B"
        return "B-LTA" if self._crls else "B-T"

    def _status(self, embedded: EmbeddedPdfSignature, moment: datetime | None) -> Any:
        context = ValidationContext(
            trust_roots=self._roots,
            other_certs=self._certificates,
            crls=self._crls,
            moment=moment,
            allow_fetching=False,
            retroactive_revinfo=True,
            # pyHanko looks at a list of its own accord only where one is required
            revocation_mode="require" if self._crls and not _is_stamp(embedded) else "soft-fail",
        )
        try:
            if _is_stamp(embedded):
                return validate_pdf_timestamp(embedded, context)
            usage = KeyUsageConstraints(key_usage={"digital_signature"})
            return validate_pdf_signature(
                embedded, context, ts_validation_context=context, key_usage_settings=usage
            )
        except (
            SignatureValidationError,
            PdfError,
            ValueError,
            KeyError,
            TypeError,
        ) as error:
            self.problems.append(f"{embedded.field_name}: {error}")
            return None

    def _check_changes(self, name: str, status: Any) -> None:
        level = status.modification_level
        if status.coverage is None or status.coverage < SignatureCoverageLevel.ENTIRE_REVISION:
            self.problems.append(f"{name}: it does not cover the paper it is on")
        elif level is None or level > ModificationLevel.LTA_UPDATES or not status.docmdp_ok:
            self.problems.append(f"{name}: the paper was changed by a later addition")

    def _check_hole(self, embedded: EmbeddedPdfSignature) -> None:
        """Only the signature itself and zeros may stand in the hole it leaves in the file."""
        covered = _covered(embedded)
        if not hole_is_clean(self._pdf, covered, embedded.pkcs7_content):
            self.problems.append(
                f"{embedded.field_name}: something else stands beside the signature"
            )

    def _read_store(self, reader: PdfFileReader) -> None:
        try:
            store = DocumentSecurityStore.read_dss(reader)
            self._certificates = list(store.load_certs())
            self._crls = [
                asn1_crl.CertificateList.load(ref.get_object().data) for ref in store.crls
            ]
        except ValidationInfoReadingError:
            return
        except (PdfError, ValueError, KeyError, TypeError) as error:
            self.problems.append(f"the embedded proofs cannot be read: {error}")

    def _stamp_time(self) -> datetime | None:
        times = []
        for embedded in self._found:
            if _is_stamp(embedded):
                info = embedded.signed_data["encap_content_info"]["content"].parsed
                times.append(info["gen_time"].native)
        return min(times, default=None)


def _is_stamp(embedded: EmbeddedPdfSignature) -> bool:
    return str(embedded.sig_object.get("/Type", "")) == "/DocTimeStamp"


def _covered(embedded: EmbeddedPdfSignature) -> tuple[int, int, int, int]:
    start, length, after, rest = (int(number) for number in embedded.byte_range)
    return start, length, after, rest


def _end(embedded: EmbeddedPdfSignature) -> int:
    _, _, after, rest = _covered(embedded)
    return after + rest


def _text(subject: Mapping[str, Any], key: str) -> str:
    value = subject.get(key, "")
    return value if isinstance(value, str) else ", ".join(value)
