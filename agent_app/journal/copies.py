"""One photo, recording or signature used for two visits (security.md §5.4, H8, H10, H12).

Compared by the file's own hash and by the coarse marks the device measured when it kept the file;
a dishonest device can leave marks out or invent them, the office can measure the files again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from heapq import merge
from itertools import pairwise
from operator import sub

from agent_app.domain.events import Event
from agent_app.journal.account import Account, marks
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
        self._looks = _Alike(NEAR_BITS, _bits_apart)
        self._courses = _Alike(NEAR_COURSE, _steps_apart)
        self._inks = _Alike(NEAR_INK, _steps_apart)
        for one in accounts:
            for event in _pictured(one) + one.of("recording_stopped"):
                for file in event.files:
                    self._exact[file["sha256"]].append(event)
                for look in _looks(event):
                    self._looks.add(look, event)
                self._courses.add(_course(event), event)
            for event in one.of("agreement_signed"):
                for ink in _inks(event):
                    self._inks.add(ink, event)

    def flags(self, own: Account) -> Iterator[Flag]:
        """What `own` has in common with another visit, once a file."""
        for event in _pictured(own):
            if found := self._same_file(event) or self._same_look(event):
                yield _again("photo_again", event, found)
        for event in own.of("recording_stopped"):
            if found := self._same_file(event) or self._courses.other(_course(event), event):
                yield _again("recording_again", event, found)
        for event in own.of("agreement_signed"):
            for ink in _inks(event):
                if found := self._inks.other(ink, event):
                    yield _again("ink_again", event, found)
                    break

    def _same_file(self, event: Event) -> Event | None:
        same = (self._exact[file["sha256"]] for file in event.files)
        return _other((one for found in same for one in found), event)

    def _same_look(self, event: Event) -> Event | None:
        near = (self._looks.other(look, event) for look in _looks(event))
        return next((one for one in near if one is not None), None)


class _Alike:
    """Marks of equal length, to be found again by any that lies within `most` of them.

    Cut into `most` + 1 pieces, two such marks have one piece in common, since a digit that
    differs lies at least one apart: only marks that share a piece are compared at all.
    """

    def __init__(self, most: int, apart: Callable[[str, str], int]) -> None:
        self._most = most
        self._apart = apart
        self._marks: list[tuple[str, Event]] = []
        self._pieces: dict[tuple[int, str], list[int]] = defaultdict(list)

    def add(self, mark: str, event: Event) -> None:
        """Keep a mark; an empty one tells nothing."""
        for piece in self._cut(mark):
            self._pieces[piece].append(len(self._marks))
        self._marks.append((mark, event))

    def other(self, mark: str, event: Event) -> Event | None:
        """The first event of another visit whose mark lies near this one."""
        seen = -1
        for place in merge(*(self._pieces.get(piece, ()) for piece in self._cut(mark))):
            if place == seen:
                continue
            seen, (known, found) = place, self._marks[place]
            if found.visit != event.visit and self._apart(known, mark) <= self._most:
                return found
        return None

    def _cut(self, mark: str) -> Iterator[tuple[int, str]]:
        if mark:
            cuts = [len(mark) * n // (self._most + 1) for n in range(self._most + 2)]
            yield from ((start, mark[start:end]) for start, end in pairwise(cuts))


def _bits_apart(one: str, other: str) -> int:
    return (int(one, 16) ^ int(other, 16)).bit_count()


def _steps_apart(one: str, other: str) -> int:
    return sum(map(abs, map(sub, _digits(one), _digits(other))))


def _digits(mark: str) -> list[int]:
    return [int(digit, 16) for digit in mark]


def _again(kind: str, event: Event, other: Event) -> Flag:
    return Flag(kind, event.id, {"case": other.case or "", "day": other.wall[:10]})


def _other(found: Iterable[Event], event: Event) -> Event | None:
    return next((one for one in found if one.visit != event.visit), None)


def _pictured(one: Account) -> list[Event]:
    """Events with photos: of the door, of an envelope handed over, of pages signed with a pen."""
    return one.of("photo_taken") + one.of("letter_delivered") + one.of("agreement_signed")


def _looks(event: Event) -> list[str]:
    """The edges of its photos, from `marks`, or one a page from `pages`; without those that show
    too few or too many to tell a picture by."""
    pages = event.body.get("pages")
    told = [marks(event), *(pages.values() if isinstance(pages, dict) else ())]
    texts = [one.get("look") for one in told if isinstance(one, Mapping)]
    looks = [text for text in texts if isinstance(text, str) and _hex(text, 64)]
    return [look for look in looks if int(look, 16).bit_count() in TELLING_BITS]


def _course(event: Event) -> str:
    """The course of loudness, where it has one: silence and steady noise are no likeness."""
    text = marks(event).get("course")
    telling = isinstance(text, str) and _hex(text, 64) and len(set(text)) > 3
    return str(text) if telling else ""


def _inks(event: Event) -> list[str]:
    signers = event.body.get("signers")
    found = (
        [one.get("ink") for one in signers if isinstance(one, Mapping)]
        if isinstance(signers, list)
        else []
    )
    return [ink for ink in found if isinstance(ink, str) and _hex(ink, 32)]


def _hex(text: str, length: int) -> bool:
    return len(text) == length and set(text) <= set("0123456789abcdef")
