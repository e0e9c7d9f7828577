"""Pages written as PDF/A-3b, the same bytes every time, in our own fonts.

One Type 0 (Identity-H) font a face, a fixed page as one form, XMP metadata, an output intent and
associated files (ISO 19005-3). What is drawn comes as operators; `pdffile` keeps the objects.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

from agent_app.documents.typesetting.pdffile import PdfFile
from agent_app.documents.typesetting.subset import Glyphs

if TYPE_CHECKING:
    from agent_app.documents.sealing.seal import Sealer

A4 = WIDTH, HEIGHT = 210 * 72 / 25.4, 297 * 72 / 25.4


@dataclass(frozen=True, slots=True)
class About:
    """What the file says of itself; `at` is the paper's own date, never the clock."""

    title: str
    author: str
    language: str
    at: datetime


class Sheets:
    """Pages to print. `fonts` maps a resource name such as "R" to the glyphs it will need."""

    def __init__(
        self,
        about: About,
        fonts: Mapping[str, Glyphs],
        *,
        size: tuple[float, float] = A4,
        sealer: "Sealer | None" = None,
    ) -> None:
        self._about, self._fonts, self._size = about, fonts, size
        self._file = PdfFile()
        self._tree, self._resources = self._file.reserve(), self._file.reserve()
        self._fonts_ref = self._file.reserve()
        self._pages: list[str] = []
        self._forms: dict[str, str] = {}
        self._files: dict[str, str] = {}
        self._sealer = sealer
        self._seal_field = self._field(sealer) if sealer else ""

    def add_form(self, name: str, packed: bytes) -> None:
        """A drawing used on several pages: deflated operators, drawn by `/name Do`."""
        box = f"/BBox [0 0 {self._size[0]:.2f} {self._size[1]:.2f}]"
        head = f"/Type /XObject /Subtype /Form {box} /Resources << /Font {self._fonts_ref} >>"
        self._forms[name] = self._file.stream(head, packed)

    def has_form(self, name: str) -> bool:
        return name in self._forms

    def add_page(self, operators: str) -> None:
        """A page that shows what the operators draw."""
        contents = self._file.stream("", zlib.compress(operators.encode(), 3))
        field = "" if self._pages or not self._seal_field else f" /Annots [{self._seal_field}]"
        self._pages.append(
            self._file.add(
                f"<< /Type /Page /Parent {self._tree} /MediaBox [0 0 {self._size[0]:.2f}"
                f" {self._size[1]:.2f}] /Resources {self._resources} /Contents {contents}{field} >>".encode()
            )
        )

    def attach(self, name: str, data: bytes, *, kind: str, relation: str) -> None:
        """Embed a file as PDF/A-3 wants it: `kind` is a media type, `relation` e.g. "Data"."""
        subtype = kind.replace("/", "#2F")
        size = f"/Params << /Size {len(data)} /ModDate {_date(self._about.at)} >>"
        head = f"/Type /EmbeddedFile /Subtype /{subtype} {size}"
        file = self._file.stream(head, zlib.compress(data, 9))
        self._files[name] = self._add(
            f"<< /Type /Filespec /F {_string(name)} /UF {_string(name)}"
            f" /AFRelationship /{relation} /EF << /F {file} /UF {file} >> >>"
        )

    def finish(self) -> bytes:
        """The bytes of the whole file."""
        fonts = " ".join(f"/{name} {self._font(glyphs)}" for name, glyphs in self._fonts.items())
        forms = " ".join(f"/{name} {ref}" for name, ref in self._forms.items())
        self._put(self._fonts_ref, f"<< {fonts} >>")
        self._put(self._resources, f"<< /Font {self._fonts_ref} /XObject << {forms} >> >>")
        kids = " ".join(self._pages)
        self._put(self._tree, f"<< /Type /Pages /Count {len(self._pages)} /Kids [{kids}] >>")
        pdf = self._file.finish(self._add(self._catalog()), self._add(_info(self._about)))
        return self._sealer.fill(pdf) if self._sealer else pdf

    def _add(self, body: str) -> str:
        return self._file.add(body.encode("ascii"))

    def _put(self, reference: str, body: str) -> None:
        self._file.put(reference, body.encode("ascii"))

    def _field(self, sealer: "Sealer") -> str:
        """An invisible signature field on the first page."""
        signature = sealer.dictionary(_date(self._about.at), _string(self._about.author))
        value = self._add(signature)
        return self._add(
            "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Seal) /Rect [0 0 0 0] /F 132"
            f" /V {value} >>"
        )

    def _catalog(self) -> str:
        metadata = self._file.stream("/Type /Metadata /Subtype /XML", _xmp(self._about), "")
        profile = self._file.stream("/N 3", _srgb())
        files = ""
        if self._files:
            names = " ".join(f"{_string(n)} {ref}" for n, ref in sorted(self._files.items()))
            listed = " ".join(self._files.values())
            files = f" /AF [{listed}] /Names << /EmbeddedFiles << /Names [{names}] >> >>"
        form = ""
        if self._seal_field:
            form = f" /AcroForm << /Fields [{self._seal_field}] /SigFlags 3 >>"
        return (
            f"<< /Type /Catalog /Pages {self._tree} /Metadata {metadata}"
            f" /Lang {_string(self._about.language.replace('_', '-'))}"
            " /ViewerPreferences << /DisplayDocTitle true /PrintScaling /None >>"
            " /OutputIntents [<< /Type /OutputIntent /S /GTS_PDFA1"
            " /OutputConditionIdentifier (sRGB) /Info (sRGB)"
            f" /DestOutputProfile {profile} >>]{files}{form} >>"
        )

    def _font(self, glyphs: Glyphs) -> str:
        face = glyphs.subset.face
        program, length = glyphs.subset.font_file(glyphs.extra)
        name = f"/{glyphs.tag()}+{face.name}"
        file = self._file.stream(f"/Length1 {length}", program)
        box = " ".join(map(str, face.box))
        descriptor = self._add(
            f"<< /Type /FontDescriptor /FontName {name} /Flags 4 /FontBBox [{box}]"
            f" /ItalicAngle 0 /Ascent {face.ascent} /Descent {face.descent}"
            f" /CapHeight 733 /StemV 80 /FontFile2 {file} >>"
        )
        cid = self._add(
            f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont {name} /CIDToGIDMap /Identity"
            " /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
            f" /DW 1000 /W [1 [{glyphs.widths()}]] /FontDescriptor {descriptor} >>"
        )
        unicode_map = self._file.stream("", glyphs.unicode_map())
        return self._add(
            f"<< /Type /Font /Subtype /Type0 /BaseFont {name} /Encoding /Identity-H"
            f" /DescendantFonts [{cid}] /ToUnicode {unicode_map} >>"
        )


def _info(about: About) -> str:
    date = _date(about.at)
    return (
        f"<< /Title {_string(about.title)} /Author {_string(about.author)}"
        f" /Producer (Doorstep) /CreationDate {date} /ModDate {date} >>"
    )


def _string(text: str) -> str:
    if text.isascii() and not set(text) & set("()\\"):
        return f"({text})"
    return f"<feff{text.encode('utf-16-be').hex()}>"


@lru_cache(256)
def _date(at: datetime) -> str:
    zone = at.strftime("%z")
    return f"(D:{at:%Y%m%d%H%M%S}{zone[:3]}'{zone[3:5]}')" if zone else f"(D:{at:%Y%m%d%H%M%S}Z)"


@lru_cache(64)
def _xmp(about: About) -> bytes:
    at = about.at.replace(microsecond=0).isoformat()
    return _XMP.format(
        title=escape(about.title),
        author=escape(about.author),
        at=at if about.at.tzinfo else at + "Z",
    ).encode()


@cache
def _srgb() -> bytes:
    """The colour profile of the output intent, deflated."""
    return zlib.compress((files("resources") / "fonts/sRGB.icc").read_bytes(), 9)


_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<xmp:CreateDate>{at}</xmp:CreateDate><xmp:ModifyDate>{at}</xmp:ModifyDate>
<pdf:Producer>Doorstep</pdf:Producer></rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""
