"""A script beside its rule pack: what the rules demand has a step, what a step cites exists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from agent_app.domain.rules import RuleSet
from agent_app.domain.rules.exits import ExitTrigger
from agent_app.domain.rules.holds import Hold
from agent_app.domain.rules.steps import Attestation
from agent_app.script.check.model import Model
from agent_app.script.check.report import Breach

DEMANDS_A_STEP = frozenset(
    {
        "attestation",
        "crew",
        "disclosure_gate",
        "document",
        "exit_trigger",
        "payment",
        "place",
        "plan_limits",
        "prohibited_conduct",
        "required_step",
        "signature",
    }
)
"""Kinds of rule that are kept at the door; the others are kept before and after."""
ALWAYS_A_REASON = frozenset({"asked_to_leave", "refused", "third_party", "wrong_person"})
"""Why any visit anywhere may have to stop."""


def held_back(rules: RuleSet) -> dict[str, frozenset[str]]:
    """What an event shuts from then on, by every rule that holds without a further condition."""
    found: dict[str, frozenset[str]] = {}
    for law in rules.laws(Hold):
        if law.condition is None and not law.matching:
            for kind in law.trigger:
                found[kind] = found.get(kind, frozenset()) | law.acts
    return found


def broken_rules(model: Model, rules: RuleSet, pack: str) -> Iterator[Breach]:
    """Citations of rules that are not there, and demands of `pack` that no step meets."""
    cited = {rule: one.name for one in model.asked for rule in one.ds.get("rule", "").split()}
    known = {rule.id for rule in rules.rules}
    for rule, name in cited.items():
        if rule not in known:
            yield Breach("rule", f"“{name}” cites {rule}, which no pack has")
    for demand in rules.rules:
        if demand.kind in DEMANDS_A_STEP and demand.pack == pack and demand.id not in cited:
            yield Breach("rule", f"{demand.id} ({demand.kind}) demands a step and has none")
    yield from _attestations(model, rules)
    yield from _reasons(model, rules.laws(ExitTrigger))


def _attestations(model: Model, rules: RuleSet) -> Iterator[Breach]:
    names = {one.name for one in model.asked}
    for law in rules.laws(Attestation):
        if law.answer not in names:
            yield Breach("rule", f"the statement “{law.answer}” is never asked for")


def _reasons(model: Model, triggers: Iterable[ExitTrigger]) -> Iterator[Breach]:
    """The stop offers every reason to leave that a rule knows."""
    if model.stop is None:
        yield Breach("exit", "there is no question with the panel “stop”")
        return
    offered = {choice.value for choice in model.stop.choices}
    wanted = ALWAYS_A_REASON.union(*(trigger.reasons for trigger in triggers))
    for reason in sorted(wanted - offered):
        yield Breach("exit", f"the stop does not offer “{reason}”")
