"""`doorstep-server`: run an office. Data live under $DOORSTEP_DATA or the platform's data folder.

The only place of the server that reads the clock, the environment and the process.
"""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
import tomllib
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import platformdirs

import resources
from agent_app.domain.errors import BadInput, DoorstepError, Fault
from agent_app.wording import LANGUAGES
from sync.server import accounts, cases, exports, people, stamps, witness
from sync.server import backup as backups
from sync.server import office as offices
from sync.server.cases import Changes
from sync.server.imports import mapping
from sync.server.imports.load import load_file
from sync.server.office import Office

RESOURCES = Path(resources.__file__).parent
Options = argparse.Namespace


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 done, 1 refused, 2 wrongly asked."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except (DoorstepError, OSError) as error:
        print(error, file=sys.stderr)
        return 1


def data_folder() -> Path:
    """The server's part of the data folder."""
    chosen = os.environ.get("DOORSTEP_DATA")
    root = Path(chosen) if chosen else Path(platformdirs.user_data_dir("doorstep"))
    return root / "server"


def now() -> datetime:
    """The office's clock. A demo played at another time of day shifts it by whole seconds."""
    return datetime.now(UTC) + timedelta(seconds=int(os.environ.get("DOORSTEP_CLOCK_SHIFT", "0")))


def _office() -> Office:
    return offices.open_office(data_folder(), now)


def _init(options: Options) -> int:
    facts = tomllib.loads(options.office.read_text("utf-8"))
    folder = data_folder()
    if not options.yes:
        print(f"{facts['org']['name']} → {folder}")
        if input("y/N: ").strip().lower() not in ("y", "yes"):
            return 1
    offices.create(folder, now, facts)
    print(folder)
    return 0


def _import(options: Options) -> int:
    chosen = RESOURCES / "mappings"
    mappings = (
        [mapping.load(_mapping_path(options.mapping))]
        if options.mapping
        else mapping.load_all(chosen)
    )
    content = options.file.read_bytes()
    landed = load_file(_office(), content, options.file.name, mappings, encoding=options.encoding)
    for fault in landed.faults:
        print(fault, file=sys.stderr)
    print(landed)
    return 1 if landed.faults and not landed.counts else 0


def _mapping_path(chosen: str) -> Path:
    """A mapping by its name among ours, or by its path."""
    own = RESOURCES / "mappings" / f"{chosen}.toml"
    return own if own.exists() else Path(chosen)


def _user_add(options: Options) -> int:
    office = _office()
    with office.db() as db, db.writing():
        people.join(office, db, options.id, options.name or options.id, options.role, options.team)
    return 0


def _user_renew(options: Options) -> int:
    office, changes = _office(), Changes()
    with office.db() as db, db.writing():
        for user in options.ids:
            count = people.renew(db, changes, user, options.until, options.kind)
            print(f"{user}\t{options.until}\t{count} cases")
        changes.publish(db, office.now())
    return 0


def _team(options: Options) -> int:
    with _office().db() as db, db.writing():
        accounts.add_team(db, options.id, options.name or options.id, options.lead)
    return 0


def _device_code(options: Options) -> int:
    office = _office()
    with office.db() as db, db.writing():
        print(accounts.new_code(db, options.user, office.now(), office.entropy))
    return 0


def _device_list(options: Options) -> int:
    with _office().db() as db:
        for row in db.rows("SELECT id, user, name, state, seq, seen_at FROM devices ORDER BY id"):
            print("\t".join(str(value) for value in row.values()))
    return 0


def _device_revoke(options: Options) -> int:
    office = _office()
    with office.db() as db, db.writing():
        if not accounts.revoke_device(office, db, options.id, wipe=options.wipe):
            raise BadInput(Fault("no such device", value=options.id))
    return 0


def _device_release(options: Options) -> int:
    with _office().db() as db, db.writing():
        if not accounts.release_device(db, options.id):
            raise BadInput(Fault("no such frozen device", value=options.id))
    return 0


def _assign(options: Options) -> int:
    office, changes = _office(), Changes()
    with office.db() as db, db.writing():
        for case in options.cases:
            cases.assign(
                db, changes, case, options.agent, partner=options.partner, reason=options.reason
            )
        changes.publish(db, office.now())
    return 0


def _recall(options: Options) -> int:
    office, changes = _office(), Changes()
    with office.db() as db, db.writing():
        for case in options.cases:
            cases.recall(db, changes, case, options.reason)
        changes.publish(db, office.now())
    return 0


def _serve(options: Options) -> int:
    from sync.server.packs import shelve
    from sync.server.serve import serve

    office = _office()
    shelf = shelve(options.packs)
    return serve(office, shelf, host=options.host, port=options.port, ready=options.ready)


def _packs(options: Options) -> int:
    from sync.server.packs import shelve

    for entry in shelve(options.packs).entries:
        print(f"{entry.id}\t{entry.version}\t{entry.sha256}\t{len(entry.files)} files")
    return 0


def _held(options: Options) -> int:
    with _office().db() as db:
        for row in db.rows(
            "SELECT received_at, device, seq, id, reason FROM parked UNION ALL"
            " SELECT received_at, device, NULL, hash, reason FROM quarantine"
            " UNION ALL SELECT received_at, device, seq, id, reason FROM log"
            " WHERE verdict = 'refused' ORDER BY 1"
        ):
            print(json.dumps(row, ensure_ascii=False))
    return 0


def _bundle(options: Options) -> int:
    from sync.server.evidence import write_bundle
    from sync.server.packs import shelve

    write_bundle(_office(), options.visit, options.file, shelve(options.packs))
    return 0


def _alerts(options: Options) -> int:
    with _office().db() as db:
        for row in db.rows("SELECT at, kind, device, detail FROM alerts ORDER BY id"):
            print(json.dumps(row, ensure_ascii=False))
    return 0


def _export(options: Options) -> int:
    from agent_app.packs import load_packs

    office = _office()
    text = exports.results_csv(
        *(office, options.by, options.reason, load_packs(options.packs)),
        creditor=options.creditor,
        approved_by=options.approved_by,
    )
    if options.out is None:
        print(text, end="")
    else:
        options.out.write_text(text, "utf-8-sig", newline="")
    return 0


def _heads(options: Options) -> int:
    office = _office()
    if options.into:
        fetch = stamps.service(office) if options.stamp else None
        print(witness.append(office, options.into, fetch))
        return 0
    with office.db() as db:
        found = [witness.path(db, *options.prove)] if options.prove else exports.heads(db)
        for line in found:
            print(line)
    return 0


def _report(options: Options) -> int:
    print(witness.report(_office(), options.day, options.lang), end="")
    return 0


def _backup(options: Options) -> int:
    backups.backup(_office(), options.file, _passphrase(options))
    return 0


def _restore(options: Options) -> int:
    backups.restore(options.file, data_folder(), _passphrase(options), now)
    print(data_folder())
    return 0


def _passphrase(options: Options) -> str:
    if options.passphrase_file:
        return str(options.passphrase_file.read_text("utf-8").strip("\r\n"))
    return os.environ.get("DOORSTEP_BACKUP_PASSPHRASE") or getpass.getpass()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="doorstep-server", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")

    def command(name: str, run: object, help_: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=help_)
        added.set_defaults(run=run)
        return added

    one = command("init", _init, "make a new office: keys, database, folders")
    one.add_argument("--yes", action="store_true", help="ask nothing")
    one.add_argument("--office", type=Path, default=RESOURCES / "offices" / "demo.toml")
    one = command("import", _import, "take in a creditor's hand-over file")
    one.add_argument("file", type=Path)
    one.add_argument("--mapping", help="a mapping's name or file; found by the header otherwise")
    one.add_argument("--encoding", help="only if the file's own cannot be told")
    _people_commands(command)
    one = command("assign", _assign, "give cases to an agent; recalled ones too")
    one.add_argument("agent")
    one.add_argument("cases", nargs="+")
    one.add_argument("--partner")
    one.add_argument("--reason", default="reassigned")
    one = command("recall", _recall, "take cases back from everyone")
    one.add_argument("cases", nargs="+")
    one.add_argument("--reason", default="recalled")
    one = command("serve", _serve, "answer devices")
    one.add_argument("--host", default="127.0.0.1")
    one.add_argument("--port", type=int, default=8743)
    one.add_argument("--ready", type=Path, help="write {url, pid} here when listening")
    one.add_argument("--packs", type=Path, default=RESOURCES / "packs")
    one = command("packs", _packs, "list the rule packs handed out")
    one.add_argument("--packs", type=Path, default=RESOURCES / "packs")
    one = command("bundle", _bundle, "the evidence of a visit, for a stranger to check")
    one.add_argument("visit")
    one.add_argument("file", type=Path)
    one.add_argument("--packs", type=Path, default=RESOURCES / "packs")
    command("held", _held, "events kept that do not count, and why")
    command("alerts", _alerts, "forks, restored devices, altered events, approvals no lead gave")
    one = command("export", _export, "results for the creditor, as CSV")
    one.add_argument("--by", required=True, help="who exports")
    one.add_argument("--reason", required=True)
    one.add_argument("--approved-by", help="a second person, for many rows")
    one.add_argument("--creditor", help="only this creditor's id")
    one.add_argument("--packs", type=Path, default=RESOURCES / "packs")
    one.add_argument("--out", type=Path)
    one = command("heads", _heads, "every signed tree head, to be kept by a witness")
    one.add_argument("--into", type=Path, help="add the newest to this file of a witness's")
    one.add_argument("--stamp", action="store_true", help="with a time stamp (RFC 3161)")
    one.add_argument("--prove", type=int, nargs=2, metavar=("FROM", "TO"), help="sizes")
    one = command("report", _report, "a day on one page with the log's head, to print or mail")
    one.add_argument("--day", type=date.fromisoformat, default=now().date())
    one.add_argument("--lang", choices=LANGUAGES, default="zh_CN")
    for name, run, help_ in (
        ("backup", _backup, "write a sealed backup while serving"),
        ("restore", _restore, "the office of a backup, in an empty data folder"),
    ):
        one = command(name, run, help_)
        one.add_argument("file", type=Path)
        one.add_argument("--passphrase-file", type=Path)
    return parser


def _people_commands(command: object) -> None:
    assert callable(command)
    users = command("user", None, "people").add_subparsers(required=True)
    one = users.add_parser("add")
    one.set_defaults(run=_user_add)
    one.add_argument("id")
    one.add_argument("--name")
    one.add_argument("--role", choices=accounts.ROLES, default="agent")
    one.add_argument("--team")
    one = users.add_parser("renew", help="credentials, also in cases handed out")
    one.set_defaults(run=_user_renew)
    one.add_argument("ids", nargs="+", metavar="id")
    one.add_argument("--until", type=date.fromisoformat, required=True, help="2027-06-30")
    one.add_argument("--kind", action="append", default=[], help="default: all the office issues")
    one = command("team", _team, "add a team or change its lead")
    one.add_argument("id")
    one.add_argument("--name")
    one.add_argument("--lead")
    devices = command("device", None, "devices and their codes").add_subparsers(required=True)
    one = devices.add_parser("code", help="a one-time enrolment code")
    one.set_defaults(run=_device_code)
    one.add_argument("user")
    devices.add_parser("list").set_defaults(run=_device_list)
    one = devices.add_parser("revoke", help="a lost or returned device")
    one.set_defaults(run=_device_revoke)
    one.add_argument("id")
    one.add_argument("--wipe", action="store_true", help="order it to destroy what it holds")
    one = devices.add_parser("release", help="let a frozen device push again")
    one.set_defaults(run=_device_release)
    one.add_argument("id")


if __name__ == "__main__":
    sys.exit(main())
