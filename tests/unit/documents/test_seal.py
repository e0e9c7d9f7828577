import subprocess
from pathlib import Path

from agent_app.documents import fields, letter
from agent_app.documents.sealing import verification
from agent_app.documents.sealing.seal import Sealer
from tests.support.papers import AT, SEAL_TEXT, DocumentOffice, templates
from tests.unit.documents.test_letters import tool

OFFICE = DocumentOffice.make()


def sealed_letter(serial: str = "CD-2026-000001") -> bytes:
    return letter.render(
        templates()["overdue_notice"],
        case=fields.sample_case(),
        language="zh_CN",
        serial=serial,
        at=AT,
        seal_text=SEAL_TEXT,
        sealer=Sealer(OFFICE.device_key, OFFICE.chain),
    ).pdf


def test_a_sealed_letter_is_valid_to_its_end() -> None:
    report = verification.verify(sealed_letter(), [OFFICE.ca])
    assert report.valid, report.problems
    assert (report.level, report.signatures[0].device) == ("B-B", "D-1")


def test_poppler_and_openssl_agree(tmp_path: Path) -> None:
    path = tmp_path / "letter.pdf"
    pdf = sealed_letter()
    path.write_bytes(pdf)
    done = subprocess.run(
        [tool("pdfsig"), "-nocert", path], capture_output=True, encoding="utf-8", check=False
    )
    assert "Signature Validation: Signature is Valid." in done.stdout
    assert "Total document signed" in done.stdout
    subprocess.run([tool("qpdf"), "--check", path], check=True, capture_output=True)
    start = pdf.index(b"/Contents <") + 10
    end = pdf.index(b">", start) + 1
    (tmp_path / "cms.der").write_bytes(bytes.fromhex(pdf[start + 1 : end - 1].decode()))
    (tmp_path / "content").write_bytes(pdf[:start] + pdf[end:])
    (tmp_path / "ca.der").write_bytes(OFFICE.ca)
    subprocess.run(
        [tool("openssl"), "x509", "-inform", "DER", "-in", "ca.der", "-out", "ca.pem"],
        cwd=tmp_path, check=True, capture_output=True,
    )  # fmt: skip
    checked = subprocess.run(
        [tool("openssl"), "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", "cms.der",
         "-content", "content", "-CAfile", "ca.pem", "-purpose", "any", "-out", "out",
         "-attime", str(int(AT.timestamp()))],
        cwd=tmp_path, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stderr


def test_every_letter_of_a_batch_has_its_own_seal() -> None:
    first, second = sealed_letter("1"), sealed_letter("2")
    assert first != second
    assert all(verification.verify(pdf, [OFFICE.ca]).valid for pdf in (first, second))
