"""The questions of a visit and the words of its choices, for who reads its answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from agent_app.domain.errors import BadInput
from agent_app.domain.events import Event
from agent_app.script.loading import load_form
from agent_app.script.retelling import fitting, retell


@dataclass(frozen=True, slots=True)
class Asked:
    """One question in one language; `choices` are labels by value."""

    question: str
    choices: Mapping[str, str]

    def read(self, value: str) -> list[str]:
        """An answer in words, each choice by itself; what is no choice as it was given."""
        parts = value.split() if self.choices else [value]
        return [self.choices.get(part, part) for part in parts]


def asked(
    scripts: Iterable[bytes], events: Sequence[Event], visit: str, languages: Iterable[str]
) -> dict[str, dict[str, Asked]]:
    """By language, every question answered in the visit, by its ref; {} where no script fits.

    The script is told the visit again with the answers in `events` and nothing of the case, so
    that no label can say more than they do.
    """
    forms = [load_form(source, name="visit.xlsx") for source in dict.fromkeys(scripts)]
    form = fitting(forms, events, visit)
    if form is None:
        return {}
    try:
        session = retell(form, events, visit=visit).session
    except BadInput:
        return {}
    refs = {
        str(event.body["ref"])
        for event in events
        if event.visit == visit and event.kind == "answered" and "ref" in event.body
    }
    found: dict[str, dict[str, Asked]] = {}
    for language in languages:
        session.set_language(language)
        found[language] = {}
        for ref in refs:
            try:
                view = session.view(ref)
            except KeyError:
                continue
            labels = {choice.value: choice.label for choice in view.choices}
            found[language][ref] = Asked(view.label, labels)
    return found
