"""Whether a template says what the law wants said; found when the pack is loaded.

`law.toml` of a pack names sets of needs, such as Article 69's for a collection letter. A template
that claims a set in its front matter must meet every need of it in every language: read the
field, take in the clause, or carry the key in its front matter.
"""

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from agent_app.documents import fields
from agent_app.documents.template import Source
from agent_app.domain.errors import Fault

Law = Mapping[str, Any]
_INSIDE_VALUES = (".minor", ".currency")


def read_law(files: Mapping[str, bytes]) -> Law:
    """The sets of needs of a pack, by name."""
    return tomllib.loads(files.get("letters/law.toml", b"").decode())


def faults(source: Source, law: Law) -> Iterator[Fault]:
    """What a template lacks or reads in vain, by language."""
    for language, body in source.bodies.items():
        place = f"{source.file}:{language}"
        for path in sorted(body.fields):
            known = path.removesuffix(_INSIDE_VALUES[0]).removesuffix(_INSIDE_VALUES[1])
            if not fields.known(known):
                yield Fault("no such field", file=place, field=path, mend="see the list of fields")
        for name in source.front.get("law", ()):
            if name not in law:
                yield Fault("no such set of needs", file=source.file, field="law", value=name)
                continue
            for key, need in law[name]["needs"].items():
                yield from _missing(source, language, key, need, str(law[name]["source"]))


def _missing(
    source: Source, language: str, key: str, need: Mapping[str, list[str]], why: str
) -> Iterator[Fault]:
    body, place = source.bodies[language], f"{source.file}:{language}"
    for path in need.get("fields", ()):
        if path not in body.fields:
            yield Fault(f"{why}: {key}", file=place, field=path, mend="read this field")
    for clause in need.get("clauses", ()):
        if clause not in body.clauses:
            mend = f'add a line {{% clause "{clause}" %}}'
            yield Fault(f"{why}: {key}", file=place, field=clause, mend=mend)
    for front in need.get("front", ()):
        if not source.front.get(front):
            yield Fault(f"{why}: {key}", file=place, field=front, mend=f"{front} = true")
