"""A new device: one code, one key pair made on the device, one certificate."""

from __future__ import annotations

import json
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

from agent_app.documents.sealing.certificates import Revoked, issue_device_certificate, make_crl
from agent_app.domain.errors import BadInput
from agent_app.journal import warrant
from agent_app.journal.signing import b64, unb64
from sync.messages import EnrolReply, EnrolRequest
from sync.server import accounts, leases, serials
from sync.server.db import Db
from sync.server.office import Office, fact, org, put_fact
from sync.server.problems import Refused


def enrol(office: Office, request: EnrolRequest) -> EnrolReply:
    """Join a device to the user its code was made for. Refused 403 for a wrong or spent code.

    The request's signature by `event_key` has been verified.
    """
    document_key = _document_key(request.document_csr)
    with office.db() as db, db.writing():
        user = accounts.use_code(db, request.code, office.now())
        reply = _joined(office, db, user, request, document_key) if user else None
    if reply is None:
        raise Refused(403, "wrong_code", "the code is wrong, spent or older than ten minutes")
    return reply


def _joined(
    office: Office,
    db: Db,
    user: str,
    request: EnrolRequest,
    document_key: EllipticCurvePublicKey,
) -> EnrolReply:
    device, now = office.new_id(), office.now()
    certificate = issue_device_certificate(
        office.keys.ca,
        office.keys.ca_certificate,
        document_key,
        office=fact(db, "org")["name"],
        device=device,
        user=user,
        at=now,
        serial=x509.random_serial_number(),
    )
    share = office.entropy(32)
    person = accounts.person(db, user)
    warranted = warrant.issue(
        device=device,
        user=user,
        name=f"{person.name} {person.badge}",
        key=request.event_key,
        since=now,
        until=None,
        sign=office.keys.log.sign,
    )
    accounts.add_device(
        db,
        {
            "id": device,
            "user": user,
            "name": request.device_name[:80],
            "event_key": request.event_key,
            "certificate": certificate,
            "server_share": share,
            "warrant": json.dumps(warranted),
            "enrolled_at": now.isoformat(),
            "app": request.app[:40],
        },
    )
    return EnrolReply(
        device=device,
        user=person,
        people=accounts.people_around(db, user),
        org=org(db),
        certificates=[b64(certificate), b64(office.keys.ca_certificate)],
        revocations=b64(revocations(office, db)),
        log_origin=fact(db, "log_origin"),
        log_key=office.keys.log_public,
        office_key=office.keys.office_public,
        timestamp_certificate=b64(office.keys.tsa_certificate),
        lease=leases.lease(office.keys, device, user, now),
        server_share=b64(share),
        serials=serials.lease(db, now),
        server_time=now.isoformat(timespec="milliseconds"),
    )


def revocations(office: Office, db: Db) -> bytes:
    """The office CA's revocation list (DER) as of the newest revocation, kept until the next."""
    withdrawn = revoked(db)
    number = len(withdrawn) + 1
    kept = fact(db, "revocations")
    if kept and kept["number"] == number:
        return unb64(kept["list"])
    made = make_crl(
        *(office.keys.ca, office.keys.ca_certificate, withdrawn), at=office.now(), number=number
    )
    put_fact(db, "revocations", {"number": number, "list": b64(made)})
    return made


def revoked(db: Db) -> list[Revoked]:
    """The certificates of every device that was withdrawn, oldest first."""
    rows = db.rows(
        "SELECT certificate, revoked_at FROM devices WHERE revoked_at IS NOT NULL"
        " ORDER BY revoked_at"
    )
    return [
        Revoked(
            x509.load_der_x509_certificate(row["certificate"]).serial_number,
            datetime.fromisoformat(row["revoked_at"]),
        )
        for row in rows
    ]


def _document_key(csr: str) -> EllipticCurvePublicKey:
    """The key of a PKCS #10 request that its own signature proves; Refused 400 otherwise."""
    try:
        request = x509.load_der_x509_csr(unb64(csr))
        key = request.public_key()
        if request.is_signature_valid and isinstance(key, EllipticCurvePublicKey):
            return key
    except (ValueError, BadInput):
        pass
    raise Refused(400, "bad_csr", "the document key is not proven by its request")
