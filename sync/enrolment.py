"""Joining this device to the office: keys are made here and never leave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from agent_app.domain.errors import BadInput, Fault, NotAllowed, Tampered
from agent_app.journal.canonical import canonical
from agent_app.journal.signing import b64, labelled, public_text, unb64, vouches
from agent_app.store import events, meta, serials
from agent_app.store.db import Database, transaction
from agent_app.vault.hardware import HardwareKey
from agent_app.vault.lease import Lease
from agent_app.vault.vault import DeviceKeys
from sync import coding, messages
from sync.messages import ENROL_KEY_ID, EnrolReply, EnrolRequest
from sync.transport import Identity, Transport


def make_keys(held: HardwareKey | None = None) -> DeviceKeys:
    """Fresh keys of this device; `held` is the event key where it was made in hardware."""
    event = held or Ed25519PrivateKey.generate()
    return DeviceKeys(event, ec.generate_private_key(ec.SECP256R1()))


def enrol(
    transport: Transport, code: str, keys: DeviceKeys, *, app: str, device_name: str
) -> EnrolReply:
    """Spend the one-time code. Raises BadInput for a wrong or spent code, Offline, TooOld.

    Make the vault with `leased(reply)` and `keys` at once: the code works only this time.
    """
    request = asked(code, keys, app=app, device_name=device_name)
    identity = Identity(ENROL_KEY_ID, keys.event)
    body = coding.encode(request)
    kind = {"content-type": "application/json"}
    with transport.call("POST", "/v1/enrol", body, headers=kind, identity=identity) as reply:
        try:
            answer = reply.expect(200).decoded(EnrolReply)
        except NotAllowed as refused:
            raise BadInput(
                Fault(refused.reason, field="code", mend="ask the office for a new code")
            ) from refused
    _check(answer)
    return answer


def asked(code: str, keys: DeviceKeys, *, app: str, device_name: str) -> EnrolRequest:
    """The request to join: the code as typed, and the public halves of the keys."""
    return EnrolRequest(
        protocol=messages.PROTOCOL,
        code=code.strip(),
        event_key=public_text(keys.event),
        document_csr=b64(_csr(keys)),
        app=app,
        device_name=device_name,
    )


def leased(reply: EnrolReply) -> Lease:
    """What the vault needs of the reply."""
    return Lease(reply.lease.issued_at, reply.lease.expires_at, unb64(reply.server_share))


def facts(reply: EnrolReply) -> dict[str, Any]:
    """What the vault keeps of the reply as JSON: everything but the share."""
    kept: dict[str, Any] = msgspec.to_builtins(reply)
    del kept["server_share"]
    return kept


def begin(db: Database, told: Mapping[str, Any]) -> None:
    """Write the office's facts (`Keys.facts`) into a new or rebuilt store; else change nothing."""
    if meta.get(db, "office") is not None:
        return
    office = {name: told[name] for name in ("org", "user", "people", "revocations")}
    with transaction(db):
        meta.put(db, "office", office)
        if not events.heads(db):
            # a rebuilt store must not number papers from a block it may have used
            serials.lease(db, told["serials"])


def _csr(keys: DeviceKeys) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "device")])
    request = x509.CertificateSigningRequestBuilder().subject_name(name)
    return request.sign(keys.document, SHA256()).public_bytes(Encoding.DER)


def _check(reply: EnrolReply) -> None:
    plain = msgspec.to_builtins(reply.lease)
    signature = plain.pop("sig")
    if not vouches(reply.log_key, signature, labelled("lease", canonical(plain))):
        raise Tampered("the lease", expected="the office's signature", found="another")
    if len(unb64(reply.server_share)) != 32:
        raise Tampered("the server's share", expected="32 bytes", found="another length")
