"""The office's own keys: the log's, the certificate authority's, the time stamp's, the seal's."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, x25519
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from agent_app.documents.sealing import certificates
from agent_app.domain.errors import Tampered
from agent_app.journal import approval, nearby, signing


@dataclass(frozen=True, slots=True)
class OfficeKeys:
    """`log` signs tree heads, leases and orders; `office` opens what devices seal to it."""

    log: ed25519.Ed25519PrivateKey
    ca: ec.EllipticCurvePrivateKey
    tsa: ec.EllipticCurvePrivateKey
    office: x25519.X25519PrivateKey
    ca_certificate: bytes
    tsa_certificate: bytes

    @property
    def log_public(self) -> str:
        return signing.public_text(self.log)

    @property
    def office_public(self) -> str:
        return "x25519:" + signing.b64(self.office.public_key().public_bytes_raw())

    def approval_secret(self, team: str) -> bytes:
        """What a team's devices share for spoken approvals; known to nobody else."""
        return approval.team_secret(self.log.private_bytes_raw(), team)

    def network_salt(self) -> bytes:
        """What this office's devices mark networks in range with; another office's marks differ."""
        return nearby.office_salt(self.log.private_bytes_raw())

    def sign_log(self, label: str, message: bytes) -> str:
        """The log key's signature for one purpose, base64url."""
        return signing.b64(self.log.sign(signing.labelled(label, message)))


def make(folder: Path, *, office: str, at: datetime) -> OfficeKeys:
    """Make every key once; `office` is the name the certificates carry."""
    folder.mkdir(parents=True, mode=0o700)
    ca, tsa = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca_certificate = certificates.make_ca(
        ca, office=office, at=at, serial=x509.random_serial_number()
    )
    tsa_certificate = certificates.issue_timestamp_certificate(
        ca,
        ca_certificate,
        tsa.public_key(),
        office=office,
        at=at,
        serial=x509.random_serial_number(),
    )
    keys = OfficeKeys(
        ed25519.Ed25519PrivateKey.generate(),
        ca,
        tsa,
        x25519.X25519PrivateKey.generate(),
        ca_certificate,
        tsa_certificate,
    )
    for name in ("log", "ca", "tsa", "office"):
        pem = getattr(keys, name).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        _write(folder / f"{name}.pem", pem)
    _write(folder / "ca.der", ca_certificate)
    _write(folder / "tsa.der", tsa_certificate)
    return keys


def load(folder: Path) -> OfficeKeys:
    """The keys `make` wrote."""
    log, ca, tsa, office = (
        load_pem_private_key((folder / f"{name}.pem").read_bytes(), None)
        for name in ("log", "ca", "tsa", "office")
    )
    if not (
        isinstance(log, ed25519.Ed25519PrivateKey)
        and isinstance(ca, ec.EllipticCurvePrivateKey)
        and isinstance(tsa, ec.EllipticCurvePrivateKey)
        and isinstance(office, x25519.X25519PrivateKey)
    ):
        raise Tampered(f"a key in {folder} is of the wrong kind")
    return OfficeKeys(
        log, ca, tsa, office, (folder / "ca.der").read_bytes(), (folder / "tsa.der").read_bytes()
    )


def _write(path: Path, content: bytes) -> None:
    """Only the server's own account may read it."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
