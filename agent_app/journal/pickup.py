"""A link with which one person fetches their copy of one paper from the office, made offline.

The token is base64url of: version (1 byte, 1), key (8: as in a seal), issued and until (4 each,
minutes since 1970 UTC), the event that made the paper (16, its UUID), a nonce (16) and the
signature of the device's event key over these. Nobody can guess or make one without that key;
the office can tell a genuine one before the paper itself has come.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from agent_app.domain.errors import BadInput
from agent_app.journal.sealcode import Signers, key_name
from agent_app.journal.signing import Sign, b64, labelled, unb64, verifies

LABEL = "pickup v1"
LIFE = timedelta(days=30)
NONCE = 16
_FORM = struct.Struct(">B8sII16s16s")
LONGEST = (_FORM.size + 64) * 4 // 3 + 2
"""Letters of a token."""


@dataclass(frozen=True, slots=True)
class Pickup:
    """A genuine token: for the paper of `event`, made by `device`; good before `until`."""

    event: str
    device: str
    issued: datetime
    until: datetime


def issue(
    event: str, at: datetime, *, public_key: str, sign: Sign, nonce: bytes, life: timedelta = LIFE
) -> str:
    """The token for the paper that `event` (its id) made; `nonce` is NONCE random bytes."""
    payload = _FORM.pack(
        1, key_name(public_key), _minutes(at), _minutes(at + life), UUID(event).bytes, nonce
    )
    return b64(payload + sign(labelled(LABEL, payload)))


def read(token: str, known: Signers) -> Pickup:
    """What a token is for. Raises BadInput unless a device of this office signed it in its time."""
    if len(token) > LONGEST:
        raise BadInput("this is not one of our links")
    raw = unb64(token)
    payload, signature = raw[: _FORM.size], raw[_FORM.size :]
    if len(payload) != _FORM.size or payload[0] != 1:
        raise BadInput("this is not one of our links")
    _, key, issued, until, event, _ = _FORM.unpack(payload)
    signer = known(key)
    if signer is None or not verifies(signer["key"], signature, labelled(LABEL, payload)):
        raise BadInput("this is not one of our links")
    made = datetime.fromtimestamp(issued * 60, UTC)
    if signer["until"] and made >= datetime.fromisoformat(signer["until"]):
        raise BadInput("the device that made this link had been withdrawn")
    ends = datetime.fromtimestamp(until * 60, UTC)
    return Pickup(str(UUID(bytes=event)), str(signer["device"]), made, ends)


def _minutes(moment: datetime) -> int:
    return int(moment.timestamp() // 60)
