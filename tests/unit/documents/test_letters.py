import shutil
import subprocess
from pathlib import Path

import pytest

from agent_app.documents import fields, letter, qr, shelf
from agent_app.documents.composer import Paper
from agent_app.domain.errors import BadInput
from tests.support.papers import AT, SEAL_TEXT, pack_files, printed, templates
from tests.support.papers import fonts as print_fonts


def tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def said(pdf: bytes, folder: Path) -> str:
    """The text a reader can copy out."""
    path = folder / "paper.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(
        [tool("pdftotext"), "-layout", path, "-"], capture_output=True, check=True
    )
    return done.stdout.decode()


def test_every_letter_prints_in_every_language() -> None:
    for name, template in templates().items():
        for language in template.source.bodies:
            paper = printed(name, language)
            assert paper.pdf.startswith(b"%PDF-1.7"), (name, language)
            assert template.source.titles[language] in paper.text


def test_the_same_letter_has_the_same_bytes() -> None:
    first = printed()
    printed(debtor__name="欧阳䶮")
    again = shelf.load_templates(pack_files(), fonts=print_fonts())["overdue_notice"]
    second = letter.render(
        again,
        case=fields.sample_case(),
        language="zh_CN",
        serial="CD-2026-000001",
        at=AT,
        seal_text=SEAL_TEXT,
    )
    assert first.pdf == second.pdf
    assert first.sha256 == second.sha256
    assert first.template_sha == second.template_sha


def test_rare_names_can_be_copied_out(tmp_path: Path) -> None:
    name = "䶮㛃𬱖𠅤"
    assert name in said(printed(debtor__name=name).pdf, tmp_path)


def test_a_character_without_glyph_is_refused_by_name() -> None:
    with pytest.raises(BadInput, match=r"U\+2C386"):
        printed(debtor__name="王\U0002c386")


def test_the_file_is_sound_and_every_font_is_in_it(tmp_path: Path) -> None:
    path = tmp_path / "letter.pdf"
    path.write_bytes(printed().pdf)
    subprocess.run([tool("qpdf"), "--check", path], check=True, capture_output=True)
    listed = subprocess.run(
        [tool("pdffonts"), path], capture_output=True, check=True, encoding="utf-8"
    )
    rows = listed.stdout.splitlines()[2:]
    assert len(rows) == 2
    assert all("CID TrueType      Identity-H       yes yes yes" in row for row in rows)


def test_a_field_without_a_value_is_refused_by_name() -> None:
    case = fields.sample_case()
    del case["creditor"]["phone"]
    with pytest.raises(BadInput, match="phone"):
        letter.render(templates()["overdue_notice"], case=case, language="zh_CN", serial="1", at=AT)


def test_many_letters_in_one_file_count_their_own_pages(tmp_path: Path) -> None:
    template = templates()["overdue_notice"]
    papers = [Paper(fields.sample_case(), "zh_CN", f"CD-{n}", AT, SEAL_TEXT) for n in range(3)]
    text = said(letter.render_batch(template, papers), tmp_path)
    assert text.replace(" ", "").count("第1页/共2页") == 3
    assert all(f"CD-{n}" in text for n in range(3))


def test_a_batch_of_two_languages_is_refused() -> None:
    papers = [Paper(fields.sample_case(), lang, "1", AT) for lang in ("zh_CN", "en")]
    with pytest.raises(BadInput):
        letter.render_batch(templates()["overdue_notice"], papers)


def test_the_code_on_the_letter_reads_back() -> None:
    import numpy
    import zxingcpp

    code = qr.modules(SEAL_TEXT)
    image = numpy.full((code.size + 8, code.size + 8), 255, dtype=numpy.uint8)
    for y, row in enumerate(code.rows):
        for x, bit in enumerate(f"{row:0{code.size}b}"):
            image[y + 4, x + 4] = 255 * int(bit)
    large = image.repeat(4, axis=0).repeat(4, axis=1)
    assert [found.text for found in zxingcpp.read_barcodes(large)] == [SEAL_TEXT]


def test_the_model_form_has_its_two_columns_on_one_page(tmp_path: Path) -> None:
    form = letter.render(
        templates("letters", "us")["validation_notice"],
        case=fields.sample_case(),
        language="en",
        serial="584-345",
        at=AT,
    )
    assert form.pages == 1
    path = tmp_path / "form.pdf"
    path.write_bytes(form.pdf)
    shown = subprocess.run(
        [tool("pdftotext"), "-layout", path, "-"], capture_output=True, encoding="utf-8", check=True
    ).stdout
    beside = [line for line in shown.splitlines() if "How do you want to respond?" in line]
    assert "Mail this form to:" in beside[0]
    assert "December 28, 2026" in shown
    assert "$2,284.56" in shown


def test_a_paper_addresses_people_in_its_own_language() -> None:
    assert printed("missed_you", "zh_CN").text.splitlines()[1] == "陈嘉琪女士："
    assert printed("missed_you", "en").text.splitlines()[1] == "Ms 陈嘉琪,"
    assert printed("missed_you", "en", debtor__sex="").text.splitlines()[1] == "陈嘉琪,"


def test_a_receipt_that_a_stranger_may_sign_does_not_name_the_letter() -> None:
    for language in ("zh_CN", "zh_TW", "en"):
        text = printed("delivery_receipt", language).text
        assert "CD-2026-000001" in text
        assert not any(word in text for word in ("逾期", "债", "債", "overdue"))
