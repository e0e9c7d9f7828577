import json
from pathlib import Path

import pytest

from agent_app.cli import run
from agent_app.documents import fields
from agent_app.documents.apart import WORTH, render_apart
from agent_app.documents.composer import Paper
from agent_app.domain.errors import BadInput
from tests.support.case_rows import case_row
from tests.support.papers import AT, DocumentOffice, pack_files, templates
from tests.unit.documents.test_agreement import office, sealed


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fonts are unpacked where tests unpack them, not in the user's cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))


@pytest.mark.parametrize("pack", ["cn", "us"])
def test_the_shipped_packs_have_no_faults(pack: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["letters", "check", "--pack", pack]) == 0
    assert ", 0 faults" in capsys.readouterr().out


def test_a_faulty_pack_is_told_file_and_field(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "letters").mkdir()
    text = '+++\nid = "x"\nlanguages = ["en"]\n[title]\nen = "X"\n+++\n<!-- en -->\n{{ debtor.nick }}\n'
    (tmp_path / "letters/x.md").write_text(text, "utf-8")
    (tmp_path / "letters/frame.toml").write_bytes(pack_files()["letters/frame.toml"])
    assert run(["letters", "check", "--pack", str(tmp_path)]) == 1
    assert "letters/x.md:en:8:debtor.nick: no such field" in capsys.readouterr().out


def test_letters_are_rendered_together_or_apart(tmp_path: Path) -> None:
    together = tmp_path / "all.pdf"
    assert run(["letters", "render", "missed_you", "--cases", "3", "--out", str(together)]) == 0
    assert together.read_bytes().startswith(b"%PDF")
    apart = ["letters", "render", "missed_you", "--cases", "3", "--separate", "--out"]
    assert run([*apart, str(tmp_path / "apart")]) == 0
    names = sorted(path.name for path in (tmp_path / "apart").iterdir())
    assert names == ["P-000001.pdf", "P-000002.pdf", "P-000003.pdf"]


def test_two_processes_write_the_same_letters_and_say_the_same_faults(tmp_path: Path) -> None:
    template = templates()["missed_you"]
    papers = [Paper(fields.sample_case(), "zh_CN", f"P-{n:03d}", AT) for n in range(2 * WORTH)]
    made: dict[int, dict[str, bytes]] = {}
    for processes in (1, 2):
        folder = tmp_path / str(processes)
        folder.mkdir()
        render_apart(
            template,
            papers,
            lambda serial, pdf, at=folder: (at / serial).write_bytes(pdf),  # type: ignore[misc]
            processes=processes,
        )
        made[processes] = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert made[1] == made[2]
    assert len(made[2]) == 2 * WORTH
    papers[1].case["contact"].pop("phone")
    with pytest.raises(BadInput, match="phone"):
        render_apart(template, papers, lambda serial, pdf: None, processes=2)


def test_case_rows_are_read_and_what_lacks_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows, more, out = tmp_path / "rows.jsonl", tmp_path / "more.toml", str(tmp_path / "o.pdf")
    rows.write_text("\n".join(json.dumps(case_row(f"c{n}")) for n in range(2)), "utf-8")
    command = ["letters", "render", "missed_you", "--cases", str(rows), "--out", out]
    assert run(command) == 2
    assert "contact" in capsys.readouterr().err
    more.write_text('[contact]\nname = "李文博"\nphone = "028-8000-0002"\n', "utf-8")
    assert run([*command, "--more", str(more)]) == 0


def test_an_agreement_is_judged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paper, ca = tmp_path / "a.pdf", tmp_path / "ca.der"
    paper.write_bytes(sealed())
    ca.write_bytes(office().ca)
    assert run(["agreement", "verify", str(paper), "--ca", str(ca)]) == 0
    assert "VALID B-B" in capsys.readouterr().out
    ca.write_bytes(DocumentOffice.make("别处").ca)
    assert run(["agreement", "verify", str(paper), "--ca", str(ca)]) == 1
    assert "not vouched for" in capsys.readouterr().out
