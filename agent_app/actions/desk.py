"""What every action is handed, and what every action hands back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from agent_app.actions.templates import Templates
from agent_app.domain.errors import NotAllowed
from agent_app.packs import PackSet
from agent_app.store import cases, meta
from agent_app.store.db import Store
from agent_app.store.filebox import FileBox


@dataclass(frozen=True, slots=True)
class Desk:
    """One unlocked profile: its store, keys and packs. Used on the store thread only.

    `sign` is the device's event key and `public_key` its text; `entropy` gives that many random bytes; `told` is what the
    office said when the device was enrolled, `office` what it says now.
    """

    db: Store
    files: FileBox
    packs: PackSet
    templates: Templates
    device: str
    user: str
    role: str
    sign: Callable[[bytes], bytes]
    public_key: str
    document_key: EllipticCurvePrivateKey
    document_chain: tuple[bytes, ...]
    told: Mapping[str, Any]
    entropy: Callable[[int], bytes]
    app: str
    cache: Path

    def row(self, case: str, *, recalled: bool = False) -> dict[str, Any]:
        """The case as it stands; NotAllowed when it is not here. `recalled`: also one that the
        office took back, which stays writable until its visit is closed.
        """
        row = cases.written_on(self.db, case) if recalled else cases.now(self.db, case)
        if row is None:
            raise NotAllowed(f"{case} is not on this device")
        return row

    @property
    def office(self) -> dict[str, Any]:
        """People, agency, creditors, keys: the enrolment's facts under the newest synced ones."""
        return {**self.told, **(meta.get(self.db, "office") or {})}


@dataclass(frozen=True, slots=True)
class Change:
    """What an action changed; each view-model decides whether to reload.

    `made` holds what the caller asked to be made: a visit's id, a letter's serial, a document.
    """

    cases: frozenset[str] = frozenset()
    what: frozenset[str] = frozenset()
    made: Any = None

    @classmethod
    def of(cls, cases: Iterable[str], *what: str, made: Any = None) -> Change:
        return cls(frozenset(cases), frozenset(what), made)
