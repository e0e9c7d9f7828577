"""What the rules of the day say of a visit: each by its source, failed ones with the reason."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from agent_app.domain.rules import Verdict
from agent_app.journal.flag import Flag
from agent_app.queries.reviews import Replay
from ui.text import Text
from ui.viewmodels.replay import ReplayModel
from ui.widgets.badge import Badge, Banner
from ui.widgets.button import Chip
from ui.widgets.card import Card, SectionHeader
from ui.widgets.label import Label
from ui.widgets.layout import column, row

_VERDICT = {
    True: ("replay.kept", "success"),
    False: ("replay.broken", "danger"),
    None: ("replay.unclear", "warn"),
}


def rules_card(model: ReplayModel, found: Replay, text: Text) -> QWidget:
    """Rules, those not kept first; what looks odd below."""
    what_if = Chip(text.say("replay.if_drafts"), name="replay-drafts")
    what_if.setChecked(model.drafts)
    what_if.toggled.connect(model.suppose_drafts)
    remark = text.say("replay.drafts_remark" if model.drafts else "replay.rules_remark")
    card = Card(SectionHeader(text.say("replay.rules"), remark, end=what_if))
    broken = [one for one in model.verdicts if one.passed is False]
    if not broken:
        kept = text.say("replay.all_kept", n=len(model.verdicts))
        card.body.addWidget(Banner(kept, "", "success"))
    alike: dict[tuple[str, ...], list[Verdict]] = {}
    for verdict in sorted(model.verdicts, key=lambda one: (one.passed is not False, one.rule)):
        alike.setdefault((*_words(verdict, text), str(verdict.passed)), []).append(verdict)
    for same in alike.values():
        card.body.addWidget(_line(same[0], len(same), text))
    if found.flags:
        flags = SectionHeader(text.say("replay.flags"), text.say("replay.flags_remark"))
        card.body.addWidget(flags)
        for topic, remarks in _by_topic(found.flags):
            words = "\n".join(text.say(f"flags.{one.kind}", **one.facts) for one in remarks)
            about = text.say(f"flags.about_{topic}")
            card.body.addWidget(Banner(words, about, "warn", name=f"flags-{topic}"))
    return card


def _by_topic(flags: Iterable[Flag]) -> list[tuple[str, list[Flag]]]:
    """The same remark on many steps is said once."""
    topics: dict[str, list[Flag]] = {}
    for flag in flags:
        known = topics.setdefault(flag.topic, [])
        if all((one.kind, one.facts) != (flag.kind, flag.facts) for one in known):
            known.append(flag)
    return list(topics.items())


def _words(verdict: Verdict, text: Text) -> tuple[str, str]:
    """What was not kept in the rule's own words, else what it is about; and its source."""
    cited = verdict.citation
    source = " ".join(part for part in (text.pick(cited.title), cited.locator) if part)
    said = text.pick(verdict.text) if verdict.passed is not True else ""
    what = text.choose(f"rule_kinds.{verdict.kind}", verdict.kind)
    return said or what, source or verdict.rule


def _line(verdict: Verdict, times: int, text: Text) -> QWidget:
    """One rule, or several that read alike."""
    key, tone = _VERDICT[verdict.passed]
    what, source = _words(verdict, text)
    words = column(Label(f"{what} × {times}" if times > 1 else what, "label"), gap=0.25)
    words.addWidget(Label(source, "small", ink="soft"))
    holder = QWidget()
    line = row(gap=1.5)
    line.addLayout(words, 1)
    line.addWidget(Badge(text.say(key), tone), 0, Qt.AlignmentFlag.AlignTop)
    holder.setLayout(line)
    return holder
