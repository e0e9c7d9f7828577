"""How often the passphrase was wrong, and how long to wait: counted by the boot clock.

Kept in the profile and beside the device secret, sealed; the larger count holds, so neither a
restored folder nor a deleted file takes a failure back. Each try is counted before it is made.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, replace

from agent_app.domain.moment import Moment
from agent_app.vault.derive import BadSeal, seal, subkey, unseal
from agent_app.vault.profile import Profile, write_whole
from agent_app.vault.secrets_store import SecretStore

DELAYS = (0.0, 0.0, 0.0, 5.0, 30.0, 120.0, 600.0)
"""Seconds to wait after so many failures; the last holds for all beyond."""
MOST = 10
"""After so many failures in a row the office's share of the key is destroyed on this device."""
_BOUND = b"attempts"


@dataclass(frozen=True, slots=True)
class Attempts:
    """`fails` in a row; the boot and boot clock (ms) of the last; the newest time ever seen."""

    fails: int = 0
    boot: str = ""
    bt: int = 0
    seen: str = ""

    def wait(self, at: Moment) -> float:
        """Seconds still to wait; after a reboot the whole delay starts anew."""
        delay = DELAYS[min(self.fails, len(DELAYS) - 1)]
        gone = (at.bt - self.bt) / 1000 if at.boot == self.boot else 0.0
        return max(0.0, delay - max(0.0, gone))

    def failed(self, at: Moment) -> Attempts:
        """One more failure, now."""
        return replace(self, fails=self.fails + 1, boot=at.boot, bt=at.bt)

    def rebooted(self, at: Moment) -> Attempts:
        """The same count in this boot's clock, so that waiting through a reboot counts."""
        return self if at.boot == self.boot else replace(self, boot=at.boot, bt=at.bt)


def load(profile: Profile, store: SecretStore, secret: bytes) -> Attempts:
    """What is known; the higher count of the two places."""
    key = subkey(secret, "attempts")
    kept = [store.get(_name(profile))]
    with suppress(FileNotFoundError):
        kept.append(profile.attempts.read_bytes())
    known = []
    for sealed in kept:
        with suppress(BadSeal):
            if sealed is not None:
                known.append(Attempts(**json.loads(unseal(key, sealed, _BOUND))))
    if not known:
        return Attempts()
    seen = max(one.seen for one in known)
    return replace(max(known, key=lambda one: one.fails), seen=seen)


def save(profile: Profile, store: SecretStore, secret: bytes, attempts: Attempts) -> None:
    """Keep it in both places."""
    plain = {
        "fails": attempts.fails, "boot": attempts.boot, "bt": attempts.bt, "seen": attempts.seen
    }  # fmt: skip
    sealed = seal(subkey(secret, "attempts"), json.dumps(plain).encode(), _BOUND)
    write_whole(profile.attempts, sealed)
    store.put(_name(profile), sealed)


def _name(profile: Profile) -> str:
    return f"{profile.folder.name}/attempts"
