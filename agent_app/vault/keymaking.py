"""An event key made in a security key or chip, where a person chose one at enrolment."""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from agent_app.domain.errors import BadInput, Fault, KeyAway, PinLocked
from agent_app.journal.signing import b64
from agent_app.vault import token
from agent_app.vault.hardware import HardwareKey, TypedPin, Where
from agent_app.vault.token import TURN, Token, said

LABEL = "doorstep"
"""The label of the keys we make, for whoever looks into a token with another tool."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A token to sign with from now on, and its PIN. `prepared`: take the key that is in it."""

    token: Token
    pin: str = field(repr=False)
    prepared: bool = False


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
        finally:
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
    """Whether the token says that this key cannot be outside it, and not that it once was."""
    from pkcs11 import Attribute

    sealed = private[Attribute.SENSITIVE] and not private[Attribute.EXTRACTABLE]
    past = (Attribute.NEVER_EXTRACTABLE, Attribute.ALWAYS_SENSITIVE, Attribute.LOCAL)
    return bool(sealed) and all(_says(private, one) is not False for one in past)


def _says(private: Any, attribute: Any) -> Any:
    """An attribute's value; None where the token does not know it."""
    from pkcs11 import PKCS11Error

    try:
        return private[attribute]
    except PKCS11Error:
        return None


def _where(one: Token, name: bytes, public: Any) -> Where:
    """Raises ValueError for a key on another curve."""
    from pkcs11 import Attribute
    from pkcs11.util.ec import encode_named_curve_parameters

    if bytes(public[Attribute.EC_PARAMS]) != encode_named_curve_parameters("secp256r1"):
        raise ValueError("not a P-256 key")
    text = point_text(bytes(public[Attribute.EC_POINT]))
    return Where(one.driver, one.serial, one.label, name.hex(), text)


def point_text(point: bytes) -> str:
    """A public key's text from a token's EC_POINT: RFC 5480's uncompressed point, by most drivers
    inside an OCTET STRING. Raises ValueError for any other."""
    bare = point[2:] if len(point) == 67 and point[:2] == b"\x04\x41" else point
    if len(bare) != 65 or bare[0] != 4:
        raise ValueError("not an uncompressed P-256 point")
    return "p256:" + b64(bytes([2 + bare[64] % 2]) + bare[1:33])
