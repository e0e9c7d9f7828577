"""From passphrase, device secret and server share to the keys of a vault (security.md §3).

KEK = HKDF-SHA256(Argon2id(passphrase) ‖ device secret ‖ server share); it wraps the vault key,
from which each use has its own key. All three inputs are needed: a copied folder lacks the
device secret, a stolen device the passphrase, and one whose share was dropped needs the office.
"""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import asdict, dataclass

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


@dataclass(frozen=True, slots=True)
class Cost:
    """Argon2id's price: about a second on the slowest laptop we support."""

    memory_kib: int = 128 * 1024
    passes: int = 3
    lanes: int = 1

    def to_json(self) -> dict[str, int]:
        return asdict(self)


class BadSeal(Exception):
    """The key is not the one, or the bytes were altered."""


def stretched(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    """Argon2id of the passphrase (NFKC, so that every keyboard types the same), 32 bytes."""
    return hash_secret_raw(
        unicodedata.normalize("NFKC", passphrase).encode(),
        salt,
        time_cost=cost.passes,
        memory_cost=cost.memory_kib,
        parallelism=cost.lanes,
        hash_len=32,
        type=Type.ID,
    )


def subkey(key: bytes, use: str) -> bytes:
    """An independent 32-byte key for one use."""
    return HKDF(
        algorithm=SHA256(), length=32, salt=None, info=f"doorstep/v1/{use}".encode()
    ).derive(key)


def seal(key: bytes, plain: bytes, bound: bytes) -> bytes:
    """AES-256-GCM with a fresh nonce in front; `bound` is authenticated, not hidden."""
    nonce = secrets.token_bytes(12)
    return nonce + AESGCM(key).encrypt(nonce, plain, bound)


def unseal(key: bytes, sealed: bytes, bound: bytes) -> bytes:
    """What `seal` hid. Raises BadSeal."""
    try:
        return AESGCM(key).decrypt(sealed[:12], sealed[12:], bound)
    except (InvalidTag, ValueError) as fault:
        raise BadSeal from fault
