"""Each door of a case: may it be knocked on now, until when, and why not."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from agent_app.domain.rules import Finding, Findings, State
from agent_app.domain.rules.phrasing import reason
from agent_app.queries.case_page import CasePage, DoorAt
from ui.pages.doors import KNOCK_GLYPH, KNOCK_TONE, clock_banner, knock_badge
from ui.pages.page import Page
from ui.pages.why import lines_of, why_sheet
from ui.text import Text
from ui.viewmodels.case import CaseModel
from ui.widgets.button import Button
from ui.widgets.card import Card, Rule, SectionHeader, Surface
from ui.widgets.countdown import Countdown
from ui.widgets.icon import Icon
from ui.widgets.label import Label
from ui.widgets.layout import column, row
from ui.widgets.lists import Row


class Doors(Card):
    """Starts a visit where the rules let one; each objection leads to its why."""

    def __init__(self, page: Page, model: CaseModel, shown: CasePage, text: Text) -> None:
        super().__init__(SectionHeader(text.say("case.doors")), gap=2)
        self._page, self._model, self._shown, self._text = page, model, shown, text
        if (clock := clock_banner(shown.clock_behind, text)) is not None:
            self.body.addWidget(clock)
        for place, door in enumerate(shown.doors):
            if place:
                self.body.addWidget(Rule())
            self.body.addWidget(self._door(door))
        if not shown.doors:
            self.body.addWidget(Label(text.say("door.no_address"), ink="soft"))

    def _door(self, door: DoorAt) -> QWidget:
        text, found = self._text, door.findings
        kind = text.choose(f"case.address_{door.address.kind}", door.address.kind)
        place = column(Label(kind, "eyebrow"), Label(door.address.text, "strong"), gap=0.5)
        top = row(gap=2)
        top.addLayout(place, 1)
        top.addWidget(knock_badge(found.state, text), 0, Qt.AlignmentFlag.AlignTop)
        box = column(gap=1.5)
        box.addLayout(top)
        if found.items:
            box.addWidget(self._reasons(found))
        if found.window_end is not None and found.allowed:
            left = time_left(self._model, text)
            left.count_to(found.window_end)
            box.addWidget(left)
        box.addWidget(self._start(door))
        holder = QWidget()
        holder.setLayout(box)
        return holder

    def _start(self, door: DoorAt) -> Button:
        text, shown = self._text, self._shown
        if shown.open_visit:
            resume = Button(text.say("case.resume"), "primary", glyph="door", name="case-resume")
            target = (shown.case.id, shown.open_visit)
            resume.clicked.connect(lambda: self._page.go.emit("visit", target))
            return resume
        start = Button(
            text.say("case.start"), "primary", glyph="door", name=f"start-{door.address.id}"
        )
        start.setEnabled(door.findings.state <= State.warn)
        start.clicked.connect(lambda: self._model.start(door.address.id))
        return start

    def _reasons(self, found: Findings) -> QWidget:
        """What objects, line by line, each leading to its why; from when it is allowed, once."""
        text = self._text
        lines = Surface("sunken", gap=0, pad=0)
        for place, finding in enumerate(found.items):
            if place:
                lines.body.addWidget(Rule(inset=16))
            glyph, tone = KNOCK_GLYPH[finding.state], KNOCK_TONE[finding.state]
            words, name = text.pick(reason(finding.text)), f"why-{finding.rule}"
            line = Row(words, lead=Icon(glyph, tone), style="body", name=name)
            line.setToolTip(text.say("case.why"))
            line.opened.connect(partial(self._explain, finding))
            lines.body.addWidget(line)
        box = column(gap=1)
        if found.next_allowed is not None and not found.allowed:
            when = text.say("door.from", at=text.moment(found.next_allowed))
            box.addWidget(Label(when, "strong", name="next-allowed"))
        box.addWidget(lines)
        holder = QWidget()
        holder.setLayout(box)
        return holder

    def _explain(self, finding: Finding) -> None:
        text = self._text
        why_sheet(
            self._page, text, text.pick(finding.text), finding.citation, finding.rule,
            also=finding.citations[1:],
            because=lines_of(finding.because, self._shown.reasons),
            next_allowed=finding.opens,
        )  # fmt: skip


def time_left(model: CaseModel, text: Text) -> Countdown:
    """The countdown to the end of the window; at its end the page asks again."""
    left = Countdown(
        lambda span: text.say("door.left", span=text.left(span)), lambda: model.office.now().wall
    )
    left.over.connect(model.load)
    return left
