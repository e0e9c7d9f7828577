"""The letters and agreements of a pack: read, checked, ready to print; and a draft tried out."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from agent_app.documents import law
from agent_app.documents.composer import Words, words_for
from agent_app.documents.fields import sample_case
from agent_app.documents.letter import Template, render
from agent_app.documents.template import Clauses, Source, examine
from agent_app.documents.typesetting.fonts import Fonts
from agent_app.domain.errors import BadInput, Fault

FOLDERS = ("letters", "agreements")
_SAMPLE_SERIAL = "D2026-L000001"


def load_templates(
    files: Mapping[str, bytes], *, fonts: Fonts, folder: str = "letters"
) -> dict[str, Template]:
    """Every template of a pack folder by id. Raises BadInput with all faults of all files."""
    desk = _Desk.of(files, fonts)
    found: dict[str, Template] = {}
    faults = list(desk.faults)
    for path in sorted(files):
        if not path.startswith(f"{folder}/") or not path.endswith(".md"):
            continue
        try:
            template, wrong = desk.read(path, files[path])
        except BadInput as error:
            faults += error.faults
            continue
        name = template.source.id
        if name in found:
            faults.append(Fault("this id is taken", file=path, field="id", value=name))
        faults += wrong
        found[name] = template
    if faults:
        raise BadInput(faults)
    return found


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it would be printed; `pdf` is b"" when it cannot be. `faults` name file and row."""

    pdf: bytes
    text: str
    faults: tuple[Fault, ...]


def preview(
    text: str,
    *,
    language: str,
    files: Mapping[str, bytes],
    fonts: Fonts,
    at: datetime,
    case: Mapping[str, Any] | None = None,
    file: str = "letters/draft.md",
) -> Draft:
    """Try out a template that is being written: never raises for what was typed.

    `files` is the pack's folder (clauses, frame, law); `case` are fields, invented ones when None.
    What can be set is set, also while other languages are still missing.
    """
    desk = _Desk.of(files, fonts)
    try:
        template, faults = desk.read(file, text.encode("utf-8", "surrogatepass"))
    except BadInput as error:
        return Draft(b"", "", (*desk.faults, *error.faults))
    faults = [*desk.faults, *faults]
    body, title = template.source.bodies.get(language), template.source.titles.get(language)
    if body is None or not body.lines or not title:
        return Draft(b"", "", tuple(faults))
    try:
        made = render(
            template, case=case or sample_case(), language=language, serial=_SAMPLE_SERIAL, at=at
        )
    except BadInput as error:
        return Draft(b"", "", tuple(faults or error.faults))
    return Draft(made.pdf, made.text, tuple(faults))


@dataclass(frozen=True, slots=True)
class _Desk:
    """What every template of a pack is read with."""

    clauses: Clauses
    words: Words
    law: law.Law
    fonts: Fonts
    faults: list[Fault] = field(default_factory=list)

    @classmethod
    def of(cls, files: Mapping[str, bytes], fonts: Fonts) -> "_Desk":
        faults: list[Fault] = []
        clauses: dict[str, Any] = {}
        for folder in FOLDERS:
            clauses |= _toml(files, f"{folder}/clauses.toml", faults)
        words = _toml(files, "letters/frame.toml", faults)
        return cls(clauses, words, _toml(files, "letters/law.toml", faults), fonts, faults)

    def read(self, file: str, data: bytes) -> tuple[Template, list[Fault]]:
        """A template and all that is wrong with it; BadInput when it has no front matter."""
        source, faults = examine(data, file=file, clauses=self.clauses)
        faults += law.faults(source, self.law)
        faults += self._unsayable(source)
        return Template(source, self.fonts, self.words), faults

    def _unsayable(self, source: Source) -> Iterator[Fault]:
        """Words of the frame that are missing, characters no font has."""
        for language, body in source.bodies.items():
            place = f"{source.file}:{language}"
            for key in words_for(source.front):
                if language not in self.words.get(key, {}):
                    yield Fault(
                        "no word for this", file="letters/frame.toml", field=f"{key}.{language}"
                    )
            written = set(body.fixed + source.titles.get(language, ""))
            for character in sorted(
                c for c in written if c >= " " and not self.fonts.regular.has(c)
            ):
                yield Fault(
                    f"no font has U+{ord(character):04X}",
                    file=place,
                    row=body.row_of(character),
                    value=character,
                    mend="write it another way",
                )


def _toml(files: Mapping[str, bytes], name: str, faults: list[Fault]) -> dict[str, Any]:
    try:
        return tomllib.loads(files.get(name, b"").decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        faults.append(Fault("is not TOML", file=name, value=str(error), mend="mend the syntax"))
        return {}


def frame_words(files: Mapping[str, bytes]) -> Words:
    """The words around every paper of a pack (letters/frame.toml)."""
    return _toml(files, "letters/frame.toml", [])
