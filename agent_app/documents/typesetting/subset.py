"""The part of a face that one document embeds, with the shared part compressed once.

A template's own characters are cut, laid out and deflated when the template is loaded. A letter
then adds only its ten to forty own glyphs: pieces of a zlib stream that end in a full flush can
be joined, and their Adler-32 checksums combined (RFC 1950, RFC 1951).
"""

import struct
import zlib
from array import array
from collections.abc import Iterable, Sequence
from itertools import accumulate, chain

from agent_app.documents.typesetting.fonts import Face, Glyph, require_glyphs

_ADLER = 65521


class Piece:
    """A stretch of a zlib stream that was compressed alone and can be used again."""

    __slots__ = ("adler", "length", "packed")

    def __init__(self, data: bytes, level: int = 6) -> None:
        packer = zlib.compressobj(level, zlib.DEFLATED, -15)
        self.packed = packer.compress(data) + packer.flush(zlib.Z_FULL_FLUSH)
        self.length, self.adler = len(data), zlib.adler32(data)


def join(*pieces: Piece) -> tuple[bytes, int]:
    """One zlib stream of all pieces, and its length when unpacked."""
    adler, length = 1, 0
    for piece in pieces:
        adler, length = _joined_adler(adler, piece), length + piece.length
    body = b"".join(piece.packed for piece in pieces)
    return b"\x78\x9c" + body + b"\x03\0" + adler.to_bytes(4, "big"), length


def _joined_adler(adler: int, piece: Piece) -> int:
    low, high = adler & 0xFFFF, adler >> 16
    more, above = piece.adler & 0xFFFF, piece.adler >> 16
    high = (high + above + piece.length * (low - 1)) % _ADLER
    return high << 16 | (low + more - 1) % _ADLER


class Subset:
    """The characters a template always needs of one face, ready to embed."""

    def __init__(self, face: Face, characters: Iterable[str]) -> None:
        self.face = face
        fixed = sorted(set(characters))
        require_glyphs(face, fixed)
        glyphs = [face.glyph("\0"), *(face.glyph(c) for c in fixed)]
        self.codes = {ord(c): f"{i:04x}" for i, c in enumerate(fixed, 1)}
        self.advances = {c: g.advance for c, g in zip(fixed, glyphs[1:], strict=True)}
        self.size = len(glyphs)
        self.widths = " ".join(str(self.advances[c]) for c in fixed)
        self.unicode_map = Piece(_pairs((ord(c), self.codes[ord(c)]) for c in fixed), 9)
        self.whole_map = join(_MAP_HEAD, self.unicode_map, _MAP_TAIL)[0]
        self.tag = zlib.crc32("".join(fixed).encode())
        self._metrics = _packed_metrics(glyphs)
        offsets = list(accumulate((len(g.outline) for g in glyphs), initial=0))
        self._offsets = struct.pack(f">{len(offsets)}I", *offsets)
        outlines = b"".join(g.outline for g in glyphs)
        self._outlines, self._outline_sum = Piece(outlines, 9), _checksum(outlines)
        self._whole = self._font_file(())

    def font_file(self, extra: Sequence[str]) -> tuple[bytes, int]:
        """The embedded TrueType file with `extra` characters after the fixed ones, deflated."""
        return self._font_file(extra) if extra else self._whole

    def _font_file(self, extra: Sequence[str]) -> tuple[bytes, int]:
        glyphs = [self.face.glyph(c) for c in extra]
        tail = b"".join(g.outline for g in glyphs)
        tables = self._tables(glyphs)
        glyf = (self._outline_sum + _checksum(tail)) & 0xFFFFFFFF
        head = _directory(tables, glyf, self._outlines.length + len(tail))
        return join(Piece(head, 1), self._outlines, Piece(tail))

    def _tables(self, glyphs: list[Glyph]) -> list[tuple[bytes, bytes]]:
        count = self.size + len(glyphs)
        ends = list(accumulate((len(g.outline) for g in glyphs), initial=self._outlines.length))
        head = bytearray(self.face.table(b"head"))
        head[8:12] = bytes(4)
        hhea, maxp = bytearray(self.face.table(b"hhea")), bytearray(self.face.table(b"maxp"))
        hhea[34:36] = maxp[4:6] = count.to_bytes(2, "big")
        return [
            (b"head", bytes(head)),
            (b"hhea", bytes(hhea)),
            (b"hmtx", self._metrics + _packed_metrics(glyphs)),
            (b"loca", self._offsets + struct.pack(f">{len(glyphs)}I", *ends[1:])),
            (b"maxp", bytes(maxp)),
        ]


class Glyphs:
    """Character to code within one document: the template's, then its own as they come."""

    def __init__(self, subset: Subset) -> None:
        self.subset = subset
        self.extra: list[str] = []
        self.codes = dict(subset.codes)
        self.advances = dict(subset.advances)

    def need(self, text: str) -> None:
        """Make sure every character of `text` has a code. Raises BadInput for missing glyphs."""
        new = set(text).difference(self.advances)
        if not new:
            return
        require_glyphs(self.subset.face, new)
        for character in sorted(new):
            self.codes[ord(character)] = f"{self.subset.size + len(self.extra):04x}"
            self.advances[character] = self.subset.face.glyph(character).advance
            self.extra.append(character)

    def hex(self, text: str) -> str:
        return text.translate(self.codes)

    def width(self, text: str) -> int:
        """In thousandths of the font size."""
        return sum(map(self.advances.__getitem__, text))

    def unicode_map(self) -> bytes:
        """The ToUnicode stream, deflated: right beyond U+FFFF too, so names can be copied."""
        if not self.extra:
            return self.subset.whole_map
        own = Piece(_pairs((ord(c), self.codes[ord(c)]) for c in self.extra))
        return join(_MAP_HEAD, self.subset.unicode_map, own, _MAP_TAIL)[0]

    def tag(self) -> str:
        """Six capitals that differ when the glyphs differ (ISO 32000-2 §9.9.2)."""
        number = zlib.crc32("".join(self.extra).encode(), self.subset.tag)
        return "".join(chr(65 + number // 26**place % 26) for place in range(6))

    def widths(self) -> str:
        return " ".join([self.subset.widths, *(str(self.advances[c]) for c in self.extra)])


def _pairs(items: Iterable[tuple[int, str]]) -> bytes:
    pairs = [f"<{code}> <{chr(c).encode('utf-16-be').hex()}>" for c, code in items]
    lines: list[str] = []
    for at in range(0, len(pairs), 100):  # a block holds at most 100 (ISO 32000-2 §9.10.3)
        block = pairs[at : at + 100]
        lines += [f"{len(block)} beginbfchar", *block, "endbfchar"]
    return ("\n".join(lines) + "\n").encode()


def _packed_metrics(glyphs: Sequence[Glyph]) -> bytes:
    pairs = chain.from_iterable((g.advance, g.bearing) for g in glyphs)
    return struct.pack(f">{2 * len(glyphs)}h", *pairs)


def _directory(tables: list[tuple[bytes, bytes]], glyf_sum: int, glyf_length: int) -> bytes:
    position, records, bodies = 12 + 16 * (len(tables) + 1), [], []
    for tag, body in tables:
        records.append((tag, _checksum(body), position, len(body)))
        bodies.append(body + b"\0" * (-len(body) % 4))
        position += len(bodies[-1])
    records.append((b"glyf", glyf_sum, position, glyf_length))
    head = struct.pack(">IHHHH", 0x10000, 6, 64, 2, 32)
    return head + b"".join(struct.pack(">4sIII", *r) for r in sorted(records)) + b"".join(bodies)


def _checksum(data: bytes) -> int:
    words = array("I", data + b"\0" * (-len(data) % 4))
    words.byteswap()
    return sum(words) & 0xFFFFFFFF


_MAP_HEAD = Piece(
    b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /U def"
    b" /CMapType 2 def /CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
    b"1 begincodespacerange <0000> <ffff> endcodespacerange\n"
)
_MAP_TAIL = Piece(b"endcmap CMapName currentdict /CMap defineresource pop end end")
