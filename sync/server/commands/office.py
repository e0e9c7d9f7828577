"""The office itself: make it, answer devices, back it up, bring it back."""

from __future__ import annotations

import getpass
import os
from pathlib import Path

from agent_app.domain.errors import BadInput, Fault
from agent_app.given import toml_file, words
from sync.server import backup as backups
from sync.server import office as offices
from sync.server.commands.place import (
    PACKS,
    RESOURCES,
    Commands,
    Options,
    Place,
)


def add(commands: Commands) -> None:
    one = commands.add_parser("init", help="make a new office: keys, database, folders")
    one.add_argument("--yes", action="store_true", help="ask nothing")
    one.add_argument("--office", type=Path, default=RESOURCES / "offices" / "demo.toml")
    one.set_defaults(run=_init)
    one = commands.add_parser("serve", help="answer devices")
    one.add_argument("--host", default="127.0.0.1")
    one.add_argument("--port", type=int, choices=range(65536), metavar="PORT", default=8743)
    one.add_argument("--ready", type=Path, help="write {url, pid} here when listening")
    one.add_argument("--packs", type=Path, default=PACKS)
    one.set_defaults(run=_serve)
    one = commands.add_parser("packs", help="list the rule packs handed out")
    one.add_argument("--packs", type=Path, default=PACKS)
    one.set_defaults(run=_packs)
    one = commands.add_parser("networks", help="mark Wi-Fi networks near a door: on, off, or say")
    one.add_argument("wanted", nargs="?", choices=("on", "off"))
    one.set_defaults(run=_networks)
    one = commands.add_parser("backup", help="write a sealed backup while serving")
    one.add_argument("file", type=Path)
    one.add_argument("--passphrase-file", type=Path)
    one.set_defaults(run=_backup)
    one = commands.add_parser("restore", help="the office of a backup, in an empty data folder")
    one.add_argument("file", type=Path)
    one.add_argument("--passphrase-file", type=Path)
    one.set_defaults(run=_restore)


def _init(options: Options, place: Place) -> int:
    facts = toml_file(options.office)
    offices.check_facts(facts, str(options.office))
    if not options.yes:
        print(f"{facts['org']['name']} → {place.folder}")
        if _asked("y/N: ").lower() not in ("y", "yes"):
            return 1
    offices.create(place.folder, place.now, facts)
    print(place.folder)
    return 0


def _serve(options: Options, place: Place) -> int:
    from sync.server.packs import shelve
    from sync.server.serve import serve

    office = place.office()
    shelf = shelve(options.packs)
    return serve(office, shelf, host=options.host, port=options.port, ready=options.ready)


def _packs(options: Options, place: Place) -> int:
    from sync.server.packs import shelve

    for entry in shelve(options.packs).entries:
        print(f"{entry.id}\t{entry.version}\t{entry.sha256}\t{len(entry.files)} files")
    return 0


def _networks(options: Options, place: Place) -> int:
    with place.office().db() as db:
        if options.wanted:
            with db.writing():
                offices.want_networks(db, options.wanted == "on")
        print("on" if offices.wants_networks(db) else "off")
    return 0


def _backup(options: Options, place: Place) -> int:
    office = place.office()
    backups.backup(office, options.file, _passphrase(options))
    return 0


def _restore(options: Options, place: Place) -> int:
    options.file.open("rb").close()  # before anything is asked
    backups.restore(options.file, place.folder, _passphrase(options), place.now)
    print(place.folder)
    return 0


def _passphrase(options: Options) -> str:
    if options.passphrase_file:
        return words(options.passphrase_file).strip("\r\n")
    if given := os.environ.get("DOORSTEP_BACKUP_PASSPHRASE"):
        return given
    try:
        return getpass.getpass()
    except EOFError as error:
        raise BadInput(Fault("no passphrase", mend="--passphrase-file FILE")) from error


def _asked(question: str) -> str:
    """What was typed; nothing where nobody can type."""
    try:
        return input(question).strip()
    except EOFError:
        return ""
