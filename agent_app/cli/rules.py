"""`doorstep rules`: check packs, replay a visit, explain a case, print a table for counsel."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from agent_app.cli.rule_files import pack_named, packs_root, read_case, read_events
from agent_app.cli.rule_replay import add_arguments as add_replay_arguments
from agent_app.cli.rule_table import as_html, as_markdown, table_of
from agent_app.domain.dates import FOREVER
from agent_app.domain.errors import BadInput, Fault
from agent_app.domain.languages import LANGUAGES
from agent_app.domain.rules import explain
from agent_app.domain.rules.beside import known_beside
from agent_app.domain.rules.reading import meant
from agent_app.domain.rules.situation import ACTS, SAME_ACT
from agent_app.domain.shapes import odd_facts
from agent_app.packs import Pack, PackSet, check_layers, load_packs, read_pack, unclear

_LIKE = "2026-11-22T10:00:00+08:00"
ENOUGH = 4
"""Examples that every rule has beside it."""


def add_parser(subparsers: Any) -> None:
    """Add `rules` and its verbs."""
    rules = subparsers.add_parser("rules", help="rule packs: check, replay, explain, table")
    verbs = rules.add_subparsers(dest="verb", required=True, metavar="VERB")
    check = _verb(verbs, "check", "every fault of a pack: file, key, mend", _check)
    check.add_argument("pack", nargs="*", help="a pack's folder or id; default: all")
    again = verbs.add_parser("replay", help="which visits kept each rule, and what proves it")
    _packs_option(again)
    add_replay_arguments(again)
    why = _verb(verbs, "explain", "what every rule says of a case at a time", _explain)
    why.add_argument("case", type=Path, help="the case row as JSON")
    why.add_argument("--at", required=True, type=_moment, help="2026-11-22T10:00:00+08:00")
    why.add_argument("--act", default="visit")
    why.add_argument("--events", type=Path, help="events as JSON lines")
    why.add_argument(
        "--beside", type=Path, action="append", default=[], metavar="CASE",
        help="another case of the same person: its contacts count where a cap is the person's",
    )  # fmt: skip
    why.add_argument("--fact", action="append", default=[], metavar="NAME=JSON")
    table = _verb(verbs, "table", "a readable table of a pack for counsel to sign", _table)
    table.add_argument("pack")
    table.add_argument("--lang", nargs="+", choices=LANGUAGES, default=["zh_CN", "en"])
    table.add_argument("--out", type=Path, help="FILE.html to print and sign, else Markdown")


def _verb(
    verbs: Any, name: str, help: str, handler: Callable[[argparse.Namespace], int]
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = verbs.add_parser(name, help=help)
    _packs_option(parser)
    parser.set_defaults(func=handler)
    return parser


def _packs_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--packs", type=Path, help="folder of packs; default: those shipped")


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no time: write {_LIKE}") from error
    if found.tzinfo is None:
        raise argparse.ArgumentTypeError(f"give the offset from UTC too: {_LIKE}")
    if not 1970 <= found.year < FOREVER.year:
        raise argparse.ArgumentTypeError(f"{text!r} is no time of a visit: write {_LIKE}")
    return found


def _check(args: argparse.Namespace) -> int:
    """Every fault of every file; the examples run where there is none. 1 when anything is wrong.

    A pack given as a folder is checked in the place of the shipped one of its id.
    """
    faults: list[Fault] = []
    folders = [Path(name) for name in args.pack if Path(name).is_dir()]
    given = [_read_folder(folder, faults) for folder in folders]
    shipped: Iterable[Pack] = ()
    try:
        shipped = load_packs(packs_root(args))
    except BadInput as error:
        faults += error.faults
    found = {pack.id: pack for pack in (*shipped, *given) if pack is not None}
    packs = PackSet(found.values())
    named = [name for name in args.pack if not Path(name).is_dir()]
    chosen = [pack_named(packs, name) for name in named] if not faults else []
    chosen += [pack for pack in given if pack is not None]
    chosen = chosen or list(packs)
    if not chosen and not faults:
        mend = "give the folder that holds a folder for each pack"
        faults.append(Fault("holds no pack", str(args.packs), mend=mend))
    if not faults:
        check_layers(packs, faults)
    if not faults:
        faults += [fault for pack in chosen for fault in unclear(packs, pack)]
    for pack in chosen:
        faults += _beside_the_rules(pack)
    if faults:
        said = list(dict.fromkeys(map(str, faults)))
        print("\n".join([*said, f"{len(said)} fault(s)"]))
        return 1
    return 1 if sum([_check_pack(packs, pack) for pack in chosen]) else 0


def _read_folder(folder: Path, faults: list[Fault]) -> Pack | None:
    """The pack of a folder; None, with the faults noted, when it is none."""
    whole = folder.resolve()
    if (whole / "pack.toml").is_file():
        return read_pack(whole, faults)
    faults.append(Fault("holds no pack.toml", whole.name, mend="give the folder of one pack"))
    return None


def _beside_the_rules(pack: Pack) -> list[Fault]:
    """Faults of the examples and calendars: too few of one, no table for the other."""
    faults: list[Fault] = []
    try:
        _ = pack.calendars
    except BadInput as error:
        faults += [replace(fault, file=f"{pack.id}/pack.toml") for fault in error.faults]
    try:
        counts = Counter(one.rule for one in pack.examples)
    except BadInput as error:
        return [*faults, *error.faults]
    few = [one for one in sorted(pack.written_ids) if counts[one] < ENOUGH]
    mend = "add cases to examples.toml: just before and at each edge of the rule"
    where = f"{pack.id}/examples.toml"
    message = f"has fewer than {ENOUGH} examples"
    return faults + [Fault(message, where, None, one, str(counts[one]), mend) for one in few]


def _check_pack(packs: PackSet, pack: Pack) -> int:
    """Run the examples of one pack; how many do not hold."""
    rules = packs.joined(packs.chain(pack.id))
    answers = [(one, one.outcome(rules)) for one in pack.examples]
    wrong = [(one, answer) for one, answer in answers if answer]
    for one, answer in wrong:
        asked = f"{one.act} at {one.at.isoformat()}"
        print(f"{pack.id}/examples.toml: {one.where}, {asked}: {answer} → mend rule or example")
    held = len(answers) - len(wrong)
    print(f"{pack.id} {pack.version} ({pack.header.status}): {len(pack.rules)} rules, ", end="")
    print(f"{held} of {len(answers)} examples hold, {len(pack.outcomes)} outcomes")
    return len(wrong)


def _explain(args: argparse.Namespace) -> int:
    """Every rule with its state; 1 when the act is refused."""
    if args.act not in (known := {*ACTS, *SAME_ACT}):
        raise BadInput(Fault("is no act", "--act", value=args.act, mend=meant(args.act, known)))
    packs = load_packs(packs_root(args))
    case = read_case(args.case)
    events = read_events(args.events) if args.events else []
    beside = known_beside(case, map(read_case, args.beside))
    facts = {"elsewhere": beside, **dict(_fact(one) for one in args.fact)}
    for name, sort in odd_facts(facts):
        mend = f"give {sort}, as JSON"
        raise BadInput(Fault(f"is not {sort}", "--fact", None, name, str(facts[name]), mend))
    rules = packs.rules_for(case)
    worst = 0
    for rule, finding in explain(rules, case, events, args.at, act=args.act, facts=facts):
        worst = max(worst, finding.state if finding else 0)
        state = finding.state.name if finding else "allow"
        cited = finding.citation if finding else rule.citation
        source = f"{cited.title['en']} {cited.locator.get('en', '')}".strip()
        print(f"{state:<6} {rule.id:<24} {source} [{cited.status}]")
        if finding:
            print(f"       {finding.text['zh_CN']}\n       {finding.text['en']}")
            print(f"       because: {', '.join(finding.because) or '-'}")
    return 1 if worst > 1 else 0


def _fact(text: str) -> tuple[str, Any]:
    name, told, value = text.partition("=")
    if not told or not name:
        raise BadInput(Fault("tells nothing", "--fact", value=text, mend="write NAME=VALUE"))
    try:
        return name, json.loads(value)
    except json.JSONDecodeError:
        return name, value


def _table(args: argparse.Namespace) -> int:
    """A file that ends in .html is made to be printed and signed; anything else is Markdown."""
    packs = load_packs(packs_root(args))
    pack = pack_named(packs, args.pack)
    table = table_of(pack, packs.joined(packs.chain(pack.id)).wording, args.lang)
    if args.out:
        show = as_html if args.out.suffix == ".html" else as_markdown
        args.out.write_text(show(table), encoding="utf-8")
    else:
        print(as_markdown(table), end="")
    return 0
