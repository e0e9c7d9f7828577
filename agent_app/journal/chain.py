"""The journal of one device: events signed, numbered without gaps, each naming the one before.

What is signed is the envelope: the event without `body`, `salt`, `salts`, `hashes` and `sig`.
The body is bound through `payload_hash`, a hash over salted field hashes, so that any field can
be hidden later (`redact`) while the signature and the chain still hold.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, NamedTuple

from agent_app.domain.errors import BadInput, Fault, Tampered
from agent_app.domain.events import FIRST_PREV, Event
from agent_app.journal.canonical import canonical, digest
from agent_app.journal.receipt import check_head
from agent_app.journal.signing import Sign, b64, vouches
from agent_app.threads import spread

SALT_BYTES = 32
_BEFORE_SIG = (
    *("app", "boot", "bt", "case", "device", "files", "id", "kind", "pack"),
    *("payload_hash", "prev", "receipt", "seq"),
)
_AFTER_SIG = ("tz", "user", "v", "visit", "wall")
"""The envelope in canonical order, on either side of where `sig` stands."""
_before_sig, _after_sig = attrgetter(*_BEFORE_SIG), attrgetter(*_AFTER_SIG)


@dataclass(frozen=True, slots=True)
class Examined:
    """One event on its own: what is wrong with it, and its hash ("" where it has none)."""

    faults: list[Fault]
    digest: str


def seal(draft: Event, *, sign: Sign, salt: bytes) -> Event:
    """The draft with payload hash, salt and signature: ready for the journal.

    `salt` is 32 fresh random bytes. `seq` and `prev` must already follow the device's head.
    """
    if len(salt) != SALT_BYTES:
        raise BadInput(f"an event's salt has {SALT_BYTES} bytes, not {len(salt)}")
    hashes = field_hashes(draft.body, salt)
    bound = draft.but(payload_hash=digest(hashes), salt=salt.hex(), salts=None, hashes=None)
    return bound.but(sig=b64(sign(signed_bytes(bound))))


def signed_bytes(event: Event) -> bytes:
    """The canonical envelope without its signature."""
    return _forms(event)[0]


def event_hash(event: Event) -> str:
    """What the next event names as `prev`, and what the server's log holds (hex SHA-256)."""
    return _forms(event)[1]


def field_hashes(body: Mapping[str, Any], salt: bytes) -> dict[str, str]:
    """The salted hash of each field of a body."""
    return {name: _field_hash(field_salt(salt, name), value) for name, value in body.items()}


def field_salt(salt: bytes, name: str) -> bytes:
    """The salt of one field, so that one can be shown and the others stay hidden."""
    return hmac.digest(salt, name.encode(), "sha256")


def redact(event: Event, hide: Collection[str]) -> Event:
    """A copy without the values of the body fields in `hide`; it still proves all the rest.

    Works on a redacted copy too. Names absent from the body are passed over.
    """
    salts, hashes = dict(event.salts or {}), dict(event.hashes or {})
    if event.salt:
        salt = bytes.fromhex(event.salt)
        salts = {name: field_salt(salt, name).hex() for name in event.body}
    for name in event.body.keys() & set(hide):
        hashes[name] = _field_hash(bytes.fromhex(salts.pop(name)), event.body[name])
    shown = {name: value for name, value in event.body.items() if name not in hashes}
    return event.but(body=shown, salt="", salts=salts, hashes=hashes)


def check(
    events: Iterable[Event], public_key: str, *, after: tuple[int, str] | None = None
) -> list[Fault]:
    """What is wrong with a stretch of one device's journal, in order; empty when all proves.

    `after` is the (seq, hash) the stretch must continue; without it the stretch may begin
    anywhere. Each fault's `row` is the event's `seq`.
    """
    faults: list[Fault] = []
    device = held = None
    stretch = list(events)
    for event, found in zip(stretch, examine(stretch, public_key), strict=True):
        faults += found.faults
        if device not in (None, event.device):
            faults.append(_fault(event, "device", "another device's event in this chain"))
        faults += _check_link(event, after)
        if held and not _is_as_new(event.receipt, held):
            faults.append(_fault(event, "receipt", "an older receipt than the event before"))
        device, held = event.device, event.receipt or held
        after = (event.seq, found.digest)
    return faults


def check_event(event: Event, public_key: str, *, log_key: str | None = None) -> list[Fault]:
    """What is wrong with one event on its own: its body and its signature.

    With `log_key`, the log's public key, also whether the log signed the head it says it held.
    """
    return examine([event], public_key, log_key=log_key)[0].faults


def examine(
    events: Sequence[Event], public_key: str, *, log_key: str | None = None
) -> list[Examined]:
    """Each event on its own as `check_event` looks at it, with its hash; on all cores."""
    forms = [_Form.of(event) for event in events]
    genuine = spread(lambda form: form.proves(public_key), forms)
    return [
        Examined(_faults(event, good, log_key), form.digest)
        for event, form, good in zip(events, forms, genuine, strict=True)
    ]


class _Form(NamedTuple):
    """An event as bytes; `digest` is "" where it has no canonical form."""

    signed: bytes
    sig: str
    digest: str

    @classmethod
    def of(cls, event: Event) -> _Form:
        try:
            signed, digest = _forms(event)
        except BadInput:
            return cls(b"", "", "")
        return cls(signed, event.sig, digest)

    def proves(self, public_key: str) -> bool:
        return bool(self.digest) and vouches(public_key, self.sig, self.signed)


def _faults(event: Event, genuine: bool, log_key: str | None) -> list[Fault]:
    faults: list[Fault] = []
    if not _body_is_bound(event):
        faults.append(_fault(event, "body", "the body is not the one that was signed"))
    if not genuine:
        faults.append(_fault(event, "sig", "the signature is not this device's"))
    if log_key and event.receipt is not None:
        try:
            check_head(event.receipt, log_key)
        except Tampered as forged:
            faults.append(_fault(event, "receipt", str(forged)))
    return faults


def _check_link(event: Event, after: tuple[int, str] | None) -> list[Fault]:
    if event.seq == 1 and event.prev != FIRST_PREV:
        return [_fault(event, "prev", "the first event names one before it")]
    if after is None:
        return []
    seq, head = after
    if event.seq != seq + 1:
        return [_fault(event, "seq", f"event {seq + 1} should come here")]
    if event.prev != head:
        return [_fault(event, "prev", f"does not continue event {seq}")]
    return []


def _is_as_new(head: Mapping[str, Any] | None, held: Mapping[str, Any]) -> bool:
    if head is None:
        return False
    return head.get("origin") != held.get("origin") or _size(head) >= _size(held)


def _size(head: Mapping[str, Any]) -> int:
    size = head.get("size")
    return size if isinstance(size, int) else -1


def _body_is_bound(event: Event) -> bool:
    try:
        if event.salt:
            hidden = event.salts or event.hashes
            hashes = field_hashes(event.body, bytes.fromhex(event.salt))
            return not hidden and digest(hashes) == event.payload_hash
        salts, hashes = event.salts or {}, dict(event.hashes or {})
        if salts.keys() != event.body.keys() or hashes.keys() & event.body.keys():
            return False
        for name, value in event.body.items():
            hashes[name] = _field_hash(bytes.fromhex(salts[name]), value)
        return digest(hashes) == event.payload_hash
    except (BadInput, ValueError, TypeError, AttributeError):
        return False


def _field_hash(salt: bytes, value: Any) -> str:
    return hashlib.sha256(salt + canonical(value)).hexdigest()


def _forms(event: Event) -> tuple[bytes, str]:
    """What was signed of an event, and its hash. RFC 8785 sorts members by name, so both can be
    put together from what stands before and after `sig`."""
    first = canonical(dict(zip(_BEFORE_SIG, _before_sig(event), strict=True)))[:-1]
    rest = canonical(dict(zip(_AFTER_SIG, _after_sig(event), strict=True)))[1:]
    whole = b'%b,"sig":%b,%b' % (first, canonical(event.sig), rest)
    return first + b"," + rest, hashlib.sha256(whole).hexdigest()


def _fault(event: Event, field: str, message: str) -> Fault:
    return Fault(message, row=event.seq, field=field, value=event.id)
