"""`doorstep script rehearse`: visit an invented debtor in the terminal, scored by the real rules."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from agent_app.domain.errors import BadInput, Fault
from agent_app.domain.moment import Moment
from agent_app.given import json_file

if TYPE_CHECKING:
    from agent_app.rehearsal.play import Player
    from agent_app.rehearsal.role import Role
    from agent_app.rehearsal.score import Score
    from agent_app.script import NodeView

_MARK = {True: "✓", False: "✗", None: "?"}


def add_rehearse(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verb `rehearse`."""
    verb = verbs.add_parser("rehearse", help="visit an invented debtor; scored, nothing is kept")
    verb.add_argument("form", type=Path)
    verb.add_argument("--pack", required=True)
    verb.add_argument("--role", help="who is visited; without it, who there is is listed")
    verb.add_argument("--answers", type=Path, help='JSON: {"question": "value", …}; no prompt')
    verb.add_argument("--at", type=datetime.fromisoformat, help="the moment of the knock")
    verb.add_argument("--language", default="zh_CN")
    verb.add_argument("--json", action="store_true", help="the score as one JSON object")
    verb.set_defaults(func=rehearse)


def rehearse(arguments: argparse.Namespace) -> int:
    """0 when the rehearsal was passed, 1 when not."""
    from agent_app.packs import load_packs
    from agent_app.rehearsal.role import read_roles

    packs = load_packs(files("resources") / "packs")
    roles = {one.id: one for one in read_roles(packs, arguments.pack)}
    if arguments.role is None:
        for one in roles.values():
            print(f"{one.id:<16} {_said(one.title, arguments.language)}")
        return 0
    if arguments.role not in roles:
        known = ", ".join(roles)
        raise BadInput(Fault("no such role", field="--role", value=arguments.role, mend=known))
    with TemporaryDirectory(prefix="doorstep-rehearsal-") as folder:
        made = _perform(arguments, packs, roles[arguments.role], Path(folder))
    if arguments.json:
        print(json.dumps(_plain(made), ensure_ascii=False))
    else:
        print("\n".join(report(made, arguments.language)))
    return 0 if made.passed else 1


def _perform(arguments: argparse.Namespace, packs: Any, role: Role, folder: Path) -> Score:
    from agent_app.rehearsal.play import Player, play
    from agent_app.rehearsal.room import open_room
    from agent_app.rehearsal.score import score
    from agent_app.script import load_form

    content = arguments.form.read_bytes()
    form = load_form(arguments.form)
    begins = arguments.at
    if begins is not None and begins.tzinfo is None:
        begins = begins.replace(tzinfo=ZoneInfo(role.setting["tz"]))
    now = Moment(datetime.now().astimezone(), "", "rehearsal", time.monotonic_ns() // 1_000_000)
    room = open_room(
        folder / "room", packs, arguments.pack, role, now, entropy=os.urandom,
        app=version("doorstep"), form=(content, form), begins=begins,
    )  # fmt: skip
    try:
        at = room.shifted(now)
        if room.visit:
            player = Player(room, at, arguments.language)
            if arguments.answers:
                given = json_file(arguments.answers)
                play(player, from_file(player, given), _mind_file)
            else:
                play(
                    player,
                    from_prompt(player, _line, _tell, arguments.language),
                    _mind_prompt(player),
                )
            at = player.at
        return score(room, at, arguments.language)
    finally:
        room.close()


def from_file(
    player: Player, given: Mapping[str, Any]
) -> Callable[[NodeView, str], tuple[str, float]]:
    """The agent's choices from a file (by name or ref; a list is [value, seconds]); then what
    the debtor brings about; then the book."""
    from agent_app.rehearsal.play import UNHURRIED, name_of

    def choose(view: NodeView, scripted: str) -> tuple[str, float]:
        told = given.get(name_of(view), given.get(view.ref))
        seconds = UNHURRIED
        if isinstance(told, list):
            told, seconds = told[0], float(told[1])
        if told is None:
            told = scripted or player.by_the_book(view)
        return str(told), seconds

    return choose


def from_prompt(
    player: Player, read: Callable[[str], str], show: Callable[[str], None], language: str
) -> Callable[[NodeView, str], tuple[str, float]]:
    """Ask; an empty line takes what the debtor brings about. Time is what it took to answer."""
    from agent_app.rehearsal.play import name_of

    def choose(view: NodeView, scripted: str) -> tuple[str, float]:
        show("")
        for line in (view.hint and f"» {view.hint}", view.label or view.ref):
            if line:
                show(line)
        for choice in view.choices:
            show(f"  [{choice.value}] {choice.label}")
        if said := _said(player.room.role.says.get(name_of(view), {}), language):
            show(f"« {said}")
        began = time.monotonic()
        typed = read(f"[{scripted}] > " if scripted else "> ").strip()
        return typed or scripted, time.monotonic() - began

    return choose


def _line(asked: str) -> str:
    print(asked, end="", file=sys.stderr, flush=True)
    try:
        return input()
    except EOFError:
        mend = "answer to the end, or give --answers"
        raise BadInput(Fault("the visit is not over", field="input", mend=mend)) from None


def _mind_file(view: NodeView, wrong: str) -> None:
    said = view.constraint_message or wrong
    raise BadInput(Fault(f"the answer does not fit: {said}", field=view.ref, mend="see --answers"))


def _mind_prompt(player: Player) -> Callable[[NodeView, str], None]:
    def mind(view: NodeView, wrong: str) -> None:
        _tell(f"! {view.constraint_message or wrong}")
        player.again(view)

    return mind


def _tell(line: str) -> None:
    print(line, file=sys.stderr)


def _said(words: Mapping[str, str], language: str) -> str:
    return words.get(language) or words.get("en") or ""


def report(made: Score, language: str) -> list[str]:
    """The score to read: each rule with its source and the step that decided it."""
    lines = [
        f"{_MARK[made.passed]} {made.points}/100  {_said(made.role.title, language)}",
        f"  {_MARK[made.ended]} visit closed · {_MARK[made.outcome_fits]} outcome: {made.outcome or '-'}",
    ]
    for judged in made.rules:
        one = judged.verdict
        place = _said(one.citation.locator, language)
        source = f"{_said(one.citation.title, language)} {place}".strip()
        lines.append(f"{_MARK[one.passed]} {one.rule} [{source}] {judged.step}".rstrip())
        if one.passed is False and one.text:
            lines.append(f"    {_said(one.text, language)}")
    for refused in made.refused:
        lines.append(f"✗ not allowed: {refused.what}")
        lines += [f"    {_said(found.text, language)}" for found in refused.findings]
    for step in made.steps:
        least = f" (at least {step.least:g})" if step.hurried else ""
        lines.append(f"  {step.seconds:5.0f} s{least}  {step.label}: {step.value}")
    for advice in made.advice:
        lines.append(f"→ {advice.step}")
        lines += [f"    {words}" for words in (advice.say, advice.know) if words]
    lines.append(f"→ {_said(made.role.lesson, language)}")
    return lines


def _plain(made: Score) -> dict[str, Any]:
    return {
        "role": made.role.id,
        "passed": made.passed,
        "points": made.points,
        "ended": made.ended,
        "outcome": made.outcome,
        "outcome_fits": made.outcome_fits,
        "rules": [
            {
                "rule": one.verdict.rule,
                "kind": one.verdict.kind,
                "passed": one.verdict.passed,
                "source": dict(one.verdict.citation.title),
                "locator": dict(one.verdict.citation.locator),
                "text": dict(one.verdict.text),
                "step": one.step,
            }
            for one in made.rules
        ],
        "refused": [
            {"at": one.at.isoformat(), "what": one.what, "rules": [f.rule for f in one.findings]}
            for one in made.refused
        ],
        "steps": [asdict(one) for one in made.steps],
        "advice": [asdict(one) for one in made.advice],
        "lesson": dict(made.role.lesson),
    }
