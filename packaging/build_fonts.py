"""Make resources/fonts: Noto Sans SC Regular and Bold, static, stripped to what print needs.

The source is the variable font in the development dependency `justmytype-intl-cjk` (OFL-1.1).
A variable font given straight to a PDF writer prints in its default weight, Thin; so each weight
is fixed here once. Layout tables, hints and vertical metrics go: letters use none of them.
The result is byte-equal on every run. One weight takes about a minute. The colour profile of
printed papers is made beside them.

    python packaging/build_fonts.py [--out resources/fonts] [--weight Regular]
"""

import argparse
import io
import shutil
from pathlib import Path

import justmytype_intl_cjk
from fontTools import subset
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer
from PIL import ImageCms
from zstandard import ZstdCompressionParameters, ZstdCompressor

FAMILIES = Path(justmytype_intl_cjk.__path__[0]) / "fonts/ofl"
SOURCE = FAMILIES / "notosanssc"
DONORS = ("notosanstc/NotoSansTC[wght].ttf", "notosansjp/NotoSansJP[wght].ttf")
"""Of the same hand, for the characters of names that the mainland's font leaves out, as 𠮷."""
HAN = (range(0x3400, 0xA000), range(0xF900, 0xFB00), range(0x20000, 0x33480))
WEIGHTS = {"Regular": 400, "Bold": 700}
TIGHT = ZstdCompressionParameters.from_level(
    22, window_log=25, enable_ldm=True, write_checksum=True
)
"""A twentieth larger than xz and ten times as quick to unpack, which every start of the app does."""
KEPT_TABLES = {
    "GlyphOrder", "head", "hhea", "hmtx", "maxp", "loca", "glyf", "cmap", "name", "OS/2", "post",
}  # fmt: skip
KEPT_NAMES = {0, 1, 2, 3, 4, 5, 6, 13}


def static_font(weight: str) -> bytes:
    font = TTFont(SOURCE / "NotoSansSC[wght].ttf", recalcTimestamp=False)
    font = instancer.instantiateVariableFont(font, {"wght": WEIGHTS[weight]}, updateFontNames=False)
    for donor in DONORS:
        add_rare(font, FAMILIES / donor, weight)
    for tag in set(font.keys()) - KEPT_TABLES:
        del font[tag]
    for glyph in font["glyf"].glyphs.values():
        glyph.removeHinting()
    rename(font, weight)
    font["post"].formatType = 3.0
    out = io.BytesIO()
    font.save(out, reorderTables=None)
    return out.getvalue()


def add_rare(font: TTFont, donor: Path, weight: str) -> None:
    """The Han characters that `font` lacks and `donor` has, outlines and widths alone."""
    given = TTFont(donor, recalcTimestamp=False)
    known = font.getBestCmap()
    wanted = sorted(
        code for code in given.getBestCmap() if code not in known and any(code in r for r in HAN)
    )
    cutter = subset.Subsetter(subset.Options(layout_features=[], notdef_outline=True))
    cutter.populate(unicodes=wanted)
    cutter.subset(given)
    given = instancer.instantiateVariableFont(
        given, {"wght": WEIGHTS[weight]}, updateFontNames=False
    )
    names, drawn = given.getBestCmap(), given.getGlyphSet()
    order = font.getGlyphOrder()
    for code in wanted:
        pen, flat = TTGlyphPen(None), DecomposingRecordingPen(drawn)
        drawn[names[code]].draw(flat)
        flat.replay(pen)
        name = f"han{code:X}"
        order.append(name)
        font["glyf"].glyphs[name] = pen.glyph()
        font["hmtx"].metrics[name] = given["hmtx"].metrics[names[code]]
        for table in font["cmap"].tables:
            if table.format == 12 or (table.format == 4 and code < 0x10000):
                table.cmap[code] = name
    font.setGlyphOrder(order)
    font["glyf"].glyphOrder = order


def rename(font: TTFont, weight: str) -> None:
    """Name the cut after its weight, so that Qt and a PDF reader see two faces of one family."""
    table = font["name"]
    table.names = [n for n in table.names if n.nameID in KEPT_NAMES and n.platformID == 3]
    for name_id, text in {
        1: "Noto Sans SC",
        2: weight,
        3: f"NotoSansSC-{weight};doorstep",
        4: f"Noto Sans SC {weight}",
        6: f"NotoSansSC-{weight}",
    }.items():
        table.setName(text, name_id, 3, 1, 0x409)
    bold = weight == "Bold"
    font["OS/2"].usWeightClass = WEIGHTS[weight]
    font["OS/2"].fsSelection = 0x20 if bold else 0x40
    font["head"].macStyle = 1 if bold else 0


def srgb_profile() -> bytes:
    """The sRGB profile papers name as their output intent, without its making date."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[24:36] = bytes.fromhex("07ea00010001000000000000")
    return bytes(profile)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    default = Path(__file__).resolve().parent.parent / "resources/fonts"
    parser.add_argument("--out", type=Path, default=default)
    parser.add_argument("--weight", choices=sorted(WEIGHTS), action="append")
    given = parser.parse_args()
    for weight in given.weight or WEIGHTS:
        packed = ZstdCompressor(compression_params=TIGHT).compress(static_font(weight))
        (given.out / f"NotoSansSC-{weight}.ttf.zst").write_bytes(packed)
        print(f"{weight}: {len(packed):,} bytes")
    (given.out / "sRGB.icc").write_bytes(srgb_profile())
    shutil.copyfile(SOURCE / "OFL.txt", given.out / "OFL.txt")


if __name__ == "__main__":
    main()
