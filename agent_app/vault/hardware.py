"""A device's event key in a security chip or key: made there, used there, never taken out.

P-256, since few chips know Ed25519. The driver signs a SHA-256; what it answers is checked with
the public key before anybody gets it, so a faulty token cannot break the journal's chain.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from agent_app.domain.errors import KeyAway, PinLocked, WrongPin
from agent_app.journal.signing import HeldKey, low, verifies
from agent_app.vault import token
from agent_app.vault.derive import BadSeal, seal, unseal
from agent_app.vault.profile import write_whole
from agent_app.vault.token import TURN, said

_BOUND = b"pin"


@dataclass(frozen=True, slots=True)
class Where:
    """Which key of which token: the driver's path, serial number and label, key id (hex)."""

    driver: str
    serial: str
    label: str
    key: str
    public: str

    def to_json(self) -> dict[str, str]:
        return asdict(self)

    @property
    def token(self) -> dict[str, str]:
        """What finds the token without saying which key of it."""
        return {"driver": self.driver, "serial": self.serial, "label": self.label}


class Standing(StrEnum):
    """Whether the key can sign: ready, not plugged in, or waiting for its right PIN."""

    READY = "ready"
    AWAY = "away"
    PIN = "pin"


class Pin(Protocol):
    """Who knows the token's PIN."""

    def read(self) -> str:
        """The PIN. Raises WrongPin when the token refused it before: it is not tried again."""

    def refuse(self) -> None:
        """The token did not take it."""


@dataclass(frozen=True, slots=True)
class TypedPin:
    """A PIN somebody just typed, for one use."""

    pin: str

    def read(self) -> str:
        return self.pin

    def refuse(self) -> None:
        pass


class KeptPin:
    """The PIN in a file of the profile, sealed by the vault: the passphrase opens both.

    Once the token refused it, it is not tried again until another is kept: a changed PIN must
    not use up a token's few tries, one for each thing recorded.
    """

    def __init__(self, path: Path, key: bytes) -> None:
        self._path, self._key, self._refused = path, key, False

    def keep(self, pin: str, *, refused: bool = False) -> None:
        """Write it. Raises OSError."""
        plain = json.dumps({"pin": pin, "refused": refused}).encode()
        write_whole(self._path, seal(self._key, plain, _BOUND))
        self._refused = refused

    def read(self) -> str:
        told = self._told()
        if told["refused"] or self._refused:
            raise WrongPin("the security key refused the PIN that is kept here")
        return str(told["pin"])

    def refuse(self) -> None:
        self._refused = True
        with suppress(OSError):  # a full disk: then it is forgotten with this process only
            self.keep(self._told()["pin"], refused=True)

    def _told(self) -> dict[str, Any]:
        try:
            return dict(json.loads(unseal(self._key, self._path.read_bytes(), _BOUND)))
        except (FileNotFoundError, BadSeal):  # gone or altered: it is asked for again
            return {"pin": "", "refused": True}


class HardwareKey(HeldKey):
    """A P-256 key in a token. From any thread; one signature at a time."""

    def __init__(self, where: Where, pin: Pin, *, ours: bool = False) -> None:
        """`ours`: made a moment ago, by us."""
        self.where, self.pin, self._ours = where, pin, ours
        self._private: Any = None

    @property
    def public(self) -> str:
        return self.where.public

    def sign(self, message: bytes) -> bytes:
        digest = hashlib.sha256(message).digest()
        with TURN:
            raw = self._signed(digest)
        signature = low(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
        if not verifies(self.public, signature, message):
            raise KeyAway("the security key signed with another key")
        return signature

    def standing(self) -> Standing:
        """How things are, without trying a PIN."""
        with TURN:
            if not self._plugged():
                return Standing.AWAY
        try:
            self.pin.read()
        except WrongPin:
            return Standing.PIN
        return Standing.READY

    def _plugged(self) -> bool:
        from pkcs11 import PKCS11Error

        if self._private is not None:
            try:
                self._private.session.token.slot.get_token()
                return True
            except PKCS11Error:
                self._private = None
        try:
            return bool(self._tokens())
        except KeyAway:
            return False

    def take_pin(self, pin: str) -> None:
        """Try a PIN a person typed, once, and keep it if it is right.

        Raises WrongPin, PinLocked, KeyAway; then the old one stays.
        """
        with TURN:
            self.close()
            self._private = self._opened(TypedPin(pin))
            if isinstance(self.pin, KeptPin):
                self.pin.keep(pin)

    def close(self) -> None:
        """Log out and let the driver go; the next signature starts it again."""
        with TURN:
            if self._private is not None:
                self._private = None
                token.rest(self.where.driver)

    def discard(self) -> None:
        """Remove from the token a key of our making that came to nothing; one given stays."""
        from pkcs11 import PKCS11Error

        if not self._ours:
            return
        with TURN:
            self._private = None
            session = self._session(self.pin, write=True)
            try:
                for one in list(session.get_objects(self._named())):
                    one.destroy()
            except PKCS11Error as fault:
                raise KeyAway(f"the new key stays in the token ({said(fault)})") from fault
            finally:
                token.rest(self.where.driver)

    def _named(self) -> dict[Any, bytes]:
        from pkcs11 import Attribute

        return {Attribute.ID: bytes.fromhex(self.where.key)}

    def _signed(self, digest: bytes) -> bytes:
        """By the session there is; by a new one if that is gone, once."""
        from pkcs11 import PKCS11Error

        if self._private is not None:
            try:
                return self._raw(digest)
            except PKCS11Error:
                self._private = None
        self._private = self._opened(self.pin)
        try:
            return self._raw(digest)
        except PKCS11Error as fault:
            self.close()
            raise KeyAway(f"the security key did not sign ({said(fault)})") from fault

    def _raw(self, digest: bytes) -> bytes:
        from pkcs11 import Mechanism

        return bytes(self._private.sign(digest, mechanism=Mechanism.ECDSA))

    def _opened(self, pin: Pin) -> Any:
        """The private key's handle in a fresh session."""
        from pkcs11 import KeyType, ObjectClass, PKCS11Error

        session = self._session(pin, write=False)
        try:
            name = bytes.fromhex(self.where.key)
            return session.get_key(
                object_class=ObjectClass.PRIVATE_KEY, key_type=KeyType.EC, id=name
            )
        except PKCS11Error as fault:
            token.rest(self.where.driver)
            raise KeyAway(f"the key is not in the token ({said(fault)})") from fault

    def _session(self, pin: Pin, *, write: bool) -> Any:
        found = self._tokens()
        if not found:
            raise KeyAway(f"no security key {self.where.label} {self.where.serial} is here")
        state = token.told(self.where.driver, found[0])
        if state.locked:
            raise PinLocked(f"{state.name} is locked")
        if state.last and not isinstance(pin, TypedPin):
            raise WrongPin("the next wrong PIN locks the security key", last=True)
        try:
            return token.log_in(self.where.driver, found[0], pin.read(), write=write)
        except (WrongPin, PinLocked):
            pin.refuse()
            raise

    def _tokens(self) -> list[Any]:
        """The tokens that may hold the key; of twins those that show its public half."""
        library = token.fresh(self.where.driver)
        found = token.candidates(library, self.where.serial, self.where.label)
        return [one for one in found if self._shown(one)] if len(found) > 1 else found

    def _shown(self, one: Any) -> bool:
        """Whether a token shows our public key to somebody who is not logged in."""
        from pkcs11 import PKCS11Error

        try:
            session = one.open()
            shown = bool(list(session.get_objects(self._named())))
            session.close()
        except PKCS11Error:
            return False
        return shown
