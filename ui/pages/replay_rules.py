"""What the rules of the day say of a visit: each by its source, failed ones with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from PySide6.QtWidgets import QWidget

from agent_app.domain.rules import Verdict
from agent_app.journal.flag import Flag
from agent_app.queries.retold import Told
from agent_app.queries.reviews import Replay
from agent_app.queries.why import Reason
from ui.pages.page import Page, badge_line
from ui.pages.why import lines_of, why_sheet
from ui.text import Text
from ui.viewmodels.replay import ReplayModel
from ui.widgets.badge import Badge, Banner
from ui.widgets.button import Chip
from ui.widgets.layout import row
from ui.widgets.list_card import ListCard
from ui.widgets.lists import Row
from ui.widgets.speech import Folded

_VERDICT = {
    True: ("replay.kept", "success"),
    False: ("replay.broken", "danger"),
    None: ("replay.unclear", "warn"),
}
ALIKE = 2
"""Remarks of one kind that stand open; the others are folded below."""
_ORDER = {False: 0, None: 1, True: 2}


def rules_card(page: Page, model: ReplayModel, found: Replay, text: Text) -> QWidget:
    """What was not kept, what looks odd, then what was kept; each rule leads to its why."""
    what_if = Chip(text.say("replay.if_drafts"), name="replay-drafts")
    what_if.setChecked(model.drafts)
    what_if.toggled.connect(model.suppose_drafts)
    remark = text.say("replay.drafts_remark" if model.drafts else "replay.rules_remark")
    card = ListCard()
    card.head(text.say("replay.rules"), remark)
    card.body.addWidget(_within(badge_line(what_if)))
    ordered = sorted(model.verdicts, key=lambda one: (_ORDER[one.passed], one.rule))
    kept = [one for one in ordered if one.passed]
    for same in _alike([one for one in ordered if not one.passed], text):
        card.add(_line(page, same, found, text))
    if len(kept) == len(ordered):
        card.body.addWidget(
            _within(Banner(text.say("replay.all_kept", n=len(kept)), "", "success"))
        )
    if found.flags:
        card.head(text.say("replay.flags"), text.say("replay.flags_remark"))
        for topic, remarks in _by_topic(found.flags):
            few, more = _few(remarks)
            about = text.say(f"flags.about_{topic}")
            words = _remarks(few, model.told, found, text)
            card.body.addWidget(_within(Banner(words, about, "warn", name=f"flags-{topic}")))
            if more:
                title = text.say("replay.flags_more", n=len(more))
                rest = Folded(
                    title, _remarks(more, model.told, found, text), name=f"more-flags-{topic}"
                )
                card.body.addWidget(_within(rest))
    if kept:
        lines = ListCard()
        lines.add_all(_line(page, same, found, text) for same in _alike(kept, text))
        folded = Folded(text.say("replay.kept_rules", n=len(kept)), lines, name="kept-rules")
        card.body.addWidget(_within(folded))
    return card


def _within(item: QWidget) -> QWidget:
    """In line with the words of a list's rows."""
    holder = QWidget()
    line = row(item)
    line.setContentsMargins(16, 4, 16, 8)
    holder.setLayout(line)
    return holder


def _alike(verdicts: Iterable[Verdict], text: Text) -> list[list[Verdict]]:
    """Those that read alike stand together."""
    found: dict[tuple[str, ...], list[Verdict]] = {}
    for verdict in verdicts:
        found.setdefault((*_words(verdict, text), str(verdict.passed)), []).append(verdict)
    return list(found.values())


def _by_topic(flags: Iterable[Flag]) -> list[tuple[str, list[Flag]]]:
    """The same remark on many steps is said once."""
    topics: dict[str, list[Flag]] = {}
    for flag in flags:
        known = topics.setdefault(flag.topic, [])
        if flag.kind == "hurried" or all(
            (one.kind, one.facts) != (flag.kind, flag.facts) for one in known
        ):
            known.append(flag)
    return list(topics.items())


def _few(flags: Sequence[Flag]) -> tuple[list[Flag], list[Flag]]:
    """At most ALIKE remarks of a kind, and the others: a long list frightens and says no more."""
    few: list[Flag] = []
    more: list[Flag] = []
    for flag in flags:
        known = sum(one.kind == flag.kind for one in few)
        (few if known < ALIKE else more).append(flag)
    return few, more


def _remarks(flags: Iterable[Flag], told: Iterable[Told], found: Replay, text: Text) -> str:
    """A line each, with the question it is about where it is about one."""
    questions = {one.ref: one.question for one in told}
    refs = {one.id: str(one.body.get("ref", "")) for one in found.events}
    lines = []
    for flag in flags:
        said = text.say(f"flags.{flag.kind}", **flag.facts)
        asked = questions.get(refs.get(flag.event, ""), "")
        lines.append(text.say("flags.at_question", asked=asked, said=said) if asked else said)
    return "\n".join(lines)


def _words(verdict: Verdict, text: Text) -> tuple[str, str]:
    """What was not kept in the rule's own words, else what it is about; and its source."""
    cited = verdict.citation
    source = text.source(cited.title, cited.locator)
    said = text.pick(verdict.text) if verdict.passed is not True else ""
    what = text.choose(f"rule_kinds.{verdict.kind}", verdict.kind)
    return said or what, source or verdict.rule


def _line(page: Page, same: list[Verdict], found: Replay, text: Text) -> Row:
    """One rule, or several that read alike; pressed it says why."""
    verdict = same[0]
    key, tone = _VERDICT[verdict.passed]
    what, source = _words(verdict, text)
    title = f"{what} × {len(same)}" if len(same) > 1 else what
    badge = None if verdict.passed else Badge(text.say(key), tone)
    line = Row(title, source, end=badge, name=f"verdict-{verdict.rule}")
    line.opened.connect(partial(_explain, page, same, found, text))
    return line


def _explain(page: Page, same: list[Verdict], found: Replay, text: Text) -> None:
    """The source and what decided; of a rule that was kept, the act last judged by it."""
    first = same[0]
    because = first.finding.because if first.finding else ()
    rules = ", ".join(one.rule for one in same)
    reasons = lines_of(because, found.reasons)
    if not reasons:
        proof = next((one for one in found.events if one.id == first.event), None)
        reasons = [Reason(kind=proof.kind, at=proof.at)] if proof else []
    why_sheet(page, text, _words(first, text)[0], first.citation, rules, because=reasons)
