import io
import zlib
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from agent_app.documents.typesetting.fonts import Face, load_fonts
from agent_app.documents.typesetting.subset import Glyphs, Piece, Subset, join
from agent_app.domain.errors import BadInput
from tests.support.papers import fonts

NAMES = "䶮㛃𬱖𠅤𠮷㐂龒喆欧阳司马"


def test_fonts_are_unpacked_once(tmp_path: Path) -> None:
    load_fonts(tmp_path / "cache")
    made = sorted((tmp_path / "cache").iterdir())
    assert [path.suffix for path in made] == [".ttf", ".ttf"]
    times = [path.stat().st_mtime_ns for path in made]
    load_fonts(tmp_path / "cache")
    assert [path.stat().st_mtime_ns for path in made] == times


@given(st.text(alphabet="aZ9，。《》人民币" + NAMES, min_size=1, max_size=40), st.text("字典"))
def test_an_embedded_font_has_the_outlines_of_the_face(extra: str, fixed: str) -> None:
    face = fonts().regular
    glyphs = Glyphs(Subset(face, fixed))
    glyphs.need(extra)
    packed, length = glyphs.subset.font_file(glyphs.extra)
    data = zlib.decompress(packed)
    assert len(data) == length
    cut = Face("cut", with_cmap(data))
    for character in extra:
        code = int(glyphs.codes[ord(character)], 16)
        assert cut._cut(code) == face.glyph(character)
        assert glyphs.advances[character] == face.glyph(character).advance


def with_cmap(data: bytes) -> bytes:
    """fontTools reads the subset, so its checksums and directory are sound; and adds a cmap."""
    font = TTFont(io.BytesIO(data), checkChecksums=2)
    from fontTools.ttLib.tables._c_m_a_p import CmapSubtable, table__c_m_a_p

    table = table__c_m_a_p()
    table.tableVersion = 0
    sub = CmapSubtable.newSubtable(12)
    sub.platformID, sub.platEncID, sub.language, sub.cmap = 3, 10, 0, {0x41: font.getGlyphName(0)}
    table.tables = [sub]
    font["cmap"] = table
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=6))
def test_pieces_join_into_one_stream(parts: list[bytes]) -> None:
    packed, length = join(*map(Piece, parts))
    assert zlib.decompress(packed) == b"".join(parts)
    assert length == len(b"".join(parts))


def test_a_missing_glyph_is_named() -> None:
    with pytest.raises(BadInput, match="U\\+1F600 GRINNING FACE"):
        fonts().regular.glyph("😀")
