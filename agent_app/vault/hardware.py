"""A device's event key in a security chip or key: made there, used there, never taken out.

P-256, since few chips know Ed25519. The driver signs a SHA-256; what it answers is checked with
the public key before anybody gets it, so a faulty token cannot break the journal's chain.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from agent_app.domain.errors import BadInput, Fault, KeyAway, PinLocked, Tampered, WrongPin
from agent_app.journal.signing import HeldKey, b64, low, verifies
from agent_app.vault import token
from agent_app.vault.derive import BadSeal, seal, unseal
from agent_app.vault.profile import write_whole
from agent_app.vault.token import TURN, Token, said

LABEL = "doorstep"
"""The label of the keys we make, for whoever looks into a token with another tool."""
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


@dataclass(frozen=True, slots=True)
class Chosen:
    """A token to sign with from now on, and its PIN. `prepared`: take the key that is in it."""

    token: Token
    pin: str = field(repr=False)
    prepared: bool = False


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
        except FileNotFoundError:
            return {"pin": "", "refused": True}
        except BadSeal as fault:
            raise Tampered("pin.sealed", expected="this vault's", found="another") from fault


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
        if not self._ours:
            return
        with TURN:
            self._private = None
            session = self._session(self.pin, write=True)
            for one in list(session.get_objects({_attribute("ID"): bytes.fromhex(self.where.key)})):
                one.destroy()
            token.rest(self.where.driver)

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
        from pkcs11 import PKCS11Error

        session = self._session(pin, write=False)
        try:
            return session.get_key(**_named(bytes.fromhex(self.where.key)))
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

        wanted = {_attribute("ID"): bytes.fromhex(self.where.key)}
        try:
            session = one.open()
            shown = any(True for _ in session.get_objects(wanted))
            session.close()
        except PKCS11Error:
            return False
        return shown


def make_key(chosen: Chosen) -> HardwareKey:
    """A new key in a token; where it makes none for its user, the one it was given beforehand.

    Raises WrongPin, PinLocked, KeyAway, and BadInput when it can do neither.
    """
    from pkcs11 import PKCS11Error

    one = chosen.token
    with TURN:
        session = _working(chosen)
        ours = not chosen.prepared
        try:
            where = _generated(session, one) if ours else _given(session, one, "not asked to")
        except PKCS11Error as refusal:
            ours = False
            where = _given(session, one, said(refusal))
        token.rest(one.driver)
    made = HardwareKey(where, TypedPin(chosen.pin), ours=ours)
    made.sign(b"doorstep: does it sign?")
    return made


def _working(chosen: Chosen) -> Any:
    one = chosen.token
    found = token.candidates(token.fresh(one.driver), one.serial, one.label)
    if not found:
        raise KeyAway(f"{one.name} is not here any more")
    if token.told(one.driver, found[0]).locked:
        raise PinLocked(f"{one.name} is locked")
    return token.log_in(one.driver, found[0], chosen.pin, write=True)


def _generated(session: Any, one: Token) -> Where:
    """Asked for no more than is needed: some drivers refuse a use they do not know, even denied."""
    from pkcs11 import DEFAULT, Attribute, KeyType, MechanismFlag
    from pkcs11.util.ec import encode_named_curve_parameters

    name = secrets.token_bytes(16)
    unsaid = dict.fromkeys((Attribute.ENCRYPT, Attribute.WRAP, Attribute.VERIFY), DEFAULT)
    secret = {
        **dict.fromkeys((Attribute.DECRYPT, Attribute.UNWRAP, Attribute.DERIVE), DEFAULT),
        Attribute.SENSITIVE: True,
        Attribute.EXTRACTABLE: False,
    }
    curve = {Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}
    domain = session.create_domain_parameters(KeyType.EC, curve, local=True)
    public, private = domain.generate_keypair(
        *(name, LABEL),
        store=True,
        capabilities=MechanismFlag.SIGN,
        public_template=unsaid,
        private_template=secret,
    )
    if not _stays(private):
        private.destroy()
        public.destroy()
        raise BadInput(Fault("this security key lets its keys out", field="token", value=one.name))
    return _where(one, name, public)


def _given(session: Any, one: Token, refusal: str) -> Where:
    from pkcs11 import Attribute, KeyType, ObjectClass, PKCS11Error

    mend = "let whoever manages it make one P-256 key in it"
    kind = {Attribute.CLASS: ObjectClass.PRIVATE_KEY, Attribute.KEY_TYPE: KeyType.EC}
    found = []
    for private in list(session.get_objects(kind)):
        with suppress(PKCS11Error, ValueError):  # one that does not say, or on another curve
            if private[Attribute.SIGN] and _stays(private):
                name = bytes(private[Attribute.ID])
                public = session.get_key(
                    object_class=ObjectClass.PUBLIC_KEY, key_type=KeyType.EC, id=name
                )
                found.append(_where(one, name, public))
    if len(found) != 1:
        told = f"it makes no key ({refusal}) and holds {len(found)} that would do"
        raise BadInput(Fault(told, field="token", value=one.name, mend=mend))
    return found[0]


def _stays(private: Any) -> bool:
    """Whether the token says that this key never was, and never can be, outside it."""
    from pkcs11 import Attribute

    return bool(
        private[Attribute.SENSITIVE]
        and not private[Attribute.EXTRACTABLE]
        and private[Attribute.NEVER_EXTRACTABLE]
        and private[Attribute.LOCAL]
    )


def _where(one: Token, name: bytes, public: Any) -> Where:
    """Raises ValueError for a key on another curve."""
    from pkcs11 import Attribute

    # RFC 5480's point, inside an OCTET STRING for all but a few drivers
    point = bytes(public[Attribute.EC_POINT])
    point = point[2:] if point[:2] == b"\x04\x41" else point
    if len(point) != 65:
        raise ValueError("not a P-256 key")
    text = "p256:" + b64(bytes([2 + point[64] % 2]) + point[1:33])
    return Where(one.driver, one.serial, one.label, name.hex(), text)


def _named(name: bytes) -> dict[str, Any]:
    from pkcs11 import KeyType, ObjectClass

    return {"object_class": ObjectClass.PRIVATE_KEY, "key_type": KeyType.EC, "id": name}


def _attribute(name: str) -> Any:
    from pkcs11 import Attribute

    return Attribute[name]
