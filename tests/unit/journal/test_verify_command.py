"""`doorstep verify FILE`: bundles and sealed papers, good and altered."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from agent_app.cli import run
from agent_app.documents import agreement, fields
from agent_app.documents.sealing import pades
from tests.support.bundles import Evidence
from tests.support.papers import AT, DocumentOffice, handwriting, templates


@cache
def office() -> DocumentOffice:
    return DocumentOffice.make()


@cache
def paper() -> bytes:
    signers = (agreement.Signer("debtor", "陈嘉琪", handwriting(3)),)
    signers += (agreement.Signer("agent", "李文博", handwriting(2)),)
    signers += (agreement.Signer("second_agent", "王晓梅", handwriting(4, pressure=False)),)
    made = agreement.build(
        templates("agreements")["repayment"],
        case=fields.sample_case(),
        language="zh_CN",
        serial="XY-2026-000123",
        at=AT,
        signers=signers,
        office_key=office().ink_key.public_key(),
    )
    return pades.seal(made.pdf, office().device_key, office().chain, at=AT)


def test_a_bundle(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    evidence = Evidence()
    path = evidence.write(tmp_path / "visit.bundle")
    assert run(["verify", str(path), "--lang", "zh_CN"]) == 0
    assert "上门记录 visit-1" in capsys.readouterr().out
    assert run(["verify", str(path), "--log-key", evidence.log.public]) == 0
    assert run(["verify", str(path), "--log-key", "ed25519:other"]) == 1
    path.write_bytes(path.read_bytes().replace(b"visit_ended", b"visit_endex"))
    capsys.readouterr()
    assert run(["verify", str(path)]) == 1
    assert (
        capsys.readouterr().out
        == "BROKEN: events.jsonl is altered, missing, or does not belong here\n"
    )


def test_a_sealed_paper(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, ca = tmp_path / "agreement.pdf", tmp_path / "office.der"
    path.write_bytes(paper())
    ca.write_bytes(office().ca)
    assert run(["verify", str(path)]) == 0
    said = capsys.readouterr().out
    assert "Signed by 李文博 (device D-1) at 2026" in said
    assert "All this rests on the office certificate" in said
    assert run(["verify", str(path), "--ca", str(ca), "--lang", "zh_CN"]) == 0
    assert "机构证书与您提供的一致" in capsys.readouterr().out


@pytest.mark.parametrize("part", [0.05, 0.3, 0.9])
def test_an_altered_paper(part: float, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "agreement.pdf"
    data = bytearray(paper())
    data[int(len(data) * part)] ^= 1
    path.write_bytes(data)
    assert run(["verify", str(path)]) == 1
    assert capsys.readouterr().out.startswith("BROKEN: ")


def test_what_cannot_be_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nothing = tmp_path / "nothing.bundle"
    assert run(["verify", str(nothing)]) == 2
    nothing.write_bytes(b"")
    assert run(["verify", str(nothing)]) == 1
    assert run(["verify", str(nothing), "--ca", str(nothing)]) == 2
    assert "not a certificate" in capsys.readouterr().err
    unsigned = tmp_path / "letter.pdf"
    unsigned.write_bytes(b"%PDF-1.7 nothing")
    assert run(["verify", str(unsigned)]) == 1
