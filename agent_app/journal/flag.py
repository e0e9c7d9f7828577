"""A remark for the reviewer: something to look at, with its reasons. Never a verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Fact = str | int | float

TOPICS: Mapping[str, frozenset[str]] = {
    "place": frozenset(
        {"position_outside_visit", "position_too_good", "far_from_door", "too_fast"}
        | {"same_position", "not_moved", "accuracy_unsaid", "accuracy_constant"}
        | {"networks_strange", "networks_elsewhere"}
    ),
    "day": frozenset({"crew_elsewhere", "crossed", "partner_differs", "regular"}),
    "evidence": frozenset(
        {"photo_again", "recording_again", "ink_again", "photo_old", "photo_elsewhere"}
        | {"camera_other"}
        | {"recording_short", "recording_length", "recording_silent"}
    ),
    "pace": frozenset({"short_stay", "all_at_once", "hurried"}),
    "peers": frozenset({"unlike_peers"}),
    "approval": frozenset({"approval_unmatched"}),
}
"""What remarks are about; `flags.about_<topic>` says how an honest visit earns one too. Those
in no set are about the clock."""


@dataclass(frozen=True, slots=True)
class Flag:
    """`kind` names the text `flags.<kind>`, `facts` fill its placeholders; `event` is an id."""

    kind: str
    event: str
    facts: Mapping[str, Fact] = field(default_factory=dict)

    @property
    def topic(self) -> str:
        """What the remark is about: a key of TOPICS, or `clock`."""
        return next((name for name, kinds in TOPICS.items() if self.kind in kinds), "clock")

    @property
    def detail(self) -> str:
        """The facts in one plain line, for lists and logs."""
        return ", ".join(f"{name} {value}" for name, value in self.facts.items())
