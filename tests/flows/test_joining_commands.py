"""Setting a device up without its window: the security keys here, and enrolling with one."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest

from agent_app.domain.errors import BadInput, WrongPin
from tests.flows.test_coming_in import PHRASE, home_of
from tests.support.offices import Clock, listening, new_code, new_office
from tests.support.tokens import PIN, Stick
from ui import joining
from ui.home import Home


@pytest.fixture
def stick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stick:
    return Stick.plugged(tmp_path / "stick", monkeypatch)


def home_with(tmp_path: Path, *drivers: str) -> Home:
    return replace(home_of(tmp_path, Clock()), drivers=drivers)


def typed(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{one}\n" for one in lines)))


def test_what_is_plugged_in_and_whether_it_signs(
    tmp_path: Path,
    stick: Stick,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    home = home_with(tmp_path, stick.driver)
    typed(monkeypatch, PIN)
    assert joining.tokens(["--try"], home) == 0
    said = capsys.readouterr().out
    assert stick.token().serial in said
    assert "p256:" in said
    typed(monkeypatch, "999999")
    with pytest.raises(WrongPin):
        joining.tokens(["--try"], home)
    stick.format("second")
    typed(monkeypatch, PIN)
    with pytest.raises(BadInput, match="here: "):
        joining.tokens(["--try"], home)
    stick.pull()
    assert joining.tokens([], home) == 1
    assert joining.tokens([], home_with(tmp_path)) == 1


def test_enrolling_with_a_security_key_and_without(
    tmp_path: Path,
    stick: Stick,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    office = new_office(tmp_path / "office", Clock())
    home = home_with(tmp_path, stick.driver)
    with pytest.raises(BadInput, match="--url"):
        joining.enrol(["A1-AAAA-AAAA"], home, "")
    with listening(office) as url:
        typed(monkeypatch, PIN, PHRASE)
        assert joining.enrol([new_code(office, "A1"), "--token", "UKey"], home, url) == 0
        typed(monkeypatch, PHRASE)
        assert joining.enrol([new_code(office, "L1"), "--url", url], home, "") == 0
        typed(monkeypatch)
        with pytest.raises(BadInput, match="ended"):
            joining.enrol([new_code(office, "A1")], home, url)
    kinds = [
        line.split("\t")[-1].partition(":")[0] for line in capsys.readouterr().out.splitlines()
    ]
    assert kinds == ["p256", "ed25519"]
