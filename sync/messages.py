"""The whole wire between a device and the server: one schema, used by both ends.

A request or reply is JSON; a sync reply is a stream of *frames* (`sync.coding` has the bytes),
each a resume point: the client applies one frame with its cursor in one transaction.
Hashes are lowercase hex SHA-256, binary is base64url without padding, public keys are texts like
`ed25519:…` (`agent_app.journal.signing`), times ISO 8601 with offset, events the JSON of `agent_app.domain.events`, cases the raw JSON the server keeps.
Unknown fields are ignored by either end, so that a newer one may add some.

Files go by tus 1.0. Their address is their hash, so nothing need be remembered to resume:
POST /v1/files (`Upload-Length`, `Upload-Metadata: sha256 <base64 of the hex>`, may carry the first
bytes) opens /v1/files/{sha256}; HEAD says how much is there (404: nothing begun), PATCH appends,
DELETE forgets, GET reads. A file is taken once a pushed event names it; the reply to POST with
`Upload-Offset` = length means it is here. A request carries at most 16 MiB.

POST /v1/files/batch brings several small files in one request: `4-byte big-endian length ‖ JSON
of FileBatch ‖ the files' bytes, one after the other`. What BatchReply calls `here` is durable.

GET /v1/papers/{sha256} gives the agreement of that hash with proof of time added: a file that
begins with those very bytes; 404 `not_stamped` until there is one.

POST /v1/timestamp takes and gives RFC 3161 (`application/timestamp-query`, `-reply`).

Every request is signed after RFC 9421 (see `SIGNED`): `keyid` is the device id, or `enrol` for
the enrolment, which is signed by the very event key it brings.
"""

from __future__ import annotations

from typing import Any

import msgspec

PROTOCOL = 1
OLDEST_PROTOCOL = 1
"""A device below this may still push its events; it is told to update and gets no pages."""

SYNC_TYPE = "application/vnd.doorstep.sync+zstd"
FRAMES_TYPE = "application/vnd.doorstep.frames"
SIGNED = ("@method", "@authority", "@path", "@query", "content-digest")
"""Components each request signature covers (content-digest, SHA-256, also for an empty body)."""
SIGNATURE_TAG = "doorstep"
SIGNATURE_SECONDS = 120
ENROL_KEY_ID = "enrol"
NONCE_HEADER = "x-doorstep-nonce"
"""On 401 `clock`: the server's nonce; signed as `nonce`, it stands in for a right clock."""

PAGE_ROWS = 500


class Problem(msgspec.Struct, omit_defaults=True):
    """Body of every reply that is not 2xx. `code` is for programs, `message` for people."""

    code: str
    message: str
    retry_after: float | None = None


class Person(msgspec.Struct, omit_defaults=True):
    """A colleague as a device may show one; credentials only of people in the own crew or team."""

    id: str
    name: str
    role: str
    team: str | None = None
    lead: str | None = None
    badge: str | None = None
    credentials: list[dict[str, Any]] = []


class Org(msgspec.Struct, omit_defaults=True):
    """Facts printed on papers. `agency` = {id, name, address, phone, complaints, …}."""

    id: str
    name: str
    tz: str
    agency: dict[str, Any]
    check_url: str
    """A seal's text, percent-encoded, or its short code is appended to check it in a browser."""
    creditors: list[dict[str, Any]] = []
    timestamp_ca: list[str] = []
    """DER, base64url: the authorities of a time-stamp service that is not the office's own."""
    pickup_url: str = ""
    """A token of `agent_app.journal.pickup` is appended to fetch a signed paper in a browser."""


class Lease(msgspec.Struct):
    """Until when a device may open its vault.

    `sig`: the log key over `signing.labelled("lease", JCS of the other fields)`.
    """

    device: str
    user: str
    issued_at: str
    expires_at: str
    sig: str


class Order(msgspec.Struct):
    """What a device must do at once: `wipe` or `lock`.

    `sig`: the log key over `signing.labelled("order", JCS of the other fields)`.
    """

    kind: str
    device: str
    at: str
    sig: str


class Serials(msgspec.Struct):
    """A block of document numbers leased to this device: `prefix` + number, first to last."""

    prefix: str
    first: int
    last: int


class EnrolRequest(msgspec.Struct, omit_defaults=True):
    protocol: int
    code: str
    """User id and one-time secret as typed, `A011-7K3M-9Q2X`; case and hyphens do not matter."""
    event_key: str
    """Public key in the text form of `agent_app.journal.signing` (`ed25519:…`)."""
    document_csr: str
    """PKCS #10 request (DER) signed by the P-256 document key; its subject is ignored."""
    app: str
    device_name: str = ""


class EnrolReply(msgspec.Struct, omit_defaults=True):
    device: str
    user: Person
    people: list[Person]
    org: Org
    certificates: list[str]
    """DER: the device's document certificate first, then the office CA."""
    revocations: str
    """DER revocation list of the office CA, for the device's seals; newer ones come in `Office`."""
    log_origin: str
    log_key: str
    office_key: str
    """`x25519:` and the base64url of 32 raw bytes: raw ink and salvage are sealed to it (HPKE)."""
    timestamp_certificate: str
    lease: Lease
    server_share: str
    """32 bytes of the vault's key derivation, kept by the device only while the lease runs."""
    serials: Serials
    server_time: str


class Cursor(msgspec.Struct, frozen=True):
    """Where a device stands in its feed. Another epoch means: begin again (a restored server)."""

    epoch: str
    position: int


class Head(msgspec.Struct, frozen=True):
    """The newest event of a device's chain; seq 0 and 64 zeros before the first."""

    seq: int
    hash: str


class SyncRequest(msgspec.Struct, omit_defaults=True):
    protocol: int
    app: str
    cursor: Cursor | None
    head: Head
    """The head of the device's whole journal, sent or not: an older one shows a restored copy."""
    events: list[msgspec.Raw] = []
    """Unsettled events in order of seq; at most what fits 8 MiB before compression."""
    tree_size: int = 0
    """Size of the newest tree head the device holds: where the consistency proof starts."""
    office: str | None = None
    """`Office.sha256` the device holds; the frame is left out when nothing changed."""
    more_serials: bool = False
    unproven: list[str] = []
    """Own events settled here without a proof of the log (a cut line, an older office): the
    receipts that answer prove these too."""


class Start(msgspec.Struct, tag="start", tag_field="frame", omit_defaults=True):
    """First frame. `baseline`: everything follows; drop what is not mentioned by the end."""

    protocol: int
    server_time: str
    epoch: str
    baseline: bool = False


class Verdict(msgspec.Struct, omit_defaults=True):
    """What became of one event.

    applied: in the log and counted. duplicate: was here before; `was` says the first verdict.
    refused: in the log but not counted (`reason`), unless `reason` is
    bad_signature, unreadable, foreign_device or body_changed.
    parked: kept, waits for what `reason` says; send it again until it is settled.
    """

    id: str
    seq: int
    verdict: str
    was: str | None = None
    reason: str | None = None
    message: str | None = None
    late: bool = False
    """The case had been taken from this agent; the visit is kept and marked for the lead."""


class Verdicts(msgspec.Struct, tag="verdicts", tag_field="frame"):
    verdicts: list[Verdict]


class TreeHead(msgspec.Struct, omit_defaults=True):
    """Signed tree head of the office log (RFC 9162 hashing); see `agent_app.journal.receipt`."""

    origin: str
    size: int
    root: str
    at: str
    sig: str


class Inclusion(msgspec.Struct):
    """Proof that an event's hash is leaf `index` under the head of the same frame."""

    event: str
    index: int
    path: list[str]


class Receipts(msgspec.Struct, tag="receipts", tag_field="frame"):
    """Signed proof of what this request brought. `consistency` runs from the asked tree_size."""

    head: TreeHead
    consistency: list[str]
    proofs: list[Inclusion]


class Revoke(msgspec.Struct, omit_defaults=True):
    """The case is no longer this user's: remove every trace but the own unsent events."""

    case: str
    reason: str
    at: str


class Page(msgspec.Struct, tag="page", tag_field="frame", omit_defaults=True):
    """Changes up to `cursor`. Apply in this order: revokes, grants, bases, events."""

    cursor: Cursor
    grants: list[str] = []
    revokes: list[Revoke] = []
    bases: list[msgspec.Raw] = []
    """Whole cases; everything the server has applied is already in them."""
    events: list[msgspec.Raw] = []
    """Events of other devices on the user's cases, for reading and review; never reprojected."""
    arrived: dict[str, str] = {}
    """For who reviews: when the office took these events, by id."""


class PackFile(msgspec.Struct):
    path: str
    sha256: str
    size: int


class PackEntry(msgspec.Struct):
    id: str
    version: str
    sha256: str
    files: list[PackFile]


class Office(msgspec.Struct, tag="office", tag_field="frame"):
    """Slow facts, sent when they changed. Pack files are fetched from /v1/packs/{sha256}."""

    sha256: str
    org: Org
    user: Person
    people: list[Person]
    packs: list[PackEntry]
    revocations: str
    warrants: list[dict[str, Any]] = []
    """Which key is whose device, for checking seals offline (`agent_app.journal.warrant`)."""
    approval_secret: str = ""
    """32 bytes the user's team shares, for spoken approvals (`agent_app.journal.approval`)."""
    approval_secrets: dict[str, str] = {}
    """The same of every team the user leads, by team."""
    network_salt: str = ""
    """32 bytes that the marks of networks in range are keyed with (`agent_app.journal.nearby`);
    empty: this office wants none, and none are read."""


class Evidence(msgspec.Struct):
    """GET /v1/visits/{visit}/evidence: what `agent_app.journal.bundle.write` needs of the log.

    `events` are the visit's in the log's order, from all devices, and redacted any that a device
    wrote on another case between its first and last; `receipts` is `receipt.evidence`; `scripts`
    are the visit scripts of the packs the visit was made under, by id, version and hash.
    """

    events: list[msgspec.Raw]
    receipts: dict[str, Any]
    log_key: str
    warrants: list[dict[str, Any]]
    scripts: list[dict[str, str]] = []


class Digest(msgspec.Struct, frozen=True):
    """What the server holds of this device: `count` events of which `head` is the chain's newest.

    The chain's head commits to every event before it, so an equal head means nothing is missing.
    """

    count: int
    head: str


class Waiting(msgspec.Struct):
    """A file an event of this device names and the server has not got."""

    sha256: str
    size: int
    event: str


class FileName(msgspec.Struct, frozen=True):
    sha256: str
    size: int


class FileBatch(msgspec.Struct):
    """What the body of POST /v1/files/batch holds, in this order."""

    files: list[FileName]


class BatchReply(msgspec.Struct):
    """Of each file by its sha256: `here`, `not_wanted` (no event names it), `damaged`."""

    files: dict[str, str]


class TeamAlert(msgspec.Struct):
    """What somebody must look into (`sync.server.alerts`); `user` is whose device it is about."""

    at: str
    kind: str
    user: str
    device: str
    detail: dict[str, Any]


class TeamDevice(msgspec.Struct, omit_defaults=True):
    """A colleague's device: `seen_at` is when it last synced, None before the first time."""

    user: str
    device: str
    name: str
    state: str
    seen_at: str | None = None
    waiting: int = 0
    """Files its events name and the office has not got."""


class Team(msgspec.Struct):
    """What a lead must know of the teams led beyond their cases."""

    alerts: list[TeamAlert]
    devices: list[TeamDevice]


class End(msgspec.Struct, tag="end", tag_field="frame", omit_defaults=True):
    """Last frame. A stream without it was cut: keep what was applied and sync again."""

    cursor: Cursor
    server_time: str
    digest: Digest
    device: str = "active"
    """active, frozen (forked or restored: pushes are parked), revoked."""
    waiting: list[Waiting] = []
    lease: Lease | None = None
    orders: list[Order] = []
    serials: Serials | None = None
    update_required: bool = False
    team: Team | None = None
    """For a lead only."""


Frame = Start | Verdicts | Receipts | Page | Office | End
