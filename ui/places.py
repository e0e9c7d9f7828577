"""Which pages there are, for whom, and how each is made from an open desk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from ui.pages.agreement import AgreementPage
from ui.pages.case import CasePage
from ui.pages.cases import CasesPage
from ui.pages.letters import LettersPage
from ui.pages.outbox import OutboxPage
from ui.pages.rehearsal import RehearsalPage
from ui.pages.rehearsal_frame import RehearsalFrame
from ui.pages.rehearsal_score import RehearsalScorePage
from ui.pages.replay import ReplayPage
from ui.pages.reviews import ReviewsPage
from ui.pages.rulebook import RulebookPage
from ui.pages.seal import SealPage
from ui.pages.settings import SettingsPage
from ui.pages.team import TeamPage
from ui.pages.today import TodayPage
from ui.pages.visit import VisitPage
from ui.pages.what_if import WhatIfPage
from ui.shell import Place
from ui.text import Text
from ui.viewmodels.agreement import AgreementModel
from ui.viewmodels.bundle import Fetch, Prove
from ui.viewmodels.case import CaseModel
from ui.viewmodels.cases import CasesModel
from ui.viewmodels.cases import Place as InCases
from ui.viewmodels.entry import PassphraseModel
from ui.viewmodels.letters import LettersModel
from ui.viewmodels.office import Office
from ui.viewmodels.outbox import OutboxModel
from ui.viewmodels.rehearsal import Practice, RehearsalModel, RehearsalScoreModel
from ui.viewmodels.replay import ReplayModel
from ui.viewmodels.reviews import Place as InList
from ui.viewmodels.reviews import ReviewsModel, Target
from ui.viewmodels.rulebook import RulebookModel
from ui.viewmodels.seal import SealModel
from ui.viewmodels.security_key import SecurityKey
from ui.viewmodels.settings import SettingsModel, Taste
from ui.viewmodels.team import TeamModel
from ui.viewmodels.today import TodayModel
from ui.viewmodels.visit import VisitModel
from ui.viewmodels.what_if import WhatIfModel

AGENT_PLACES = ("today", "cases", "letters", "outbox", "rehearsal", "settings")
LEAD_PLACES = ("reviews", "team", "cases", "outbox", "rehearsal", "settings")
_GLYPHS = {"team": "people"}
AT_A_DOOR = frozenset({"visit", "agreement", "rehearsal-visit", "rehearsal-agreement"})
"""Pages that are never rebuilt under the person's hand."""

Build = Mapping[str, Callable[[Any], QWidget]]


@dataclass(frozen=True)
class Wishes:
    """What a page may ask of the desktop; `key` where a security key signs here."""

    sync: Callable[[], object]
    lock: Callable[[], object]
    wear: Callable[[Taste], object]
    fetch: Fetch
    prove: Prove | None = None
    rekey: Callable[[str, str], object] | None = None
    key: SecurityKey | None = None


def places(office: Office, text: Text) -> list[Place]:
    """The navigation of whoever is at the desk; the first is where they begin."""
    names = LEAD_PLACES if office.desk.role in ("lead", "admin") else AGENT_PLACES
    return [Place(name, _GLYPHS.get(name, name), text.say(f"shell.nav_{name}")) for name in names]


def pages(office: Office, text: Text, taste: Taste, wishes: Wishes) -> Build:
    """How each page is made, by name, from its argument."""
    language = taste.language
    in_list, in_cases = InList(), InCases()

    def today(_: object) -> QWidget:
        model = TodayModel(office)
        model.sync_wanted.connect(wishes.sync)
        return TodayPage(model, text)

    def visit(target: tuple[str, str]) -> QWidget:
        case, visit = target
        page = VisitPage(VisitModel(office, case, visit, language), text)
        page.sync_wanted.connect(wishes.sync)
        return page

    def agreement(target: tuple[str, str, str, Mapping[str, Any], Mapping[str, str]]) -> QWidget:
        case, visit, _, plan, others = target
        return AgreementPage(AgreementModel(office, case, visit, plan, language, others), text)

    def replay(target: tuple[str, str, tuple[Target, ...]]) -> QWidget:
        case, visit, queue = target
        fetch = wishes.fetch
        model = ReplayModel(office, case, visit, language, fetch, queue, in_list, wishes.prove)
        return ReplayPage(model, text)

    def outbox(_: object) -> QWidget:
        model = OutboxModel(office)
        model.sync_wanted.connect(wishes.sync)
        return OutboxPage(model, text)

    def settings(_: object) -> QWidget:
        desk = office.desk
        facts = {"device_id": desk.device, "user": desk.user, "version": desk.app}
        model = SettingsModel(taste, lambda _: None, facts)
        model.changed.connect(wishes.wear)
        rekey = wishes.rekey and partial(PassphraseModel, office.jobs, wishes.rekey, desk.user)
        page = SettingsPage(model, text, rekey, wishes.key)
        page.lock_wanted.connect(wishes.lock)
        return page

    def rehearse_visit(practice: Practice) -> QWidget:
        room = practice.room
        model = VisitModel(practice.office, room.case, room.visit, language)
        frame = RehearsalFrame(practice, VisitPage(model, text), text)
        model.failed.connect(practice.note)
        model.moved.connect(lambda: frame.hear(model.views()))
        model.ready.connect(lambda: frame.hear(model.views()))
        return frame

    def rehearse_agreement(
        target: tuple[Practice, tuple[str, str, str, Mapping[str, Any]]],
    ) -> QWidget:
        practice, (case, visit, _, plan) = target
        model = AgreementModel(practice.office, case, visit, plan, language)
        model.failed.connect(practice.note)
        return RehearsalFrame(practice, AgreementPage(model, text), text)

    def rehearse(chosen: tuple[str, str] | None) -> QWidget:
        return RehearsalPage(RehearsalModel(office, *(chosen or ())), text)

    def rehearsed(practice: Practice) -> QWidget:
        return RehearsalScorePage(RehearsalScoreModel(office, practice, language), text)

    return {
        "today": today,
        "cases": lambda _: CasesPage(CasesModel(office, in_cases), text),
        "case": lambda case: CasePage(CaseModel(office, case), text),
        "visit": visit,
        "agreement": agreement,
        "letters": lambda case: LettersPage(LettersModel(office, case), text),
        "outbox": outbox,
        "rehearsal": rehearse,
        "rehearsal-visit": rehearse_visit,
        "rehearsal-agreement": rehearse_agreement,
        "rehearsal-score": rehearsed,
        "reviews": lambda _: ReviewsPage(ReviewsModel(office, in_list), text),
        "replay": replay,
        "team": lambda who: TeamPage(TeamModel(office, who), text, member=who is not None),
        "what_if": lambda _: WhatIfPage(WhatIfModel(office), text),
        "rulebook": lambda pack: RulebookPage(RulebookModel(office, pack), text),
        "seal": lambda _: SealPage(SealModel(office, language), text),
        "settings": settings,
    }
