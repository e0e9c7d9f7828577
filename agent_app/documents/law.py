"""Whether a template says what the law wants said; found when the pack is loaded.

`law.toml` of a pack names sets of keys, such as Article 69's for a collection letter, and how a
paper covers each: it reads a field, takes in a clause, or carries a key in its front matter. A
template that claims a set must cover all of it in every language.
"""

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from agent_app.documents import fields
from agent_app.documents.program import Body
from agent_app.documents.template import Source
from agent_app.domain.errors import Fault

Law = Mapping[str, Any]
_NO_COVER: Mapping[str, list[str]] = {}


def read_law(files: Mapping[str, bytes]) -> Law:
    """The sets of a pack and what covers their keys."""
    return tomllib.loads(files.get("letters/law.toml", b"").decode())


def covered(source: Source, language: str, law: Law) -> frozenset[str]:
    """The keys a paper covers: what `document` and `plan_limits` rules ask of letter and terms."""
    body = source.bodies[language]
    return frozenset(
        key for key, cover in law.get("covers", {}).items() if not _lacks(source, body, cover)
    )


def faults(source: Source, law: Law) -> Iterator[Fault]:
    """What a template lacks or reads in vain, by language."""
    for language, body in source.bodies.items():
        place = f"{source.file}:{language}"
        for path, row in sorted(body.fields.items()):
            if not fields.known(path.removesuffix(".minor").removesuffix(".currency")):
                near = fields.nearest(path)
                mend = f"did you mean {near}?" if near else "see the list of fields"
                yield Fault("no such field", file=place, row=row, field=path, mend=mend)
        if not source.names_debt:
            yield from _telling(source, language, law.get("neutral", {}), place)
        for name in source.front.get("law", ()):
            wanted = law.get("set", {}).get(name)
            if wanted is None:
                yield Fault("no such set of keys", file=source.file, field="law", value=name)
                continue
            for key in wanted["keys"]:
                lacks = _lacks(source, body, law["covers"].get(key, _NO_COVER))
                if lacks:
                    missing, mend = ", ".join(lacks), "read the field or take in the clause"
                    yield Fault(f"{wanted['source']}: {key}", file=place, field=missing, mend=mend)


def _telling(source: Source, language: str, neutral: Law, place: str) -> Iterator[Fault]:
    """What gives the debt away in a paper that must not."""
    body = source.bodies[language]
    mend = "leave it out, or set names_debt = true"
    for path, row in sorted(body.fields.items()):
        if path.partition(".")[0] in neutral.get("fields", ()):
            yield Fault("tells of the debt", file=place, row=row, field=path, mend=mend)
    text = f"{source.titles.get(language, '')} {body.fixed}".lower()
    for word in neutral.get(language, ()):
        if word in text:
            at = body.row_of(word)
            yield Fault("tells of the debt", file=place, row=at, value=word, mend=mend)


def _lacks(source: Source, body: Body, cover: Mapping[str, list[str]]) -> list[str]:
    return [
        *(path for path in cover.get("fields", ()) if path not in body.fields),
        *(f"clause {name}" for name in cover.get("clauses", ()) if name not in body.clauses),
        *(key for key in cover.get("front", ()) if not source.front.get(key)),
    ]
