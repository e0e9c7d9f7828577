"""Replay: one visit step by step from its evidence; accept it or send it back with a comment."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from agent_app.domain.events import Event
from agent_app.domain.rules import Verdict
from agent_app.queries.reviews import Replay
from ui.pages.evidence import evidence_sheet
from ui.pages.page import Page
from ui.pages.story import said
from ui.text import Text
from ui.theme import worn
from ui.viewmodels.replay import ReplayModel
from ui.widgets.badge import Badge, Banner
from ui.widgets.button import Button
from ui.widgets.card import Card, ListCard, SectionHeader
from ui.widgets.field import TextArea
from ui.widgets.label import Label
from ui.widgets.layout import column, row
from ui.widgets.lists import Row
from ui.widgets.overlay import Sheet
from ui.widgets.speech import Folded

_WIDE = 1060
_VERDICT = {
    True: ("replay.kept", "success"),
    False: ("replay.broken", "danger"),
    None: ("replay.unclear", "warn"),
}


class ReplayPage(Page):
    """What happened, what the rules of that day say of it, what looks odd, and the decision."""

    reach = 1240

    def __init__(self, model: ReplayModel, text: Text) -> None:
        super().__init__(text, title=text.say("replay.title"), returns=True)
        self._model = model
        self._wide = False
        back = Button(text.say("replay.send_back"), "quiet", glyph="arrow-left", name="send-back")
        back.clicked.connect(self._ask_why)
        self.foot_line.addWidget(back)
        accept = self.main_button(text.say("replay.accept"), "check", name="accept")
        accept.clicked.connect(lambda: model.decide("accepted"))
        model.decided.connect(self._done)
        model.opened.connect(self._show_file)
        self.bind(model)

    def arrive(self) -> None:
        self._model.load()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= _WIDE * worn().scale / 100
        if wide != self._wide:
            self._wide = wide
            self.fill()

    def fill(self) -> None:
        found = self._model.replay
        if found is None:
            return
        text, visit = self.text, found.visit
        code = str(visit["outcome"] or "")
        outcome = text.pick(self._model.office.outcome(code)) or code
        self.set_head(found.case.debtor.name, outcome or text.say("reviews.aborted"))
        body = self.refill()
        review = visit.get("review")
        if review:
            tone = "success" if review["decision"] == "accepted" else "warn"
            title = text.say(f"reviews.{review['decision']}")
            body.addWidget(Banner(title, review.get("comment", ""), tone, name="decision"))
        rules, steps = self._rules(found), self._steps(found)
        if self._wide:
            across = row(gap=3)
            across.addLayout(column(steps, 1), 3)
            across.addLayout(column(rules, 1), 2)
            body.addLayout(across)
        else:
            body.addWidget(rules)
            body.addWidget(steps)

    def _steps(self, found: Replay) -> QWidget:
        text = self.text
        card = ListCard(text.say("replay.steps"), text.say("replay.signed", n=len(found.events)))
        answers = [event for event in found.events if event.kind == "answered"]
        for event in found.events:
            if event.kind != "answered":
                card.add(self._step(event, found))
        if answers:
            said = "\n".join(_answer(event) for event in answers)
            card.add(
                _indented(
                    Folded(text.say("replay.answers", n=len(answers)), said, name="replay-answers")
                )
            )
        return card

    def _step(self, event: Event, found: Replay) -> Row:
        text = self.text
        gone = event.at - found.events[0].at
        parts = [text.time(event.at), f"+{text.clock(gone)}", said(event, self._model.office, text)]
        marks = [one for one in found.verdicts if one.event == event.id and one.passed is False]
        badge = Badge(text.say("replay.broken"), "danger") if marks else None
        if event.files:
            badge = badge or Badge(
                text.say("replay.files", n=len(event.files)), "info", glyph="file"
            )
        line = Row(
            text.choose(f"events.{event.kind}", event.kind),
            " · ".join(part for part in parts if part),
            end=badge,
            opens=bool(event.files),
            name=f"step-{event.id}",
        )
        line.pressed.connect(lambda: self._model.open_files(event))
        return line

    def _rules(self, found: Replay) -> QWidget:
        text = self.text
        broken = [one for one in found.verdicts if one.passed is False]
        card = Card(SectionHeader(text.say("replay.rules"), text.say("replay.rules_remark")))
        if not broken:
            card.body.addWidget(
                Banner(text.say("replay.all_kept", n=len(found.verdicts)), "", "success")
            )
        for verdict in sorted(found.verdicts, key=lambda one: (one.passed is not False, one.rule)):
            card.body.addWidget(self._verdict(verdict))
        if found.flags:
            card.body.addWidget(
                SectionHeader(text.say("replay.flags"), text.say("replay.flags_remark"))
            )
            for flag in found.flags:
                words = text.say(f"flags.{flag.kind}", **flag.facts)
                card.body.addWidget(Banner(words, "", "warn"))
        return card

    def _verdict(self, verdict: Verdict) -> QWidget:
        key, tone = _VERDICT[verdict.passed]
        holder = QWidget()
        line = row(gap=1.5)
        line.addWidget(Label(self.text.pick(verdict.text) or verdict.rule, "label"), 1)
        line.addWidget(Badge(self.text.say(key), tone), 0, Qt.AlignmentFlag.AlignTop)
        holder.setLayout(line)
        return holder

    def _show_file(self, kind: str, name: str, data: bytes) -> None:
        evidence_sheet(self, self.text, kind, name, data)

    def _ask_why(self) -> None:
        text = self.text
        why = TextArea(
            text.say("replay.comment"), hint=text.say("replay.comment_hint"), name="replay-comment"
        )
        send = Button(text.say("replay.send_back"), "primary", name="send-back-now")
        sheet = Sheet(
            self,
            text.say("replay.send_back"),
            why,
            close=text.say("page.cancel"),
            name="send-back-sheet",
            actions=(send,),
        )

        def decide() -> None:
            if not why.text().strip():
                why.set_fault(text.say("replay.comment_needed"))
                return
            sheet.leave()
            self._model.decide("sent_back", why.text())

        send.clicked.connect(decide)

    def _done(self, decision: str) -> None:
        self.says.emit(self.text.say(f"replay.done_{decision}"))
        self.back.emit()


def _indented(item: QWidget) -> QWidget:
    holder = QWidget()
    line = row(item)
    line.setContentsMargins(16, 8, 16, 8)
    holder.setLayout(line)
    return holder


def _answer(event: Event) -> str:
    name = str(event.body.get("ref", "")).rsplit("/", 1)[-1]
    return f"{name}: {event.body.get('value', '')}"
