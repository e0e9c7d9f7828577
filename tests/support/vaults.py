"""A cheap vault of one agent, and the moment it was made."""

from __future__ import annotations

from datetime import datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from agent_app.domain.errors import WrongSecret
from agent_app.domain.moment import Moment
from agent_app.journal.signing import signer
from agent_app.vault import vault
from agent_app.vault.derive import Cost
from agent_app.vault.hardware import HardwareKey
from agent_app.vault.lease import Lease
from agent_app.vault.profile import Profile
from agent_app.vault.secrets_store import FileStore
from agent_app.vault.vault import DeviceKeys, Keys

PHRASE = "青山不改 绿水长流"
CHEAP = Cost(memory_kib=64, passes=1)
DAY = datetime.fromisoformat("2026-11-22T10:00:00+08:00")
NOW = Moment(DAY, "Asia/Shanghai", "boot-1", 1_000_000)
LEASE = Lease("2026-11-22T09:00:00+08:00", "2026-11-29T09:00:00+08:00", bytes(range(32)))


def create(here: Profile, store: FileStore, held: HardwareKey | None = None) -> Keys:
    own = DeviceKeys(held or Ed25519PrivateKey.generate(), ec.generate_private_key(ec.SECP256R1()))
    return vault.create(
        *(here, PHRASE, store),
        user="A011",
        device="d-1",
        keys=own,
        leased=LEASE,
        facts={"log_key": "ed25519:x", "name": "王芳"},
        cost=CHEAP,
    )


def secrets_of(keys: Keys) -> tuple[object, ...]:
    return (
        *(keys.user, keys.device, keys.db, keys.files, keys.journal, keys.cache, keys.facts),
        signer(keys.event_key)(b"the same key"),
        keys.document_key.private_numbers(),
    )


def failed(here: Profile, store: FileStore, times: int) -> Moment:
    at = NOW
    for _ in range(times):
        with pytest.raises(WrongSecret) as refused:
            vault.unlock(here, "wrong passphrase", store, at)
        at = at.later(seconds=refused.value.wait)
    return at
