"""What one agent's own instruments say, visit after visit: the camera, the position receiver.

(security.md §5.4, H2 and H9.) A new telephone is an honest reason; a single stray one is what a
borrowed photo looks like.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from agent_app.journal.account import Account, marks
from agent_app.journal.flag import Flag

Seen = TypeVar("Seen")
LEAST_VISITS = 5
"""Other visits that must speak before one is called unlike them, or like them all."""


class Instruments:
    """Cameras by agent, stated accuracies by device, over the accounts at hand."""

    def __init__(self, accounts: Iterable[Account]) -> None:
        self._cameras: dict[str, dict[str, set[str]]] = defaultdict(dict)
        self._accuracies: dict[str, dict[str, set[float]]] = defaultdict(dict)
        for one in accounts:
            if cameras := set(_cameras(one)):
                self._cameras[one.user].setdefault(one.visit, set()).update(cameras)
            if one.fixes:
                told = self._accuracies[one.device].setdefault(one.visit, set())
                told.update(fix.accuracy for fix in one.fixes)

    def flags(self, own: Account) -> Iterator[Flag]:
        """A camera no other visit of this agent knows; an accuracy that is the same in all."""
        others = _others(self._cameras[own.user], own.visit)
        known = Counter(name for names in others for name in names)
        for camera, event in _cameras(own).items():
            if len(others) >= LEAST_VISITS and camera not in known:
                usual = known.most_common(1)[0][0]
                yield Flag("camera_other", event, {"camera": camera, "usual": usual})
        yield from self._same_accuracy(own)

    def _same_accuracy(self, own: Account) -> Iterator[Flag]:
        """To the decimetre: whole metres are what many receivers round to."""
        others = _others(self._accuracies[own.device], own.visit)
        said = {fix.accuracy for fix in own.fixes}.union(*others)
        if own.fixes and len(others) >= LEAST_VISITS and len(said) == 1:
            always = said.pop()
            if not always.is_integer():
                facts = {"metres": always, "visits": len(others) + 1}
                yield Flag("accuracy_constant", own.fixes[0].event.id, facts)


def _others(of: Mapping[str, set[Seen]], visit: str) -> list[set[Seen]]:
    return [seen for name, seen in of.items() if name != visit]


def _cameras(one: Account) -> dict[str, str]:
    """The cameras the photos of a visit name, each with the event that does first."""
    found: dict[str, str] = {}
    for event in one.of("photo_taken"):
        camera = marks(event).get("camera")
        if isinstance(camera, str) and camera:
            found.setdefault(camera, event.id)
    return found
