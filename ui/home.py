"""Where this device keeps what, and how a person comes in: enrol once, unlock each time."""

from __future__ import annotations

import platform
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from agent_app.actions.desk import Desk
from agent_app.actions.opening import close_desk, newest_packs, open_desk
from agent_app.actions.rescue import rescue_recordings
from agent_app.domain.errors import BadInput, DoorstepError, Fault, Unavailable
from agent_app.packs import PackSet
from agent_app.vault import vault
from agent_app.vault.derive import Cost
from agent_app.vault.keymaking import Chosen, make_key
from agent_app.vault.passphrase import faults as passphrase_faults
from agent_app.vault.profile import Profile, profile, profiles
from agent_app.vault.secrets_store import SecretStore
from agent_app.vault.token import Token, present
from agent_app.vault.vault import DeviceKeys, Keys
from agent_app.vault.wipe import retire, salvaged
from sync import enrolment
from sync.enrolment import begin
from sync.transport import Identity, Transport
from ui.clock import Clock


@dataclass(frozen=True)
class Home:
    """One device: its data folder, key store, shipped packs and clock.

    `cost` is what one try of a passphrase costs in vaults made here; None: as in the field.
    `drivers` speak to security chips and keys; empty where there are none to offer.
    """

    data: Path
    secrets: SecretStore
    packs: PackSet
    clock: Clock
    entropy: Callable[[int], bytes]
    app: str
    cost: Cost | None = None
    drivers: tuple[str, ...] = ()

    def known(self) -> list[Profile]:
        """The profiles on this device."""
        return profiles(self.data)

    def tokens(self) -> list[Token]:
        """The security chips and keys plugged in now. Raises BadInput: no driver can be loaded."""
        return present(self.drivers)

    def join(
        self, url: str, code: str, passphrase: str, chosen: Chosen | None = None
    ) -> tuple[Profile, Keys]:
        """Spend a one-time code: make this device's keys, the profile and its vault.

        The key that signs is made in the `chosen` security key, else here. Waits on the network.
        Raises Offline, and BadInput for a wrong code or, before the code is spent, for a weak
        passphrase or a person whose vault opens here, and what `make_key` raises. A vault whose
        key is gone makes room: its unsent record is set aside for the office.
        """
        if lacking := passphrase_faults(passphrase, code.partition("-")[0].strip()):
            raise BadInput([Fault("the passphrase is too weak", field=one) for one in lacking])
        typed = code.partition("-")[0].strip().upper()
        for there in self.known():
            if there.folder.name.upper() == typed and self._in_use(there):
                raise BadInput(Fault("this person is on this device already", field="present"))
        held = make_key(chosen) if chosen else None
        try:
            return self._joined(url, code, passphrase, enrolment.make_keys(held))
        except BaseException:
            if held is not None:
                with suppress(DoorstepError):
                    held.discard()
            raise
        finally:
            if held is not None:
                held.close()

    def _in_use(self, there: Profile) -> bool:
        """Whether it opens and signs here. One whose security key is gone makes room, as one whose
        secret is gone does: only whoever got a fresh code of the office asks."""
        return vault.opens(there, self.secrets) and not vault.key_is_away(there, self.drivers)

    def _joined(
        self, url: str, code: str, passphrase: str, keys: DeviceKeys
    ) -> tuple[Profile, Keys]:
        line = Transport(url, now=lambda: self.clock.now().wall, entropy=self.entropy)
        try:
            reply = enrolment.enrol(
                line, code, keys, app=self.app, device_name=platform.node()[:40]
            )
        finally:
            line.close()
        made = profile(self.data, reply.user.id)
        if made.exists:
            retire(made, self.secrets)
        opened = vault.create(
            made,
            passphrase,
            self.secrets,
            user=reply.user.id,
            device=reply.device,
            keys=keys,
            facts={**enrolment.facts(reply), "url": url},
            leased=enrolment.leased(reply),
            cost=self.cost,
        )
        return made, opened

    def unlock(self, which: Profile, passphrase: str, *, renewing: bool = False) -> Keys:
        """The keys of a profile. Raises WrongSecret, Locked, Tampered, TooOld.

        `renewing` opens one whose lease ran out, only to sync a fresh lease.
        """
        return vault.unlock(which, passphrase, self.secrets, self.clock.now(), renewing=renewing)

    def change_passphrase(self, which: Profile, old: str, new: str) -> None:
        """From now on `new` opens the profile. Raises as `unlock`, BadInput for a weak new one."""
        vault.change_passphrase(which, old, new, self.secrets, self.clock.now())

    def open(self, which: Profile, keys: Keys) -> Desk:
        """The desk of an unlocked profile; call it on the store thread."""
        desk = open_desk(
            which,
            keys,
            shipped=self.packs,
            cache=self.data / "cache",
            entropy=self.entropy,
            app=self.app,
        )
        try:
            begin(desk.db, keys.facts)
            vault.keep_escrow(which, keys)
            with suppress(Unavailable):  # the security key is out: it waits for the next opening
                rescue_recordings(desk, self.clock.now())
        except BaseException:
            close_desk(desk)
            raise
        return desk

    def newest_packs(self, desk: Desk) -> PackSet:
        """The packs the last sync brought, or those at hand; call it on the store thread."""
        return newest_packs(desk.db, desk.cache, self.packs)

    def salvaged(self) -> list[Path]:
        """Folders with records that only the office can open now."""
        return salvaged(self.data)

    def line(self, keys: Keys) -> Transport:
        """A connection to the office signed by this device, for one call at a time."""
        return Transport(
            keys.facts["url"],
            now=lambda: self.clock.now().wall,
            entropy=self.entropy,
            identity=Identity(keys.device, keys.event_key),
        )
