"""A file sealed with a passphrase: Argon2id key, AES-256-GCM in chunks (the STREAM construction).

Header: magic (8), salt (16), nonce prefix (7). Then chunks of 1 MiB and their 16-byte tags; the
nonce is prefix ‖ chunk number (4) ‖ 1 for the last chunk, so none can be cut, moved or dropped.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from agent_app.domain.errors import BadInput, Fault, WrongSecret

MAGIC = b"DSBACK1\n"
CHUNK = 1 << 20
_TAG = 16
_MEMORY_KIB = 64 * 1024


def seal(
    source: BinaryIO,
    target: BinaryIO,
    passphrase: str,
    entropy: Callable[[int], bytes],
    *,
    memory_kib: int = _MEMORY_KIB,
) -> None:
    """Write `source` to `target`, readable only with `passphrase` and the same `memory_kib`."""
    salt, prefix = entropy(16), entropy(7)
    target.write(MAGIC + salt + prefix)
    cipher, number = _cipher(passphrase, salt, memory_kib), 0
    chunk = source.read(CHUNK)
    while True:
        following = source.read(CHUNK)
        last = not following
        target.write(cipher.encrypt(_nonce(prefix, number, last), chunk, MAGIC))
        if last:
            return
        chunk, number = following, number + 1


def unseal(
    source: BinaryIO, target: BinaryIO, passphrase: str, *, memory_kib: int = _MEMORY_KIB
) -> None:
    """Write what `seal` sealed. WrongSecret for another passphrase or an altered file."""
    header = source.read(len(MAGIC) + 23)
    if len(header) < len(MAGIC) + 23 or not header.startswith(MAGIC):
        raise BadInput(Fault("not a backup of an office"))
    salt, prefix = header[8:24], header[24:]
    cipher, number = _cipher(passphrase, salt, memory_kib), 0
    chunk = source.read(CHUNK + _TAG)
    while True:
        following = source.read(CHUNK + _TAG)
        try:
            target.write(cipher.decrypt(_nonce(prefix, number, not following), chunk, MAGIC))
        except InvalidTag as fault:
            raise WrongSecret("the passphrase is wrong, or the backup was altered") from fault
        if not following:
            return
        chunk, number = following, number + 1


def _nonce(prefix: bytes, number: int, last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([last])


def _cipher(passphrase: str, salt: bytes, memory_kib: int) -> AESGCM:
    key = hash_secret_raw(
        passphrase.encode(),
        salt,
        time_cost=3,
        memory_cost=memory_kib,
        parallelism=1,
        hash_len=32,
        type=Type.ID,
    )
    return AESGCM(key)
