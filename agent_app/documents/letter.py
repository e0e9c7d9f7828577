"""Letters: load a pack's templates, render one, or many into one file.

The same template, data, fonts and serial number give the same bytes, years later too: nothing
here reads the clock, a random number or the machine.
"""

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from agent_app.documents.composer import Composer, Paper, Words
from agent_app.documents.fields import spoken_in
from agent_app.documents.program import fill
from agent_app.documents.sums import check_sums
from agent_app.documents.template import Source
from agent_app.documents.typesetting import frame
from agent_app.documents.typesetting.fonts import Fonts
from agent_app.documents.typesetting.markup import plain
from agent_app.documents.typesetting.sheets import HEIGHT, About, Sheets
from agent_app.documents.typesetting.strips import operators
from agent_app.documents.typesetting.typeset import Setter
from agent_app.domain.errors import BadInput, Fault

if TYPE_CHECKING:
    from agent_app.documents.sealing.seal import Sealer

DIGITS = "0123456789-,.\u00a0 "
COMMON = DIGITS + ":/%()（）：、·年月日元"
_LATIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CAPITALS = "零壹贰叁肆伍陆柒捌玖拾佰仟万亿角分整"


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished paper. `template_sha` pins what it was made from, `text` is what it says."""

    pdf: bytes
    text: str
    template_sha: str
    pages: int

    @property
    def sha256(self) -> str:
        """Of the exact bytes."""
        return sha256(self.pdf).hexdigest()


@dataclass(frozen=True, slots=True)
class Template:
    """A source with the fonts and frame words it is printed with."""

    source: Source
    fonts: Fonts
    words: Words
    _setters: dict[tuple[str, str], "_Office"] = field(default_factory=dict, compare=False)

    def office(self, language: str, agency: Mapping[str, Any]) -> "_Office":
        """Setter and letterhead of one office in one language, made once."""
        if language not in self.source.bodies:
            raise BadInput(Fault("no text in this language", file=self.source.file, field=language))
        head = "\n".join(str(agency.get(key) or "") for key in ("name", "address", "phone", "code"))
        found = self._setters.get((language, head))
        if found is None:
            regular, bold = self._fixed(language, head)
            form = bool(self.source.front.get("form", False))
            setter = Setter(self.fonts, regular, bold, language, form=form)
            found = _Office.make(setter, agency)
            self._setters[language, head] = found
        return found

    def _fixed(self, language: str, head: str) -> tuple[str, str]:
        """The characters always needed, regular and bold."""
        body, title = self.source.bodies[language], self.source.titles[language]
        places = {f"sign_{role}" for role in self.source.front.get("sign", ())} | {"sign_date"}
        words = "".join(
            text.get(language, "")
            for key, text in self.words.items()
            if not key.startswith("sign_") or (len(places) > 1 and key in places)
        )
        bold = body.heavy + title + head + self.words["to"][language] + DIGITS
        common = COMMON + (_LATIN if body.straight else "")
        common += _CAPITALS if "| capital" in body.text else ""
        return _printable(body.fixed + words + head + common), _printable(bold)


@dataclass(frozen=True, slots=True)
class _Office:
    """What is fixed for a template, a language and an office: fonts, letterhead, running head."""

    setter: Setter
    first: bytes
    following: bytes

    @classmethod
    def make(cls, setter: Setter, agency: Mapping[str, Any]) -> "_Office":
        glyphs = setter.glyphs()
        first = operators(frame.letterhead(setter, glyphs, agency), HEIGHT)
        following = operators(frame.running_head(setter, glyphs, agency), HEIGHT)
        return cls(setter, zlib.compress(first.encode(), 9), zlib.compress(following.encode(), 9))


def render(
    template: Template,
    *,
    case: Mapping[str, Any],
    language: str,
    serial: str,
    at: datetime,
    seal_text: str | None = None,
    sealer: "Sealer | None" = None,
) -> Rendered:
    """One letter as PDF/A, sealed by `sealer` where there is one.

    Raises BadInput for a missing field or a character without glyph.
    """
    return render_paper(template, Paper(case, language, serial, at, seal_text), sealer=sealer)


def render_paper(
    template: Template,
    paper: Paper,
    attachments: Iterable[tuple[str, bytes, str, str]] = (),
    *,
    sealer: "Sealer | None" = None,
) -> Rendered:
    """As `render`, with ink and attached files (name, bytes, media type, relation)."""
    paper = _in_its_language(paper)
    office = template.office(paper.language, paper.case["agency"])
    batch = Batch(template, paper, office, sealer)
    text = batch.add(paper)
    for name, data, kind, relation in attachments:
        batch.sheets.attach(name, data, kind=kind, relation=relation)
    pdf = batch.sheets.finish()
    return Rendered(pdf, text, template.source.sha256, batch.pages)


def render_batch(
    template: Template, papers: Iterable[Paper], faults: list[Fault] | None = None
) -> bytes:
    """Many letters of one template, language and office in one file, for one print job.

    A letter that cannot be set raises BadInput, or where `faults` takes what is wrong with it,
    by its case, it is left out.
    """
    batch: Batch | None = None
    for paper in map(_in_its_language, papers):
        office = template.office(paper.language, paper.case["agency"])
        if batch is None:
            batch = Batch(template, paper, office)
        elif office is not batch.office:
            raise BadInput(Fault("a batch is of one language and one office", value=paper.serial))
        try:
            batch.add(paper)
        except BadInput as fault:
            if faults is None:
                raise
            faults += of_case(paper, fault)
    if batch is None or not batch.pages:
        raise BadInput(faults or Fault("no letters to print"))
    return batch.sheets.finish()


def of_case(paper: Paper, fault: BadInput) -> list[Fault]:
    """The faults of one letter among many, each with its case in front."""
    case = str(paper.case.get("id", paper.serial))
    return [replace(one, field=": ".join(filter(None, (case, one.field)))) for one in fault.faults]


def _in_its_language(paper: Paper) -> Paper:
    return replace(paper, case=spoken_in(paper.case, paper.language))


def _printable(text: str) -> str:
    return "".join(sorted(c for c in set(text) if c >= " "))


class Batch:
    """A file being written, letter by letter."""

    def __init__(
        self, template: Template, first: Paper, office: _Office, sealer: "Sealer | None" = None
    ) -> None:
        title = template.source.titles[first.language]
        about = About(title, str(first.case["agency"]["name"]), first.language, first.at)
        self.template, self.office, self.pages = template, office, 0
        self._glyphs = office.setter.glyphs()
        fonts = {"R": self._glyphs.regular, "B": self._glyphs.bold}
        self.sheets = Sheets(about, fonts, sealer=sealer)

    def add(self, paper: Paper) -> str:
        """Set one letter; returns its text."""
        source = self.template.source
        letter = {"serial": paper.serial, "date": paper.at.date().isoformat()}
        values = {**paper.case, "letter": letter}
        body = source.bodies[paper.language]
        blocks = fill(body, values, file=source.file)
        check_sums(values, body.fields, file=source.file)
        composer = Composer(source, self.template.words, self.office.setter, self._glyphs, paper)
        pages = composer.pages(blocks)
        for number, placed in enumerate(pages):
            name, packed = ("S", self.office.first) if number == 0 else ("T", self.office.following)
            if not self.sheets.has_form(name):
                self.sheets.add_form(name, packed)
            self.sheets.add_page(f"/{name} Do\n{operators(placed, HEIGHT)}")
        self.pages += len(pages)
        title = source.titles[paper.language]
        return "\n".join([title, *(plain("\t".join(block.cells)) for block in blocks)])
