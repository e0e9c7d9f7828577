"""A letter or agreement as the office writes it: one file, every language.

    +++
    id = "visit_notice"
    ...
    [title]
    zh_CN = "上门拜访告知函"
    +++
    <!-- zh_CN -->
    尊敬的{{ debtor.name }}：
    ...

Front matter is TOML; a body is Markdown with Jinja fields. Everything that can be wrong is found
here, when the pack is loaded, each fault with file, row and key: an unknown or dead field, a
missing language, a clause the law requires, a character no font has.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from agent_app import figures
from agent_app.documents import fields
from agent_app.documents.program import Body, Line, compile_body
from agent_app.domain.errors import BadInput, Fault
from agent_app.domain.languages import LANGUAGES

Clauses = Mapping[str, Mapping[str, str]]
"""Passages that several papers take in, by name and language."""
_MARK = re.compile(r"<!--\s*([A-Za-z_]+)\s*-->\s*")
_CLAUSE = re.compile(r"""\{%\s*clause\s+"([a-z0-9_]+)"\s*%\}\s*""")


@dataclass(frozen=True, slots=True)
class Source:
    """A template file, read and checked. `sha256` is of the file and every clause it takes in."""

    id: str
    kind: str
    titles: Mapping[str, str]
    front: Mapping[str, Any]
    bodies: Mapping[str, Body]
    sha256: str
    file: str

    @property
    def order(self) -> int:
        """Its place among the letters one may make, as a case goes on; 1000 where it says none."""
        return int(self.front.get("order", 1000))

    @property
    def names_debt(self) -> bool:
        """Whether the paper says there is a debt: then the disclosure gate guards it."""
        return bool(self.front.get("names_debt", True))

    @property
    def sealed_sum(self) -> str:
        """The field whose sum its seal holds, the one a reader would call the paper's; "" for
        none. `sealed_sum` in the front matter, else `balance.total` where the paper prints it."""
        printed = any("balance.total" in body.text for body in self.bodies.values())
        return str(self.front.get("sealed_sum", "balance.total" if printed else ""))


def figures_language(front: Mapping[str, Any], language: str) -> str:
    """How a paper writes its dates and sums: the language's way, or a region's of it."""
    return figures.US if language == "en" and front.get("region") == "US" else language


def read_source(data: bytes, *, file: str, clauses: Clauses | None = None) -> Source:
    """Read one template file. Raises BadInput with every fault found."""
    source, faults = examine(data, file=file, clauses=clauses)
    if faults:
        raise BadInput(faults)
    return source


def examine(
    data: bytes, *, file: str, clauses: Clauses | None = None
) -> tuple[Source, list[Fault]]:
    """The template as far as it can be read, and every fault; see also `draft.preview`.

    Raises BadInput when there is no front matter to read.
    """
    front, text, first_row = _split(data, file)
    titles = front.get("title")
    titles = {str(k): str(v) for k, v in titles.items()} if isinstance(titles, Mapping) else {}
    faults = list(_front_faults(front, titles, file))
    bodies: dict[str, Body] = {}
    for language, lines in _bodies(text, first_row).items():
        try:
            taken = _taken_in(lines, language, clauses or {}, f"{file}:{language}")
            tongue = figures_language(front, language)
            bodies[language] = compile_body(taken, language, file=file, figures_in=tongue)
        except BadInput as error:
            faults.extend(error.faults)
            bodies[language] = Body.empty(language)
    locked = front.get("locked")
    if locked is not None and locked != sha256(text.encode()).hexdigest():
        mend = "the wording is the law's: restore it, or remove the lock and lose safe harbor"
        faults.append(Fault("the locked wording was changed", file=file, field="locked", mend=mend))
    faults += [
        Fault("no text in this language", file=file, field=language, mend=f"<!-- {language} -->")
        for language in front.get("languages", LANGUAGES)
        if language not in bodies
    ]
    digest = sha256(data + "".join(bodies[key].text for key in sorted(bodies)).encode())
    made = Source(
        id=str(front.get("id", "")),
        kind=str(front.get("kind", "letter")),
        titles=titles,
        front=front,
        bodies=bodies,
        sha256=digest.hexdigest(),
        file=file,
    )
    return made, faults


def _split(data: bytes, file: str) -> tuple[dict[str, Any], str, int]:
    """Front matter, body, and how many rows stand above the body."""
    try:
        text = data.decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n")
        _, head, body = text.split("+++\n", 2)
        return tomllib.loads(head), body, head.count("\n") + 2
    except UnicodeDecodeError:
        raise BadInput(Fault("not UTF-8", file=file, mend="save it as UTF-8")) from None
    except tomllib.TOMLDecodeError as error:
        raise BadInput(Fault(str(error), file=file, field="front matter")) from None
    except ValueError:
        fault = Fault("no front matter", file=file, mend="put TOML between two +++ lines")
        raise BadInput(fault) from None


def _front_faults(
    front: Mapping[str, Any], titles: Mapping[str, str], file: str
) -> Iterator[Fault]:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", str(front.get("id", ""))):
        yield Fault("no id", file=file, field="id", mend='id = "visit_notice"')
    for language in front.get("languages", LANGUAGES):
        if not titles.get(language):
            yield Fault("no title in this language", file=file, field=f"title.{language}")
    if (held := front.get("sealed_sum")) is not None and not fields.is_sum(str(held)):
        mend = fields.nearest(str(held)) or "balance.total"
        yield Fault("no such sum", file=file, field="sealed_sum", value=str(held), mend=mend)


def _bodies(text: str, above: int) -> dict[str, list[Line]]:
    """The lines of each language, numbered as in the file."""
    found: dict[str, list[Line]] = {}
    lines: list[Line] = []
    for row, line in enumerate(text.split("\n"), above + 1):
        if mark := _MARK.fullmatch(line):
            lines = found[mark[1]] = []
        else:
            lines.append(Line(row, line))
    return found


def _taken_in(lines: list[Line], language: str, clauses: Clauses, place: str) -> list[Line]:
    """The lines with every clause standing in its place."""
    taken, faults = [], []
    for line in lines:
        name = _CLAUSE.fullmatch(line.text)
        if name is None:
            taken.append(line)
        elif (text := clauses.get(name[1], {}).get(language)) is None:
            faults.append(
                Fault("no such clause in this language", file=place, row=line.row, value=name[1])
            )
        else:
            taken += [Line(line.row, part, name[1]) for part in text.split("\n")]
    if faults:
        raise BadInput(faults)
    return taken
