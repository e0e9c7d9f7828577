"""A reportlab canvas that writes PDF/A-3b, the same bytes every time, in our own fonts.

What reportlab lacks is added here: one Type 0 (Identity-H) font a face instead of many simple
ones, no unembedded Helvetica, an end of line before `endstream`, XMP metadata, an output intent
and associated files (ISO 19005-3). Drawing goes through `addLiteral`; reportlab keeps the file.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

from reportlab import rl_config
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from agent_app.documents.subset import Glyphs

if TYPE_CHECKING:
    from agent_app.documents.seal import Sealer

WIDTH, HEIGHT = A4
rl_config.pdfComments = 0  # a tenth of the time of a short file


@dataclass(frozen=True, slots=True)
class About:
    """What the file says of itself; `at` is the paper's own date, never the clock."""

    title: str
    author: str
    language: str
    at: datetime


class Sheets(Canvas):  # type: ignore[misc]
    """Pages to print. `fonts` maps a resource name such as "R" to the glyphs it will need."""

    def __init__(
        self,
        about: About,
        fonts: Mapping[str, Glyphs],
        *,
        size: tuple[float, float] = A4,
        sealer: "Sealer | None" = None,
    ) -> None:
        super().__init__("", pagesize=size, invariant=1, pdfVersion=(1, 7))
        self._about, self._fonts = about, fonts
        self._resources = _Object()
        self._resources_ref = self._refer(self._resources)
        self._forms: dict[str, str] = {}
        self._files: dict[str, str] = {}
        self._sealer = sealer
        self._seal_field = self._field(sealer) if sealer else ""

    def add_form(self, name: str, packed: bytes) -> None:
        """A drawing used on several pages: deflated operators, drawn by `/name Do`."""
        width, height = self._pagesize
        box = f"/BBox [0 0 {width:.2f} {height:.2f}]"
        head = f"/Type /XObject /Subtype /Form {box} /Resources {self._resources_ref}"
        self._forms[name] = self._refer(_stream(head, packed))

    def has_form(self, name: str) -> bool:
        return name in self._forms

    def showPage(self) -> None:
        packed = zlib.compress("\n".join(self._code).encode(), 3)
        contents = self._refer(_stream("", packed))
        self._doc.updateSignature(packed)
        field = self._seal_field if self._doc.pageCounter == 1 else ""
        self._doc.addPage(_Page(self._pagesize, self._resources_ref, contents, field))
        self._startPage()

    def attach(self, name: str, data: bytes, *, kind: str, relation: str) -> None:
        """Embed a file as PDF/A-3 wants it: `kind` is a media type, `relation` e.g. "Data"."""
        subtype = kind.replace("/", "#2F")
        size = f"/Params << /Size {len(data)} /ModDate {_date(self._about.at)} >>"
        head = f"/Type /EmbeddedFile /Subtype /{subtype} {size}"
        file = self._refer(_stream(head, zlib.compress(data, 9)))
        self._doc.updateSignature(data)
        self._files[name] = self._refer(
            _Object(
                f"<< /Type /Filespec /F {_string(name)} /UF {_string(name)}"
                f" /AFRelationship /{relation} /EF << /F {file} /UF {file} >> >>"
            )
        )

    def finish(self) -> bytes:
        """The bytes of the whole file."""
        fonts = " ".join(f"/{name} {self._font(glyphs)}" for name, glyphs in self._fonts.items())
        forms = " ".join(f"/{name} {ref}" for name, ref in self._forms.items())
        self._resources.body = f"<< /Font << {fonts} >> /XObject << {forms} >> >>".encode()
        document = self._doc
        document.Catalog = document._catalog = _Object(self._catalog())
        document.info = _Info(self._about)
        pdf: bytes = self.getpdfdata()
        return self._sealer.fill(pdf) if self._sealer else pdf

    def _field(self, sealer: "Sealer") -> str:
        """An invisible signature field on the first page."""
        signature = sealer.dictionary(_date(self._about.at), _string(self._about.author))
        value = self._refer(_Object(signature))
        return self._refer(
            _Object(
                "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Seal) /Rect [0 0 0 0] /F 132"
                f" /V {value} >>"
            )
        )

    def _make_preamble(self) -> None:
        self._preamble = ""  # reportlab's would name Helvetica, which is not embedded

    def _refer(self, thing: pdfdoc.PDFObject) -> str:
        reference: bytes = self._doc.Reference(thing).format(self._doc)
        return reference.decode()

    def _catalog(self) -> str:
        metadata = self._refer(_stream("/Type /Metadata /Subtype /XML", _xmp(self._about), ""))
        profile = self._refer(_stream("/N 3", _srgb()))
        files = ""
        if self._files:
            names = " ".join(f"{_string(n)} {ref}" for n, ref in sorted(self._files.items()))
            listed = " ".join(self._files.values())
            files = f" /AF [{listed}] /Names << /EmbeddedFiles << /Names [{names}] >> >>"
        form = ""
        if self._seal_field:
            form = f" /AcroForm << /Fields [{self._seal_field}] /SigFlags 3 >>"
        return (
            f"<< /Type /Catalog /Pages {self._refer(self._doc.Pages)} /Metadata {metadata}"
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
        file = self._refer(_stream(f"/Length1 {length}", program))
        box = " ".join(map(str, face.box))
        descriptor = self._refer(
            _Object(
                f"<< /Type /FontDescriptor /FontName {name} /Flags 4 /FontBBox [{box}]"
                f" /ItalicAngle 0 /Ascent {face.ascent} /Descent {face.descent}"
                f" /CapHeight 733 /StemV 80 /FontFile2 {file} >>"
            )
        )
        cid = self._refer(
            _Object(
                f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont {name} /CIDToGIDMap /Identity"
                " /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
                f" /DW 1000 /W [1 [{glyphs.widths()}]] /FontDescriptor {descriptor} >>"
            )
        )
        unicode_map = self._refer(_stream("", glyphs.unicode_map()))
        return self._refer(
            _Object(
                f"<< /Type /Font /Subtype /Type0 /BaseFont {name} /Encoding /Identity-H"
                f" /DescendantFonts [{cid}] /ToUnicode {unicode_map} >>"
            )
        )


class _Object(pdfdoc.PDFObject):  # type: ignore[misc]
    """An object whose text we write ourselves."""

    __RefOnly__ = 1

    def __init__(self, body: str | bytes = b"") -> None:
        self.body = body.encode("latin-1") if isinstance(body, str) else body

    def format(self, document: pdfdoc.PDFDocument) -> bytes:
        return self.body


class _Page(_Object):
    def __init__(
        self, size: tuple[float, float], resources: str, contents: str, field: str
    ) -> None:
        self._text = f"/MediaBox [0 0 {size[0]:.2f} {size[1]:.2f}] /Resources {resources}"
        self._text += f" /Contents {contents}" + (f" /Annots [{field}]" if field else "")

    def format(self, document: pdfdoc.PDFDocument) -> bytes:
        parent = document.Reference(document.Pages).format(document)
        return b"<< /Type /Page /Parent %b %b >>" % (parent, self._text.encode())


class _Info(pdfdoc.PDFInfo):  # type: ignore[misc]
    def __init__(self, about: About) -> None:
        super().__init__()
        self._about = about

    def format(self, document: pdfdoc.PDFDocument) -> bytes:
        about, date = self._about, _date(self._about.at)
        return (
            f"<< /Title {_string(about.title)} /Author {_string(about.author)}"
            f" /Producer (Doorstep) /CreationDate {date} /ModDate {date} >>"
        ).encode()


def _stream(head: str, data: bytes, filters: str = "/Filter /FlateDecode ") -> _Object:
    start = f"<< {head} {filters}/Length {len(data)} >>\nstream\n"
    return _Object(start.encode() + data + b"\nendstream")


def _string(text: str) -> str:
    if text.isascii() and not set(text) & set("()\\"):
        return f"({text})"
    return f"<feff{text.encode('utf-16-be').hex()}>"


def _date(at: datetime) -> str:
    zone = at.strftime("%z")
    return f"(D:{at:%Y%m%d%H%M%S}{zone[:3]}'{zone[3:5]}')" if zone else f"(D:{at:%Y%m%d%H%M%S}Z)"


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
