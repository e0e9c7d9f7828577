"""Is one agent's share of an outcome far from everybody else's? (security.md §5.4, H13)

A district, a portfolio or a bad month explains most of it; the reviewer is told the figures.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from math import exp, lgamma, log

from agent_app.journal.account import Account
from agent_app.journal.flag import Flag

LEAST_OWN, LEAST_PEERS = 12, 30
CHANCE = 1e-4
"""That an agent like the others would have at least so many."""


class Peers:
    """Outcomes by agent, over the accounts at hand."""

    def __init__(self, accounts: Iterable[Account]) -> None:
        self._of: dict[str, Counter[str]] = defaultdict(Counter)
        for one in accounts:
            if code := one.last("outcome_recorded", "code"):
                self._of[one.user][code] += 1
        self._all: Counter[str] = sum(self._of.values(), Counter())

    def flags(self, own: Account) -> Iterator[Flag]:
        """Whether this visit's outcome is one that its agent has far oftener than the others."""
        code = own.last("outcome_recorded", "code")
        mine = self._of[own.user]
        visits, others = mine.total(), self._all.total() - mine.total()
        if not code or visits < LEAST_OWN or others < LEAST_PEERS:
            return
        times, share = mine[code], (self._all[code] - mine[code] + 1) / (others + 2)
        if _at_least(times, visits, share) < CHANCE:
            facts = {"times": times, "visits": visits, "share": round(100 * share)}
            yield Flag("unlike_peers", own.of("outcome_recorded")[-1].id, facts)


@cache
def _at_least(times: int, visits: int, share: float) -> float:
    """The binomial chance of `times` or more of `visits`, each at a chance of `share`; 1 where
    that is no more than to be expected."""
    if times <= visits * share:
        return 1.0
    ways = lgamma(visits + 1) - lgamma(times + 1) - lgamma(visits - times + 1)
    term = exp(ways + times * log(share) + (visits - times) * log(1 - share))
    found = 0.0
    for n in range(times, visits + 1):
        found += term
        term *= (visits - n) / (n + 1) * share / (1 - share)
    return found
