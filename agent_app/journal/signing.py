"""Signatures: Ed25519 (RFC 8032) by default, ECDSA P-256 where a key lives in hardware.

A public key is written as text: `ed25519:` or `p256:` and the base64url of the 32 raw bytes
or of the 33-byte compressed point. A signature is base64url of 64 bytes: RFC 8032's, or
r ‖ s with the low s, so that one key gives no second valid signature for the same bytes.
Each use of a key signs its own kind of bytes: events start with `{`, every other use with a
line that names it (`labelled`), so no signature can be passed off as another kind.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Callable
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

from agent_app.domain.errors import BadInput


class HeldKey(ABC):
    """A key that signs where it lives, a security chip say, and cannot be taken out of there."""

    @property
    @abstractmethod
    def public(self) -> str:
        """The text of its public half."""

    @abstractmethod
    def sign(self, message: bytes) -> bytes:
        """64 raw bytes, as `verifies` wants them. Raises KeyAway, WrongPin, PinLocked."""


PrivateKey = Ed25519PrivateKey | ec.EllipticCurvePrivateKey | HeldKey
PublicKey = Ed25519PublicKey | ec.EllipticCurvePublicKey
Sign = Callable[[bytes], bytes]
"""Signs bytes and returns 64 raw bytes."""

_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def b64(raw: bytes) -> str:
    """base64url without padding, the form of all binary in our JSON."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    """The bytes of `b64(raw)`; BadInput for any other text, second spellings included."""
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (Base64Error, ValueError) as error:
        raise BadInput(f"not base64url: {text[:24]!r}") from error
    if b64(raw) != text:
        raise BadInput(f"not base64url: {text[:24]!r}")
    return raw


def labelled(label: str, message: bytes) -> bytes:
    """The bytes signed for a purpose other than an event: a line naming it, then `message`."""
    return f"doorstep {label}\n".encode() + message


def signer(key: PrivateKey) -> Sign:
    """A function that signs with `key`."""
    if isinstance(key, Ed25519PrivateKey | HeldKey):
        return key.sign

    def sign_p256(message: bytes) -> bytes:
        return low(*decode_dss_signature(key.sign(message, ec.ECDSA(hashes.SHA256()))))

    return sign_p256


def low(r: int, s: int) -> bytes:
    """An ECDSA P-256 signature in the one form that counts: r ‖ s, s the lower of the two."""
    return r.to_bytes(32) + min(s, _P256_ORDER - s).to_bytes(32)


def public_text(key: PrivateKey | PublicKey) -> str:
    """The text form of a public key, or of the public half of a private one."""
    if isinstance(key, HeldKey):
        return key.public
    public = (
        key.public_key() if isinstance(key, Ed25519PrivateKey | ec.EllipticCurvePrivateKey) else key
    )
    if isinstance(public, Ed25519PublicKey):
        return "ed25519:" + b64(public.public_bytes_raw())
    point = public.public_numbers()
    return "p256:" + b64(bytes([2 + point.y % 2]) + point.x.to_bytes(32))


def key_id(public_key: str) -> str:
    """A short name of a public key for people and papers: 16 hex digits of its SHA-256."""
    return hashlib.sha256(public_key.encode()).hexdigest()[:16]


@lru_cache(maxsize=512)
def load(public_key: str) -> PublicKey:
    """The key behind its text form. Raises BadInput for what is none."""
    kind, _, text = public_key.partition(":")
    raw = unb64(text)
    try:
        if kind == "ed25519":
            return Ed25519PublicKey.from_public_bytes(raw)
        if kind == "p256" and len(raw) == 33:
            return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)
    except ValueError as error:
        raise BadInput(f"not a public key: {public_key[:24]!r}") from error
    raise BadInput(f"not a public key: {public_key[:24]!r}")


def vouches(public_key: str, signature: str, message: bytes) -> bool:
    """Whether `signature` (its text form) is of `message`; False too for no signature at all."""
    try:
        return verifies(public_key, unb64(signature), message)
    except BadInput:
        return False


def verifies(public_key: str, signature: bytes, message: bytes) -> bool:
    """Whether `signature` over `message` was made with the key behind `public_key` (text)."""
    if len(signature) != 64:
        return False
    key = load(public_key)
    try:
        if isinstance(key, Ed25519PublicKey):
            key.verify(signature, message)
            return True
        r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
        if s > _P256_ORDER // 2:
            return False
        key.verify(encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True
