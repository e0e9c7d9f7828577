"""Every command in the hands of someone who has never seen it: an answer in words, no traceback."""

from __future__ import annotations

import io
import shlex
from pathlib import Path

import pytest

from sync.server.cli import main as server
from ui.main import main as doorstep

FORM = """
| survey | type         | name | label |
|        | csv-external | case |       |
|        | text         | q    | Q     |
"""

APP = """
verify | script | script run | script check | script export | script conformance
script rehearse | rules | rules check | rules replay | rules explain | rules table | letters
letters render | letters check | letters preview | agreement | agreement verify | demo | tour | gallery
"""
OFFICE = """
init | import | user | user add | user renew | team | device | device code | device list
device revoke | device release | assign | recall | serve | packs | bundle | held | alerts | export
heads | report | backup | restore
"""


def commands(text: str) -> list[str]:
    return ["", *(one.strip() for line in text.strip().splitlines() for one in line.split("|"))]


@pytest.fixture
def hands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What a stranger may hold: a folder, bytes that are nothing, words, an empty table."""
    monkeypatch.setenv("DOORSTEP_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("DOORSTEP_BACKUP_PASSPHRASE", "a long enough passphrase")
    (tmp_path / "folder").mkdir()
    (tmp_path / "junk").write_bytes(b"\x9c\xba" * 200)
    (tmp_path / "words").write_text("hello\n", "utf-8")
    (tmp_path / "form.md").write_text(FORM, "utf-8")
    (tmp_path / "table.toml").write_text("a = 1\n", "utf-8")
    return tmp_path


@pytest.mark.parametrize("command", commands(APP))
def test_the_app_says_what_it_takes(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        doorstep([*command.split(), "--help"])
    assert left.value.code == 0
    assert "usage: doorstep" in capsys.readouterr().out


@pytest.mark.parametrize("command", commands(OFFICE))
def test_the_office_says_what_it_takes(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        server([*command.split(), "--help"])
    assert left.value.code == 0
    assert "usage: doorstep-server" in capsys.readouterr().out


def test_a_console_without_chinese_is_written_to_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(shown, "ascii", write_through=True))
    with pytest.raises(SystemExit) as left:
        doorstep(["--help"])
    assert left.value.code == 0
    assert b"\\u4e0a\\u95e8\\u901a Doorstep" in shown.getvalue()


@pytest.mark.parametrize("words", ["nonsense", "demo --nonsense", "tour here", "verify", "rules"])
def test_a_wrong_call_is_refused(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        doorstep(words.split())
    assert left.value.code == 2
    assert "usage: doorstep" in capsys.readouterr().err


@pytest.mark.parametrize("held", ["none", "folder", "junk", "words"])
@pytest.mark.parametrize(
    "command",
    [
        "verify {}",
        "agreement verify {}",
        "script run {}",
        "script check {}",
        "script conformance xpath {}",
        "script export {} --csv",
        "script run {form} --answers {}",
        "script run {form} --instance case={}",
        "script run {form} --zone {}",
        "rules check {}",
        "rules table {}",
        "rules replay {}",
        "rules explain {} --at 2026-01-01T00:00:00+08:00",
        "letters render overdue_notice --cases {} --out {}",
        "letters render {} --cases 2 --out {}",
    ],
)
def test_the_app_names_a_wrong_file(
    command: str, held: str, hands: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = command.replace("{}", shlex.quote(str(hands / held))).format(form=hands / "form.md")
    assert doorstep(shlex.split(words)) in (1, 2)
    said = capsys.readouterr()
    assert said.err or any(word in said.out for word in ("BROKEN", "NOT VALID", "fault(s)"))


def test_questions_nobody_answers_end_in_words(
    hands: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    (hands / "case").write_text("name,label\n", "utf-8")
    form, case = hands / "form.md", hands / "case"
    assert doorstep(["script", "run", str(form), "--instance", f"case={case}"]) == 2
    assert "ended" in capsys.readouterr().err


@pytest.mark.parametrize(
    "command",
    [
        "init --office none",
        "init --office junk --yes",
        "init --office words --yes",
        "init --office table.toml --yes",
        "restore none",
        "restore junk",
        "restore folder",
        "device list",
    ],
)
def test_without_an_office_it_says_why(
    command: str, hands: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(hands)
    assert server(command.split()) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize(
    "command",
    [
        "import none", "import folder", "import junk", "import words",
        "import words --mapping none", "import words --mapping junk",
        "import words --encoding klingon",
        "user add A --team none", "user renew nobody --until 2027-01-01", "team T --lead nobody",
        "device code nobody", "device revoke nobody", "device release nobody",
        "assign nobody case", "recall case", "bundle none out",
        "serve --packs none", "serve --packs folder", "serve --host nowhere.invalid",
        "packs --packs folder", "heads --prove 5 1", "heads --into folder", "export --by nobody --reason x",
        "backup folder", "backup none/x", "backup x --passphrase-file junk",
    ],
)  # fmt: skip
def test_the_office_names_what_is_wrong(
    command: str, hands: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(hands)
    assert server(["init", "--yes"]) == 0
    capsys.readouterr()
    assert server(command.split()) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize("shift", ["x", "9" * 30])
def test_a_clock_that_cannot_be_is_refused(
    shift: str, hands: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DOORSTEP_CLOCK_SHIFT", shift)
    assert server(["init", "--yes"]) == 1
    assert "DOORSTEP_CLOCK_SHIFT" in capsys.readouterr().err


def test_the_app_says_when_its_folder_is_none(
    hands: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DOORSTEP_DATA", str(hands / "words"))
    assert doorstep([]) == 2
    assert "words" in capsys.readouterr().err


def test_a_demo_takes_no_folder_of_someone_elses(
    hands: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.delenv("TOUR", raising=False)
    assert doorstep(["demo", "--data", str(hands)]) == 2
    assert (hands / "words").exists()
    assert "--data" in capsys.readouterr().err
