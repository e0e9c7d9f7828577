"""What the office's record holds, for those who check it and those it is owed to."""

from __future__ import annotations

import argparse
import json
from datetime import date
from pathlib import Path

from agent_app.disk import private
from agent_app.domain.languages import LANGUAGES
from sync.server import exports, ink, salvage, stamps, witness
from sync.server.commands.place import PACKS, Commands, Options, Place


def add(commands: Commands) -> None:
    one = commands.add_parser("bundle", help="the evidence of a visit, for a stranger to check")
    one.set_defaults(run=_bundle)
    one.add_argument("visit")
    one.add_argument("file", type=Path)
    one.add_argument("--packs", type=Path, default=PACKS)
    one = commands.add_parser("salvage", help="take in what a lost vault had not sent")
    one.set_defaults(run=_salvage)
    one.add_argument("folder", type=Path, help="as the device set it aside, in its data folder")
    one = commands.add_parser("held", help="events kept that do not count, and why")
    one.set_defaults(run=_held)
    one = commands.add_parser(
        "alerts", help="forks, restored devices, altered events, approvals no lead gave"
    )
    one.set_defaults(run=_alerts)
    one = commands.add_parser("export", help="results for the creditor, as CSV")
    one.set_defaults(run=_export)
    one.add_argument("--by", required=True, help="who exports")
    one.add_argument("--reason", required=True)
    one.add_argument("--approved-by", help="a second person, for many rows")
    one.add_argument("--creditor", help="only this creditor's id")
    one.add_argument("--packs", type=Path, default=PACKS)
    one.add_argument("--out", type=Path)
    one = commands.add_parser("ink", help="open sealed signatures for a dispute: two people")
    one.set_defaults(run=_ink)
    one.add_argument("visit", nargs="?", help="without one: what was opened so far, and why")
    one.add_argument("--by", default="", help="who asks; no agent")
    one.add_argument("--approved-by", default="", help="a second person; no agent")
    one.add_argument("--reason", default="")
    one.add_argument("--into", type=Path, default=Path(), help="folder for a file a signer")
    one = commands.add_parser("heads", help="every signed tree head, to be kept by a witness")
    one.set_defaults(run=_heads)
    one.add_argument("--into", type=Path, help="add the newest to this file of a witness's")
    one.add_argument("--stamp", action="store_true", help="with a time stamp (RFC 3161)")
    one.add_argument("--prove", type=int, nargs=2, metavar=("FROM", "TO"), help="sizes")
    one = commands.add_parser(
        "report", help="a day on one page with the log's head, to print or mail"
    )
    one.set_defaults(run=_report)
    one.add_argument("--day", type=_day, metavar="2026-11-23", help="default: today")
    one.add_argument("--lang", choices=LANGUAGES, default="zh_CN")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is not a day like 2026-11-23") from error


def _bundle(options: Options, place: Place) -> int:
    from sync.server.evidence import write_bundle
    from sync.server.packs import shelve

    write_bundle(place.office(), options.visit, options.file, shelve(options.packs))
    return 0


def _salvage(options: Options, place: Place) -> int:
    taken = salvage.take(place.office(), options.folder)
    print(taken)
    return 1 if taken.unreadable or taken.damaged else 0


def _held(options: Options, place: Place) -> int:
    with place.office().db() as db:
        for row in db.rows(
            "SELECT received_at, device, seq, id, reason FROM parked UNION ALL"
            " SELECT received_at, device, NULL, hash, reason FROM quarantine"
            " UNION ALL SELECT received_at, device, seq, id, reason FROM log"
            " WHERE verdict = 'refused' ORDER BY 1"
        ):
            print(json.dumps(row, ensure_ascii=False))
    return 0


def _alerts(options: Options, place: Place) -> int:
    with place.office().db() as db:
        for row in db.rows("SELECT at, kind, device, detail FROM alerts ORDER BY id"):
            print(json.dumps(row, ensure_ascii=False))
    return 0


def _export(options: Options, place: Place) -> int:
    from agent_app.packs import load_packs

    text = exports.results_csv(
        *(place.office(), options.by, options.reason, load_packs(options.packs)),
        creditor=options.creditor,
        approved_by=options.approved_by,
    )
    if options.out is None:
        print(text, end="")
    else:
        options.out.write_text(text, "utf-8-sig", newline="")
    return 0


def _ink(options: Options, place: Place) -> int:
    office = place.office()
    if options.visit is None:
        with office.db() as db:
            for row in ink.openings(db):
                print(json.dumps(row, ensure_ascii=False))
        return 0
    people = {"by": options.by, "approved_by": options.approved_by}
    for one in ink.open_ink_of(office, options.visit, **people, reason=options.reason):
        path = options.into / f"ink-{one['signer']}-{one['paper'][:12]}.json"
        with open(path, "x", opener=private, encoding="utf-8") as out:
            json.dump(one, out, ensure_ascii=False)
        print(path)
    return 0


def _heads(options: Options, place: Place) -> int:
    office = place.office()
    if options.into:
        authority = stamps.the_service(office) if options.stamp else None
        print(witness.append(office, options.into, authority))
        return 0
    with office.db() as db:
        found = [witness.path(db, *options.prove)] if options.prove else exports.heads(db)
        for line in found:
            print(line)
    return 0


def _report(options: Options, place: Place) -> int:
    day = options.day or place.now().date()
    print(witness.report(place.office(), day, options.lang), end="")
    return 0
