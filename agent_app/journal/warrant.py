"""Warrants: the log's signed word that a key belongs to a person's device, from when until when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from agent_app.domain.errors import BadInput, Tampered
from agent_app.journal.canonical import canonical
from agent_app.journal.signing import Sign, b64, labelled, unb64, verifies

FIELDS = ("device", "user", "name", "key", "since", "until")
LABEL = "warrant v1"


def issue(
    *,
    device: str,
    user: str,
    name: str,
    key: str,
    since: datetime,
    until: datetime | None,
    sign: Sign,
) -> dict[str, Any]:
    """The warrant for a device's event key (text form), signed by the log key.

    `name` is the person's name or badge as outsiders may see it; `until` is when the key was
    withdrawn, None while it holds.
    """
    warrant = {
        "device": device,
        "user": user,
        "name": name,
        "key": key,
        "since": since.isoformat(timespec="seconds"),
        "until": until.isoformat(timespec="seconds") if until else None,
    }
    return warrant | {"sig": b64(sign(_bytes(warrant)))}


def check(warrant: Mapping[str, Any], log_key: str) -> None:
    """Raise Tampered unless the log key signed this warrant."""
    try:
        genuine = verifies(log_key, unb64(warrant["sig"]), _bytes(warrant))
    except (BadInput, KeyError, TypeError) as error:
        raise Tampered("the warrant is not readable") from error
    if not genuine:
        raise Tampered(f"the warrant of {warrant['device']} is not signed by the log")


def _bytes(warrant: Mapping[str, Any]) -> bytes:
    return labelled(LABEL, canonical({name: warrant[name] for name in FIELDS}))
