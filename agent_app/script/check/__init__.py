"""The model check: proves a visit script lawful before any agent gets it, or shows the path.

`doorstep script check FORM --pack PACK`; what is proved stands in docs/scripts.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from importlib.resources import files
from pathlib import Path
from typing import TextIO

from agent_app.domain.outcome import Outcomes
from agent_app.domain.rules.wording import ProhibitedConduct
from agent_app.packs import Pack, PackSet, load_packs
from agent_app.script.check.cases import cases
from agent_app.script.check.claims import JUDGED, Claims
from agent_app.script.check.copies import BOUNDS, has_repeats
from agent_app.script.check.explore import Explorer
from agent_app.script.check.model import Model, read_model
from agent_app.script.check.play import Play
from agent_app.script.check.report import Breach, Report
from agent_app.script.check.rules import broken_rules, held_back
from agent_app.script.check.walk import Walker
from agent_app.script.check.wording import missing_texts, wrong_words
from agent_app.script.loading import Form, load_form

__all__ = ["Breach", "Report", "check", "run"]

WALKS = 10_000
SEED = 20_261_122
NOON = datetime(2026, 11, 22, 12, tzinfo=timezone(timedelta(hours=8)))
"""When the checked visits happen: any moment does, conditions on dates are tried around it."""


def run(form_path: Path, pack_name: str | None, out: TextIO) -> int:
    """Check a form against a pack of the app (its own country by default); 0 when it passed.

    Raises BadInput when the form or the pack cannot be read.
    """
    form = load_form(form_path)
    report = check(
        form, load_packs(files("resources") / "packs"), pack_name or form.id.partition(".")[0]
    )
    out.writelines(f"{line}\n" for line in report.lines())
    return 0 if report.passed else 1


def check(form: Form, packs: PackSet, pack: str, *, walks: int = WALKS, seed: int = SEED) -> Report:
    """Explore every different visit, walk `walks` random ones, read every text and citation."""
    layers = packs.chain(pack)
    rules = packs.joined(layers)
    outcomes = _outcomes(layers)
    holds = held_back(rules)
    report = Report(f"{form.title} {form.version}")
    early: set[int] = set()
    reached = _Reached()
    bounds = BOUNDS if has_repeats(form.data) else (1,)
    report.instances = bounds if len(bounds) > 1 else ()
    for count in bounds:
        model = read_model(form.data, count)
        walking = walks if count == 1 else 0
        for facts in cases(model):
            play = Play(model, facts, NOON, _watched(outcomes) | _shutting(holds, model))
            claims = Claims(play, outcomes, holds)
            explorer = Explorer(play, claims).run()
            reached.add(explorer)
            early |= {model.copies.real(one) for one in claims.early}
            report.visits += explorer.visits
            report.complete = report.complete and explorer.complete
            if walking:
                Walker(play, claims, explorer.memory, seed).walk(walking)
                report.walked, walking = walks, 0
            report.add(claims.breaches)
    report.add(reached.missing(model))
    report.add(missing_texts(form.data))
    report.add(wrong_words(model, early, rules.laws(ProhibitedConduct)))
    report.add(broken_rules(model, rules, pack))
    return report


class _Reached:
    """What some visit of some case came to, by the nodes of the form."""

    def __init__(self) -> None:
        self.met: set[int] = set()
        self.offered: set[tuple[int, str]] = set()

    def add(self, explorer: Explorer) -> None:
        real = explorer.model.copies.real
        self.met |= {real(one) for one in explorer.met}
        self.offered |= {(real(one), value) for one, value in explorer.offered}

    def missing(self, model: Model) -> list[Breach]:
        """Questions never asked, and choices never shown where the question is asked."""
        found = []
        for question in {one.real: one for one in model.asked}.values():
            if question.real not in self.met:
                found.append(Breach("reach", f"“{question.name}” is never asked"))
                continue
            found += [
                Breach("reach", f"“{choice.value}” of “{question.name}” is never offered")
                for choice in question.choices
                if (question.real, choice.value) not in self.offered
            ]
        return found


def _outcomes(layers: Sequence[Pack]) -> Outcomes:
    table = Outcomes(())
    for pack in layers:
        table = pack.outcomes.over(table)
    return table


def _shutting(holds: Mapping[str, frozenset[str]], model: Model) -> frozenset[str]:
    """The events that shut something this script records."""
    recorded = frozenset[str]().union(*(one.kinds for one in model.asked))
    return frozenset(kind for kind, acts in holds.items() if acts & recorded & JUDGED)


def _watched(outcomes: Outcomes) -> frozenset[str]:
    """The events that outcomes wait for."""
    return frozenset({one.needs_event for one in outcomes if one.needs_event} | {"promise_made"})
