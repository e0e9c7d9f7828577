"""Make, open and re-key the vault of a profile. The header, `vault.json`, is versioned.

The header is authenticated with the wrapped key, so no field of it can be changed unnoticed.
A failed opening deletes nothing but, at the tenth in a row, the office's share of the key.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)

from agent_app.domain.errors import BadInput, Fault, Locked, Lost, Tampered, TooOld, WrongSecret
from agent_app.domain.moment import Moment
from agent_app.journal import salvage
from agent_app.vault import attempts, lease, passphrase
from agent_app.vault.derive import BadSeal, Cost, seal, stretched, subkey, unseal
from agent_app.vault.hardware import HardwareKey, KeptPin, Where
from agent_app.vault.lease import Lease
from agent_app.vault.profile import Profile, write_json, write_whole
from agent_app.vault.secrets_store import SecretStore, Tier
from agent_app.vault.token import is_here

VERSION = 2
"""2 names an event key in hardware; a vault whose keys it holds itself stays 1, for any version."""

EventKey = Ed25519PrivateKey | HardwareKey


@dataclass(frozen=True, slots=True)
class DeviceKeys:
    """Made on the device at enrolment: one key signs events and requests, one, P-256, PDFs."""

    event: EventKey = field(repr=False)
    document: EllipticCurvePrivateKey = field(repr=False)


@dataclass(frozen=True, slots=True)
class Keys:
    """An open vault: the key of each use, 32 bytes each, and the device's own keys.

    `facts` is what the office said at enrolment (its log key, certificates, people …).
    """

    user: str
    device: str
    tier: Tier
    db: bytes = field(repr=False)
    files: bytes = field(repr=False)
    journal: bytes = field(repr=False)
    cache: bytes = field(repr=False)
    event_key: EventKey = field(repr=False)
    document_key: EllipticCurvePrivateKey = field(repr=False)
    facts: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Header:
    """What vault.json says: in the clear how the key is made, sealed the keys and facts."""

    user: str
    device: str
    tier: Tier
    epoch: int
    cost: Cost
    salt: bytes
    vault_key: bytes = field(repr=False)
    device_keys: bytes = field(repr=False)
    facts: bytes = field(repr=False)
    token: Mapping[str, str] | None = None
    """The security key that signs here, of version 2: driver, serial, label. It is no secret."""

    @property
    def version(self) -> int:
        return 1 if self.token is None else 2

    def bound(self, part: str) -> bytes:
        """What sealing authenticates: every open field, and which part is sealed."""
        return json.dumps([part, self._open()], sort_keys=True).encode()

    def to_json(self) -> dict[str, Any]:
        sealed = ("vault_key", "device_keys", "facts")
        return self._open() | {name: getattr(self, name).hex() for name in sealed}

    def _open(self) -> dict[str, Any]:
        return {
            "v": self.version,
            "user": self.user,
            "device": self.device,
            "tier": str(self.tier),
            "epoch": self.epoch,
            "kdf": {"alg": "argon2id", "salt": self.salt.hex(), **self.cost.to_json()},
            "wrap": "aes-256-gcm, hkdf-sha256",
            **({} if self.token is None else {"token": dict(self.token)}),
        }


def create(
    profile: Profile,
    phrase: str,
    store: SecretStore,
    *,
    user: str,
    device: str,
    keys: DeviceKeys,
    leased: Lease,
    facts: Mapping[str, Any],
    cost: Cost | None = None,
) -> Keys:
    """Make the vault of a freshly enrolled device.

    Raises BadInput naming what the passphrase lacks (`passphrase.faults`) or that one exists.
    """
    _refuse_weak(phrase, user)
    if profile.exists:
        raise BadInput(Fault("this profile has a vault already", field="profile"))
    profile.make()
    secret = secrets.token_bytes(32)
    store.put(_secret_name(profile), secret)
    lease.save(profile, secret, leased)
    attempts.save(profile, store, secret, attempts.Attempts(seen=leased.issued_at))
    vault_key = secrets.token_bytes(32)
    header = Header(user, device, store.tier, 1, cost or Cost(), b"", b"", b"", b"")
    if isinstance(keys.event, HardwareKey):
        header = replace(header, token=keys.event.where.token)
        _pin(profile, vault_key).keep(keys.event.pin.read())
    header = _wrapped(header, vault_key, (keys, facts), phrase, secret, leased.share)
    write_json(profile.vault, header.to_json())
    return _keys(profile, header, vault_key)


def unlock(
    profile: Profile, phrase: str, store: SecretStore, at: Moment, *, renewing: bool = False
) -> Keys:
    """Open the vault. `renewing` opens one whose lease ran out, only to sync a fresh lease.

    Raises WrongSecret (with `wait`, seconds before the next try), Locked when the lease ran out,
    Lost when a part of the key is gone or this was the tenth wrong try, TooOld for a vault of a
    newer version, Tampered.
    """
    header = read_header(profile)
    secret = _secret(profile, store)
    leased = lease.load(profile, secret)
    tried = attempts.load(profile, store, secret).rebooted(at)
    if wait := tried.wait(at):
        attempts.save(profile, store, secret, tried)
        raise WrongSecret("too many tries", wait=wait)
    attempts.save(profile, store, secret, tried.failed(at))
    try:
        vault_key = _unwrapped(header, phrase, secret, leased.share)
    except BadSeal as fault:
        if tried.failed(at).fails >= attempts.MOST:
            lease.drop(profile)
            raise Lost("too many wrong tries: the key on this device is destroyed") from fault
        wait = tried.failed(at).wait(at)
        raise WrongSecret("the passphrase does not open this vault", wait=wait) from fault
    late = lease.expired(leased, at.wall, tried.seen)
    seen = max(at.wall, datetime.fromisoformat(tried.seen)) if tried.seen else at.wall
    attempts.save(profile, store, secret, attempts.Attempts(seen=seen.isoformat()))
    if late and not renewing:
        raise Locked("the lease of this vault ran out; sync to renew it")
    return _keys(profile, header, vault_key)


def change_passphrase(profile: Profile, old: str, new: str, store: SecretStore, at: Moment) -> None:
    """Wrap the vault key anew. Raises as `unlock` does, and BadInput for a weak new one."""
    header = read_header(profile)
    _refuse_weak(new, header.user)
    unlock(profile, old, store, at, renewing=True)
    secret = _secret(profile, store)
    share = lease.load(profile, secret).share
    vault_key = _unwrapped(header, old, secret, share)
    inside = (_device_keys(profile, header, vault_key), _facts(header, vault_key))
    fresh = replace(header, epoch=header.epoch + 1)
    fresh = _wrapped(fresh, vault_key, inside, new, secret, share)
    if _unwrapped(fresh, new, secret, share) != vault_key:
        raise Tampered("the new wrapping of the vault key")
    write_json(profile.vault, fresh.to_json())


def renew(
    profile: Profile, store: SecretStore, *, issued_at: str, expires_at: str, now: str
) -> None:
    """Keep a fresh lease, checked by the caller; `now` is the office's time and sets ours right."""
    secret = _secret(profile, store)
    kept = lease.load(profile, secret)
    lease.save(profile, secret, replace(kept, issued_at=issued_at, expires_at=expires_at))
    attempts.save(profile, store, secret, replace(attempts.load(profile, store, secret), seen=now))


def keep_escrow(profile: Profile, keys: Keys) -> None:
    """While it is open, leave the office a way to the unsent record of this vault."""
    if not profile.escrow.exists():
        sealed = salvage.escrow(
            *(keys.facts["office_key"],),
            device=keys.device, user=keys.user, journal=keys.journal, files=keys.files,
        )  # fmt: skip
        write_whole(profile.escrow, sealed)


def opens(profile: Profile, store: SecretStore) -> bool:
    """Whether all this device holds of the key is there, so that a passphrase may open it."""
    try:
        lease.load(profile, _secret(profile, store))
    except Lost:
        return False
    return True


def key_is_away(profile: Profile, drivers: Collection[str]) -> bool:
    """Whether its records are signed by a security key, and none of `drivers` has that plugged in.

    Nothing is loaded that only the header names: until the vault is open, nobody vouches for it.
    """
    token = read_header(profile).token
    if token is None:
        return False
    known = token["driver"] in drivers
    return not (known and is_here(token["driver"], token["serial"], token["label"]))


def outlived(profile: Profile, store: SecretStore, wall: datetime) -> bool:
    """Whether the lease ran out longer ago than `lease.GRACE`; False where it cannot be read."""
    try:
        secret = _secret(profile, store)
        kept = lease.load(profile, secret)
    except Lost:
        return False
    seen = attempts.load(profile, store, secret).seen
    return lease.expired(kept, wall, seen, grace=lease.GRACE)


def read_header(profile: Profile) -> Header:
    """The open part of the vault. Raises Locked without one, TooOld, Tampered."""
    try:
        plain = json.loads(profile.vault.read_bytes())
        if plain["v"] > VERSION:
            raise TooOld("this vault was made by a newer version")
        return _header(plain)
    except FileNotFoundError as fault:
        raise Locked("there is no vault here") from fault
    except (ValueError, KeyError, TypeError) as fault:
        raise Tampered("vault.json", expected="a vault header", found="something else") from fault


def _header(plain: Mapping[str, Any]) -> Header:
    kdf = plain["kdf"]
    return Header(
        user=plain["user"],
        device=plain["device"],
        tier=Tier(plain["tier"]),
        epoch=plain["epoch"],
        cost=Cost(kdf["memory_kib"], kdf["passes"], kdf["lanes"]),
        salt=bytes.fromhex(kdf["salt"]),
        vault_key=bytes.fromhex(plain["vault_key"]),
        device_keys=bytes.fromhex(plain["device_keys"]),
        facts=bytes.fromhex(plain["facts"]),
        token=_named_token(plain),
    )


def _named_token(plain: Mapping[str, Any]) -> Mapping[str, str] | None:
    """Raises KeyError, TypeError, ValueError for a header that is not of its version."""
    if plain["v"] == 1:
        return None
    return {name: str(plain["token"][name]) for name in ("driver", "serial", "label")}


Inside = tuple[DeviceKeys, Mapping[str, Any]]


def _wrapped(
    header: Header, vault_key: bytes, inside: Inside, phrase: str, secret: bytes, share: bytes
) -> Header:
    header = replace(header, salt=secrets.token_bytes(16))
    kek = _kek(header, phrase, secret, share)
    keys, facts = inside
    event = keys.event
    named = event.where.to_json() if isinstance(event, HardwareKey) else _der(event).hex()
    own = json.dumps([named, _der(keys.document).hex()]).encode()
    told = json.dumps(dict(facts), ensure_ascii=False).encode()
    return replace(
        header,
        vault_key=seal(kek, vault_key, header.bound("vault key")),
        device_keys=seal(subkey(vault_key, "device"), own, header.bound("device keys")),
        facts=seal(subkey(vault_key, "facts"), told, header.bound("facts")),
    )


def _unwrapped(header: Header, phrase: str, secret: bytes, share: bytes) -> bytes:
    return unseal(_kek(header, phrase, secret, share), header.vault_key, header.bound("vault key"))


def _kek(header: Header, phrase: str, secret: bytes, share: bytes) -> bytes:
    parts = stretched(phrase, header.salt, header.cost) + secret + share
    return subkey(parts, f"kek/{header.user}/{header.device}/{header.epoch}")


def _keys(profile: Profile, header: Header, vault_key: bytes) -> Keys:
    own = _device_keys(profile, header, vault_key)
    db, files, journal, cache = (
        subkey(vault_key, use) for use in ("db", "files", "journal", "cache")
    )
    return Keys(
        *(header.user, header.device, header.tier, db, files, journal, cache),
        event_key=own.event,
        document_key=own.document,
        facts=_facts(header, vault_key),
    )


def _device_keys(profile: Profile, header: Header, vault_key: bytes) -> DeviceKeys:
    own = _part(header, vault_key, "device", header.device_keys, "device keys")
    named, sealed = json.loads(own)
    document = load_der_private_key(bytes.fromhex(sealed), None)
    assert isinstance(document, EllipticCurvePrivateKey)
    if isinstance(named, dict):
        return DeviceKeys(HardwareKey(Where(**named), _pin(profile, vault_key)), document)
    event = load_der_private_key(bytes.fromhex(named), None)
    assert isinstance(event, Ed25519PrivateKey)
    return DeviceKeys(event, document)


def _pin(profile: Profile, vault_key: bytes) -> KeptPin:
    return KeptPin(profile.pin, subkey(vault_key, "pin"))


def _facts(header: Header, vault_key: bytes) -> Mapping[str, Any]:
    return dict(json.loads(_part(header, vault_key, "facts", header.facts, "facts")))


def _part(header: Header, vault_key: bytes, use: str, sealed: bytes, name: str) -> bytes:
    try:
        return unseal(subkey(vault_key, use), sealed, header.bound(name))
    except BadSeal as fault:
        raise Tampered("vault.json", expected=f"this vault's {name}", found="others") from fault


def _der(key: Ed25519PrivateKey | EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def _refuse_weak(phrase: str, user: str) -> None:
    if lacking := passphrase.faults(phrase, user):
        raise BadInput([Fault("the passphrase is too weak", field=code) for code in lacking])


def _secret(profile: Profile, store: SecretStore) -> bytes:
    secret = store.get(_secret_name(profile))
    if secret is None:
        raise Lost("the device's secret is gone from its key store")
    return secret


def _secret_name(profile: Profile) -> str:
    return f"{profile.folder.name}/secret"
