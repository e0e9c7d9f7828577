"""A paper that was touched is refused, however small the touch."""

import io
import random
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from agent_app.documents.sealing import verification
from tests.unit.documents.test_agreement import office, sealed, stamped
from tests.unit.documents.test_letters import tool


def judged(pdf: bytes) -> verification.PdfReport:
    return verification.verify(pdf, [office().ca])


def overlaid(pdf: bytes) -> bytes:
    """Another drawing put over the first page by an incremental update."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    page = writer.root["/Pages"]["/Kids"][0]
    painted = StreamObject(stream_data=b"q 1 1 1 rg 100 400 300 200 re f Q")
    page["/Contents"] = writer.add_object(painted)
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize("paper", [sealed, stamped])
def test_a_page_painted_over_is_refused(paper: Callable[[], bytes], tmp_path: Path) -> None:
    pdf = overlaid(paper())
    report = judged(pdf)
    assert not report.valid
    assert any("later addition" in problem for problem in report.problems)
    path = tmp_path / "overlaid.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(
        [tool("pdfsig"), "-nocert", path], capture_output=True, encoding="utf-8", check=False
    )
    assert "Signature is Valid" in done.stdout  # which is why we do not leave it to pdfsig


def test_one_changed_byte_is_named() -> None:
    pdf = bytearray(sealed())
    pdf[pdf.index(b"/MediaBox") + 12] ^= 1
    report = judged(bytes(pdf))
    assert not report.valid
    assert report.problems == ("Seal: the content was changed after it was signed",)


def test_no_bit_anywhere_can_be_flipped() -> None:
    pdf, chance = stamped(), random.Random(5)
    for _ in range(60):
        at, bit = chance.randrange(len(pdf)), chance.randrange(8)
        changed = pdf[:at] + bytes([pdf[at] ^ 1 << bit]) + pdf[at + 1 :]
        assert not judged(changed).valid, (at, bit)


@pytest.mark.parametrize("paper", [sealed, stamped])
def test_padding_and_hex_case_are_not_free(paper: Callable[[], bytes]) -> None:
    pdf = paper()
    start = pdf.rindex(b"/Contents <") + 11
    end = pdf.index(b">", start) - 1
    padded = pdf[:end] + b"1" + pdf[end + 1 :]
    assert any("beside the signature" in p for p in judged(padded).problems)
    letter = next(at for at in range(start, end) if pdf[at : at + 1].isalpha())
    swapped = pdf[:letter] + pdf[letter : letter + 1].swapcase() + pdf[letter + 1 :]
    assert any("beside the signature" in p for p in judged(swapped).problems)


def test_bytes_after_the_end_are_not_free() -> None:
    report = judged(sealed() + b"% a note\n")
    assert any("after the last signature" in problem for problem in report.problems)


def test_another_file_than_the_recorded_one_is_named() -> None:
    report = verification.verify(sealed(), [office().ca], expected_sha256="0" * 64)
    assert "not the recorded one" in report.problems[0]


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n", b"no pdf at all", b"\x00" * 999])
def test_what_is_no_pdf_is_said_to_be_none(data: bytes) -> None:
    assert not judged(data).valid


def test_a_paper_cut_short_is_refused() -> None:
    pdf = stamped()
    for length in (len(pdf) // 3, len(pdf) // 2, len(pdf) - 1):
        assert not judged(pdf[:length]).valid
