"""`doorstep script`: run a script in the terminal, check it, export a visit, replay ODK's cases."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from agent_app.cli.export import add_export
from agent_app.cli.rehearse import add_rehearse
from agent_app.domain.errors import BadInput, Fault
from agent_app.given import json_file

CONFORMANCE_ZONE = "America/Phoenix"
"""Where the cases were recorded."""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `script` and its verbs."""
    script = subparsers.add_parser("script", help="visit scripts: run, check, export, conformance")
    verbs = script.add_subparsers(dest="verb", required=True, metavar="VERB")
    _add_run(verbs)
    add_export(verbs)
    _add_conformance(verbs)
    _add_check(verbs)
    add_rehearse(verbs)


def _add_run(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    run = verbs.add_parser("run", help="fill a form in; answers by prompt or file, JSON out")
    run.add_argument("form", type=Path)
    run.add_argument("--answers", type=Path, help='JSON: {"/data/question": "value", …}')
    run.add_argument("--instance", action="append", default=[], metavar="NAME=FILE")
    run.add_argument("--language", default=None)
    run.add_argument("--zone", default=None, help="IANA time zone; default: this machine's")
    run.add_argument("--save", type=Path, help="keep the visit for `script export`")
    run.set_defaults(func=run_form)


def _add_conformance(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    conformance = verbs.add_parser("conformance", help="replay cases recorded from ODK's engine")
    conformance.add_argument("kind", choices=("xpath", "scenario"))
    conformance.add_argument("file", type=Path)
    conformance.add_argument("--failures", type=int, default=0, metavar="N", help="print so many")
    conformance.add_argument("--at", type=datetime.fromisoformat, metavar="ISO",
                             help="when they were recorded: then those about today run too")  # fmt: skip
    conformance.set_defaults(func=run_conformance)


def _add_check(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    check = verbs.add_parser("check", help="prove a script against a rule pack")
    check.add_argument("form", type=Path)
    check.add_argument("--pack", default=None)
    check.set_defaults(func=check_form)


def check_form(arguments: argparse.Namespace) -> int:
    """Prove a script, or print the paths that break it; 0 when it passed."""
    from agent_app.script.check import run

    return run(arguments.form, arguments.pack, sys.stdout)


def run_conformance(arguments: argparse.Namespace) -> int:
    """One JSON line, then the failures asked for; 0 when nothing failed."""
    from agent_app.script import conformance

    zone = ZoneInfo(CONFORMANCE_ZONE)
    at: datetime | None = arguments.at

    def now() -> datetime:
        return at.astimezone(zone) if at else datetime.now(zone)

    tally = conformance.run(
        arguments.kind, arguments.file, now, os.urandom, recorded=at is not None
    )
    print(json.dumps(tally.to_json()))
    for failure in tally.failures[: arguments.failures]:
        print(failure)
    return 1 if tally.failed else 0


def run_form(arguments: argparse.Namespace) -> int:
    """Fill the form in and print the record as JSON; 1 when it is not valid."""
    from agent_app.cli.interview import Interview
    from agent_app.script import Session, load_form

    form = load_form(arguments.form)
    session = Session(
        form,
        now=_clock(arguments.zone),
        entropy=os.urandom,
        instances=_instances(arguments.instance),
        language=arguments.language,
    )
    interview = Interview(session, _clock(arguments.zone))
    if arguments.answers:
        interview.fill(json_file(arguments.answers))
    else:
        interview.ask(input, lambda line: print(line, file=sys.stderr))
    print(json.dumps(interview.result(), ensure_ascii=False))
    if arguments.save:
        kept = {"form": str(arguments.form.resolve()), **interview.kept()}
        arguments.save.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
    return 1 if session.validate() else 0


def _clock(zone: str | None) -> Callable[[], datetime]:
    try:
        found = ZoneInfo(zone) if zone else None
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise BadInput(
            Fault("no such time zone", value=zone or "", mend="Asia/Shanghai")
        ) from error

    def now() -> datetime:
        return datetime.now(found) if found else datetime.now().astimezone()

    return now


def _instances(pairs: list[str]) -> dict[str, bytes]:
    found = {}
    for pair in pairs:
        name, _, file = pair.partition("=")
        if not file:
            raise BadInput(Fault("--instance takes NAME=FILE", value=pair, mend="case=case.csv"))
        found[name] = Path(file).read_bytes()
    return found
