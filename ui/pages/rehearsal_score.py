"""The score of a rehearsal: what was kept and broken, step by step, and what to say next time."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QWidget

from agent_app.rehearsal.score import Advice, Judged, Score, Step
from ui.pages.page import Page
from ui.text import Text
from ui.viewmodels.rehearsal import RehearsalScoreModel
from ui.widgets.badge import Badge, Banner
from ui.widgets.button import Button
from ui.widgets.card import Card, Facts, SectionHeader
from ui.widgets.label import Label, Prose
from ui.widgets.layout import column, row
from ui.widgets.list_card import ListCard
from ui.widgets.speech import Speech

_VERDICT = {True: "success", False: "danger", None: "warn"}


class RehearsalScorePage(Page):
    """First the whole, then what to do better, then every rule and every step."""

    reach = 960

    def __init__(self, model: RehearsalScoreModel, text: Text) -> None:
        super().__init__(text, title=text.say("rehearsal.score"))
        self._model = model
        other = Button(text.say("rehearsal.other"), "quiet", glyph="people", name="rehearsal-other")
        other.clicked.connect(lambda: self.go.emit("rehearsal", (self._pack, "")))
        self.foot_line.addWidget(other)
        again = self.main_button(text.say("rehearsal.again"), "undo", name="rehearsal-again")
        again.clicked.connect(lambda: self.go.emit("rehearsal", (self._pack, self._role)))
        self.bind(model)

    @property
    def _pack(self) -> str:
        return self._model.practice.room.pack

    @property
    def _role(self) -> str:
        return self._model.practice.role.id

    def arrive(self) -> None:
        self._model.load()

    def fill(self) -> None:
        made = self._model.score
        if made is None:
            return
        self.set_head(self.text.say("rehearsal.score"), self.text.pick(made.role.title))
        body = self.refill()
        body.addWidget(self._result(made))
        if made.refused or made.advice:
            body.addWidget(self._better(made))
        body.addWidget(self._rules(made))
        if made.steps:
            body.addWidget(self._steps(made))

    def _result(self, made: Score) -> QWidget:
        text = self.text
        title = text.say(
            "rehearsal.passed" if made.passed else "rehearsal.not_passed", n=made.points
        )
        tone = "success" if made.passed else "warn"
        outcome = text.pick(self._model.outcome(made.outcome)) if made.outcome else ""
        fits = "rehearsal.fits" if made.outcome_fits else "rehearsal.does_not_fit"
        facts = [
            (text.say("rehearsal.outcome"), f"{outcome} · {text.say(fits)}" if outcome else
             text.say("rehearsal.no_outcome")),
            (text.say("rehearsal.rules_kept"), text.say(
                "rehearsal.of", n=sum(one.verdict.passed is True for one in made.rules),
                total=len(made.rules))),
            (text.say("rehearsal.refused"), str(len(made.refused))),
            (text.say("rehearsal.hurried"), str(len(made.hurried))),
        ]  # fmt: skip
        banner = Banner(title, text.pick(made.role.lesson), tone, name="rehearsal-result")
        return Card(banner, Facts(facts))

    def _better(self, made: Score) -> QWidget:
        text = self.text
        card = Card(
            SectionHeader(text.say("rehearsal.better"), text.say("rehearsal.better_remark"))
        )
        for refused in made.refused:
            for found in refused.findings:
                source = text.source(found.citation.title, found.citation.locator)
                card.body.addWidget(Banner(text.pick(found.text), source, "danger"))
        for advice in made.advice:
            card.body.addWidget(self._advice(advice))
        return card

    def _advice(self, advice: Advice) -> QWidget:
        parts: list[QWidget] = [Label(advice.step, "strong")]
        if advice.say:
            parts.append(Speech(advice.say, says=self.text.say("question.say"), name="advice"))
        if advice.know:
            parts.append(Prose(advice.know, "body", ink="soft"))
        holder = QWidget()
        holder.setLayout(column(*parts, gap=1))
        return holder

    def _rules(self, made: Score) -> QWidget:
        """What was not kept first; rules that read alike and were decided alike, on one line."""
        card = ListCard(self.text.say("rehearsal.rules"), self.text.say("rehearsal.rules_remark"))
        order = {False: 0, None: 1, True: 2}
        alike: dict[tuple[str, ...], list[Judged]] = {}
        for judged in sorted(made.rules, key=lambda one: order[one.verdict.passed]):
            alike.setdefault((*self._words(judged), str(judged.verdict.passed)), []).append(judged)
        for same in alike.values():
            card.add(self._rule(same[0], len(same)))
        return card

    def _words(self, judged: Judged) -> tuple[str, str, str]:
        """What the rule is about (or why it was not kept), its source, the step that decided."""
        text, one = self.text, judged.verdict
        said = text.pick(one.text) if one.passed is not True and one.text else ""
        what = said or text.choose(f"rule_kinds.{one.kind}", one.kind)
        step = text.say("rehearsal.decided", step=judged.step) if judged.step else ""
        return what, text.source(one.citation.title, one.citation.locator), step

    def _rule(self, judged: Judged, times: int) -> QWidget:
        text, passed = self.text, judged.verdict.passed
        what, source, step = self._words(judged)
        words = column(Label(f"{what} × {times}" if times > 1 else what, "body"), gap=0.25)
        for small in filter(None, (source, step)):
            words.addWidget(Label(small, "small", ink="soft"))
        key = {True: "replay.kept", False: "replay.broken", None: "replay.unclear"}[passed]
        return _line(words, Badge(text.say(key), _VERDICT[passed]))

    def _steps(self, made: Score) -> QWidget:
        card = ListCard(self.text.say("rehearsal.steps"), self.text.say("rehearsal.steps_remark"))
        for step in made.steps:
            card.add(self._step(step))
        return card

    def _step(self, step: Step) -> QWidget:
        text = self.text
        words = column(Label(step.label, "body"), gap=0.25)
        if step.value and step.value != "OK":
            words.addWidget(Label(step.value, "small", ink="soft"))
        seconds = text.say("units.seconds", n=round(step.seconds))
        if step.hurried:
            least = text.say("rehearsal.least", n=round(step.least), seconds=seconds)
            return _line(words, Badge(least, "warn", glyph="clock"))
        return _line(words, Label(seconds, "label", ink="soft", wrap=False))


def _line(words: QLayout, end: QWidget) -> QWidget:
    holder = QWidget()
    line = row(gap=2)
    line.setContentsMargins(16, 10, 16, 10)
    line.addLayout(words, 1)
    line.addWidget(end, 0, Qt.AlignmentFlag.AlignTop)
    holder.setLayout(line)
    return holder
