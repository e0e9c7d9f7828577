"""The app of one device: entry pages until a profile is open, then the shell with its pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from agent_app.actions.desk import Desk
from agent_app.actions.opening import close_desk
from agent_app.domain.errors import (
    DoorstepError,
    KeyAway,
    Locked,
    Lost,
    Offline,
    WrongPin,
    WrongSecret,
)
from agent_app.packs import PackSet
from agent_app.queries.visit_run import prepare_scripts
from agent_app.store import outgoing
from agent_app.vault import vault
from agent_app.vault.hardware import HardwareKey, Standing
from agent_app.vault.profile import Profile
from agent_app.vault.vault import Keys
from agent_app.vault.wipe import order_wipe, wipe
from sync.applying import SyncReport
from ui.app import build_app
from ui.home import Home
from ui.idle import IdleWatch
from ui.jobs import Jobs
from ui.pages.enrol import EnrolPage
from ui.pages.unlock import UnlockPage
from ui.places import AT_A_DOOR, Build, Wishes, pages, places
from ui.shell import Custody, Shell
from ui.text import Text
from ui.viewmodels.entry import EnrolModel, UnlockModel
from ui.viewmodels.office import Office
from ui.viewmodels.security_key import SecurityKey
from ui.viewmodels.settings import Taste
from ui.viewmodels.syncing import Syncing


@dataclass(frozen=True)
class Habits:
    """How often to sync and when to lock, in minutes; what to do instead of a plain lock screen.

    `relaunch` starts the process anew, the only way to forget keys (security.md §0.7).
    """

    sync_minutes: int = 10
    lock_minutes: int = 5
    relaunch: Callable[[], object] | None = None


class Desktop(QObject):
    """Owns the window and the open profile. `opened` says a profile is open, `locked` that it
    is closed again; `synced` carries each SyncReport."""

    opened = Signal()
    locked = Signal()
    synced = Signal(object)

    def __init__(
        self,
        home: Home,
        jobs: Jobs,
        taste: Taste,
        *,
        keep: Callable[[Taste], object],
        url: str = "",
        habits: Habits | None = None,
    ) -> None:
        super().__init__()
        self._home, self.jobs, self.taste, self._keep, self._url = home, jobs, taste, keep, url
        self._habits = habits or Habits()
        self.office: Office | None = None
        self.syncing: Syncing | None = None
        self.window: Shell | None = None
        self._key: SecurityKey | None = None
        self._profile: Profile | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(self._habits.sync_minutes * 60_000)
        self._timer.timeout.connect(self.sync)
        self._idle = IdleWatch(self._habits.lock_minutes)
        self._idle.idle.connect(self.lock)

    @property
    def text(self) -> Text:
        return Text(self.taste.language, self._home.clock.tz)

    def begin(self) -> None:
        """Show the first page: enrol on a fresh device, unlock otherwise."""
        known = self._home.known()
        self._show_entry("unlock" if known else "enrol", known[0] if known else None)

    def sync(self) -> None:
        """Sync now, unless one is under way."""
        if self.syncing is not None:
            self.syncing.run()

    def lock(self) -> None:
        """Close the profile and show the lock screen."""
        if self.office is None:
            return
        self._timer.stop()
        self._idle.stop()
        desk, which = self.office.desk, self._profile
        self.office.leave()
        self.office = self.syncing = None
        self.jobs.store(close_desk, desk)
        self.jobs.store(self._let_go(), done=lambda _: self._locked(which))

    def close(self) -> None:
        """Close what is open and end the threads."""
        self._idle.stop()
        if self.office is not None:
            self.office.leave()
            self.jobs.store(close_desk, self.office.desk)
            self.jobs.store(self._let_go())
            self.office = None
        self.jobs.close()
        if self.window is not None:
            self.window.close()

    def _let_go(self) -> Callable[[], None]:
        """Look no more for the security key; what logs out of it."""
        key, self._key = self._key, None
        if key is None:
            return lambda: None
        key.end()
        return key.close

    def wear(self, taste: Taste) -> None:
        """Language, theme and size from now on; the page shown is built anew."""
        self.taste = taste
        self._keep(taste)
        build_app(language=taste.language, theme=taste.theme, scale=taste.scale)
        self._rebuild()

    # -- coming in

    def _locked(self, which: Profile | None) -> None:
        self.locked.emit()
        if self._habits.relaunch is not None:
            self._habits.relaunch()
        elif which is not None and which.exists:
            self._show_entry("unlock", which)
        else:
            self.begin()

    def _show_entry(self, page: str, which: Profile | None) -> None:
        build: Build = {"enrol": self._enrol_page, "unlock": self._unlock_page}
        window = self._put(Shell(self.text, (), build))
        window.open(page, which)
        window.page.language_wanted.connect(partial(self._speak, page, which))

    def _speak(self, page: str, which: Profile | None, language: str) -> None:
        """The first page again, in another language."""
        self.wear(replace(self.taste, language=language))
        self._show_entry(page, which)

    def _enrol_page(self, _: object) -> QWidget:
        aside = [str(one) for one in self._home.salvaged()]
        home, look = self._home, self._home.tokens if self._home.drivers else None
        model = EnrolModel(self.jobs, home.join, address=self._url, aside=aside, look=look)
        model.enrolled.connect(lambda joined: self.open_profile(*joined))
        return EnrolPage(model, self.text)

    def _unlock_page(self, which: Profile) -> QWidget:
        people = {one.folder.name: one for one in self._home.known()}
        others = [name for name in people if name != which.folder.name]
        unlock = partial(_unlocked, self._home, which)
        model = UnlockModel(self.jobs, unlock, user=which.folder.name, others=others)
        model.unlocked.connect(self._let_in)
        model.other_wanted.connect(lambda user: self._show_entry("unlock", people[user]))
        model.enrol_wanted.connect(lambda: self._show_entry("enrol", None))
        return UnlockPage(model, self.text)

    def _let_in(self, unlocked: tuple[Profile, Keys, bool]) -> None:
        which, keys, renewing = unlocked
        self.open_profile(which, keys, renewing=renewing)

    def open_profile(self, which: Profile, keys: Keys, *, renewing: bool = False) -> None:
        """Open an unlocked profile and show its first page.

        `renewing`: its lease ran out, so nothing is shown until the office renews it.
        """

        def opened(desk: Desk) -> None:
            self._profile = which
            self.office = Office(desk, self.jobs, self._home.clock.now)
            if isinstance(keys.event_key, HardwareKey):
                self._key = SecurityKey(self.jobs, keys.event_key)
                self._key.moved.connect(self._show_key)
                self._key.begin()
            self.syncing = Syncing(self.office, partial(self._home.line, keys))
            self.syncing.finished.connect(partial(self._synced, which))
            self.syncing.failed.connect(partial(self._not_synced, renewing))
            if renewing:
                self.syncing.finished.connect(self._renewed)
            else:
                self._begin_day()
            self.sync()

        self.jobs.store(self._home.open, which, keys, done=opened, failed=self._say)

    def _renewed(self, report: SyncReport) -> None:
        if report.lease is None:
            self.lock()
        elif self.window is not None and not self._timer.isActive():
            self._begin_day()

    # -- the day

    def _begin_day(self) -> None:
        assert self.office is not None
        first = places(self.office, self.text)[0].name
        self._show_shell(self.office).open(first)
        self._timer.start()
        self._idle.start()
        self._prepare()
        self.opened.emit()

    def _prepare(self) -> None:
        """Compile the scripts of the day now, not at a door."""
        if self.office is not None:
            self.jobs.net(prepare_scripts, self.office.desk)

    def _show_shell(self, office: Office) -> Shell:
        assert self.syncing is not None
        syncing = self.syncing
        rekey = partial(self._home.change_passphrase, self._profile) if self._profile else None
        wishes = Wishes(
            *(self.sync, self.lock, self.wear, syncing.fetch, syncing.prove),
            rekey=rekey,
            key=self._key,
        )
        person = office.desk.told["user"]
        window = self._put(
            Shell(
                self.text,
                places(office, self.text),
                pages(office, self.text, self.taste, wishes),
                who=" ".join(dict.fromkeys((person["name"], person["id"]))),
            )
        )
        window.lock_wanted.connect(self.lock)
        self._show_custody()
        self._show_key()
        return window

    def _show_key(self) -> None:
        """Over every page, while nothing can be signed."""
        if self.window is None or self._key is None:
            return
        if self._key.standing is Standing.READY:
            self.window.show_notice()
        else:
            words = f"shell.key_{self._key.standing}"
            self.window.show_notice(self.text.say(words), self.text.say(f"{words}_remark"))

    def _rebuild(self) -> None:
        """The window anew, at the same page with the same way back."""
        if self.office is not None and self.window is not None:
            trail = self.window.trail
            self._show_shell(self.office).retrace(trail)

    def _put(self, window: Shell) -> Shell:
        old, self.window = self.window, window
        if old is not None:
            window.setGeometry(old.geometry())
            old.hide()
            old.deleteLater()
        window.show()
        return window

    # -- syncing

    def _synced(self, which: Profile, report: SyncReport) -> None:
        if report.lease is not None:
            self.jobs.store(
                vault.renew,
                which,
                self._home.secrets,
                issued_at=report.lease.issued_at,
                expires_at=report.lease.expires_at,
                now=report.server_time,
            )
        if any(order.kind == "wipe" for order in report.orders):
            order_wipe(which)  # before locking, which may make this another process
            self.lock()
            self.jobs.store(wipe, which, self._home.secrets)
        elif any(order.kind == "lock" for order in report.orders):
            self.lock()
        if report.office_changed and self.office is not None:
            self.jobs.store(self._home.newest_packs, self.office.desk, done=self._take_packs)
        self._show_custody()
        self.synced.emit(report)

    def _take_packs(self, packs: PackSet) -> None:
        """Newer rules, scripts and letters from now on."""
        if self.office is None:
            return
        if {one.sha256 for one in packs} != {one.sha256 for one in self.office.desk.packs}:
            self.office = replace(self.office, desk=replace(self.office.desk, packs=packs))
            self._prepare()
            if self.window is not None and self.window.shown[0] not in AT_A_DOOR:
                self._rebuild()

    def _not_synced(self, renewing: bool, error: DoorstepError) -> None:
        self._show_custody()
        if renewing or not isinstance(error, Offline | KeyAway | WrongPin):
            self._say(
                error
            )  # the others stand over the page, or in the outbox, until they are gone
        if renewing and not self._timer.isActive():
            self.lock()

    def _say(self, error: Exception) -> None:
        if self.window is not None:
            self.window.say(self.text.error(error))

    def _show_custody(self) -> None:
        """The status line: how much is not yet with the office."""
        if self.office is not None:
            self.jobs.store(_custody, self.office.desk, done=self._custody)

    def _custody(self, counts: tuple[int, int]) -> None:
        unsent, refused = counts
        if self.window is None or self.office is None:
            return
        if refused:
            shown = Custody("danger", self.text.say("shell.custody_refused", n=refused), "alert")
        elif unsent:
            shown = Custody("warn", self.text.say("shell.custody_some", n=unsent), "outbox")
        else:
            shown = Custody("success", self.text.say("shell.custody_all"), "check")
        self.window.show_custody(shown)


def _custody(desk: Desk) -> tuple[int, int]:
    """How many own events wait, and how many were refused."""
    refused = sum(entry.state == "refused" for entry in outgoing.entries(desk.db))
    return outgoing.count_unsent(desk.db), refused


def _unlocked(home: Home, which: Profile, passphrase: str) -> tuple[Profile, Keys, bool]:
    """The profile and its keys, and whether its lease must be renewed before it shows anything."""
    try:
        return which, home.unlock(which, passphrase), False
    except (Lost, WrongSecret):
        raise
    except Locked:
        return which, home.unlock(which, passphrase, renewing=True), True
