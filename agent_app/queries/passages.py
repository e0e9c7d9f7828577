"""What of a visit could be kept from a stranger: in words, grouped, with what we propose to hide.

Proposed is what says nothing about how the visit went and much about the person: health and
hardship, the household's money, exact places, and the recordings, in which all of it is heard.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from agent_app.actions.desk import Desk
from agent_app.domain.events import Event
from agent_app.journal.saying import Line, Saying
from agent_app.script.asked import asked
from agent_app.wording import Wording

GROUPS = (
    *("care", "household", "places", "files", "people", "money", "words", "course", "machine"),
)
"""In the order they are shown: what most wants a thought first."""
PROPOSED = frozenset({"care", "household", "places"})
HEARD = frozenset({"audio", "video"})
_ALL = HEARD | {"image", "application"}
SAID_IN: Mapping[str, frozenset[str]] = {
    "words": HEARD,
    "care": HEARD,
    "household": HEARD,
    "people": _ALL,
    "money": _ALL,
}
"""What kinds of files say what a group says: hiding the group leaves them out as well."""
_KINDS = {
    "budget_recorded": "household",
    "hardship_stated": "care",
    "vulnerability_flagged": "care",
    "adviser_named": "care",
    "position_read": "places",
    "contact_changed": "people",
    "address_changed": "people",
    "answered": "words",
    "comment_added": "words",
}
_FIELDS = {
    **dict.fromkeys(("name", "names", "contact", "crew", "signers", "relation", "by"), "people"),
    **dict.fromkeys(("note", "text", "comment", "reason"), "words"),
    **dict.fromkeys(("plan", "amount", "statement", "checks", "savings", "total"), "money"),
    **dict.fromkeys(("terms", "terms_hash", "seal"), "money"),
    **dict.fromkeys(("lat", "lon", "accuracy", "position", "marks"), "places"),
}
_SUM = re.compile(r"-?[\d,]{3,}(\.\d+)?")

Field = tuple[str, str]
"""An event's id and a name of its body."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Something that is shown or hidden as one: body fields, or the file with hash `file`."""

    group: str
    title: str
    said: str
    at: datetime
    proposed: bool
    fields: tuple[Field, ...] = ()
    file: str = ""
    type: str = ""
    size: int = 0


def passages(desk: Desk, events: Sequence[Event], language: str) -> tuple[Passage, ...]:
    """All of a visit, group by group, each in the order of time."""
    names = {one["id"]: one["name"] for one in desk.office.get("people", ())}
    visit = next((event.visit for event in events if event.visit), "")
    told = asked(_scripts(desk, events), events, visit, [language])
    saying = Saying(Wording(language), names, told.get(language))
    found = [*_answers(events, saying), *_deeds(events, saying), *_machine(events, saying)]
    found += _files(events, saying)
    return tuple(sorted(found, key=lambda one: (GROUPS.index(one.group), one.at)))


def _answers(events: Sequence[Event], saying: Saying) -> Iterator[Passage]:
    """One a question, however often it was answered; the last answer is shown."""
    by_ref: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        if event.kind == "answered" and "value" in event.body:
            by_ref[str(event.body.get("ref"))].append(event)
    care = {
        str(event.body.get("code"))
        for event in events
        if _KINDS.get(event.kind) == "care" and event.body.get("code")
    }
    for given in by_ref.values():
        last = given[-1]
        (line,) = saying.lines(last)
        values = {word for one in given for word in str(one.body["value"]).split()}
        group = "care" if values & care else "words"
        if _SUM.fullmatch(str(last.body["value"])):
            group = "money"
        fields = tuple((one.id, "value") for one in given)
        yield _passage(group, line.label, line.flat, last, fields)


def _deeds(events: Sequence[Event], saying: Saying) -> Iterator[Passage]:
    """What was done, an event a line, or several where its fields are of several groups."""
    for event in events:
        if event.kind == "answered":
            continue
        groups: dict[str, list[Line]] = defaultdict(list)
        for line in saying.lines(event):
            usual = _KINDS.get(event.kind, "course")
            groups[_FIELDS.get(line.field, usual) if usual == "course" else usual].append(line)
        for group, lines in groups.items():
            said = "; ".join(f"{line.label} {line.flat}" for line in lines)
            if group == "words" or (isinstance(lines[0].said, tuple) and len(lines) == 1):
                said = "; ".join(line.flat for line in lines)
            fields = tuple((event.id, line.field) for line in lines)
            yield _passage(group, saying.what(event), said, event, fields)


def _machine(events: Sequence[Event], saying: Saying) -> Iterator[Passage]:
    """What only programs read: a line for each name, wherever it stands."""
    by_name: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        for line in () if event.kind == "answered" else saying.machine(event):
            by_name[line.field].append(event)
    for name, bearers in by_name.items():
        group = _FIELDS.get(name, "machine")
        if any(_tells_of_care(event.body[name]) for event in bearers):
            group = "care"
        said = saying.words.say("evidence.machine")
        fields = tuple((event.id, name) for event in bearers)
        title = saying.label(name, bearers[0].kind)
        yield _passage(group, title, said, bearers[0], fields)


def _tells_of_care(value: object) -> bool:
    """Whether what was known of a case at the door says that it is flagged or on hold."""
    return isinstance(value, Mapping) and bool(value.get("flags") or value.get("holds"))


def _files(events: Iterable[Event], saying: Saying) -> Iterator[Passage]:
    for event in events:
        for file in event.files:
            kind = str(file.get("type", ""))
            yield Passage(
                *("files", saying.file(str(file["slot"])), saying.what(event), event.at),
                proposed=_media(kind) in HEARD,
                file=str(file["sha256"]),
                type=kind,
                size=int(file["size"]),
            )


def _passage(group: str, title: str, said: str, event: Event, fields: tuple[Field, ...]) -> Passage:
    return Passage(group, title, said, event.at, group in PROPOSED, fields)


def says_too(group: str, file: Passage) -> bool:
    """Whether hiding a group means leaving this file out."""
    return _media(file.type) in SAID_IN.get(group, frozenset())


def _media(kind: str) -> str:
    return kind.partition("/")[0]


def _scripts(desk: Desk, events: Iterable[Event]) -> list[bytes]:
    """The workbooks of the packs that bound this visit."""
    stamps = [event.pack for event in events if event.pack]
    named = {str(one["id"]) for pack in stamps for one in (pack, *pack.get("layers", ()))}
    books = (pack.files.get("scripts/visit.xlsx") for pack in desk.packs if pack.id in named)
    return [book for book in books if book]
