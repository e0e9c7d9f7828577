"""Security chips and keys that speak PKCS #11: which are here, and a session with one of them.

One way for a computer's TPM (tpm2-pkcs11), USB keys and cards: their maker's driver, a shared
library, is loaded into this process. Such a driver keeps one state for the whole process and is
asked one thing at a time: whoever talks to one holds `TURN`.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent_app.domain.errors import BadInput, Fault, KeyAway, PinLocked, WrongPin

TURN = threading.RLock()
"""Held while a driver is asked: the C libraries behind it are started without locks of their own."""

_USUAL: Mapping[str, Sequence[str]] = {
    "linux": (
        "usr/lib*/pkcs11/libtpm2_pkcs11.so",
        "usr/lib/*/pkcs11/libtpm2_pkcs11.so",
        "usr/lib*/pkcs11/opensc-pkcs11.so",
        "usr/lib/*/opensc-pkcs11.so",
        "usr/lib*/libykcs11.so",
        "usr/lib/*/libykcs11.so",
    ),
    "darwin": (
        "Library/OpenSC/lib/opensc-pkcs11.so",
        "opt/homebrew/lib/opensc-pkcs11.so",
        "opt/homebrew/lib/libykcs11.dylib",
        "usr/local/lib/libykcs11.dylib",
    ),
    "win32": (
        "Program Files/OpenSC Project/OpenSC/pkcs11/opensc-pkcs11.dll",
        "Program Files/Yubico/Yubico PIV Tool/bin/libykcs11.dll",
    ),
}
"""Where well-known drivers install themselves. Software tokens are left out on purpose."""


@dataclass(frozen=True, slots=True)
class Token:
    """A chip or key that is here now. `locked`, `last`: of its PIN, as far as it tells."""

    driver: str
    serial: str
    label: str
    model: str
    locked: bool = False
    last: bool = False

    @property
    def name(self) -> str:
        """What a person can tell it by."""
        return " ".join(filter(None, (self.label, f"({self.model})", numbered(self.serial))))


def installed(chosen: str = "", *, root: Path | None = None) -> tuple[str, ...]:
    """The drivers to ask: the one the settings name, else those found where they usually are."""
    if chosen:
        return (chosen,)
    top = root or Path("C:/" if sys.platform == "win32" else "/")
    found = (path for one in _USUAL.get(sys.platform, ()) for path in sorted(top.glob(one)))
    return tuple(dict.fromkeys(str(path.resolve()) for path in found))


def present(drivers: Sequence[str]) -> list[Token]:
    """Every token ready for use, of all drivers.

    Raises BadInput naming the drivers when none of them can be loaded.
    """
    found: list[Token] = []
    broken: list[Fault] = []
    for driver in drivers:
        try:
            with TURN:
                found += [told(driver, one) for one in _ready(fresh(driver))]
        except KeyAway as fault:
            broken.append(Fault(str(fault), file=driver, mend="install the key's driver"))
    if broken and len(broken) == len(drivers):
        raise BadInput(broken)
    return found


def numbered(serial: str) -> str:
    """A serial number that is one; some makers give every token zeros."""
    return serial if serial.strip("0") else ""


def fresh(driver: str) -> Any:
    """The driver started anew, so that it sees what was plugged in since; its sessions end.

    Raises KeyAway when it cannot be loaded or does not start.
    """
    import pkcs11

    try:
        library = pkcs11.lib(driver)
        library.reinitialize()
    except (pkcs11.PKCS11Error, OSError, RuntimeError) as fault:
        raise KeyAway(f"the driver {driver} does not start ({said(fault)})") from fault
    return library


def rest(driver: str) -> None:
    """Let the driver go: its sessions are closed and logged out, whatever state they are in."""
    import pkcs11

    with suppress(pkcs11.PKCS11Error, OSError, RuntimeError):
        pkcs11.lib(driver).finalize()


def candidates(library: Any, serial: str, label: str) -> list[Any]:
    """The driver's tokens of that serial number and label; several computers' TPMs share one."""
    return [one for one in _ready(library) if (_text(one.serial), one.label) == (serial, label)]


def is_here(driver: str, serial: str, label: str) -> bool:
    """Whether a token of that name is plugged in."""
    with TURN:
        try:
            return bool(candidates(fresh(driver), serial, label))
        except KeyAway:
            return False


def log_in(driver: str, token: Any, pin: str, *, write: bool = False) -> Any:
    """A session that may use the private keys of `token`.

    Raises WrongPin, PinLocked, KeyAway. Whether to risk the last try is the caller's to decide.
    """
    import pkcs11

    try:
        return token.open(rw=write, user_pin=pin)
    except (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange) as fault:
        now = _again(driver, token)
        if now.locked:
            raise PinLocked(f"{now.name} is locked") from fault
        raise WrongPin(f"{now.name} refuses the PIN", last=now.last) from fault
    except (pkcs11.PinLocked, pkcs11.PinExpired) as fault:
        rest(driver)
        raise PinLocked("the security key takes no PIN any more") from fault
    except pkcs11.PKCS11Error as fault:
        rest(driver)
        raise KeyAway(f"the security key does not answer ({said(fault)})") from fault


def said(fault: Exception) -> str:
    """A driver's complaint in short: its kind, and its words where it has any."""
    return f"{type(fault).__name__} {fault}".strip()


def _ready(library: Any) -> list[Any]:
    import pkcs11

    found = []
    for slot in library.get_slots():
        with suppress(pkcs11.PKCS11Error):
            token = slot.get_token()
            if token.flags & pkcs11.TokenFlag.TOKEN_INITIALIZED:
                found.append(token)
    return found


def told(driver: str, token: Any) -> Token:
    """What a driver's token says of itself."""
    from pkcs11 import TokenFlag

    return Token(
        *(driver, _text(token.serial), token.label, token.model),
        locked=bool(token.flags & TokenFlag.USER_PIN_LOCKED),
        last=bool(token.flags & TokenFlag.USER_PIN_FINAL_TRY),
    )


def _again(driver: str, token: Any) -> Token:
    """The token as it stands after a wrong PIN."""
    known = told(driver, token)
    with suppress(KeyAway):
        for one in candidates(fresh(driver), known.serial, known.label):
            return told(driver, one)
    return known


def _text(serial: bytes) -> str:
    return serial.decode("utf-8", "replace").strip()
