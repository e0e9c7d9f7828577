"""What the rule commands are handed: a folder of packs, a case row, a bundle or its events."""

from __future__ import annotations

import argparse
from dataclasses import replace
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from agent_app import given
from agent_app.domain.dates import FOREVER
from agent_app.domain.errors import BadInput, Fault
from agent_app.domain.events import Event
from agent_app.domain.model import Case
from agent_app.domain.shapes import odd_fields, odd_places
from agent_app.packs import Pack, PackSet
from agent_app.timezones import placed

_AGAIN = "export again"


def packs_root(args: argparse.Namespace) -> Traversable | Path:
    """The folder of packs asked for, else those shipped."""
    return args.packs or files("resources") / "packs"


def pack_named(packs: PackSet, pack_id: str) -> Pack:
    """The pack of that id; BadInput naming those there are."""
    if pack_id not in packs.packs:
        mend = f"give the folder of one pack, or one of {', '.join(packs.packs)}"
        raise BadInput(Fault("no such pack", value=pack_id, mend=mend))
    return packs[pack_id]


def read_case(path: Path) -> Case:
    """A case row as JSON."""
    row = given.json_file(path)
    if not isinstance(row, dict):
        raise BadInput(Fault("is not a case row", str(path), mend="give one case: { … }"))
    for place, sort in odd_places(row):
        raise BadInput(Fault(f"is not {sort}", str(path), field=place, mend="send the row again"))
    try:
        return placed(Case.read(row))
    except BadInput as error:
        raise BadInput([replace(one, file=str(path)) for one in error.faults]) from error


def read_events(path: Path) -> list[Event]:
    """The events of a bundle that proves, or of a file of JSON lines."""
    with path.open("rb") as opened:
        is_zip = opened.read(2) == b"PK"
    if is_zip:
        from agent_app.journal import bundle

        events = list(bundle.read(path).events)
        for place, one in enumerate(events, start=1):
            _sound(one, path, place)
        return events
    lines = enumerate(given.words(path).split("\n"), start=1)
    events = [_event(line, path, row) for row, line in lines if line.strip()]
    if not events:
        raise BadInput(
            Fault("holds no event", str(path), mend="give a bundle, or its events.jsonl")
        )
    return events


def _event(line: str, path: Path, row: int) -> Event:
    try:
        event = Event.from_json(given.json_of(line, path, row))
        _ = event.at, event.body.keys()
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        fault = Fault("is not an event", str(path), row=row, value=str(error), mend=_AGAIN)
        raise BadInput(fault) from error
    return _sound(event, path, row)


def _sound(event: Event, path: Path, row: int) -> Event:
    """The event; BadInput for a field that no app would have filled so."""
    if event.at.tzinfo is None or not 1970 <= event.at.year < FOREVER.year:
        raise BadInput(Fault("is no time of a visit", str(path), row, "wall", event.wall, _AGAIN))
    if event.pack is not None and not isinstance(event.pack, dict):
        raise BadInput(Fault("is not a table", str(path), row, "pack", str(event.pack), _AGAIN))
    for name, sort in odd_fields(event.kind, event.body):
        value, field = str(event.body[name]), f"{event.kind} → {name}"
        raise BadInput(Fault(f"is not {sort}", str(path), row, field, value, _AGAIN))
    return event
