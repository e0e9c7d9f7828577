"""PDF/A by an independent validator: PDFBox preflight, which knows part 1, level B.

Our papers are part 3, so each is told to be of part 1, and what part 3 allows beyond it is set
aside: nothing else may be wrong. Widgets of no extent need no appearance (ISO 19005-3, 6.3.3).
"""

import shutil
import subprocess
from pathlib import Path

import pytest

from agent_app.documents.slip import render_slip
from tests.support.papers import fonts, printed
from tests.unit.documents.test_agreement import sealed, stamped
from tests.unit.documents.test_letters import tool
from tests.unit.documents.test_slip_and_register import SLIP

JARS = [
    Path("/usr/share/java") / f"{name}.jar"
    for name in (
        "preflight", "pdfbox2", "xmpbox", "fontbox2", "commons-logging", "jaxb-api",
        "javax.activation",
    )
]  # fmt: skip
ALLOWED_IN_PART_3 = (
    "EmbeddedFile entry is present",
    "Invalid version of the ICCProfile",
    "The CIDSet entry is missing",
    "widget annotation lacks an appearance dictionary",
)


def test_nothing_is_wrong_but_what_part_3_allows(tmp_path: Path) -> None:
    if not shutil.which("java") or not all(jar.exists() for jar in JARS):
        pytest.skip("PDFBox preflight is not installed (libpdfbox2-java and a Java runtime)")
    papers = {
        "letter": printed().pdf,
        "receipt": render_slip(SLIP, fonts=fonts()).pdf,
        "sealed": sealed(),
        "stamped": stamped(),
    }
    for name, pdf in papers.items():
        told = pdf.replace(b"%PDF-1.7", b"%PDF-1.4", 1)
        told = told.replace(b"<pdfaid:part>3", b"<pdfaid:part>1")
        (tmp_path / f"{name}.pdf").write_bytes(told)
    done = subprocess.run(
        [tool("java"), "-cp", ":".join(map(str, JARS)),
         "org.apache.pdfbox.preflight.Validator_A1b", "batch", str(tmp_path)],
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    lines = [line for line in done.stdout.splitlines() if line[:1].isdigit()]
    assert lines, done.stderr
    assert done.stdout.count("PDF/A-1b file") == len(papers)
    assert [line for line in lines if not any(why in line for why in ALLOWED_IN_PART_3)] == []
