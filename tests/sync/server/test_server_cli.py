from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests

import resources
from agent_app.journal import bundle
from resources.demo import make
from sync import coding
from sync.server.cli import main
from tests.support.journals import Device
from tests.support.offices import Clock, FieldDevice
from tests.support.serving import serving

DEMO = Path(make.__file__).with_name("cases.csv")


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DOORSTEP_DATA", str(tmp_path))
    return tmp_path


def said(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out.strip()


def test_an_office_is_made_once_and_asks_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "--yes"]) == 0
    assert main(["init", "--yes"]) == 1
    assert "already" in capsys.readouterr().err


def test_nothing_works_before_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["device", "code", "A011"]) == 1
    assert "doorstep-server init" in capsys.readouterr().err


def test_its_keys_are_for_its_own_account_only(data: Path) -> None:
    main(["init", "--yes"])
    for key in (data / "server" / "keys").iterdir():
        assert key.stat().st_mode & 0o077 == 0


def test_networks_are_off_until_somebody_says_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The demo office has them on; an office file that says nothing has not."""
    text = (Path(resources.__file__).parent / "offices" / "demo.toml").read_text("utf-8")
    own = tmp_path / "own.toml"
    own.write_text(text.replace("networks = true", "networks = 'yes'"), "utf-8")
    assert main(["init", "--yes", "--office", str(own)]) == 1
    assert "networks" in capsys.readouterr().err
    own.write_text(text.replace("networks = true", ""), "utf-8")
    main(["init", "--yes", "--office", str(own)])
    said(capsys)
    for command in ("networks", "networks on", "networks", "networks off"):
        assert main(command.split()) == 0
    assert said(capsys).split() == ["off", "on", "on", "off"]


def test_import_says_what_landed_and_what_did_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["init", "--yes"])
    said(capsys)
    assert main(["import", str(DEMO)]) == 0
    assert said(capsys) == "360 new, 0 changed, 0 same; 0 rows refused"
    lines = DEMO.read_text("utf-8").splitlines()
    bad = tmp_path / "bad.csv"
    bad.write_text("\n".join([lines[0], lines[1], lines[2].replace("CNY", "元")]), "utf-8")
    assert main(["import", str(bad)]) == 0
    shown = capsys.readouterr()
    assert "1 same; 1 rows refused" in shown.out
    assert "bad.csv:3:币种" in shown.err
    (tmp_path / "none.csv").write_text("a,b\n", "utf-8")
    assert main(["import", str(tmp_path / "none.csv")]) == 1
    assert main(["import", str(DEMO), "--mapping", "core_system_cn"]) == 0
    assert main(["import", str(tmp_path / "missing.csv")]) == 1


def test_people_teams_codes_and_reassignment(capsys: pytest.CaptureFixture[str]) -> None:
    main(["init", "--yes"])
    main(["import", str(DEMO)])
    assert main(["user", "add", "L09", "--name", "新组长", "--role", "lead"]) == 0
    assert main(["team", "T-09", "--name", "九组", "--lead", "L09"]) == 0
    assert main(["user", "add", "A099", "--team", "T-09"]) == 0
    assert main(["user", "add", "A100", "--team", "none"]) == 1
    assert main(["assign", "A099", "DS2600001", "DS2600002"]) == 0
    assert main(["assign", "A099", "nothing"]) == 1
    assert main(["recall", "DS2600003", "--reason", "settled"]) == 0
    said(capsys)
    assert main(["device", "code", "A099"]) == 0
    assert re.fullmatch(r"A099-\w{4}-\w{4}", said(capsys))
    assert main(["device", "revoke", "none"]) == 1
    assert main(["device", "list"]) == 0
    assert main(["alerts"]) == 0


def test_results_packs_heads_backup_and_restore(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    main(["init", "--yes"])
    main(["import", str(DEMO)])
    out = tmp_path / "out.csv"
    by = ["--by", "L02", "--reason", "月报", "--out", str(out)]
    assert main(["export", *by]) == 1
    assert main(["export", *by, "--approved-by", "A011"]) == 0
    assert len(out.read_text("utf-8-sig").splitlines()) == 361
    assert main(["packs"]) == 0
    assert "cn\t" in capsys.readouterr().out
    assert main(["heads"]) == 0
    words = tmp_path / "words"
    words.write_text("a long enough passphrase\n", "utf-8")
    bak = str(tmp_path / "office.bak")
    assert main(["backup", bak, "--passphrase-file", str(words)]) == 0
    assert main(["restore", bak, "--passphrase-file", str(words)]) == 1
    monkeypatch.setenv("DOORSTEP_DATA", str(tmp_path / "second"))
    assert main(["restore", bak, "--passphrase-file", str(words)]) == 0
    said(capsys)
    main(["alerts"])
    assert json.loads(said(capsys))["kind"] == "restored"


def test_serving_says_where_and_survives_a_kill(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was acknowledged before kill -9 is there after it."""
    main(["init", "--yes"])
    main(["import", str(DEMO)])
    said(capsys)
    main(["device", "code", "A011"])
    code = said(capsys)
    with serving(data) as server:
        device = FieldDevice(server.url, Clock(datetime.now(UTC)), Device("new", "A011"))
        reply = device.enrol(code)
        device.journal.name = reply.json()["device"]
        first = device.sync()
        assert len(first.bases) == 120
        device.journal.visit(case="DS2600001")
        digest = device.sync().end.digest
        server.process.kill()
    assert main(["bundle", "visit-1", str(data / "visit.bundle")]) == 0
    assert bundle.read(data / "visit.bundle").case == "DS2600001"
    assert main(["bundle", "none", str(data / "other.bundle")]) == 1
    assert main(["held"]) == 0
    with serving(data) as server:
        device.url, device.cursor = server.url, None
        again = device.sync()
        assert again.end.digest == digest
        assert {one.verdict for one in again.verdicts} == {"duplicate"}
        assert requests.get(f"{server.url}/check/", timeout=10).status_code == 200


def _limit(most: int) -> Callable[[], None]:
    import resource

    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))


@pytest.mark.skipif(sys.platform == "win32", reason="no file size limits to set")
def test_no_room_is_said_and_nothing_half_is_kept(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["init", "--yes"])
    main(["import", str(DEMO)])
    said(capsys)
    main(["device", "code", "A011"])
    code = said(capsys)
    clock = Clock(datetime.now(UTC))
    with serving(data) as server:
        device = FieldDevice(server.url, clock, Device("new", "A011"))
        device.journal.name = device.enrol(code).json()["device"]
        device.sync()
    for number in range(60):
        device.journal.visit(case="DS2600001", visit=f"visit-{number}")
    with serving(data, limit=_limit(200_000)) as server:
        device.url = server.url
        answer = device.send("POST", "/v1/sync", coding.pack(device.request()))
        assert (answer.status_code, answer.json()["code"]) == (503, "no_room")
    with serving(data) as server:
        device.url = server.url
        answer = device.sync()
        assert {one.verdict for one in answer.verdicts} == {"applied"}
        assert answer.end.digest.count == len(device.journal.events)
