"""`doorstep rules replay`: one visit, or many, judged again rule by rule."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent_app.cli.bare_case import (
    UNKNOWN,
    UNTOLD,
    bare_row,
    fair,
    knows,
    looks_beyond,
    pack_stamps,
)
from agent_app.cli.rule_files import pack_named, packs_root, read_case, read_events
from agent_app.domain.errors import BadInput, Fault
from agent_app.domain.model import Case
from agent_app.domain.rules import Citation, RuleSet, RuleTally, Verdict, replay, tally
from agent_app.packs import PackSet, load_packs

MARKS = {True: "pass", False: "FAIL", None: "?"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What `replay` may be told."""
    parser.add_argument(
        "bundle", type=Path, nargs="+", help="visit bundles, or events as JSON lines"
    )
    parser.add_argument("--case", type=Path, help="the case row as JSON; default: what events tell")
    parser.add_argument(
        "--pack", default="", metavar="P[@VERSION]", help="what if these rules held?"
    )
    parser.add_argument("--drafts", action="store_true", help="what if the drafts were law?")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(func=run)


@dataclass(frozen=True, slots=True)
class _Replayed:
    """One visit judged again. `limited` are rules whose pass holds only as far as the visit's
    own events tell; `strange` are packs it was made under that are not here as they were."""

    name: str
    case: str
    verdicts: Sequence[Verdict]
    limited: frozenset[str]
    strange: Sequence[str]
    unknown: Sequence[str]


def run(args: argparse.Namespace) -> int:
    """0 when no blocking rule failed in any visit, 1 when one did, 2 when a file cannot be read.

    A visit that cannot be read is named, and the others are judged all the same.
    """
    packs = load_packs(packs_root(args))
    supposed = _other_rules(packs, args.pack) if args.pack else None
    visits, faults = [], []
    for path in args.bundle:
        try:
            visits.append(_replay_one(packs, path, args, supposed))
        except BadInput as error:
            faults += [f"{'' if fault.file else f'{path.name}: '}{fault}" for fault in error.faults]
    tallies = tally((one.name, verdict) for one in visits for verdict in one.verdicts)
    if args.json:
        rows = {"visits": [_plain(one) for one in visits], "rules": [_line(t) for t in tallies]}
        print(json.dumps(rows, ensure_ascii=False, indent=2))
    elif len(args.bundle) > 1:
        _print_tallies(tallies, len(visits))
    else:
        for one in visits:
            _print_visit(one)
    for fault in faults:
        print(fault, file=sys.stderr)
    failed = any(row.broken and row.severity == "block" for row in tallies)
    return 2 if faults else 1 if failed else 0


def _replay_one(
    packs: PackSet, path: Path, args: argparse.Namespace, supposed: RuleSet | None
) -> _Replayed:
    events = read_events(path)
    case = read_case(args.case) if args.case else Case.read(bare_row(events))
    stamps = pack_stamps([one for one in events if one.case == case.id])
    rules = supposed or _rules_of(packs, stamps, case)
    verdicts = replay(rules.enacted() if args.drafts else rules, case, events)
    told = knows(events)
    limited = [] if args.case else [r.id for r in rules.rules if looks_beyond(r, known=told)]
    verdicts = verdicts if args.case or told else [fair(one) for one in verdicts]
    here = {pack.sha256 for pack in packs}
    others = () if supposed else (one for one in stamps if one["sha256"] not in here)
    strange = [f"{one['id']} {one['version']}" for one in others]
    return _Replayed(
        path.name, case.id, verdicts, frozenset(limited), strange, UNTOLD if told else UNKNOWN
    )


def _rules_of(packs: PackSet, stamps: Sequence[Mapping[str, Any]], case: Case) -> RuleSet:
    """The layers that the events themselves name; those a case would have today for the events
    of an older app, which named one pack only."""
    laid = packs.stamped(stamps) if len(stamps) > 1 else ()
    return packs.joined(laid) if laid else packs.rules_for(case)


def _other_rules(packs: PackSet, name: str) -> RuleSet:
    pack_id, _, version = name.partition("@")
    pack = pack_named(packs, pack_id)
    if version and pack.version != version:
        mend = f"give --packs FOLDER, where {pack_id} {version} lies"
        fault = Fault("another version is here", name, value=pack.version, mend=mend)
        raise BadInput(fault)
    return packs.joined(packs.chain(pack.id))


def _print_visit(found: _Replayed) -> None:
    print(f"{found.name}  case {found.case}")
    for one in found.verdicts:
        mark = MARKS[one.passed] + ("*" if one.passed and one.rule in found.limited else "")
        said = one.text.get("en", "")
        print(f"  {mark:<5} {one.rule:<24} {one.event:<36}  {said}".rstrip())
    counts = [sum(one.passed is state for one in found.verdicts) for state in MARKS]
    print(f"  {counts[0]} passed, {counts[1]} failed, {counts[2]} not proven by the record")
    if found.limited:
        print("  * as far as this visit's own events tell. Unknown from them, and told by --case:")
        print(f"    {', '.join(found.unknown)}")
    for stamp in found.strange:
        print(f"  the visit was made under another edition of {stamp} than the one here")


def _print_tallies(tallies: Sequence[RuleTally], visits: int) -> None:
    """A line a rule; below it the visits that broke it, or that cannot tell."""
    print(f"{visits} visits")
    print(f"  {'rule':<26}{'kept':>6}{'broken':>8}{'not proven':>12}")
    for row in tallies:
        counts = f"{len(row.kept):>6}{len(row.broken):>8}{len(row.unproven):>12}"
        print(f"  {row.rule:<26}{counts}")
        for proof in row.broken:
            print(f"      FAIL {proof.visit}  {proof.event}  {proof.text.get('en', '')}".rstrip())
        if row.unproven:
            print(f"      ?    {', '.join(proof.visit for proof in row.unproven)}")


def _line(row: RuleTally) -> dict[str, Any]:
    def those(proofs: Sequence[Any]) -> list[dict[str, Any]]:
        return [{"visit": p.visit, "event": p.event, "text": dict(p.text)} for p in proofs]

    return {
        "rule": row.rule,
        "kind": row.kind,
        "severity": row.severity,
        "kept": those(row.kept),
        "broken": those(row.broken),
        "unproven": those(row.unproven),
        "citation": _cited(row.citation),
    }


def _plain(found: _Replayed) -> dict[str, Any]:
    rows = [
        {
            "rule": one.rule,
            "kind": one.kind,
            "severity": one.severity,
            "passed": one.passed,
            "limited": one.rule in found.limited,
            "event": one.event,
            "text": dict(one.text),
            "citation": _cited(one.citation),
        }
        for one in found.verdicts
    ]
    return {
        "file": found.name,
        "case": found.case,
        "unknown": list(found.unknown) if found.limited else [],
        "other_editions": list(found.strange),
        "rules": rows,
    }


def _cited(citation: Citation) -> dict[str, Any]:
    return {
        "title": dict(citation.title),
        "locator": dict(citation.locator),
        "status": citation.status,
    }
