"""The office's X.509 chain: a P-256 authority, device certificates, a time-stamp one, revocation.

Profile of RFC 5280. Device certificates carry digitalSignature and contentCommitment (PAdES,
EN 319 412-2) and no extended key usage, which poppler's NSS would otherwise hold against them.
Keys, serial numbers and times come from the caller; certificates go in and out as DER.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import (
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CA_LIFE = timedelta(days=20 * 365)
DEVICE_LIFE = timedelta(days=5 * 365)
ARCHIVE_CRL_LIFE = timedelta(days=5000)
CLOCK_SLACK = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Revoked:
    """A certificate the office no longer vouches for, by serial number, since `at`."""

    serial: int
    at: datetime


def make_ca(key: EllipticCurvePrivateKey, *, office: str, at: datetime, serial: int) -> bytes:
    """The office's self-signed authority, good for twenty years; it may sign leaves only."""
    name = _name(office, f"{office} CA")
    builder = _certificate(name, name, key.public_key(), serial, at, at + CA_LIFE)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
    return builder.sign(key, SHA256()).public_bytes(Encoding.DER)


def issue_device_certificate(
    ca_key: EllipticCurvePrivateKey,
    ca_certificate: bytes,
    document_key: EllipticCurvePublicKey,
    *,
    office: str,
    device: str,
    user: str,
    at: datetime,
    serial: int,
    life: timedelta = DEVICE_LIFE,
) -> bytes:
    """Vouch that `document_key` seals documents for `user` on `device`."""
    subject = _name(office, user, device)
    builder = _leaf(ca_key, ca_certificate, subject, document_key, serial, at, life)
    usage = _usage(digital_signature=True, content_commitment=True)
    builder = builder.add_extension(usage, critical=True)
    return builder.sign(ca_key, SHA256()).public_bytes(Encoding.DER)


def issue_timestamp_certificate(
    ca_key: EllipticCurvePrivateKey,
    ca_certificate: bytes,
    key: EllipticCurvePublicKey | RSAPublicKey,
    *,
    office: str,
    at: datetime,
    serial: int,
    life: timedelta = DEVICE_LIFE,
) -> bytes:
    """A time-stamping certificate (RFC 3161 §2.3: critical extended key usage, alone)."""
    subject = _name(office, f"{office} TSA")
    builder = _leaf(ca_key, ca_certificate, subject, key, serial, at, life)
    usage = _usage(digital_signature=True, content_commitment=True)
    builder = builder.add_extension(usage, critical=True)
    stamping = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    builder = builder.add_extension(stamping, critical=True)
    return builder.sign(ca_key, SHA256()).public_bytes(Encoding.DER)


def make_crl(
    ca_key: EllipticCurvePrivateKey,
    ca_certificate: bytes,
    revoked: Iterable[Revoked],
    *,
    at: datetime,
    number: int,
    life: timedelta = ARCHIVE_CRL_LIFE,
) -> bytes:
    """The revocation list as of `at`, as DER.

    The long default life is for archiving: a list embedded in an agreement must still speak when
    the paper is checked years later. Issue it after the signing it is to prove.
    """
    issuer = x509.load_der_x509_certificate(ca_certificate)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.subject)
        .last_update(at)
        .next_update(at + life)
        .add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False
        )
    )
    for entry in revoked:
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder()
            .serial_number(entry.serial)
            .revocation_date(entry.at)
            .build()
        )
    return builder.sign(ca_key, SHA256()).public_bytes(Encoding.DER)


def _name(office: str, common: str, device: str = "") -> x509.Name:
    parts = [
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, office),
        x509.NameAttribute(NameOID.COMMON_NAME, common),
    ]
    if device:
        parts.append(x509.NameAttribute(NameOID.SERIAL_NUMBER, device))
    return x509.Name(parts)


def _leaf(
    ca_key: EllipticCurvePrivateKey,
    ca_certificate: bytes,
    subject: x509.Name,
    key: EllipticCurvePublicKey | RSAPublicKey,
    serial: int,
    at: datetime,
    life: timedelta,
) -> x509.CertificateBuilder:
    issuer = x509.load_der_x509_certificate(ca_certificate)
    end = min(at + life, issuer.not_valid_after_utc)
    builder = _certificate(subject, issuer.subject, key, serial, at, end)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key())
    return builder.add_extension(authority, critical=False)


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: EllipticCurvePublicKey | RSAPublicKey,
    serial: int,
    start: datetime,
    end: datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(serial)
        .not_valid_before(start - CLOCK_SLACK)
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(
    *,
    digital_signature: bool = False,
    content_commitment: bool = False,
    key_cert_sign: bool = False,
    crl_sign: bool = False,
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=content_commitment,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        encipher_only=False,
        decipher_only=False,
    )
