"""Texts, selections, conditions and digests of the ODK XForms function list."""

from __future__ import annotations

import base64
import binascii
import hashlib
import math
from collections.abc import Callable, Sequence

from agent_app.script.xpath.code import (
    Code,
    Context,
    Run,
    XPathError,
    boolean_of,
    nodes_of,
    number_of,
    text_of,
)
from agent_app.script.xpath.functions.patterns import compiled
from agent_app.script.xpath.functions.registry import function, texts
from agent_app.script.xpath.values import Value, boolean, number


@function("if", 3, 3, "any")
def _if(args: Sequence[Code]) -> Run:
    test = boolean_of(args[0])
    yes, no = args[1].run, args[2].run
    return lambda x: yes(x) if test(x) else no(x)


@function("coalesce", 0, None, "string")
def _coalesce(args: Sequence[Code]) -> Run:
    reads = texts(args)
    return lambda x: next((found for read in reads if (found := read(x))), "")


@function("once", 1, 1, "string")
def _once(args: Sequence[Code]) -> Run:
    make = text_of(args[0])
    return lambda x: x.node.value() or make(x)


@function("boolean-from-string", 1, 1, "boolean")
def _boolean_from_string(args: Sequence[Code]) -> Run:
    read = text_of(args[0])
    return lambda x: read(x) in ("true", "1")


@function("selected", 2, 2, "boolean")
def _selected(args: Sequence[Code]) -> Run:
    chosen, wanted = texts(args)
    fixed = args[1].constant
    if isinstance(fixed, str) and fixed.strip() and " " not in fixed.strip():
        word = fixed.strip()

        def holds(x: Context) -> bool:
            held = chosen(x)
            return held == word or (" " in held and word in held.split())

        return holds

    def run(x: Context) -> bool:
        return wanted(x).strip() in (chosen(x).split() or [""])

    return run


@function("selected-at", 2, 2, "string")
def _selected_at(args: Sequence[Code]) -> Run:
    chosen, index = text_of(args[0]), number_of(args[1])

    def run(x: Context) -> str:
        held, at = chosen(x).split(), index(x)
        return held[int(at)] if 0 <= at < len(held) else ""

    return run


@function("count-selected", 1, 1, "number")
def _count_selected(args: Sequence[Code]) -> Run:
    chosen = text_of(args[0])
    return lambda x: float(len(chosen(x).split()))


@function("join", 1, None, "string")
def _join(args: Sequence[Code]) -> Run:
    glue = text_of(args[0])
    parts = [_each_text(arg) for arg in args[1:]]
    return lambda x: glue(x).join([found for part in parts for found in part(x)])


def _each_text(arg: Code) -> Callable[[Context], list[str]]:
    if arg.kind == "nodes":
        return lambda x: [node.value() for node in arg.run(x)]
    read = text_of(arg)
    return lambda x: [read(x)]


@function("ends-with", 2, 2, "boolean")
def _ends_with(args: Sequence[Code]) -> Run:
    whole, part = texts(args)
    return lambda x: whole(x).endswith(part(x))


@function("substr", 2, 3, "string")
def _substr(args: Sequence[Code]) -> Run:
    read, start = text_of(args[0]), number_of(args[1])
    end = number_of(args[2]) if len(args) == 3 else None

    def run(x: Context) -> str:
        first = start(x)
        stop = None if end is None else _index(end(x))
        return "" if math.isnan(first) else read(x)[_index(first) : stop]

    return run


def _index(value: float) -> int:
    return 0 if math.isnan(value) else int(max(min(value, 2**31), -(2**31)))


@function("upper-case", 1, 1, "string")
def _upper_case(args: Sequence[Code]) -> Run:
    read = text_of(args[0])
    return lambda x: read(x).upper()


@function("lower-case", 1, 1, "string")
def _lower_case(args: Sequence[Code]) -> Run:
    read = text_of(args[0])
    return lambda x: read(x).lower()


@function("regex", 2, 2, "boolean")
def _regex(args: Sequence[Code]) -> Run:
    read, pattern = texts(args)
    return lambda x: compiled(pattern(x)).search(read(x)) is not None


@function("checklist", 2, None, "boolean")
def _checklist(args: Sequence[Code]) -> Run:
    least, most = number_of(args[0]), number_of(args[1])
    spreads = [_spread(arg) for arg in args[2:]]

    def run(x: Context) -> bool:
        count = sum([boolean(value) for spread in spreads for value in spread(x)])
        return _within(count, least(x), most(x))

    return run


@function("weighted-checklist", 2, None, "boolean")
def _weighted_checklist(args: Sequence[Code]) -> Run:
    least, most = number_of(args[0]), number_of(args[1])
    pairs = [(_spread(v), _spread(w)) for v, w in zip(args[2::2], args[3::2], strict=False)]

    def run(x: Context) -> bool:
        total = 0.0
        for read, weight in pairs:
            values, weights = read(x), weight(x)
            if len(values) < len(weights):
                return False
            for value, heavy in zip(values, weights, strict=False):
                total += number(heavy, x.env.zone) if boolean(value) else 0
        return _within(total, least(x), most(x))

    return run


def _spread(arg: Code) -> Callable[[Context], list[Value]]:
    run = arg.run

    def each(x: Context) -> list[Value]:
        found = run(x)
        return [node.value() for node in found] if isinstance(found, list) else [found]

    return each


def _within(count: float, least: float, most: float) -> bool:
    """-1 is no bound."""
    return count >= least and (most == -1 or count <= most)


@function("uuid", 0, 1, "string")
def _uuid(args: Sequence[Code]) -> Run:
    if not args:
        return lambda x: random_uuid(x.env.entropy(16))
    size = number_of(args[0])

    def run(x: Context) -> str:
        length = min(max(_index(size(x)), 0), LONGEST_ID)
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


@function("property", 1, 1, "string")
def _property(args: Sequence[Code]) -> Run:
    read = text_of(args[0])
    return lambda x: x.env.property(read(x))


@function("version", 0, 0, "string")
def _version(args: Sequence[Code]) -> Run:
    return lambda x: x.env.property("version")


@function("jr:itext", 1, 1, "string")
def _itext(args: Sequence[Code]) -> Run:
    read = text_of(args[0])
    return lambda x: x.env.itext(read(x))


@function("count-non-empty", 1, 1, "number")
def _count_non_empty(args: Sequence[Code]) -> Run:
    nodes = nodes_of(args[0])
    return lambda x: float(sum([1 for node in nodes(x) if node.value()]))
