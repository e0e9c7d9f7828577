"""What if other rules had held? The team's finished visits judged again, some at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from agent_app.actions.desk import Desk
from agent_app.actions.judging import verdicts
from agent_app.domain.errors import BadInput, Fault
from agent_app.domain.rules import Verdict
from agent_app.domain.rules.asked import rule_words
from agent_app.packs import PackSet, check_layers, read_pack
from agent_app.queries.case_page import read_case
from agent_app.store import events


@dataclass(frozen=True, slots=True)
class Supposition:
    """Which rules to judge by: those of the day, with every draft as law where `enacted`, and
    with packs of another edition in place of those on this device."""

    name: str
    enacted: bool = False
    packs: PackSet | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """One rule over one visit; `new`: a breach that the rules of the day did not see."""

    visit: str
    verdict: Verdict
    new: bool
    words: Mapping[str, str]


def judge_again(
    desk: Desk, visits: Sequence[tuple[str, str]], supposed: Supposition
) -> list[Judgement]:
    """Every rule supposed over each visit (case, visit)."""
    other = replace(desk, packs=supposed.packs) if supposed.packs else desk
    found = []
    for case_id, visit in visits:
        case, happened = read_case(desk, case_id), events.of_visit(desk.db, visit)
        rules = other.packs.rules_for(case)
        day = {one.rule: one.passed for one in verdicts(desk, case, happened)}
        words = {rule.id: rule_words(rule, rules.wording) for rule in rules.rules}
        found += [
            Judgement(
                visit, one, one.passed is False and day.get(one.rule) is not False, words[one.rule]
            )
            for one in verdicts(other, case, happened, enacted=supposed.enacted)
        ]
    return found


def read_edition(desk: Desk, folder: Path) -> Supposition:
    """Packs of a folder (one pack, or a folder of packs) laid over those on this device.

    Raises BadInput with every fault of file and key.
    """
    faults: list[Fault] = []
    inside = sorted(one for one in folder.iterdir() if one.is_dir()) if folder.is_dir() else []
    packs = [one for one in (folder, *inside) if (one / "pack.toml").is_file()]
    if not packs:
        faults.append(Fault("holds no rule pack", folder.name, mend="choose a pack's folder"))
    read = [one for one in (read_pack(pack, faults) for pack in packs) if one is not None]
    laid = PackSet([*desk.packs, *read])
    if not faults:
        check_layers(laid, faults)
    if faults:
        raise BadInput(faults)
    return Supposition("、".join(f"{one.id} {one.version}" for one in read), packs=laid)
