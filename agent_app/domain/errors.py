"""Every error the application raises on purpose, by what the caller can do about it.

DoorstepError
├── BadInput      mend the input; each fault names file, row, field, value and the mend
├── NotAllowed    a rule forbids it now; the findings say which, why and until when
├── Locked        unlock first
│   ├── Lost          the key on this device is gone; join it anew with a code of the office
│   ├── PinLocked     the security key took too many wrong PINs; whoever manages it opens it
│   └── WrongSecret   the passphrase, PIN or code is wrong; `wait` seconds before the next try
│       └── WrongPin  the security key refuses its PIN; `last` before the one that locks it
├── Unavailable   try again later; nothing was changed
│   ├── Offline   no server reached
│   ├── StoreFull no room left on this device
│   ├── KeyAway   the security key that signs here is not plugged in, or does not answer
│   └── Busy      another instance or another job holds what is needed
├── Tampered      the record is damaged or altered; says where
└── TooOld        this version cannot read or speak that; update
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent_app.domain.rules.verdict import Finding


class DoorstepError(Exception):
    """The root: everything the application itself raises."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with an input, and how to mend it.

    `row` counts from 1 as a spreadsheet shows it; None where the input has no rows.
    """

    message: str
    file: str = ""
    row: int | None = None
    field: str = ""
    value: str = ""
    mend: str = ""

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.row, self.field) if part)
        shown = f" ({self.value!r})" if self.value else ""
        mend = f" → {self.mend}" if self.mend else ""
        return f"{place + ': ' if place else ''}{self.message}{shown}{mend}"


class BadInput(DoorstepError):
    """The input has faults; `faults` lists all of them, not only the first."""

    def __init__(self, faults: Iterable[Fault] | Fault | str) -> None:
        if isinstance(faults, str):
            faults = Fault(faults)
        self.faults: tuple[Fault, ...] = (faults,) if isinstance(faults, Fault) else tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class NotAllowed(DoorstepError):
    """A rule, the gate or an authority forbids this now; `findings` carry the citations."""

    def __init__(self, reason: str, findings: Sequence[Finding] = ()) -> None:
        self.reason = reason
        self.findings = tuple(findings)
        super().__init__(reason)


class WrongCode(NotAllowed):
    """A code that opens nothing here: `left` more may be tried, else none for `wait`."""

    def __init__(self, reason: str, left: int, wait: timedelta) -> None:
        self.left, self.wait = left, wait
        super().__init__(reason)


class Locked(DoorstepError):
    """The vault is locked or its lease has run out."""


class Lost(Locked):
    """The key of this vault is gone from this device for good; only a fresh code helps."""


class WrongSecret(Locked):
    """The secret does not open the vault; `wait` is in seconds, `left` tries remain if known."""

    def __init__(self, message: str, *, wait: float = 0.0, left: int | None = None) -> None:
        self.wait = wait
        self.left = left
        super().__init__(message)


class WrongPin(WrongSecret):
    """The security key refused its PIN, or was not asked because it did so before."""

    def __init__(self, message: str, *, last: bool = False) -> None:
        super().__init__(message, left=1 if last else None)
        self.last = last


class PinLocked(Locked):
    """The security key takes no PIN any more until whoever manages it unlocks it."""


class Unavailable(DoorstepError):
    """Something outside is not there just now; nothing was changed."""


class Offline(Unavailable):
    """No server could be reached, or the line broke."""


class StoreFull(Unavailable):
    """This device has no room left; nothing was half written."""


class KeyAway(Unavailable):
    """The security key this device signs with is not here, or not answering; nothing was signed."""


class Busy(Unavailable):
    """Another instance or job holds the profile, printer or file."""


class Tampered(DoorstepError):
    """A record does not prove: `where` names it, `expected` and `found` say how it differs."""

    def __init__(self, where: str, *, expected: str = "", found: str = "") -> None:
        self.where = where
        self.expected = expected
        self.found = found
        differs = f": expected {expected}, found {found}" if expected or found else ""
        super().__init__(f"{where}{differs}")


class Rewritten(Tampered):
    """The office's log is not the one it was: keep everything, tell a person."""


class TooOld(DoorstepError):
    """Written by, or meant for, a newer version."""


def in_one_line(error: DoorstepError | OSError) -> str:
    """What to tell whoever typed a command: a file's own fault names it, without an error number."""
    if isinstance(error, OSError) and error.strerror:
        place = f"{error.filename}: " if error.filename else ""
        return f"{place}{error.strerror}"
    return str(error)
