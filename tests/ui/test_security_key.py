"""A security key by hand: chosen at enrolment, pulled out and put back, its PIN changed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from agent_app.actions.record import record
from agent_app.domain.errors import WrongPin
from agent_app.domain.moment import Moment
from agent_app.queries.visit_run import SCRIPT
from agent_app.vault.secrets_store import FileStore
from agent_app.vault.vault import Keys
from sync.server.office import Office
from sync.transport import Transport
from tests.support.desks import shipped_packs
from tests.support.field import CHEAP
from tests.support.offices import Clock, give_cases, listening, new_code, new_office
from tests.support.tokens import PIN, Stick
from tests.ui.hand import Hand
from ui.desktop import Desktop
from ui.home import Home
from ui.jobs import Jobs
from ui.viewmodels.settings import Taste

PHRASE = "correct 电池 staple"


class Watch:
    """The device's clock, which never moves."""

    tz = "Asia/Shanghai"

    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    def now(self) -> Moment:
        return Moment(self.clock.at, self.tz, "boot-1", int(self.clock.at.timestamp()) * 1000)


class Alone(Home):
    """A device that has no line once it is enrolled."""

    def line(self, keys: Keys) -> Transport:
        return super().line(replace(keys, facts={**keys.facts, "url": "http://127.0.0.1:9"}))


@dataclass
class Device:
    """The whole app on one device, its office, and the key in its socket."""

    desktop: Desktop
    office: Office
    stick: Stick
    bot: QtBot

    @property
    def hand(self) -> Hand:
        assert self.desktop.window is not None
        return Hand(self.bot, self.desktop.window, self.desktop.jobs)

    def look(self) -> str:
        """What stands over every page once the key has been looked for."""
        assert self.desktop._key is not None
        self.desktop._key.look()
        self.hand.settle()
        if not self.hand.sees("shell-notice"):
            return ""
        words = self.hand.find("shell-notice").findChildren(QLabel)
        return " ".join(one.text() for one in words)


@pytest.fixture
def device(
    qtbot: QtBot, qapp: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Device]:
    stick = Stick.plugged(tmp_path / "stick", monkeypatch)
    clock = Clock()
    office = new_office(tmp_path / "office", clock)
    give_cases(office, "A1", "case-1")
    home = Alone(
        data=tmp_path / "device",
        secrets=FileStore(tmp_path / "device"),
        packs=shipped_packs(),
        clock=Watch(clock),  # type: ignore[arg-type]
        entropy=os.urandom,
        app="0.1.0",
        cost=CHEAP,
        drivers=(stick.driver,),
    )
    for pack in home.packs:  # nobody visits here: no script needs to be compiled
        named = home.data / "cache" / "forms" / sha256(pack.files.get(SCRIPT, b"")).hexdigest()
        named.parent.mkdir(parents=True, exist_ok=True)
        named.touch()
    with listening(office) as url:
        desktop = Desktop(home, Jobs(), Taste(), keep=lambda _: None, url=url)
        desktop.begin()
        yield Device(desktop, office, stick, qtbot)
        desktop.close()


def enrol(device: Device) -> None:
    hand = device.hand
    hand.type("enrol-code", new_code(device.office, "A1"))
    hand.type("enrol-secret", PHRASE)
    hand.type("enrol-again", PHRASE)
    hand.choose("enrol-key", "token")
    hand.press("enrol-join")
    hand.type("enrol-pin", "000000")
    with device.bot.waitSignal(device.desktop.window.page._model.failed, timeout=10_000):
        hand.press("enrol-join")
    assert hand.find("enrol-pin").text() == ""
    hand.type("enrol-pin", PIN)
    with device.bot.waitSignal(device.desktop.opened, timeout=10_000):
        hand.press("enrol-join")
    device.hand.settle()


def test_from_enrolment_through_a_day_with_the_key_out_and_its_pin_changed(
    device: Device,
) -> None:
    enrol(device)
    desktop, stick = device.desktop, device.stick
    assert device.look() == ""
    stick.pull()
    assert "没有插好" in device.look()
    desktop.lock()
    device.hand.settle()
    device.hand.type("unlock-secret", PHRASE)
    with device.bot.waitSignal(desktop.opened, timeout=10_000):
        device.hand.press("unlock-enter")
    assert "没有插好" in device.look()
    stick.put_back()
    assert device.look() == ""
    change_pin(device, "135791")
    told: list[Exception] = []
    office = desktop.office
    assert office is not None
    for _ in range(3):
        office.jobs.act(
            *(record, office.desk, office.now(), "comment_added", {"text": "x"}),
            failed=told.append,
        )
        device.hand.settle()
    assert [type(one) for one in told] == [WrongPin] * 3
    assert "设置" in device.look()
    desktop.window.open("settings")
    device.hand.type("key-pin", PIN)
    device.hand.press("key-keep")
    assert "设置" in device.look()
    device.hand.type("key-pin", "135791")
    device.hand.press("key-keep")
    assert device.look() == ""


def change_pin(device: Device, pin: str) -> None:
    """As whoever manages the key does it, with another tool."""
    from agent_app.vault import token

    with token.TURN:
        one = device.stick.token()
        library = token.fresh(one.driver)
        session = token.log_in(
            one.driver, token.candidates(library, one.serial, one.label)[0], PIN, write=True
        )
        session.set_pin(PIN, pin)
        token.rest(one.driver)
