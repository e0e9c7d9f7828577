"""A person comes to a device, forgets the passphrase, and comes back: nothing unsent is lost."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from agent_app.actions.opening import close_desk
from agent_app.actions.record import record
from agent_app.domain.errors import BadInput, Lost, WrongSecret
from agent_app.domain.moment import Moment
from agent_app.vault.keymaking import Chosen
from agent_app.vault.secrets_store import FileStore
from sync.server import salvage
from tests.support.desks import shipped_packs
from tests.support.field import CHEAP
from tests.support.offices import Clock, listening, new_code, new_office
from tests.support.tokens import PIN, Stick
from ui.home import Home

PHRASE, OTHER = "correct 电池 staple", "another 电池 staple"


class Watch:
    """A device's clock that a test moves."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    def now(self) -> Moment:
        return Moment(
            self.clock.at, "Asia/Shanghai", "boot-1", int(self.clock.at.timestamp()) * 1000
        )


def home_of(tmp_path: Path, clock: Clock) -> Home:
    return Home(
        data=tmp_path / "device",
        secrets=FileStore(tmp_path / "device"),
        packs=shipped_packs(),
        clock=Watch(clock),  # type: ignore[arg-type]
        entropy=os.urandom,
        app="0.1.0",
        cost=CHEAP,
    )


def test_a_forgotten_passphrase_costs_no_record(tmp_path: Path) -> None:
    clock = Clock()
    office, home = new_office(tmp_path / "office", clock), home_of(tmp_path, clock)
    with listening(office) as url:
        first, keys = home.join(url, new_code(office, "A1"), PHRASE)
        close_desk(home.open(first, keys))
        code = new_code(office, "A1")
        with pytest.raises(BadInput):
            home.join(url, code.lower(), OTHER)
        for _ in range(9):
            with pytest.raises(WrongSecret):
                home.unlock(first, OTHER)
            clock.pass_(seconds=601)
        with pytest.raises(Lost):
            home.unlock(first, OTHER)
        assert home.salvaged() == []
        second, _ = home.join(url, new_code(office, "A1"), OTHER)
        assert home.unlock(second, OTHER).device != keys.device
    (folder,) = home.salvaged()
    assert salvage.take(office, folder).device == keys.device


def test_a_lost_security_key_costs_no_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While it is plugged in nobody joins twice; lost, a fresh code makes room for another."""
    clock = Clock()
    office, home = new_office(tmp_path / "office", clock), home_of(tmp_path, clock)
    stick = Stick.plugged(tmp_path / "stick", monkeypatch)
    home = replace(home, drivers=(stick.driver,))
    with listening(office) as url:
        first, keys = home.join(url, new_code(office, "A1"), PHRASE, Chosen(stick.token(), PIN))
        desk = home.open(first, keys)
        record(desk, home.clock.now(), "comment_added", {"text": "not sent yet"})
        close_desk(desk)
        with pytest.raises(BadInput, match="already"):
            home.join(url, new_code(office, "A1"), PHRASE)
        Stick.plugged(tmp_path / "another", monkeypatch)
        second, fresh = home.join(url, new_code(office, "A1"), PHRASE)
        assert home.unlock(second, PHRASE).device == fresh.device != keys.device
    (folder,) = home.salvaged()
    taken = salvage.take(office, folder)
    assert taken.device == keys.device
    assert taken.verdicts.total() == 1
    assert taken.unreadable == taken.damaged == 0
