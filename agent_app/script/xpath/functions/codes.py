"""Digests, encodings, signatures and random ids."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence

from agent_app.script.xpath.code import Code, Context, Run, XPathError, number_of, text_of
from agent_app.script.xpath.functions.registry import function, texts
from agent_app.script.xpath.functions.strings import whole_index


@function("uuid", 0, 1, "string")
def _uuid(args: Sequence[Code]) -> Run:
    if not args:
        return lambda x: random_uuid(x.env.entropy(16))
    size = number_of(args[0])

    def run(x: Context) -> str:
        length = min(max(whole_index(size(x)), 0), LONGEST_ID)
        return "".join([_LETTERS[byte % 62] for byte in x.env.entropy(length)])

    return run


LONGEST_ID = 10_000
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


def random_uuid(entropy: bytes) -> str:
    """An RFC 4122 version 4 id from 16 random bytes."""
    value = bytearray(entropy)
    value[6] = value[6] & 0x0F | 0x40
    value[8] = value[8] & 0x3F | 0x80
    shown = value.hex()
    return "-".join((shown[:8], shown[8:12], shown[12:16], shown[16:20], shown[20:]))


_DIGESTS = {
    "MD5": "md5",
    "SHA-1": "sha1",
    "SHA-256": "sha256",
    "SHA-384": "sha384",
    "SHA-512": "sha512",
}


@function("digest", 2, 3, "string")
def _digest(args: Sequence[Code]) -> Run:
    reads = texts(args)

    def run(x: Context) -> str:
        name = _DIGESTS.get(reads[1](x).upper())
        if name is None:
            raise XPathError(f"digest() knows {', '.join(_DIGESTS)}")
        made = hashlib.new(name, reads[0](x).encode(), usedforsecurity=False).digest()
        encoding = reads[2](x).lower() if len(reads) == 3 else "base64"
        return made.hex() if encoding == "hex" else base64.b64encode(made).decode()

    return run


@function("base64-decode", 1, 1, "string")
def _base64_decode(args: Sequence[Code]) -> Run:
    read = text_of(args[0])

    def run(x: Context) -> str:
        try:
            written = read(x)
            decoded = base64.b64decode(written + "=" * (-len(written) % 4), validate=True)
            return decoded.decode(errors="replace")
        except binascii.Error:
            return ""

    return run


@function("extract-signed", 2, 2, "string")
def _extract_signed(args: Sequence[Code]) -> Run:
    sealed, key = texts(args)

    def run(x: Context) -> str:
        return _open_signed(sealed(x), key(x))

    return run


def _open_signed(sealed: str, key: str) -> str:
    """The message inside base64(signature ‖ message), or "" when Ed25519 does not verify it."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        raw = base64.b64decode(sealed, validate=True)
        Ed25519PublicKey.from_public_bytes(base64.b64decode(key)).verify(raw[:64], raw[64:])
        return raw[64:].decode()
    except (binascii.Error, InvalidSignature, ValueError):
        return ""
