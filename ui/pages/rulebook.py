"""Rules in force: the packs on this device, each rule in words with its source and its force."""

from __future__ import annotations

import re

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from agent_app.queries.rulebook import PackPage, RuleLine
from ui.pages.page import Page, badge_line
from ui.pages.why import force_badge
from ui.text import Text
from ui.viewmodels.rulebook import RulebookModel
from ui.widgets.badge import Badge, Banner
from ui.widgets.card import Facts
from ui.widgets.field import TextField
from ui.widgets.label import Label
from ui.widgets.layout import clear, column
from ui.widgets.list_card import ListCard
from ui.widgets.lists import Row
from ui.widgets.overlay import Sheet

_STATUS_TONE = {"draft": "warn", "reviewed": "info", "approved": "success"}
_PAUSE_MS = 150
_CLAUSE = re.compile(r"(?<=[，；。,;])")


class RulebookPage(Page):
    """All packs; with one chosen, its rules. Read offline; what is only remembered says so."""

    def __init__(self, model: RulebookModel, text: Text) -> None:
        super().__init__(text, title=text.say("rulebook.title"), returns=True)
        self._model = model
        self._field = TextField(
            placeholder=text.say("rulebook.search"), glyph="search", name="rulebook-search"
        )
        self._field.edit.setAccessibleName(text.say("rulebook.search"))
        self._field.setVisible(model.chosen is not None)
        self._list = QWidget()
        self._rows = column(gap=2)
        self._list.setLayout(self._rows)
        self.body.addWidget(self._field)
        self.body.addWidget(self._list)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(lambda: model.find(self._field.text()))
        self._field.edited.connect(lambda _: self._pause.start())
        self.bind(model)

    def arrive(self) -> None:
        self._model.load()

    def fill(self) -> None:
        clear(self._rows)
        if (pack := self._model.pack) is not None:
            self._show(pack)
            return
        text, card = self.text, ListCard()
        self.set_head(text.say("rulebook.title"), text.say("rulebook.remark"))
        card.add_all(map(self._pack, self._model.packs))
        self._rows.addWidget(card)

    def _pack(self, one: PackPage) -> Row:
        text = self.text
        line = Row(
            f"{text.pick(one.title)} {one.version}",
            text.say("rulebook.counts", rules=len(one.rules), cases=one.cases),
            end=Badge(text.say(f"rulebook.status_{one.status}"), _STATUS_TONE[one.status]),
            name=f"pack-{one.id}",
        )
        line.opened.connect(lambda: self.go.emit("rulebook", one.id))
        return line

    def _show(self, pack: PackPage) -> None:
        text = self.text
        signed = text.say(f"rulebook.status_{pack.status}")
        version = text.say("rulebook.version", version=pack.version)
        self.set_head(text.pick(pack.title), f"{version} · {signed}")
        if pack.status == "draft":
            words = Banner(text.say("rulebook.draft"), text.say("rulebook.draft_remark"), "warn")
            self._rows.addWidget(words)
        elif pack.reviewed_on is not None:
            when = text.date(pack.reviewed_on)
            words = Banner(text.say("rulebook.signed", who=pack.reviewer, on=when), "", "success")
            self._rows.addWidget(words)
        if pack.stale_after and pack.stale_after < self._model.office.now().wall.date():
            old = text.say("rulebook.stale", on=text.date(pack.stale_after))
            self._rows.addWidget(Banner(old, "", "warn"))
        card = ListCard()
        card.add_all(map(self._line, self._model.rules(text.language)))
        self._rows.addWidget(card)
        digest = text.say("rulebook.digest", sha256=pack.sha256)
        self._rows.addWidget(Label(digest, "small", ink="faint"))

    def _line(self, rule: RuleLine) -> Row:
        text = self.text
        marks = [force_badge(rule.sources[0], text), self._state(rule)]
        source = rule.sources[0]
        line = Row(
            _in_general(text.pick(rule.words)),
            text.source(source.title, source.locator),
            note=badge_line(*marks),
            name=f"rule-{rule.id}",
        )
        line.opened.connect(lambda: self._open(rule))
        return line

    def _state(self, rule: RuleLine) -> Badge:
        text = self.text
        if rule.draft:
            return Badge(text.say("rulebook.only_warns"), "neutral")
        if not rule.in_force:
            key, day = ("ended", rule.last) if rule.last else ("from", rule.first)
            return Badge(text.say(f"rulebook.{key}", on=text.date(day)) if day else "", "neutral")
        return Badge(text.say(f"rulebook.severity_{rule.severity}"), "neutral", glyph="scale")

    def _open(self, rule: RuleLine) -> None:
        text = self.text
        facts = Facts()
        for source in rule.sources:
            facts.add(text.say("case.why_source"), text.source(source.title, source.locator))
            facts.add(text.say("case.why_force"), force_badge(source, text))
            if source.url:
                facts.add(text.say("rulebook.read_at"), source.url)
        for key, day in (("rulebook.first", rule.first), ("rulebook.last", rule.last)):
            if day is not None:
                facts.add(text.say(key), text.date(day))
        facts.add(text.say("rulebook.kind"), text.choose(f"rule_kinds.{rule.kind}", rule.kind))
        facts.add(text.say("case.why_rule"), rule.id)
        content = QWidget()
        content.setLayout(
            column(Label(_in_general(text.pick(rule.words)), "heading"), facts, gap=2)
        )
        title, close = text.say("rulebook.rule"), text.say("page.close")
        Sheet(self, title, content, close=close, name="rule-sheet", width=720)


def _in_general(words: str) -> str:
    """A rule without the clauses that only a visit can fill."""
    clauses = [one for one in _CLAUSE.split(words) if "…" not in one]
    return "".join(clauses).rstrip("，；,; ") or words
