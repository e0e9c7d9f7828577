"""Raw ink goes to the office sealed (RFC 9180), so no agent can copy a signature.

The seal is bound to the paper: the hash of the agreement's text as shown is its `info`, so the
strokes cannot be moved under another paper. Only the holder of the office key opens it, for a
handwriting expert, with the hash in hand.
"""

import json
from collections.abc import Sequence
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from agent_app.documents.ink import Stroke, from_json, to_json
from agent_app.domain.errors import Tampered

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_LABEL = b"doorstep ink v1 "


def seal_ink(
    strokes: Sequence[Stroke],
    office_key: X25519PublicKey,
    *,
    document_hash: str,
    signer: str,
    at: datetime,
) -> bytes:
    """Encrypt the strokes of `signer` (a role) to the office, bound to `document_hash`."""
    payload = {
        "document": document_hash,
        "signer": signer,
        "at": at.isoformat(),
        "strokes": json.loads(to_json(strokes)),
    }
    plain = json.dumps(payload, separators=(",", ":")).encode()
    return _SUITE.encrypt(plain, office_key, info=_LABEL + document_hash.encode())


def open_ink(
    sealed: bytes, office_key: X25519PrivateKey, *, document_hash: str
) -> tuple[str, tuple[Stroke, ...]]:
    """The signer's role and the strokes. Raises Tampered for another paper or altered bytes."""
    try:
        plain = _SUITE.decrypt(sealed, office_key, info=_LABEL + document_hash.encode())
    except InvalidTag:
        raise Tampered("ink", expected=document_hash, found="another paper or altered") from None
    payload = json.loads(plain)
    return payload["signer"], from_json(json.dumps(payload["strokes"]).encode())
