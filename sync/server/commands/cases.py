"""Cases coming from creditors, handed to agents, taken back."""

from __future__ import annotations

import sys
from pathlib import Path

from sync.server import cases
from sync.server.cases import Changes
from sync.server.commands.place import RESOURCES, Commands, Options, Place
from sync.server.imports import mapping

MAPPINGS = RESOURCES / "mappings"


def add(commands: Commands) -> None:
    one = commands.add_parser("import", help="take in a creditor's hand-over file")
    one.set_defaults(run=_import)
    one.add_argument("file", type=Path)
    one.add_argument("--mapping", help="a mapping's name or file; found by the header otherwise")
    one.add_argument("--encoding", help="only if the file's own cannot be told")
    one = commands.add_parser("assign", help="give cases to an agent; recalled ones too")
    one.set_defaults(run=_assign)
    one.add_argument("agent")
    one.add_argument("cases", nargs="+")
    one.add_argument("--partner")
    one.add_argument("--reason", default="reassigned")
    one = commands.add_parser("recall", help="take cases back from everyone")
    one.set_defaults(run=_recall)
    one.add_argument("cases", nargs="+")
    one.add_argument("--reason", default="recalled")


def _import(options: Options, place: Place) -> int:
    from sync.server.imports.load import load_file  # brings openpyxl, a third of a start

    if options.mapping:
        mappings = [mapping.load(_mapping_path(options.mapping))]
    else:
        mappings = mapping.load_all(MAPPINGS)
    content, name = options.file.read_bytes(), options.file.name
    landed = load_file(place.office(), content, name, mappings, encoding=options.encoding)
    for fault in landed.faults:
        print(fault, file=sys.stderr)
    print(landed)
    return 1 if landed.faults and not landed.counts else 0


def _mapping_path(chosen: str) -> Path:
    """A mapping by its name among ours, or by its path."""
    own = MAPPINGS / f"{chosen}.toml"
    return own if own.exists() else Path(chosen)


def _assign(options: Options, place: Place) -> int:
    office, changes = place.office(), Changes()
    with office.db() as db, db.writing():
        for case in options.cases:
            cases.assign(
                db, changes, case, options.agent, partner=options.partner, reason=options.reason
            )
        changes.publish(db, office.now())
    return 0


def _recall(options: Options, place: Place) -> int:
    office, changes = place.office(), Changes()
    with office.db() as db, db.writing():
        for case in options.cases:
            cases.recall(db, changes, case, options.reason)
        changes.publish(db, office.now())
    return 0
