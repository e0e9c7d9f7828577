"""Seal an agreement (PAdES, EN 319 142-1): B-B at the door, proof of time and status at sync.

The seal certifies with P=2 (fill in forms), never 1: ISO 32000-2 allows the later time stamp
under P=1, but Acrobat then refuses a single byte more. Sixteen kilobytes are reserved so that no
trial run is needed. pyHanko is slow to import, so callers import this module when they seal.
"""

import asyncio
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import IO

from asn1crypto import crl as asn1_crl
from asn1crypto import keys
from asn1crypto.x509 import Certificate
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, PdfTimeStamper, SimpleSigner
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator.registry import SimpleCertificateStore

RESERVED = 16_384
FIELD = "Seal"


def seal(
    pdf: bytes,
    key: EllipticCurvePrivateKey,
    chain: Sequence[bytes],
    *,
    at: datetime,
    reason: str = "",
    location: str = "",
) -> bytes:
    """Certify `pdf` with the device's document key; `chain` is its certificate, then the CA's."""
    certificates = [Certificate.load(der) for der in chain]
    store = SimpleCertificateStore.from_certs(certificates[1:])
    secret = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    signer = SimpleSigner(certificates[0], keys.PrivateKeyInfo.load(secret), store)
    about = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.FILL_FORMS,
        reason=reason or None,
        location=location or None,
    )
    return asyncio.run(_sign(PdfSigner(about, signer), pdf, at))


async def _sign(signer: PdfSigner, pdf: bytes, at: datetime) -> bytes:
    session = signer.init_signing_session(_Addition(io.BytesIO(pdf)))
    session.system_time = at  # pyHanko would read the clock
    info = await session.perform_presign_validation()
    document = session.prepare_tbs_document(validation_info=info, bytes_reserved=RESERVED)
    digest, out = document.digest_tbs_document()
    attributes = PdfCMSSignedAttributes(signing_time=None)
    done = await document.perform_signature(digest.document_digest, pdf_cms_signed_attrs=attributes)
    await done.post_signature_processing(out)
    return _content(out)


def add_timestamp(
    pdf: bytes,
    service: TimeStamper,
    *,
    certificates: Iterable[bytes] = (),
    crls: Iterable[bytes] = (),
) -> bytes:
    """Add what lets the seal be checked years later, as incremental updates.

    First the chain and the revocation list (issued after the signing), then a time stamp over
    the whole file: B-T without `crls`, B-LTA with them. Errors of `service` pass through.
    """
    buffer = io.BytesIO(pdf)
    status = [asn1_crl.CertificateList.load(der) for der in crls]
    if status:
        writer = _Addition(buffer)
        DocumentSecurityStore.supply_dss_in_writer(
            writer, None, certs=[Certificate.load(der) for der in certificates], crls=status
        )
        IncrementalPdfFileWriter.write_in_place(writer)
    stamper = PdfTimeStamper(service)
    out = stamper.timestamp_pdf(_Addition(buffer), "sha256", bytes_reserved=RESERVED)
    return _content(out)


class _Addition(IncrementalPdfFileWriter):
    """Adds to a file without touching what it says of itself: no clock, no other producer."""

    def _update_meta(self) -> None:
        """pyHanko would write the metadata anew, dated by the machine's clock."""


def _content(out: IO[bytes]) -> bytes:
    out.seek(0)
    return out.read()
