"""What the log key signs for one device: its lease, and orders it must carry out."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from agent_app.journal.canonical import canonical
from sync.messages import Lease, Order
from sync.server.keys import OfficeKeys

LEASE = timedelta(days=7)


def lease(keys: OfficeKeys, device: str, user: str, now: datetime) -> Lease:
    """A week in which the device may open its vault; every sync renews it."""
    plain = {
        "device": device,
        "user": user,
        "issued_at": now.isoformat(timespec="seconds"),
        "expires_at": (now + LEASE).isoformat(timespec="seconds"),
    }
    return msgspec.convert(plain | {"sig": keys.sign_log("lease", canonical(plain))}, Lease)


def order(keys: OfficeKeys, kind: str, device: str, now: datetime) -> Order:
    """`wipe`: the device must destroy its keys, then its files."""
    plain = {"kind": kind, "device": device, "at": now.isoformat(timespec="seconds")}
    return msgspec.convert(plain | {"sig": keys.sign_log("order", canonical(plain))}, Order)
