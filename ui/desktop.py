"""The app of one device: entry pages until a profile is open, then the shell with its pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from agent_app.actions.desk import Desk
from agent_app.actions.opening import close_desk
from agent_app.domain.errors import DoorstepError, Offline
from agent_app.store import events
from agent_app.vault import vault
from agent_app.vault.profile import Profile
from agent_app.vault.vault import Keys
from agent_app.vault.wipe import wipe
from sync.client import SyncReport
from ui.app import build_app
from ui.home import Home
from ui.jobs import Jobs
from ui.pages.agreement import AgreementPage
from ui.pages.case import CasePage
from ui.pages.cases import CasesPage
from ui.pages.enrol import EnrolPage
from ui.pages.letters import LettersPage
from ui.pages.outbox import OutboxPage
from ui.pages.replay import ReplayPage
from ui.pages.reviews import ReviewsPage
from ui.pages.settings import SettingsPage
from ui.pages.today import TodayPage
from ui.pages.unlock import UnlockPage
from ui.pages.visit import VisitPage
from ui.shell import Custody, Place, Shell
from ui.text import Text
from ui.viewmodels.agreement import AgreementModel
from ui.viewmodels.case import CaseModel
from ui.viewmodels.cases import CasesModel
from ui.viewmodels.entry import EnrolModel, UnlockModel
from ui.viewmodels.letters import LettersModel
from ui.viewmodels.office import Office
from ui.viewmodels.outbox import OutboxModel
from ui.viewmodels.replay import ReplayModel
from ui.viewmodels.reviews import ReviewsModel
from ui.viewmodels.settings import SettingsModel, Taste
from ui.viewmodels.syncing import Syncing
from ui.viewmodels.today import TodayModel
from ui.viewmodels.visit import VisitModel

AGENT_PLACES = ("today", "cases", "letters", "outbox", "settings")
LEAD_PLACES = ("reviews", "cases", "outbox", "settings")
SYNC_EVERY_MS = 5 * 60 * 1000

Build = Mapping[str, Callable[[Any], QWidget]]


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
    ) -> None:
        super().__init__()
        self._home, self.jobs, self.taste, self._keep, self._url = home, jobs, taste, keep, url
        self.office: Office | None = None
        self.syncing: Syncing | None = None
        self.window: Shell | None = None
        self._profile: Profile | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(SYNC_EVERY_MS)
        self._timer.timeout.connect(self.sync)

    @property
    def text(self) -> Text:
        return Text(self.taste.language, self._home.clock.tz)

    def begin(self) -> None:
        """Show the first page: enrol on a fresh device, unlock otherwise."""
        known = self._home.known()
        self._show_entry("unlock" if known else "enrol", known[0] if known else None)

    def enrol_another(self) -> None:
        """Show the page that adds a person to this device."""
        self._show_entry("enrol", None)

    def show_unlock(self, which: Profile) -> None:
        self._show_entry("unlock", which)

    def sync(self) -> None:
        """Sync now, unless one is under way."""
        if self.syncing is not None:
            self.syncing.run()

    def lock(self) -> None:
        """Close the profile and show the lock screen."""
        if self.office is None:
            return
        self._timer.stop()
        desk, which = self.office.desk, self._profile
        self.office = self.syncing = None
        self.jobs.store(close_desk, desk, done=lambda _: self._locked(which))

    def close(self) -> None:
        """Close what is open and end the threads."""
        if self.office is not None:
            self.jobs.store(close_desk, self.office.desk)
            self.office = None
        self.jobs.close()
        if self.window is not None:
            self.window.close()

    def wear(self, taste: Taste) -> None:
        """Language, theme and size from now on; the page shown is built anew."""
        self.taste = taste
        self._keep(taste)
        build_app(language=taste.language, theme=taste.theme, scale=taste.scale)
        if self.office is not None and self.window is not None:
            shown = self.window.shown
            self._show_shell(self.office)
            self.window.open(*shown)

    def _locked(self, which: Profile | None) -> None:
        self.locked.emit()
        if which is not None and which.exists:
            self.show_unlock(which)
        else:
            self.begin()

    # -- entry

    def _show_entry(self, page: str, which: Profile | None) -> None:
        build: Build = {"enrol": self._enrol_page, "unlock": self._unlock_page}
        self._put(Shell(self.text, (), build))
        assert self.window is not None
        self.window.open(page, which)

    def _enrol_page(self, _: object) -> QWidget:
        model = EnrolModel(self.jobs, self._home.join, address=self._url)
        model.enrolled.connect(lambda joined: self.open_profile(*joined))
        return EnrolPage(model, self.text)

    def _unlock_page(self, which: Profile) -> QWidget:
        def unlock(passphrase: str) -> tuple[Profile, Keys]:
            return which, self._home.unlock(which, passphrase)

        people = {one.folder.name: one for one in self._home.known()}
        others = [name for name in people if name != which.folder.name]
        model = UnlockModel(self.jobs, unlock, user=which.folder.name, others=others)
        model.unlocked.connect(lambda opened: self.open_profile(*opened))
        model.other_wanted.connect(lambda user: self.show_unlock(people[user]))
        model.enrol_wanted.connect(self.enrol_another)
        return UnlockPage(model, self.text)

    def open_profile(self, which: Profile, keys: Keys) -> None:
        """Open an unlocked profile and show its first page."""

        def opened(desk: Desk) -> None:
            self._profile = which
            self.office = Office(desk, self.jobs, self._home.clock.now)
            self.syncing = Syncing(self.office, partial(self._home.line, keys))
            self.syncing.finished.connect(partial(self._synced, which))
            self.syncing.failed.connect(self._not_synced)
            self._show_shell(self.office)
            assert self.window is not None
            self.window.open((LEAD_PLACES if desk.role == "lead" else AGENT_PLACES)[0])
            self.opened.emit()
            self._timer.start()
            self.sync()

        self.jobs.store(self._home.open, which, keys, done=opened)

    # -- the day

    def _show_shell(self, office: Office) -> None:
        text = self.text
        names = LEAD_PLACES if office.desk.role == "lead" else AGENT_PLACES
        places = [Place(name, name, text.say(f"shell.nav_{name}")) for name in names]
        person = office.desk.told["user"]
        self._put(Shell(text, places, self._pages(office), who=f"{person['name']} {person['id']}"))
        assert self.window is not None
        self.window.lock_wanted.connect(self.lock)
        self._show_custody()

    def _pages(self, office: Office) -> Build:
        text = self.text
        return {
            "today": lambda _: TodayPage(TodayModel(office), text),
            "cases": lambda _: CasesPage(CasesModel(office), text),
            "case": lambda case: CasePage(CaseModel(office, case), text),
            "visit": lambda target: self._visit_page(office, *target),
            "agreement": lambda target: self._agreement_page(office, *target),
            "letters": lambda case: LettersPage(LettersModel(office, case), text),
            "outbox": lambda _: self._outbox_page(office),
            "reviews": lambda _: ReviewsPage(ReviewsModel(office), text),
            "replay": lambda target: ReplayPage(ReplayModel(office, *target), text),
            "settings": lambda _: self._settings_page(office),
        }

    def _visit_page(self, office: Office, case: str, visit: str) -> QWidget:
        return VisitPage(VisitModel(office, case, visit, self.taste.language), self.text)

    def _agreement_page(
        self, office: Office, case: str, visit: str, _: str, plan: Mapping[str, Any]
    ) -> QWidget:
        model = AgreementModel(office, case, visit, plan, self.taste.language)
        return AgreementPage(model, self.text)

    def _outbox_page(self, office: Office) -> QWidget:
        model = OutboxModel(office)
        model.sync_wanted.connect(self.sync)
        return OutboxPage(model, self.text)

    def _settings_page(self, office: Office) -> QWidget:
        desk = office.desk
        facts = {"device": desk.device, "user": desk.user, "version": desk.app}
        model = SettingsModel(self.taste, lambda _: None, facts)
        model.changed.connect(self.wear)
        page = SettingsPage(model, self.text)
        page.lock_wanted.connect(self.lock)
        return page

    def _put(self, window: Shell) -> None:
        old, self.window = self.window, window
        if old is not None:
            window.setGeometry(old.geometry())
            old.hide()
            old.deleteLater()
        window.show()

    # -- syncing

    def _synced(self, which: Profile, report: SyncReport) -> None:
        if report.lease is not None:
            lease = report.lease
            self.jobs.store(
                vault.renew,
                which,
                self._home.secrets,
                issued_at=lease.issued_at,
                expires_at=lease.expires_at,
                now=report.server_time,
            )
        if any(order.kind == "wipe" for order in report.orders):
            self.lock()
            self.jobs.store(wipe, which, self._home.secrets)
        elif any(order.kind == "lock" for order in report.orders):
            self.lock()
        self._show_custody()
        self.synced.emit(report)

    def _not_synced(self, error: DoorstepError) -> None:
        self._show_custody()
        if self.window is not None and not isinstance(error, Offline):
            self.window.say(self.text.error(error))

    def _show_custody(self) -> None:
        """The status line: how much is not yet with the office."""
        if self.office is None:
            return
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
    refused = sum(entry.state == "refused" for entry in events.outbox(desk.db))
    return events.count_unsent(desk.db), refused
