"""A workbook is read as openpyxl reads it, only sooner; what is no workbook is said to be damaged."""

from __future__ import annotations

import io
import zipfile
from datetime import date, time, timedelta
from pathlib import Path

import openpyxl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agent_app.domain.errors import BadInput
from sync.server.imports import sheets
from sync.server.imports.grid import blank

CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**18), 10**18),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text("姓名 ab<&>\n'\"=１", max_size=6).filter(lambda text: not text.startswith("=")),
    st.dates(date(1950, 1, 1), date(2100, 1, 1)),
    st.datetimes().filter(lambda at: 1950 < at.year < 2100),
    st.times(),
    st.timedeltas(timedelta(0), timedelta(days=3)),
)


@example([[" "]], False)
@given(st.lists(st.lists(CELLS, max_size=5), max_size=6), st.booleans())
def test_cells_say_what_openpyxl_reads(rows: list[list[object]], epoch_1904: bool) -> None:
    book = openpyxl.Workbook()
    if epoch_1904:
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    for row in rows:
        book.active.append(row)
    content = saved(book)
    plain = openpyxl.load_workbook(io.BytesIO(content), data_only=True).active
    expected = [
        (number, [sheets.shown(cell) for cell in cells])
        for number, cells in enumerate(plain.iter_rows(values_only=True), 1)
    ]
    (grid,) = sheets.grids(content, "a.xlsx")
    assert grid.epoch_1904 == epoch_1904
    found = dict(grid.rows)
    for number, cells in expected:
        read = found.pop(number, None)
        if read is None:
            assert blank(cells)
        else:
            assert [*read, *[""] * (len(cells) - len(read))] == cells
    assert not found


def test_cells_and_rows_left_out_keep_their_places() -> None:
    book = openpyxl.Workbook()
    book.active["C2"], book.active["A5"] = "there", time(9, 30)
    hidden = book.create_sheet("hidden")
    hidden.sheet_state = "hidden"
    book.create_sheet("second")["B1"] = 7
    found = {one.sheet: [*one.rows] for one in sheets.grids(saved(book), "a.xlsx")}
    assert found == {
        "Sheet": [(2, ["", "", "there"]), (5, ["09:30:00"])],
        "second": [(1, ["", "7"])],
    }


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("xl/worksheets/sheet1.xml", b"</row>", b"</rowe>"),
        ("xl/worksheets/sheet1.xml", b'r="B1"', b'r="A1"'),
        ("xl/worksheets/sheet1.xml", b'r="B1"', b'r="ZZZZ1"'),
        ("xl/worksheets/sheet1.xml", b"<v>7<", b"<v>seven<"),
        ("xl/worksheets/sheet1.xml", b'<c r="B1"', b'<c r="B1" s="99"'),
        ("xl/sharedStrings.xml", b"<si>", b"<!--"),
        ("xl/workbook.xml", b"<sheets>", b"<sheets"),
    ],
)
def test_a_broken_part_is_named_as_damage(part: str, old: bytes, new: bytes) -> None:
    book = openpyxl.Workbook()
    book.active.append(["word", 7])
    content = changed(shared(saved(book)), part, old, new)
    with pytest.raises(BadInput, match="a damaged file"):
        read(content)


STRINGS = (
    b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><r><t>wo</t></r>'
    b"<r><t>rd</t></r><rPh><t>aloud</t></rPh></si></sst>"
)


def test_shared_words_are_read_without_how_they_sound() -> None:
    book = openpyxl.Workbook()
    book.active.append(["word", 7])
    assert read(shared(saved(book))) == [(1, ["word", "7"])]


def test_an_entity_brings_nothing_in(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hidden word")
    book = openpyxl.Workbook()
    book.active.append(["word", 7])
    content = shared(saved(book))
    named = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]><sst'.encode()
    content = changed(content, "xl/sharedStrings.xml", b"<sst", named)
    content = changed(content, "xl/sharedStrings.xml", b"<t>wo<", b"<t>&e;<")
    assert read(content) == [(1, ["rd", "7"])]


def read(content: bytes) -> list[tuple[int, list[str]]]:
    (grid,) = sheets.grids(content, "a.xlsx")
    return [*grid.rows]


def shared(content: bytes) -> bytes:
    """With its one word among the shared strings, as other programs keep them."""
    inline, told = b't="inlineStr"><is><t>word</t></is>', b't="s"><v>0</v>'
    content = changed(content, "xl/worksheets/sheet1.xml", inline, told)
    rels = b'<Relationship Id="s" Type="x/sharedStrings" Target="sharedStrings.xml"/></Rel'
    content = changed(content, "xl/_rels/workbook.xml.rels", b"</Rel", rels)
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a") as pack:
        pack.writestr("xl/sharedStrings.xml", STRINGS)
    return out.getvalue()


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def changed(content: bytes, part: str, old: bytes, new: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as pack, zipfile.ZipFile(out, "w") as other:
        assert old in pack.read(part)
        for one in pack.namelist():
            body = pack.read(one)
            other.writestr(one, body.replace(old, new, 1) if one == part else body)
    return out.getvalue()
