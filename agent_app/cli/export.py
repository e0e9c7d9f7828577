"""`doorstep script export`: a visit for other systems: OpenRosa, ODK audit log, CSV tables.

The visit is an evidence bundle, a visit of a profile on this device, or a file that
`script run --save` kept.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from getpass import getpass
from hashlib import sha256
from mimetypes import guess_extension
from pathlib import Path
from typing import Any

from agent_app.cli.rule_files import packs_root
from agent_app.domain.errors import BadInput, Fault
from agent_app.script import Form, Session, exports, load_form
from agent_app.script.exports import AuditEntry
from agent_app.script.retelling import Retold, fitting, retell

SCRIPT = "scripts/visit.xlsx"
NAMED = 16
"""How many digits of its SHA-256 name a photo in an answer."""


def add_export(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verb."""
    export = verbs.add_parser("export", help="a visit as OpenRosa, audit.csv or CSV")
    export.add_argument("visit", help="visit.bundle, a visit's id, or a file of `script run`")
    kind = export.add_mutually_exclusive_group(required=True)
    kind.add_argument("--openrosa", action="store_true", help="submission XML and its media")
    kind.add_argument("--audit-csv", action="store_true", help="ODK's audit.csv")
    kind.add_argument("--csv", action="store_true", help="one table, and one for each repeat")
    export.add_argument("--out", type=Path, help="a folder; default: standard output")
    export.add_argument("--profile", type=Path, help="the profile folder a visit id is of")
    export.add_argument("--form", type=Path, help="the script, where it is not in the packs")
    export.add_argument("--packs", type=Path, help="folder of packs; default: those shipped")
    export.add_argument("--case", type=Path, help="the case as the script saw it (CSV or XML)")
    export.set_defaults(func=export_visit)


@dataclass
class Found:
    """A visit ready to leave. `attached` gives a file by the name its answer has."""

    session: Session
    entries: list[AuditEntry]
    attached: Callable[[str], bytes | None]
    notes: list[str] = field(default_factory=list)


def export_visit(arguments: argparse.Namespace) -> int:
    """Write what was asked for; what could not be told is said on standard error."""
    with _found(arguments) as found:
        lacking = _write(found, arguments)
    for line in (*found.notes, *lacking):
        print(line, file=sys.stderr)
    return 0


def _write(found: Found, arguments: argparse.Namespace) -> list[str]:
    if arguments.audit_csv:
        return _put(arguments.out, {"audit": exports.audit_csv(found.entries)})
    if arguments.csv:
        tables = exports.tables(found.session)
        return _put(arguments.out, {name or "record": table for name, table in tables.items()})
    if arguments.out is None:
        print(exports.openrosa(found.session))
        return [f"attached: {name}" for name in exports.media(found.session)]
    names = exports.media(found.session)
    files = {name: raw for name in names if (raw := found.attached(name)) is not None}
    exports.write_openrosa(found.session, arguments.out, files, found.entries)
    return [f"not here: {name}" for name in names if name not in files]


def _put(folder: Path | None, tables: Mapping[str, str]) -> list[str]:
    for name, table in tables.items():
        if folder is None:
            print(table, end="")
            continue
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.csv").write_text(table, encoding="utf-8", newline="")
    return []


@contextmanager
def _found(arguments: argparse.Namespace) -> Iterator[Found]:
    path = Path(arguments.visit)
    if not path.is_file():
        with _stored(arguments) as found:
            yield found
    elif path.read_bytes()[:2] == b"PK":
        yield _bundled(path, arguments)
    else:
        yield _saved(path)


def _saved(path: Path) -> Found:
    from agent_app.cli.interview import reopen

    session, entries = reopen(path, os.urandom)

    def attached(name: str) -> bytes | None:
        beside = path.parent / Path(name).name
        return beside.read_bytes() if beside.is_file() else None

    return Found(session, entries, attached)


def _bundled(path: Path, arguments: argparse.Namespace) -> Found:
    from agent_app.journal import bundle

    held = bundle.read(path)
    wanted = {one["sha256"] for one in held.scripts}
    form = fitting(_forms(arguments, wanted), held.events, held.visit)
    if form is None:
        named = ", ".join(f"{one['id']} {one['version']}" for one in held.scripts)
        fault = Fault("its script is not here", path.name, value=named, mend="name it: --form")
        raise BadInput(fault)
    told = retell(form, held.events, visit=held.visit, instances=_case(arguments))
    own = (file for event in held.events if event.visit == held.visit for file in event.files)
    files = {_name(file): held.files.get(file["sha256"]) for file in own}
    return Found(told.session, told.entries, files.get, _notes(told))


def _forms(arguments: argparse.Namespace, wanted: set[str]) -> Iterator[Form]:
    """The script named on the command line; else those of the packs that the bundle names."""
    if arguments.form:
        yield load_form(arguments.form)
        return
    from agent_app.packs import load_packs

    for pack in load_packs(packs_root(arguments)):
        source = pack.files.get(SCRIPT)
        if source is not None and sha256(source).hexdigest() in wanted:
            yield load_form(source, name=f"{pack.id}/{SCRIPT}")


def _case(arguments: argparse.Namespace) -> dict[str, str | bytes]:
    return {"case": arguments.case.read_bytes()} if arguments.case else {}


def _name(file: Mapping[str, Any]) -> str:
    return f"{file['sha256'][:NAMED]}{guess_extension(file.get('type', '')) or '.jpg'}"


def _notes(told: Retold) -> list[str]:
    return [
        *(
            f"blacked out: {ref or 'an answer whose question is blacked out too'}"
            for ref in told.withheld
        ),
        *(f"not in the script {told.session.form.version}: {ref}" for ref in told.unknown),
        *(f"answered, but not relevant in the end: {ref}" for ref in told.idle),
        *(f"{one.kind}: {one.ref} {one.message}".strip() for one in told.session.validate()),
    ]


@contextmanager
def _stored(arguments: argparse.Namespace) -> Iterator[Found]:
    """The visit of an unlocked profile; the passphrase is asked for, or read from the input."""
    if arguments.profile is None:
        fault = Fault("no such file", value=arguments.visit, mend="or name its --profile DIR")
        raise BadInput(fault)
    from agent_app.actions.opening import close_desk, open_desk
    from agent_app.packs import load_packs
    from agent_app.queries.visit_run import scripts_here, what_is_known
    from agent_app.store import events, files
    from agent_app.vault import vault
    from agent_app.vault.profile import Profile
    from agent_app.vault.secrets_store import best_store

    which, data = Profile(arguments.profile), arguments.profile.resolve().parent.parent
    if not which.exists:
        raise BadInput(Fault("no profile there", value=str(arguments.profile)))
    at = arguments.moment()
    keys = vault.unlock(which, _passphrase(), best_store(data), at)
    desk = open_desk(
        which, keys, shipped=load_packs(packs_root(arguments)), cache=data / "cache",
        entropy=os.urandom, app="",
    )  # fmt: skip
    try:
        visit = arguments.visit
        own = events.of_visit(desk.db, visit)
        case = next((event.case for event in own if event.case), None)
        if case is None:
            raise BadInput(Fault("there is no such visit here", value=visit))
        form = load_form(arguments.form) if arguments.form else None
        form = form or fitting(scripts_here(desk, case, visit), own, visit)
        assert form is not None
        known = _case(arguments) or {"case": what_is_known(desk, at, case, visit).case}
        told = retell(form, own, visit=visit, instances=known)
        stored = {_name(one.reference()): one for one in files.of_visit(desk.db, visit)}

        def attached(name: str) -> bytes | None:
            return desk.files.read(stored[name]) if name in stored else None

        yield Found(told.session, told.entries, attached, _notes(told))
    finally:
        close_desk(desk)


def _passphrase() -> str:
    if sys.stdin.isatty():
        return getpass("passphrase: ")
    return sys.stdin.readline().rstrip("\r\n")
