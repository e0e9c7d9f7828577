"""The mark of a Wi-Fi network in range: all of it that ever leaves a device. (security.md §5.4, H11)

A network's address says where it stands to whoever has a map of such addresses. A mark says only
whether two visits of one office heard the same network: it is keyed with a salt of that office,
and so short that many addresses share each mark, so that even a leaked salt names none for sure.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable

from agent_app.domain.position import MOST_NETWORKS
from agent_app.journal.signing import labelled

MARK_BYTES = 4
"""Of 70 million million addresses 16,000 share each mark; of an office's own hundred thousand,
one in 40,000 meets another's."""


def office_salt(master: bytes) -> bytes:
    """The 32 bytes the office derives from a key of its own for all its devices."""
    return hmac.digest(master, labelled("networks v1", b"salt"), "sha256")


def marks(salt: bytes, addresses: Iterable[str]) -> list[str]:
    """The marks of networks (`aa:bb:cc:dd:ee:ff`), the strongest first, as an event keeps them:
    sorted, so that nothing is left of their strength, and at most MOST_NETWORKS."""
    strongest = list(dict.fromkeys(_mark(salt, address) for address in addresses))
    return sorted(strongest[:MOST_NETWORKS])


def _mark(salt: bytes, address: str) -> str:
    return hmac.digest(salt, bytes.fromhex(address.replace(":", "")), "sha256")[:MARK_BYTES].hex()
