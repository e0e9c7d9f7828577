"""Who is visited: the characters of `scripts/rehearsal.toml`, read from a pack and all below it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from agent_app.domain.errors import BadInput, Fault
from agent_app.packs import PackSet

ROLES = "scripts/rehearsal.toml"
SCRIPT = "scripts/visit.xlsx"
NEEDED = frozenset({"title", "lesson", "outcomes", "answers"})
"""What every role says of itself."""

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Person:
    """An invented debtor: how they are called and what they owe, in minor units."""

    name: str
    principal: int
    interest: int = 0
    fees: int = 0
    sex: str = ""


@dataclass(frozen=True, slots=True)
class Role:
    """A character. `answers` is what their side brings about, by question; what it leaves out is
    the agent's own choice. `says` are their words at a question, by language; `stop_at` is the
    question at which they want it to end; `outcomes` are the right ends; `lesson` is what this
    visit is there to teach. `facts` are what they answer when asked who they are.
    """

    id: str
    title: Words
    lesson: Words
    person: Person
    answers: Mapping[str, str]
    outcomes: frozenset[str]
    says: Mapping[str, Words] = field(default_factory=dict)
    stop_at: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    month: Mapping[str, int] = field(default_factory=dict)
    setting: Mapping[str, Any] = field(default_factory=dict)


def rehearsable(packs: PackSet) -> tuple[str, ...]:
    """The packs that have both a script and somebody to visit."""
    return tuple(pack.id for pack in packs if SCRIPT in pack.files and ROLES in pack.files)


def read_roles(packs: PackSet, pack: str) -> tuple[Role, ...]:
    """The characters of a pack, those of the packs it extends among them; a later layer's word
    goes over an earlier one's. BadInput names what is missing and where."""
    characters: dict[str, dict[str, Any]] = {}
    setting: dict[str, Any] = {}
    for layer in packs.chain(pack):
        held = tomllib.loads(layer.files.get(ROLES, b"").decode())
        setting |= held.get("invented", {})
        for entry in held.get("role", ()):
            name = str(entry.get("id", ""))
            characters[name] = _over(entry, characters.get(name, {}))
    return _made(characters, setting, f"{pack}/{ROLES}")


def _over(entry: Mapping[str, Any], below: Mapping[str, Any]) -> dict[str, Any]:
    """One role over the same one of a lower layer: tables are joined, all else replaced."""
    joined = {
        key: {**below[key], **value}
        for key, value in entry.items()
        if isinstance(value, Mapping) and isinstance(below.get(key), Mapping)
    }
    return {**below, **entry, **joined}


def _made(
    characters: Mapping[str, Mapping[str, Any]], setting: Mapping[str, Any], file: str
) -> tuple[Role, ...]:
    people = [Person(**one) for one in setting.get("person", ())]
    faults = [
        Fault("a role lacks a field", file=file, field=lacks, value=name)
        for name, entry in characters.items()
        for lacks in sorted(NEEDED - entry.keys())
    ]
    if len(people) < len(characters):
        faults.append(
            Fault(
                "more roles than invented people", file=file, field="invented.person",
                value=str(len(people)), mend=f"name {len(characters)}",
            )
        )  # fmt: skip
    if faults:
        raise BadInput(faults)
    return tuple(
        _role(name, entry, person, setting)
        for (name, entry), person in zip(characters.items(), people, strict=False)
    )


def _role(name: str, entry: Mapping[str, Any], person: Person, setting: Mapping[str, Any]) -> Role:
    return Role(
        id=name,
        title=entry["title"],
        lesson=entry["lesson"],
        person=person,
        answers=entry["answers"],
        outcomes=frozenset(entry["outcomes"]),
        says=entry.get("says", {}),
        stop_at=entry.get("stop_at", ""),
        facts=setting.get("facts", {}),
        month=setting.get("month", {}),
        setting=setting,
    )
