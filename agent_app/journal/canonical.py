"""Canonical JSON (RFC 8785): one value, one sequence of bytes, on every machine."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec
import rfc8785

from agent_app.domain.errors import BadInput

SAFE_INTEGER = (1 << 53) - 1
"""Largest integer JSON numbers carry exactly (RFC 8785 §3.2.2.3, IEEE 754)."""

_ATOMS = frozenset({str, bool, type(None)})
_encode = msgspec.json.Encoder(order="sorted").encode


def canonical(value: Any) -> bytes:
    """The RFC 8785 bytes of a JSON value: Mapping, list, tuple, str, int, float, bool or None.

    Raises BadInput for what has no canonical form: NaN and infinities, integers beyond 2^53-1,
    lone surrogates, keys that are not text, types JSON does not know.
    """
    try:
        if _is_plain(value):
            return _encode(value)
        return rfc8785.dumps(_as_json(value))
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError, TypeError) as error:
        raise BadInput(f"this value has no canonical form: {error}") from error


def digest(value: Any) -> str:
    """Lowercase hex SHA-256 of the canonical bytes of `value`."""
    return hashlib.sha256(canonical(value)).hexdigest()


def _is_plain(value: Any) -> bool:
    """Whether a common encoder, much faster, writes the same bytes for `value`.

    It differs in floats, in the order of keys beyond the Basic Multilingual Plane (RFC 8785
    sorts UTF-16 units) and in accepting numbers and keys that have no canonical form.
    """
    kind = type(value)
    if kind in _ATOMS:
        return True
    if kind is int:
        return bool(-SAFE_INTEGER <= value <= SAFE_INTEGER)
    if kind is dict:
        if not all(map(str.isascii, value)):
            return False
        value = value.values()
    elif kind is not list and kind is not tuple:
        return False
    return _ATOMS.issuperset(map(type, value)) or all(map(_is_plain, value))


def _as_json(value: Any) -> Any:
    """`value` with every Mapping a dict and every tuple a list."""
    if isinstance(value, Mapping):
        return {key: _as_json(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_as_json(inner) for inner in value]
    return value
