"""Seal letters in bulk: PAdES-B-B by a CMS written once with two holes in it.

All that differs from letter to letter is the digest and the signature (RFC 5652, ETSI EN 319
122-1). Building the rest once makes a seal a hundred times cheaper than a general library; such
a seal is checked by pyHanko, poppler and openssl in the tests. Agreements use `pades`.
"""

from collections.abc import Sequence
from hashlib import sha256

from asn1crypto import cms, core, tsp
from asn1crypto.x509 import Certificate
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

_ECDSA_LIMIT = 72
_RANGE = b"/ByteRange [0 0000000000 0000000000 0000000000]"


class Sealer:
    """One device key and its chain, ready to seal many files."""

    def __init__(self, key: EllipticCurvePrivateKey, chain: Sequence[bytes]) -> None:
        self._key = key
        certificate = Certificate.load(chain[0])
        attributes = _signed_attributes(certificate)
        hole = attributes.index(bytes(32))
        self._before, self._after = attributes[:hole], attributes[hole + 32 :]
        issuer = {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
        self._signer_head = (
            b"\x02\x01\x01"
            + cms.IssuerAndSerialNumber(issuer).dump()
            + cms.DigestAlgorithm({"algorithm": "sha256"}).dump()
        )
        self._algorithm = cms.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}).dump()
        self._head = (
            b"\x02\x01\x01"
            + _der(0x31, cms.DigestAlgorithm({"algorithm": "sha256"}).dump())
            + cms.ContentInfo({"content_type": "data"}).dump()
            + _der(0xA0, b"".join(sorted(chain)))
        )
        self._room = len(self._message(bytes(32), bytes(_ECDSA_LIMIT)))

    def dictionary(self, at: str, name: str) -> str:
        """The signature dictionary with its holes; `at` and `name` as PDF strings."""
        return (
            "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached"
            f" /M {at} /Name {name} {_RANGE.decode()} /Contents <{'0' * 2 * self._room}> >>"
        )

    def fill(self, pdf: bytes) -> bytes:
        """Sign the bytes around the hole and put the signature into it."""
        start = pdf.index(b"/Contents <" + b"0" * 2 * self._room + b">") + len(b"/Contents ")
        end = start + 2 * self._room + 2
        span = b"/ByteRange [0 %010d %010d %010d]" % (start, end, len(pdf) - end)
        pdf = pdf.replace(_RANGE, span, 1)
        digest = sha256(pdf[:start] + pdf[end:]).digest()
        attributes = self._before + digest + self._after
        signature = self._key.sign(b"\x31" + attributes[1:], ECDSA(SHA256()))
        message = self._message(digest, signature).hex().encode()
        return pdf[: start + 1] + message.ljust(2 * self._room, b"0") + pdf[end - 1 :]

    def _message(self, digest: bytes, signature: bytes) -> bytes:
        attributes = self._before + digest + self._after
        signer = self._signer_head + attributes + self._algorithm + _der(0x04, signature)
        signed = _der(0x30, self._head + _der(0x31, _der(0x30, signer)))
        return _der(0x30, b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02" + _der(0xA0, signed))


def _signed_attributes(certificate: Certificate) -> bytes:
    """Content type, digest and certificate, tagged [0] as in a SignerInfo, the digest zeros."""
    named = {"certs": [{"cert_hash": sha256(certificate.dump()).digest()}]}
    attributes = cms.CMSAttributes(
        [
            {"type": "content_type", "values": ["data"]},
            {"type": "message_digest", "values": [core.OctetString(bytes(32))]},
            {"type": "signing_certificate_v2", "values": [tsp.SigningCertificateV2(named)]},
        ]
    )
    dumped: bytes = attributes.dump()
    return b"\xa0" + dumped[1:]


def _der(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content
