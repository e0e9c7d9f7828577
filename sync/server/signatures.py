"""Who speaks: RFC 9421 request signatures, each good once and for two minutes.

The library's own checks of time and replay are not used: it reads the wall clock itself and
accepts replays. A device with a wrong clock signs a nonce the server gave it instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from http_message_signatures import HTTPMessageVerifier, HTTPSignatureKeyResolver
from http_message_signatures.algorithms import ECDSA_P256_SHA256, ED25519
from http_message_signatures.exceptions import HTTPMessageSignaturesException

from agent_app.journal.signing import PublicKey, b64, load
from sync.messages import NONCE_HEADER, SIGNATURE_SECONDS, SIGNATURE_TAG, SIGNED
from sync.server.db import Db, IntegrityError
from sync.server.problems import Refused

NONCE_SECONDS = 600


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """What the verifier reads of a request; `url` is absolute."""

    method: str
    url: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Claim:
    """A proven signature, its time and nonce not yet judged."""

    key_id: str
    nonce: str
    created: int


class _Keys(HTTPSignatureKeyResolver):
    def __init__(self, key_for: Callable[[str], str]) -> None:
        self._key_for = key_for

    def resolve_public_key(self, key_id: str) -> PublicKey:
        return load(self._key_for(key_id))


class _Verifier(HTTPMessageVerifier):
    def validate_created_and_expires(self, sig_input: Any, max_age: Any = None) -> None:
        """Time is judged by `admit`, against the office's clock."""


def verify(request: SignedRequest, body: bytes, key_for: Callable[[str], str]) -> Claim:
    """The claim of a rightly signed request. Refused 401 for anything else.

    `key_for(keyid)` gives the public key text and may raise Refused. A P-256 key, of hardware,
    must be named as `alg`; a key of the other kind than was named is refused.
    """
    named = request.headers.get("signature-input", "")
    algorithm = ECDSA_P256_SHA256 if ECDSA_P256_SHA256.algorithm_id in named else ED25519
    verifier = _Verifier(signature_algorithm=algorithm, key_resolver=_Keys(key_for))
    try:
        (result,) = verifier.verify(
            request,
            max_age=None,
            expect_tag=SIGNATURE_TAG,
            require_components=SIGNED,
            body=body,
        )
        parameters = result.parameters
        return Claim(str(parameters["keyid"]), str(parameters["nonce"]), int(parameters["created"]))
    except (HTTPMessageSignaturesException, ValueError, KeyError) as fault:
        if isinstance(cause := fault.__cause__, Refused):
            raise cause from None
        raise Refused(401, "bad_signature", "the request's signature does not hold") from fault


def admit(db: Db, claim: Claim, now: datetime, entropy: Callable[[int], bytes]) -> None:
    """Let a claim through once. Refused 401 `replayed`, or `clock` with a nonce to sign.

    Must run inside a transaction that commits also when it refuses.
    """
    at = now.timestamp()
    db.do("DELETE FROM nonces WHERE expires_at < ?", at)
    db.do("DELETE FROM challenges WHERE expires_at < ?", at)
    challenged = db.do("DELETE FROM challenges WHERE nonce = ?", claim.nonce)
    if not challenged and abs(claim.created - at) > SIGNATURE_SECONDS:
        raise Refused(
            *(401, "clock", "the device's clock is off; sign this nonce"),
            headers={NONCE_HEADER: _challenge(db, at, entropy)},
        )
    try:
        db.do("INSERT INTO nonces VALUES (?, ?)", claim.nonce, at + NONCE_SECONDS)
    except IntegrityError:
        raise Refused(401, "replayed", "this request was here before") from None


def _challenge(db: Db, at: float, entropy: Callable[[int], bytes]) -> str:
    nonce = b64(entropy(16))
    db.do("INSERT INTO challenges VALUES (?, ?)", nonce, at + SIGNATURE_SECONDS)
    return nonce
