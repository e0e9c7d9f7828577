"""Do the Wi-Fi networks in range fit the door? (security.md §5.4, H11)

Compared are marks (`nearby`), by themselves worth nothing. Two things are said: that a visit heard
none of what other visits hear at this very door; that it heard mostly what another heard far away.
Neighbouring doors only acquit: two towers of one estate may have no network in common.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from agent_app.journal.account import Account
from agent_app.journal.datum import distance
from agent_app.journal.fix import Fix
from agent_app.journal.flag import Fact, Flag

LEAST_NETWORKS = 3
"""A village has one or two, and a telephone or a car may bring that many along."""
LEAST_VISITS = 2
NEAR_METRES = 300.0
AWAY_METRES = 1_000.0
SURE_METRES = 500.0
"""Two positions less sure than this together do not say that they are apart."""


@dataclass(frozen=True, slots=True, eq=False)
class _Heard:
    """All that one account heard, and the position it was heard with first."""

    account: Account
    fix: Fix
    networks: frozenset[str]


class Networks:
    """What was heard at every door of the accounts at hand."""

    def __init__(self, accounts: Iterable[Account]) -> None:
        self._of: dict[tuple[str, str], _Heard] = {}
        self._at: dict[tuple[str, str], list[_Heard]] = defaultdict(list)
        self._who: dict[str, list[_Heard]] = defaultdict(list)
        for one in accounts:
            hearing = [fix for fix in one.fixes if fix.networks]
            if not hearing:
                continue
            heard = _Heard(one, hearing[0], frozenset().union(*(fix.networks for fix in hearing)))
            self._of[one.visit, one.device] = heard
            self._at[one.case, one.address].append(heard)
            for mark in heard.networks:
                self._who[mark].append(heard)

    def flags(self, own: Account) -> Iterator[Flag]:
        """What the networks say against the place; silent where too few were heard."""
        mine = self._of.get((own.visit, own.device))
        if mine is None or len(mine.networks) < LEAST_NETWORKS:
            return
        if away := self._away(mine):
            other, metres = away
            facts: dict[str, Fact] = {
                "same": len(mine.networks & other.networks),
                "networks": len(mine.networks),
                "kilometres": round(metres / 1000),
                "case": other.account.case,
                "day": other.account.started.wall[:10],
            }
            yield Flag("networks_elsewhere", mine.fix.event.id, facts)
        if visits := self._strange(mine):
            heard: dict[str, Fact] = {"networks": len(mine.networks), "visits": visits}
            yield Flag("networks_strange", mine.fix.event.id, heard)

    def _away(self, mine: _Heard) -> tuple[_Heard, float] | None:
        """Another visit that heard mostly the same, and how many metres off it says it was."""
        common: Counter[_Heard] = Counter()
        for mark in sorted(mine.networks):
            common.update(self._who[mark])
        for other, count in common.items():
            if other.account.visit == mine.account.visit or count < LEAST_NETWORKS:
                continue
            if 2 * count > max(len(mine.networks), len(other.networks)):
                metres = _between(mine, other)
                if metres > AWAY_METRES:
                    return other, metres
        return None

    def _strange(self, mine: _Heard) -> int:
        """How many other visits know this door, where none of them nor any near heard the same."""
        at_door = self._at[mine.account.case, mine.account.address]
        others = [one for one in at_door if one is not mine]
        heard = Counter(mark for one in others for mark in one.networks)
        if len(others) < LEAST_VISITS or max(heard.values()) < LEAST_VISITS:
            return 0  # they do not know each other's networks either
        known = (one for mark in mine.networks for one in self._who[mark] if one is not mine)
        return 0 if any(_near(mine, one) for one in known) else len(others)


def _between(one: _Heard, other: _Heard) -> float:
    """Metres that lie between the two by their positions and by their doors, whichever is less;
    what is not known, or not sure, says nothing."""
    told = []
    if one.fix.accuracy + other.fix.accuracy <= SURE_METRES:
        told.append(one.fix.apart(other.fix))
    if one.account.door and other.account.door:
        told.append(distance(one.account.door, other.account.door))
    return min(told, default=0.0)


def _near(one: _Heard, other: _Heard) -> bool:
    if not one.account.at_another_door_than(other.account):
        return True
    doors = one.account.door, other.account.door
    if doors[0] and doors[1] and distance(doors[0], doors[1]) <= NEAR_METRES:
        return True
    return one.fix.apart(other.fix) <= NEAR_METRES
