"""Coming in: enrol with a code, unlock with a passphrase, and what wrong ones say."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from agent_app.domain.errors import Lost, Offline, WrongSecret
from agent_app.vault import vault
from agent_app.vault.profile import Profile
from agent_app.vault.secrets_store import FileStore
from tests.support.vaults import NOW, PHRASE, create
from tests.ui.hand import Hand
from tests.ui.reach import not_worked
from ui.jobs import Jobs
from ui.pages.enrol import EnrolPage
from ui.pages.settings import SettingsPage
from ui.pages.unlock import UnlockPage
from ui.text import Text
from ui.viewmodels.entry import EnrolModel, PassphraseModel, UnlockModel
from ui.viewmodels.settings import SettingsModel, Taste
from ui.widgets.field import Fault


def faults(hand: Hand) -> str:
    shown = [one for one in hand.window.findChildren(Fault) if one.isVisible()]
    return " ".join(one.accessibleName() for one in shown)


def spoken(widget: QWidget) -> str:
    return " ".join(one.text() for one in widget.findChildren(QLabel))


def open_with(wanted: str):  # type: ignore[no-untyped-def]
    def open_profile(given: str) -> str:
        if given != wanted:
            raise WrongSecret("no", wait=30)
        return "profile"

    return open_profile


def unlocking(qtbot: QtBot, jobs: Jobs, text: Text) -> tuple[Hand, list[object]]:
    model = UnlockModel(jobs, open_with("1379"), user="林默")
    opened: list[object] = []
    model.unlocked.connect(opened.append)
    page = UnlockPage(model, text)
    model.setParent(page)
    qtbot.addWidget(page)
    page.resize(1280, 800)
    page.show()
    return Hand(qtbot, page, jobs), opened


def test_the_keypad_opens_the_profile(qtbot: QtBot, jobs: Jobs, text: Text) -> None:
    hand, opened = unlocking(qtbot, jobs, text)
    assert not list(not_worked(hand.window))
    hand.press("unlock-keypad")
    assert not list(not_worked(hand.window))
    for digit in "1378":
        hand.press(f"key-{digit}")
    hand.press("key-erase")
    hand.press("key-9")
    hand.press("key-enter")
    assert opened == ["profile"]


def test_a_wrong_passphrase_must_wait_and_is_not_shown(
    qtbot: QtBot, jobs: Jobs, text: Text
) -> None:
    hand, opened = unlocking(qtbot, jobs, text)
    hand.type("unlock-secret", "letmein")
    hand.press("unlock-enter")
    assert not opened
    assert "30" in faults(hand)
    assert not hand.find("unlock-enter").isEnabled()
    assert hand.find("unlock-secret").text() == ""


def test_a_key_that_is_gone_leads_to_a_new_code(qtbot: QtBot, jobs: Jobs, text: Text) -> None:
    def gone(_: str) -> str:
        raise Lost("ten wrong tries")

    model = UnlockModel(jobs, gone, user="A011")
    page = UnlockPage(model, text)
    qtbot.addWidget(page)
    page.show()
    hand = Hand(qtbot, page, jobs)
    hand.type("unlock-secret", "the right one")
    hand.press("unlock-enter")
    assert not hand.sees("unlock-enter")
    with qtbot.waitSignal(model.enrol_wanted, timeout=5000):
        hand.press("unlock-anew")


def test_nothing_typed_asks_for_it(qtbot: QtBot, jobs: Jobs, text: Text) -> None:
    hand, opened = unlocking(qtbot, jobs, text)
    hand.press("unlock-enter")
    assert faults(hand)
    assert not opened


def test_a_device_says_what_it_keeps_for_the_office(qtbot: QtBot, jobs: Jobs, text: Text) -> None:
    page = EnrolPage(EnrolModel(jobs, str, aside=["/data/salvage/A011-d1"]), text)
    qtbot.addWidget(page)
    page.show()
    hand = Hand(qtbot, page, jobs)
    assert hand.sees("enrol-aside")
    assert not list(not_worked(page))
    assert "/data/salvage/A011-d1" in spoken(hand.find("enrol-aside"))


def test_enrolment_checks_before_it_asks_the_office(qtbot: QtBot, jobs: Jobs, text: Text) -> None:
    asked: list[tuple[str, ...]] = []

    def join(*given: str) -> str:
        asked.append(given)
        if given[1] == "A011-WRONG":
            raise Offline("no line")
        return "joined"

    model = EnrolModel(jobs, join, address="http://127.0.0.1:1")
    page = EnrolPage(model, text)
    model.setParent(page)
    qtbot.addWidget(page)
    page.resize(1280, 1100)
    page.show()
    hand = Hand(qtbot, page, jobs)
    hand.type("enrol-code", "A011-WRONG")
    hand.type("enrol-secret", "short")
    hand.type("enrol-again", "other")
    hand.press("enrol-join")
    assert not asked
    assert text.say("passphrase.differs") in faults(hand)
    for name in ("enrol-secret", "enrol-again"):
        hand.find(name).clear()
        hand.type(name, "a long sentence of mine")
    hand.press("enrol-join")
    assert len(asked) == 1
    assert hand.sees("enrol-fault")
    with qtbot.waitSignal(model.enrolled, timeout=5000):
        hand.find("enrol-code").clear()
        hand.type("enrol-code", "A011-RIGHT")
        hand.press("enrol-join")


def test_the_first_page_offers_every_language(qtbot: QtBot, jobs: Jobs, text: Text) -> None:
    hand, _ = unlocking(qtbot, jobs, text)
    page = hand.window
    assert isinstance(page, UnlockPage)
    with qtbot.waitSignal(page.language_wanted) as wanted:
        hand.press("language-en")
    assert wanted.args == ["en"]


def test_the_passphrase_is_changed_in_the_settings(
    qtbot: QtBot, jobs: Jobs, text: Text, tmp_path: Path
) -> None:
    here, store = Profile(tmp_path / "A011"), FileStore(tmp_path)
    create(here, store)

    def rekey(old: str, new: str) -> None:
        vault.change_passphrase(here, old, new, store, NOW)

    page = SettingsPage(
        SettingsModel(Taste(), lambda _: None, {}),
        text,
        lambda: PassphraseModel(jobs, rekey, "A011"),
    )
    qtbot.addWidget(page)
    page.show()
    hand = Hand(qtbot, page, jobs)
    hand.press("settings-passphrase")
    hand.press("passphrase-keep")
    assert text.say("unlock.needed") in faults(hand)
    hand.type("passphrase-present", "not this one")
    for name in ("passphrase-secret", "passphrase-again"):
        hand.type(name, "1234567890")
    hand.press("passphrase-keep")
    assert text.say("passphrase.few_kinds") in faults(hand)
    for name in ("passphrase-secret", "passphrase-again"):
        hand.find(name).clear()
        hand.type(name, "雨停了就回家")
    hand.press("passphrase-keep")
    assert text.say("errors.WrongSecret") in faults(hand)
    hand.type("passphrase-present", PHRASE)
    with qtbot.waitSignal(page.says):
        hand.press("passphrase-keep")
    assert not hand.sees("passphrase-sheet")
    assert vault.unlock(here, "雨停了就回家", store, NOW).user == "A011"
