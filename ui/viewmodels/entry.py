"""Coming in: enrol this device once, then unlock it each time."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from agent_app.domain.errors import WrongSecret
from agent_app.vault import passphrase
from agent_app.vault.keymaking import Chosen
from agent_app.vault.token import Token
from ui.jobs import Jobs

SHORTEST = passphrase.SHORTEST
"""Characters a new passphrase needs at least; a Chinese one counts as two (security.md §3)."""


def lacking(typed: str, user: str) -> list[str]:
    """What a new passphrase lacks, worst first: short, few_kinds, common, name."""
    return passphrase.faults(typed, user)


class PassphraseModel(QObject):
    """Changes the passphrase of the open profile, without the office; `changed` says it is done."""

    changed = Signal()
    failed = Signal(object)
    busy = Signal(bool)

    def __init__(self, jobs: Jobs, rekey: Callable[[str, str], object], user: str) -> None:
        """`rekey(old, new)` raises WrongSecret where the old one does not open the profile."""
        super().__init__()
        self._jobs, self._rekey, self.user = jobs, rekey, user

    def change(self, old: str, new: str) -> None:
        self.busy.emit(True)
        self._jobs.store(self._rekey, old, new, done=self._done, failed=self._refused)

    def _done(self, _: object) -> None:
        if isValid(self):
            self.busy.emit(False)
            self.changed.emit()

    def _refused(self, error: Exception) -> None:
        if isValid(self):
            self.busy.emit(False)
            self.failed.emit(error)


class UnlockModel(QObject):
    """Opens the profile with a passphrase; `unlocked` carries what `open_profile` returned.

    `others` are the other people of this device; `other_wanted` names the one who comes in
    instead, `enrol_wanted` asks for a new one to be added.
    """

    unlocked = Signal(object)
    other_wanted = Signal(str)
    enrol_wanted = Signal()
    failed = Signal(object)
    busy = Signal(bool)

    def __init__(
        self,
        jobs: Jobs,
        open_profile: Callable[[str], object],
        *,
        user: str,
        others: Sequence[str] = (),
    ) -> None:
        super().__init__()
        self._jobs, self._open, self.user, self.others = jobs, open_profile, user, tuple(others)
        self.wait = 0.0

    def unlock(self, phrase: str) -> None:
        self.busy.emit(True)
        self._jobs.store(self._open, phrase, done=self._opened, failed=self._refused)

    def _opened(self, profile: object) -> None:
        self.busy.emit(False)
        self.unlocked.emit(profile)

    def _refused(self, error: Exception) -> None:
        self.wait = error.wait if isinstance(error, WrongSecret) else 0.0
        self.busy.emit(False)
        self.failed.emit(error)


class EnrolModel(QObject):
    """Joins this device to an office: address, one-time code, and a passphrase of one's own.

    `found` says that `tokens`, the security keys plugged in, are known; `unfound` carries why not.
    """

    enrolled = Signal(object)
    failed = Signal(object)
    busy = Signal(bool)
    found = Signal()
    unfound = Signal(object)

    def __init__(
        self,
        jobs: Jobs,
        join: Callable[..., object],
        *,
        address: str = "",
        aside: Sequence[str] = (),
        look: Callable[[], list[Token]] | None = None,
    ) -> None:
        """`join(address, code, passphrase)`, with a `Chosen` after them where one was, may wait
        on the network and must not touch a store.

        `aside`: folders with records that only the office can open now. `look` finds security
        keys; None where this device has no driver for any.
        """
        super().__init__()
        self._jobs, self._join, self.address, self.aside = jobs, join, address, tuple(aside)
        self._look = look
        self.tokens: tuple[Token, ...] = ()

    @property
    def may_choose(self) -> bool:
        """Whether the key that signs could be in a security key."""
        return self._look is not None

    def look(self) -> None:
        """Find the security keys plugged in now."""
        if self._look is not None:
            self._jobs.net(self._look, done=self._found, failed=self.unfound.emit)

    def enrol(
        self, address: str, code: str, phrase: str, token: int | None = None, pin: str = ""
    ) -> None:
        """`token` is the place in `tokens` of the key that shall sign; None: this device itself."""
        self.busy.emit(True)
        chosen = () if token is None else (Chosen(self.tokens[token], pin),)
        self._jobs.net(
            self._join, address, code, phrase, *chosen, done=self._joined, failed=self._refused
        )

    def _found(self, tokens: list[Token]) -> None:
        self.tokens = tuple(tokens)
        self.found.emit()

    def _joined(self, profile: object) -> None:
        self.busy.emit(False)
        self.enrolled.emit(profile)

    def _refused(self, error: Exception) -> None:
        self.busy.emit(False)
        self.failed.emit(error)
