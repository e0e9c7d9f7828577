"""The two faces letters are set in: found, unpacked once, read glyph by glyph.

The packed faces are made by packaging/build_fonts.py: TrueType outlines, no composite glyphs,
one cmap of format 12. The caller names a cache folder where they lie unpacked, 10 MB each: a face
is mapped from there, not read, and opens in a few milliseconds.
"""

import mmap
import os
import struct
from array import array
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple
from unicodedata import category, name

import zstandard

from agent_app.domain.errors import BadInput, Fault


class Glyph(NamedTuple):
    """An outline (padded to four bytes), its advance and left bearing in font units."""

    outline: bytes
    advance: int
    bearing: int


class Face:
    """One weight of the family. All metrics are in thousandths of the font size."""

    UNITS = 1000

    def __init__(self, name: str, data: bytes | mmap.mmap) -> None:
        self.name = name
        self._data = data
        count = struct.unpack_from(">H", data, 4)[0]
        self._tables = {
            tag: (offset, length)
            for tag, _, offset, length in struct.iter_unpack(">4sIII", data[12 : 12 + 16 * count])
        }
        self._read_metrics()
        self._read_cmap()
        self._glyphs: dict[str, Glyph] = {}

    def table(self, tag: bytes) -> bytes:
        offset, length = self._tables[tag]
        return self._data[offset : offset + length]

    def has(self, character: str) -> bool:
        return self._index(ord(character)) != 0

    def glyph(self, character: str) -> Glyph:
        """The glyph of one character. Raises BadInput when the face has none."""
        found = self._glyphs.get(character)
        if found is None:
            index = self._index(ord(character))
            if index == 0 and character != "\0":
                refuse_missing([character])
            found = self._glyphs[character] = self._cut(index)
        return found

    def _cut(self, index: int) -> Glyph:
        base = self._tables[b"glyf"][0]
        outline = self._data[base + self._loca[index] : base + self._loca[index + 1]]
        metric = min(index, self._metric_count - 1)
        advance, bearing = struct.unpack_from(">Hh", self._hmtx, 4 * metric)
        return Glyph(outline + b"\0" * (-len(outline) % 4), advance, bearing)

    def _read_metrics(self) -> None:
        head, hhea = self.table(b"head"), self.table(b"hhea")
        units = struct.unpack_from(">H", head, 18)[0]
        long_loca = struct.unpack_from(">h", head, 50)[0]
        if units != self.UNITS or not long_loca:
            raise BadInput(Fault("not a prepared face", value=self.name, mend="build_fonts.py"))
        self.box: tuple[int, int, int, int] = struct.unpack_from(">4h", head, 36)
        self.ascent, self.descent = struct.unpack_from(">2h", hhea, 4)
        self._metric_count = struct.unpack_from(">H", hhea, 34)[0]
        self._hmtx = self.table(b"hmtx")
        self._loca = array("I", self.table(b"loca"))
        self._loca.byteswap()

    def _read_cmap(self) -> None:
        cmap = self.table(b"cmap")
        for index in range(struct.unpack_from(">H", cmap, 2)[0]):
            _, _, start = struct.unpack_from(">HHI", cmap, 4 + 8 * index)
            if struct.unpack_from(">H", cmap, start)[0] == 12:
                break
        else:
            raise BadInput(Fault("no cmap of format 12", value=self.name, mend="build_fonts.py"))
        length, _count = struct.unpack_from(">I4xI", cmap, start + 4)
        groups = array("I", cmap[start + 16 : start + length])
        groups.byteswap()
        self._starts, self._ends, self._first = groups[0::3], groups[1::3], groups[2::3]

    def _index(self, code: int) -> int:
        at = bisect_right(self._starts, code) - 1
        if at < 0 or code > self._ends[at]:
            return 0
        return self._first[at] + code - self._starts[at]


@dataclass(frozen=True, slots=True)
class Fonts:
    """The family every document is set in."""

    regular: Face
    bold: Face


def load_fonts(cache: Path) -> Fonts:
    """Both faces, unpacked into `cache` the first time."""
    return Fonts(_face("Regular", cache), _face("Bold", cache))


def require_glyphs(face: Face, text: Iterable[str]) -> None:
    """Raise BadInput naming every character of `text` that would print as an empty box."""
    missing = sorted({c for c in text if not face.has(c)})
    if missing:
        refuse_missing(missing)


def refuse_missing(characters: Iterable[str]) -> None:
    raise BadInput(
        [
            Fault(
                f"no font has U+{ord(c):04X} {name(c, '')}".rstrip(),
                value=c if category(c)[0] != "C" else "",
                mend="write the name another way, or ask the office for a larger font",
            )
            for c in characters
        ]
    )


def _face(weight: str, cache: Path) -> Face:
    packed = files("resources") / "fonts" / f"NotoSansSC-{weight}.ttf.zst"
    data = packed.read_bytes()
    # The checksum that ends the packed face keeps an older unpacked one from being used.
    unpacked = cache / f"NotoSansSC-{weight}-{_mark(data)}.ttf"
    if not unpacked.exists():
        cache.mkdir(parents=True, exist_ok=True)
        part = unpacked.with_suffix(f".{os.getpid()}.part")
        part.write_bytes(zstandard.decompress(data))
        part.replace(unpacked)
    with unpacked.open("rb") as file:
        return Face(f"NotoSansSC-{weight}", mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def _mark(packed: bytes) -> str:
    return packed[-4:].hex()
