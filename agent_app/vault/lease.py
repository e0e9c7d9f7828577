"""The office's leave to open this vault, with the share without which its key cannot be made.

Cached sealed by the device secret. Time only moves forward here: the newest wall time ever seen
counts when the clock is set back. The office's own time, on renewal, may correct a wrong one.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from agent_app.domain.errors import Lost
from agent_app.vault.derive import BadSeal, seal, subkey, unseal
from agent_app.vault.profile import Profile, shred, write_whole

GRACE = timedelta(days=3)
"""So long after its lease a vault waits for a sync before it is destroyed (D9)."""
_BOUND = b"share"


@dataclass(frozen=True, slots=True)
class Lease:
    """`share`: 32 bytes of the office; times are ISO 8601 with offset."""

    issued_at: str
    expires_at: str
    share: bytes = field(repr=False)


def save(profile: Profile, secret: bytes, lease: Lease) -> None:
    """Keep the lease; the one before is gone."""
    plain = asdict(lease) | {"share": lease.share.hex()}
    write_whole(profile.share, seal(subkey(secret, "share"), json.dumps(plain).encode(), _BOUND))


def load(profile: Profile, secret: bytes) -> Lease:
    """The kept lease. Raises Lost when it is gone or of another device."""
    try:
        sealed = profile.share.read_bytes()
        plain = json.loads(unseal(subkey(secret, "share"), sealed, _BOUND))
    except (FileNotFoundError, BadSeal) as fault:
        raise Lost("the office's share of the key is not on this device") from fault
    return Lease(plain["issued_at"], plain["expires_at"], bytes.fromhex(plain["share"]))


def drop(profile: Profile) -> None:
    """Destroy the share: without the office nothing opens this vault any more."""
    shred(profile.share)


def expired(lease: Lease, wall: datetime, seen: str, *, grace: timedelta = timedelta()) -> bool:
    """Whether the lease ran out, and `grace` after it, by the newest time of this clock ever seen."""
    newest = max(wall, datetime.fromisoformat(seen)) if seen else wall
    return newest > datetime.fromisoformat(lease.expires_at) + grace
