"""One photo, recording or signature used for two visits (security.md §5.4, H8, H10, H12).

Compared by the file's own hash and by the coarse marks the device measured when it kept the file;
a dishonest device can leave marks out or invent them, the office can measure the files again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from operator import sub

from agent_app.domain.events import Event
from agent_app.journal.account import Account
from agent_app.journal.flag import Flag

NEAR_BITS = 10
"""Bits of 256 by which two pictures of the same thing from the same spot may differ."""
TELLING_BITS = range(24, 233)
"""A picture with fewer or more edges (a wall, the dark) looks like any other such."""
NEAR_COURSE = 16
"""Steps of loudness, over 64 windows, by which a copied recording may differ."""
NEAR_INK = 8
"""Sixteenths, over 16 moments, by which one drawing used twice may differ."""


class Copies:
    """Every photo, recording and signature of the accounts at hand."""

    def __init__(self, accounts: Iterable[Account]) -> None:
        self._exact: dict[str, list[Event]] = defaultdict(list)
        self._looks: list[tuple[int, Event]] = []
        self._courses: list[tuple[_Shape, Event]] = []
        self._inks: list[tuple[_Shape, Event]] = []
        for one in accounts:
            for event in one.of("photo_taken") + one.of("recording_stopped"):
                for file in event.files:
                    self._exact[file["sha256"]].append(event)
                if (look := _look(event)) is not None:
                    self._looks.append((look, event))
                if (course := _course(event)) is not None:
                    self._courses.append((course, event))
            for event in one.of("agreement_signed"):
                self._inks += [(ink, event) for ink in _inks(event)]

    def flags(self, own: Account) -> Iterator[Flag]:
        """What `own` has in common with another visit, once a file."""
        for event in own.of("photo_taken"):
            if found := self._same_file(event) or self._same_look(event):
                yield _again("photo_again", event, found)
        for event in own.of("recording_stopped"):
            if found := self._same_file(event) or self._alike(_course(event), event):
                yield _again("recording_again", event, found)
        for event in own.of("agreement_signed"):
            for ink in _inks(event):
                if found := self._same_ink(ink, event):
                    yield _again("ink_again", event, found)
                    break

    def _same_file(self, event: Event) -> Event | None:
        same = (self._exact[file["sha256"]] for file in event.files)
        return _other((one for found in same for one in found), event)

    def _same_look(self, event: Event) -> Event | None:
        if (look := _look(event)) is None:
            return None
        near = (one for mark, one in self._looks if (mark ^ look).bit_count() <= NEAR_BITS)
        return _other(near, event)

    def _alike(self, course: _Shape | None, event: Event) -> Event | None:
        if course is None:
            return None
        near = (one for mark, one in self._courses if mark.near(course, NEAR_COURSE))
        return _other(near, event)

    def _same_ink(self, ink: _Shape, event: Event) -> Event | None:
        near = (one for mark, one in self._inks if mark.near(ink, NEAR_INK))
        return _other(near, event)


class _Shape:
    """Hex digits to be compared one by one; their sum tells most pairs apart at once."""

    __slots__ = ("_digits", "_sum")

    def __init__(self, text: str) -> None:
        self._digits = [int(digit, 16) for digit in text]
        self._sum = sum(self._digits)

    def near(self, other: _Shape, most: int) -> bool:
        if abs(self._sum - other._sum) > most:
            return False
        gap: int = sum(map(abs, map(sub, self._digits, other._digits)))
        return gap <= most


def _again(kind: str, event: Event, other: Event) -> Flag:
    return Flag(kind, event.id, {"case": other.case or "", "day": other.wall[:10]})


def _other(found: Iterable[Event], event: Event) -> Event | None:
    return next((one for one in found if one.visit != event.visit), None)


def _marks(event: Event) -> dict[str, object]:
    marks = event.body.get("marks")
    return dict(marks) if isinstance(marks, dict) else {}


def _look(event: Event) -> int | None:
    text = _marks(event).get("look")
    if not isinstance(text, str) or not _hex(text, 64):
        return None
    look = int(text, 16)
    return look if look.bit_count() in TELLING_BITS else None


def _course(event: Event) -> _Shape | None:
    """The course of loudness, where it has one: silence and steady noise are no likeness."""
    text = _marks(event).get("course")
    telling = isinstance(text, str) and _hex(text, 64) and len(set(text)) > 3
    return _Shape(str(text)) if telling else None


def _inks(event: Event) -> list[_Shape]:
    signers = event.body.get("signers")
    found = [one.get("ink") for one in signers] if isinstance(signers, list) else []
    return [_Shape(ink) for ink in found if isinstance(ink, str) and _hex(ink, 32)]


def _hex(text: str, length: int) -> bool:
    return len(text) == length and set(text) <= set("0123456789abcdef")
