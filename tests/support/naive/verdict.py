"""Every rule put to one question: which object, and which of those refuse."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.support.naive import papers, people, times
from tests.support.naive.facts import consented, holds, overridden
from tests.support.naive.reading import Asked, Rule, World

Kind = Callable[[Rule, str, World, Asked], bool]
KINDS: Mapping[str, Kind] = {
    kind.__name__: kind
    for kind in (
        times.contact_window, times.frequency_cap, times.hold, times.notice, times.preference,
        people.crew, people.place, people.disclosure_gate, people.required_step,
        people.attestation, people.exit_trigger, people.prohibited_conduct,
        papers.document, papers.signature, papers.payment, papers.plan_limits, papers.retention,
    )
}  # fmt: skip
SOFT = {
    "prohibited_conduct": ("comment_added", "outcome_recorded", "hardship_stated", "visit_aborted",
                           "dispute_raised", "exit_triggered", "vulnerability_flagged"),
    "exit_trigger": ("review",),
}  # fmt: skip
"""Where only a person can weigh it: pointed out, never refused."""


def objections(world: World, asked: Asked) -> dict[str, bool]:
    """The rules that object, or cannot tell, by id; True where that refuses the act."""
    found = {}
    for pack, rule in world.rules:
        zone = world.zone(pack, asked)
        today = asked.at.astimezone(zone).date()
        first = rule.get("first") or world.packs[pack].get("first")
        if (first and today < first) or ("last" in rule and today > rule["last"]):
            continue
        bound = holds(rule["when"], world, asked, zone) if "when" in rule else True
        if bound is False or not KINDS[rule["kind"]](rule, pack, world, asked):
            continue
        if bound and consented(rule, world, asked):
            continue
        soft = asked.act in SOFT.get(rule["kind"], ())
        refuses = rule["severity"] in ("block", "needs") and not rule.get("draft") and not soft
        found[rule["id"]] = refuses and not overridden(rule, world, asked, zone)
    return found
