"""The law as data: a pure engine over rule packs. See docs/rules.md."""

from agent_app.domain.rules.guard import assess, explain, longest_plan
from agent_app.domain.rules.replay import Verdict, replay
from agent_app.domain.rules.rounds import Round
from agent_app.domain.rules.ruleset import RuleSet
from agent_app.domain.rules.tallies import PastVisit, RuleTally, tally, what_if
from agent_app.domain.rules.verdict import Citation, Finding, Findings, State

__all__ = [
    "Citation",
    "Finding",
    "Findings",
    "PastVisit",
    "Round",
    "RuleSet",
    "RuleTally",
    "State",
    "Verdict",
    "assess",
    "explain",
    "longest_plan",
    "replay",
    "tally",
    "what_if",
]
