"""A moment as a device knows it: wall clock, time zone, and a clock nobody can set."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Moment:
    """When something was done.

    `wall` is aware; `tz` is the IANA name shown to the person; `boot` names this boot of the
    device and `bt` counts milliseconds since it, suspend included (security.md §5.3).
    """

    wall: datetime
    tz: str
    boot: str
    bt: int

    def __post_init__(self) -> None:
        if self.wall.tzinfo is None:
            raise ValueError("a moment needs an aware wall time")

    def later(self, **spans: float) -> Moment:
        """The moment `timedelta(**spans)` later in the same boot."""
        gone = timedelta(**spans)
        return replace(self, wall=self.wall + gone, bt=self.bt + int(gone.total_seconds() * 1000))
