"""`doorstep rules`: check packs, replay a visit, explain a case, print a table for counsel."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from agent_app.cli.bare_case import UNKNOWN, bare_row, fair, looks_beyond, pack_stamps
from agent_app.domain.errors import BadInput, Fault
from agent_app.domain.events import Event
from agent_app.domain.model import Case
from agent_app.domain.rules import RuleSet, Verdict, explain, replay
from agent_app.domain.rules.reading import LANGUAGES
from agent_app.domain.rules.rule import Rule
from agent_app.packs import Pack, PackSet, load_packs, read_pack

MARKS = {True: "pass", False: "FAIL", None: "?"}


def add_parser(subparsers: Any) -> None:
    """Add `rules` and its verbs."""
    rules = subparsers.add_parser("rules", help="rule packs: check, replay, explain, table")
    verbs = rules.add_subparsers(dest="verb", required=True, metavar="VERB")
    check = _verb(verbs, "check", "every fault of a pack: file, key, mend", _check)
    check.add_argument("pack", nargs="*", help="a pack's folder or id; default: all")
    again = _verb(
        verbs, "replay", "pass or fail of every rule, with the event that proves it", _replay
    )
    again.add_argument(
        "bundle", type=Path, nargs="+", help="visit bundles, or events as JSON lines"
    )
    again.add_argument("--case", type=Path, help="the case row as JSON; default: what events tell")
    again.add_argument(
        "--pack", default="", metavar="P[@VERSION]", help="what if these rules held?"
    )
    again.add_argument("--drafts", action="store_true", help="what if the drafts were law?")
    again.add_argument("--json", action="store_true")
    why = _verb(verbs, "explain", "what every rule says of a case at a time", _explain)
    why.add_argument("case", type=Path, help="the case row as JSON")
    why.add_argument("--at", required=True, type=_moment, help="2026-11-22T10:00:00+08:00")
    why.add_argument("--act", default="visit")
    why.add_argument("--events", type=Path, help="events as JSON lines")
    why.add_argument("--fact", action="append", default=[], metavar="NAME=JSON")
    table = _verb(verbs, "table", "a readable table of a pack for counsel to sign", _table)
    table.add_argument("pack")
    table.add_argument("--lang", nargs="+", choices=LANGUAGES, default=["zh_CN", "en"])
    table.add_argument("--out", type=Path)


def _verb(
    verbs: Any, name: str, help: str, handler: Callable[[argparse.Namespace], int]
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = verbs.add_parser(name, help=help)
    parser.add_argument("--packs", type=Path, help="folder of packs; default: those shipped")
    parser.set_defaults(func=handler)
    return parser


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise argparse.ArgumentTypeError("give the offset too: 2026-11-22T10:00:00+08:00")
    return found


def _root(args: argparse.Namespace) -> Traversable | Path:
    return args.packs or files("resources") / "packs"


def _check(args: argparse.Namespace) -> int:
    """Faults first; then each pack with its examples. 1 when anything is wrong."""
    faults: list[Fault] = []
    for name in args.pack:
        if (Path(name) / "pack.toml").is_file():
            read_pack(Path(name), faults)
    try:
        packs = load_packs(_root(args))
    except BadInput as error:
        faults += error.faults
    if faults:
        for fault in faults:
            print(fault)
        print(f"{len(faults)} fault(s)")
        return 1
    ids = [Path(name).name for name in args.pack] or list(packs.packs)
    wrong = sum([_check_pack(packs, _pack(packs, one)) for one in ids])
    return 1 if wrong else 0


def _check_pack(packs: PackSet, pack: Pack) -> int:
    """Run the examples of one pack; how many do not hold."""
    rules = packs.joined(packs.chain(pack.id))
    answers = [(one.where, one.outcome(rules)) for one in pack.examples]
    wrong = [(where, answer) for where, answer in answers if answer]
    for where, answer in wrong:
        print(f"{pack.id}/examples.toml: {where}: {answer}")
    held = len(answers) - len(wrong)
    print(f"{pack.id} {pack.version} ({pack.header.status}): {len(pack.rules)} rules, ", end="")
    print(f"{held} of {len(answers)} examples hold, {len(pack.outcomes)} outcomes")
    return len(wrong)


@dataclass(frozen=True, slots=True)
class _Replayed:
    """One visit judged again. `limited` are rules whose pass holds only as far as the visit's
    own events tell; `strange` are packs it was made under that are not here as they were."""

    name: str
    case: str
    verdicts: Sequence[Verdict]
    limited: frozenset[str]
    strange: Sequence[str]


def _replay(args: argparse.Namespace) -> int:
    """0 when no blocking rule failed in any visit, 1 otherwise."""
    packs = load_packs(_root(args))
    visits = [_replay_one(packs, path, args) for path in args.bundle]
    if args.json:
        print(json.dumps([_plain(one) for one in visits], ensure_ascii=False, indent=2))
    else:
        for one in visits:
            _print_replay(one)
    failed = any(
        v.passed is False and v.severity == "block" for one in visits for v in one.verdicts
    )
    return 1 if failed else 0


def _replay_one(packs: PackSet, path: Path, args: argparse.Namespace) -> _Replayed:
    events = _events(path)
    case = _case(args.case) if args.case else Case.read(bare_row(events))
    rules = _what_if(packs, args.pack) if args.pack else packs.rules_for(case)
    verdicts = replay(rules.enacted() if args.drafts else rules, case, events)
    limited = () if args.case else (one.id for one in rules.rules if looks_beyond(one))
    verdicts = verdicts if args.case else [fair(one) for one in verdicts]
    stamps = [] if args.pack else pack_stamps([one for one in events if one.case == case.id])
    here = {pack.sha256 for pack in packs}
    strange = [f"{one['id']} {one['version']}" for one in stamps if one["sha256"] not in here]
    return _Replayed(path.name, case.id, verdicts, frozenset(limited), strange)


def _what_if(packs: PackSet, name: str) -> RuleSet:
    pack_id, _, version = name.partition("@")
    pack = _pack(packs, pack_id)
    if version and pack.version != version:
        fault = Fault("another version is here", value=pack.version, mend="give --packs FOLDER")
        raise BadInput(fault)
    return packs.joined(packs.chain(pack.id))


def _pack(packs: PackSet, pack_id: str) -> Pack:
    if pack_id not in packs.packs:
        raise BadInput(Fault("no such pack", value=pack_id, mend=", ".join(packs.packs)))
    return packs[pack_id]


def _print_replay(found: _Replayed) -> None:
    print(f"{found.name}  case {found.case}")
    for one in found.verdicts:
        mark = MARKS[one.passed] + ("*" if one.passed and one.rule in found.limited else "")
        said = one.text.get("en", "")
        print(f"  {mark:<5} {one.rule:<24} {one.event:<36}  {said}".rstrip())
    counts = [sum(one.passed is state for one in found.verdicts) for state in MARKS]
    print(f"  {counts[0]} passed, {counts[1]} failed, {counts[2]} not proven by the record")
    if found.limited:
        print("  * as far as this visit's own events tell. Unknown from them, and told by --case:")
        print(f"    {', '.join(UNKNOWN)}")
    for stamp in found.strange:
        print(f"  the visit was made under another edition of {stamp} than the one here")


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
            "citation": {
                "title": dict(one.citation.title),
                "locator": one.citation.locator,
                "status": one.citation.status,
            },
        }
        for one in found.verdicts
    ]
    return {
        "file": found.name,
        "case": found.case,
        "unknown": list(UNKNOWN) if found.limited else [],
        "other_editions": list(found.strange),
        "rules": rows,
    }


def _explain(args: argparse.Namespace) -> int:
    """Every rule with its state; 1 when the act is refused."""
    packs = load_packs(_root(args))
    case = _case(args.case)
    events = _events(args.events) if args.events else []
    facts = dict(_fact(one) for one in args.fact)
    rules = packs.rules_for(case)
    worst = 0
    for rule, finding in explain(rules, case, events, args.at, act=args.act, facts=facts):
        worst = max(worst, finding.state if finding else 0)
        state = finding.state.name if finding else "allow"
        cited = rule.citation
        print(f"{state:<6} {rule.id:<24} {cited.title['en']} {cited.locator} [{cited.status}]")
        if finding:
            print(f"       {finding.text['zh_CN']}\n       {finding.text['en']}")
            print(f"       because: {', '.join(finding.because) or '-'}")
    return 1 if worst > 1 else 0


def _fact(text: str) -> tuple[str, Any]:
    name, _, value = text.partition("=")
    try:
        return name, json.loads(value)
    except json.JSONDecodeError:
        return name, value


def _table(args: argparse.Namespace) -> int:
    pack = _pack(load_packs(_root(args)), args.pack)
    text = table_of(pack, args.lang)
    if args.out:
        args.out.write_text(text, encoding="utf-8")
    else:
        print(text, end="")
    return 0


def table_of(pack: Pack, languages: Sequence[str]) -> str:
    """The pack as a Markdown table with room for a signature; parameters as the file has them."""
    head = pack.header
    title = " / ".join(head.title[one] for one in languages)
    lines = [
        f"# {title} ({pack.id} {pack.version}, {head.status})",
        "",
        f"SHA-256 {pack.sha256}",
        "",
    ]
    lines += ["| rule | kind | severity | in force | text | sources |", "|---|---|---|---|---|---|"]
    lines += [_row(rule, languages) for rule in pack.rules]
    lines += ["", "Reviewed by: ____________________   Date: ____________", ""]
    return "\n".join(lines)


def _row(rule: Rule, languages: Sequence[str]) -> str:
    text = "<br>".join(rule.text[one] for one in languages)
    sources = "<br>".join(
        f"{one.title[languages[0]]} {one.locator} ({one.force}, {one.status})"
        for one in rule.sources
    )
    dates = f"{rule.first or '…'} to {rule.last or '…'}" if rule.first or rule.last else "always"
    severity = f"{rule.severity} (draft)" if rule.draft else rule.severity
    return f"| {rule.id} | {rule.kind} | {severity} | {dates} | {text} | {sources} |"


def _case(path: Path) -> Case:
    return Case.read(_json(path.read_text(encoding="utf-8"), path))


def _events(path: Path) -> list[Event]:
    """The events of a bundle that proves, or of a file of JSON lines."""
    with path.open("rb") as opened:
        is_zip = opened.read(2) == b"PK"
    if is_zip:
        from agent_app.journal import bundle

        return list(bundle.read(path).events)
    lines = path.read_text(encoding="utf-8").splitlines()
    return [Event.from_json(_json(line, path)) for line in lines if line.strip()]


def _json(text: str, path: Path) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        fault = Fault("is not JSON", str(path), row=error.lineno, value=error.msg)
        raise BadInput(fault) from error
