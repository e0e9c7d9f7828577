"""The seal on paper: who, which case, what sum, when, in a signed code small enough for a QR.

The text is `DS1:` and the base45 of a packed payload (below) and its 64-byte signature by the
event key of the device that printed it; at most 311 letters, a QR of version 10 at level M. It
is checked with no network against the warrants a device holds; the office's page checks it for
anyone. A seal that is typed rather than scanned is looked up by `short_code`.

Payload, big-endian: version (1 byte, 1), kind (1), key (8: start of SHA-256 of the public key's
text), issued and until (4 each, minutes since 1970 UTC; until 0: no end), minor units (8,
signed), currency (3, zeros: no sum), document (16: start of a SHA-256, zeros: none), then
serial, case, agent and principal, each a length byte and UTF-8.
"""

from __future__ import annotations

import hashlib
import re
import struct
import unicodedata
from base64 import b32decode, b32encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any

from agent_app.domain.errors import BadInput, Fault
from agent_app.domain.money import Money
from agent_app.journal import base45, warrant
from agent_app.journal.signing import Sign, labelled, verifies
from agent_app.journal.speech import heard, slipped, spell_checked

PREFIX, LINKED = "DS1:", "DS1-"
LABEL = "seal v1"
LONGEST = 311
"""Letters a QR code of version 10 holds at error correction M (ISO/IEC 18004, table 7)."""
KINDS = ("letter", "receipt", "agreement", "credential")
CODE_LETTERS = 12
AHEAD = timedelta(minutes=10)
"""By how much the clock of whoever sealed may be ahead of that of whoever checks."""
_LINKED = re.compile(r"DS1-([0-9A-Z]*)")
_FIXED = struct.Struct(">BB8sIIq3s16s")


@dataclass(frozen=True, slots=True)
class Seal:
    """What a paper claims and its seal signs.

    `kind` is one of KINDS; `issued` and `until` are aware, to the minute; `document` is the
    hex SHA-256 of the sealed terms or text, kept to 16 bytes; `agent` names who issued it (and
    badge), `principal` for whom. Texts together may take about 80 bytes.
    """

    kind: str
    serial: str
    issued: datetime
    agent: str
    principal: str
    case: str = ""
    sum: Money | None = None
    until: datetime | None = None
    document: str = ""


class Verdict(Enum):
    """What the check of a seal says; only GENUINE is good."""

    GENUINE = "genuine"
    UNREADABLE = "unreadable"
    ALTERED = "altered"
    FOREIGN = "foreign"
    REVOKED = "revoked"
    EARLY = "early"
    EXPIRED = "expired"
    DIFFERS = "differs"


HOLDS = (Verdict.GENUINE, Verdict.EARLY, Verdict.EXPIRED, Verdict.DIFFERS)
"""The seal is ours and unchanged, whatever is to be said of its time or the paper around it."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A verdict with what was read. `differs` are the printed fields that are not as sealed."""

    verdict: Verdict
    seal: Seal | None = None
    signer: Mapping[str, Any] = field(default_factory=dict)
    differs: tuple[str, ...] = ()


def encode(seal: Seal, *, public_key: str, sign: Sign) -> str:
    """The text of the QR code. Raises BadInput when a text is too long for it."""
    payload = _pack(seal, public_key)
    text = PREFIX + base45.encode(payload + sign(labelled(LABEL, payload)))
    if len(text) > LONGEST:
        over = (len(text) - LONGEST) * 2 // 3 + 1
        raise BadInput(Fault(f"the seal is {over} bytes too long", mend="shorten a name"))
    return text


def decode(text: str) -> Seal:
    """What a seal's text says, its signature unchecked; BadInput if it is no seal."""
    return _unpack(_split(text)[0])


def link(check_url: str, text: str) -> str:
    """The address of the office's check page with the seal in it, in letters that need no escape.

    A telephone that scans it opens the page; as a QR code it stays within version 10.
    """
    raw = base45.decode(text.removeprefix(PREFIX))
    return check_url + LINKED + b32encode(raw).decode().rstrip("=")


def scanned(text: str) -> str:
    """The seal's text in what a camera read or a hand pasted: the seal itself or a link with it,
    whatever the case or width of its letters.

    "" when there is none, a short code say.
    """
    said = unicodedata.normalize("NFKC", text).strip().upper()
    if said.startswith(PREFIX):
        return said
    found = _LINKED.search(said)
    if found is None:
        return ""
    letters = found.group(1)
    try:
        return PREFIX + base45.encode(b32decode(letters + "=" * (-len(letters) % 8)))
    except ValueError:
        return PREFIX


def short_code(text: str) -> str:
    """The code printed below the QR, `7K3M-9Q2X-4TFA`: 55 bits of the seal's hash, then a check
    letter.

    It finds the seal among those a device or the office holds; it proves nothing by itself.
    """
    return spell_checked(hashlib.sha256(text.encode()).digest(), CODE_LETTERS)


def telling(code: str) -> str:
    """The part of a short code that finds: papers of 2026's first editions have no check letter."""
    return heard(code)[: CODE_LETTERS - 1]


def find(typed: str, seals: Iterable[str]) -> str | None:
    """The seal text whose short code was typed, whatever the case, width, spaces and hyphens."""
    wanted = telling(typed)
    if len(heard(typed)) != CODE_LETTERS:
        return None
    return next((text for text in seals if telling(short_code(text)) == wanted), None)


def missed(typed: str) -> str:
    """Why a short code found nothing: `mistyped`, which only looking again mends, or `unknown`."""
    return "mistyped" if slipped(typed, CODE_LETTERS) else "unknown"


Signers = Callable[[bytes], Mapping[str, Any] | None]
"""Finds the warrant for the first 8 bytes of the SHA-256 of a public key's text."""


def signers(warrants: Iterable[Mapping[str, Any]], log_key: str) -> Signers:
    """A finder over warrants; raises Tampered if the log did not sign one of them."""
    known = {}
    for one in warrants:
        warrant.check(one, log_key)
        known[key_name(one["key"])] = one
    return known.get


def check(text: str, known: Signers, at: datetime) -> Checked:
    """Judge a scanned seal at time `at`.

    FOREIGN: no key of this office. ALTERED: the code was changed. REVOKED: the key was
    withdrawn before the paper was issued, or at all for a credential. EARLY: dated later than
    `at`. EXPIRED: past `until`.
    """
    try:
        payload, signature = _split(text)
        signer = known(payload[2:10])
        if signer and not verifies(signer["key"], signature, labelled(LABEL, payload)):
            return Checked(Verdict.ALTERED, None, signer)
        seal = _unpack(payload)
    except BadInput:
        return Checked(Verdict.UNREADABLE)
    if signer is None:
        return Checked(Verdict.FOREIGN, seal)
    return Checked(_standing(seal, signer, at), seal, signer)


def compare(checked: Checked, differs: tuple[str, ...]) -> Checked:
    """The same verdict with the fields that the paper prints otherwise (`printed.differing`).

    DIFFERS: the seal holds but the paper around it says something else; a revoked one stays so.
    """
    verdict = Verdict.DIFFERS if differs and checked.verdict in HOLDS else checked.verdict
    return replace(checked, verdict=verdict, differs=differs)


def _standing(seal: Seal, signer: Mapping[str, Any], at: datetime) -> Verdict:
    until = signer["until"] and datetime.fromisoformat(signer["until"])
    if until and (seal.kind == "credential" or seal.issued >= until):
        return Verdict.REVOKED
    if seal.issued > at + AHEAD:
        return Verdict.EARLY
    return Verdict.EXPIRED if seal.until and at >= seal.until else Verdict.GENUINE


def _pack(seal: Seal, public_key: str) -> bytes:
    fixed = _FIXED.pack(
        1,
        KINDS.index(seal.kind),
        key_name(public_key),
        _minutes(seal.issued),
        _minutes(seal.until) if seal.until else 0,
        seal.sum.minor if seal.sum else 0,
        seal.sum.currency.encode("ascii") if seal.sum else b"",
        bytes.fromhex(seal.document)[:16],
    )
    texts = (seal.serial, seal.case, seal.agent, seal.principal)
    return fixed + b"".join(_counted(text) for text in texts)


def _counted(text: str) -> bytes:
    raw = text.encode()
    if len(raw) > 255:
        raise BadInput(Fault("too long for a seal", value=text[:20], mend="shorten it"))
    return bytes([len(raw)]) + raw


def _split(text: str) -> tuple[bytes, bytes]:
    if not text.startswith(PREFIX) or len(text) > LONGEST:
        raise BadInput("this is not one of our seals")
    raw = base45.decode(text.removeprefix(PREFIX))
    if PREFIX + base45.encode(raw) != text or len(raw) < _FIXED.size + 68:
        raise BadInput("this is not one of our seals")
    return raw[:-64], raw[-64:]


def _unpack(payload: bytes) -> Seal:
    version, kind, _, issued, until, minor, currency, document = _FIXED.unpack_from(payload)
    if version != 1 or kind >= len(KINDS):
        raise BadInput("this seal is of a later version")
    texts, at = [], _FIXED.size
    while at < len(payload):
        end = at + 1 + payload[at]
        texts.append(payload[at + 1 : end])
        at = end
    if len(texts) != 4 or at != len(payload):
        raise BadInput("this is not one of our seals")
    try:
        serial, case, agent, principal = (text.decode() for text in texts)
        code = currency.rstrip(b"\0").decode("ascii")
    except UnicodeDecodeError as error:
        raise BadInput("this is not one of our seals") from error
    return Seal(
        kind=KINDS[kind],
        serial=serial,
        issued=_moment(issued),
        agent=agent,
        principal=principal,
        case=case,
        sum=Money(minor, code) if code else None,
        until=_moment(until) if until else None,
        document=document.hex() if any(document) else "",
    )


def key_name(public_key: str) -> bytes:
    """How a seal names the key that made it: the first 8 bytes of the SHA-256 of its text."""
    return hashlib.sha256(public_key.encode()).digest()[:8]


def _minutes(moment: datetime) -> int:
    return int(moment.timestamp() // 60)


def _moment(minutes: int) -> datetime:
    return datetime.fromtimestamp(minutes * 60, UTC)
