"""The office's leave to open this vault, with the share without which its key cannot be made.

Cached sealed by the device secret. Time only moves forward here: the newest wall time ever seen
counts when the clock is set back. The office's own time, on renewal, may correct a wrong one.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime

from agent_app.domain.errors import Locked
from agent_app.vault.derive import BadSeal, seal, subkey, unseal
from agent_app.vault.profile import Profile, write_whole

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
    """The kept lease. Raises Locked when it is gone or of another device: ask the office."""
    try:
        sealed = profile.share.read_bytes()
        plain = json.loads(unseal(subkey(secret, "share"), sealed, _BOUND))
    except (FileNotFoundError, BadSeal) as fault:
        raise Locked("the office's share of the key is not on this device") from fault
    return Lease(plain["issued_at"], plain["expires_at"], bytes.fromhex(plain["share"]))


def expired(lease: Lease, wall: datetime, seen: str) -> bool:
    """Whether the lease has run out by the newest of this clock and any time seen before."""
    newest = max(wall, datetime.fromisoformat(seen)) if seen else wall
    return newest > datetime.fromisoformat(lease.expires_at)
