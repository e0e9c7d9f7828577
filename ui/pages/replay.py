"""Replay: one visit step by step from its evidence; accept it or send it back with a comment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from agent_app.domain.events import Event
from agent_app.domain.money import Money
from agent_app.queries.case_page import answers_to
from agent_app.queries.retold import Told
from agent_app.queries.reviews import Replay
from ui.pages.bundle_sheet import bundle_sheet
from ui.pages.evidence import evidence_sheet
from ui.pages.page import Page
from ui.pages.replay_rules import rules_card
from ui.pages.story import said
from ui.text import Text
from ui.theme import GRID
from ui.viewmodels.replay import ReplayModel
from ui.widgets.badge import Badge, Banner
from ui.widgets.button import Button, GlyphButton
from ui.widgets.field import TextArea
from ui.widgets.label import Label
from ui.widgets.layout import column, row
from ui.widgets.list_card import ListCard
from ui.widgets.lists import Row
from ui.widgets.overlay import Sheet
from ui.widgets.speech import Folded

_MINUTE = timedelta(minutes=1)


class ReplayPage(Page):
    """What happened, what the rules of that day say of it, what looks odd, and the decision."""

    reach = 1240
    wide_from = 1060

    def __init__(self, model: ReplayModel, text: Text) -> None:
        super().__init__(text, title=text.say("replay.title"), returns=True)
        self._model = model
        keep = Button(text.say("evidence_files.bundle"), "quiet", glyph="file", name="bundle")
        keep.clicked.connect(self._bundle)
        self.tools.addWidget(keep)
        if len(model.queue) > 1:
            self._add_steps()
        self._back = Button(text.say("replay.send_back"), "quiet", glyph="undo", name="send-back")
        self._back.clicked.connect(self._ask_why)
        self._back.setShortcut("Ctrl+Backspace")
        self._back.setToolTip("Ctrl+Backspace")
        accept = text.say("replay.accept")
        self._accepts = self.main_button(accept, "check", name="accept", beside=self._back)
        self._accepts.clicked.connect(self._accept)
        self._accepts.setShortcut("Ctrl+Return")
        self._accepts.setToolTip("Ctrl+Enter")
        model.decided.connect(self._done)
        model.opened.connect(self._show_file)
        self.bind(model)

    def arrive(self) -> None:
        self._model.load()

    def _bundle(self) -> None:
        made_with = self._model.bundle()
        if made_with is not None:
            bundle_sheet(self, made_with, self.text)

    def _add_steps(self) -> None:
        """Back and forth through the list this visit was opened from."""
        text, place = self.text, Label("", "label", ink="soft", wrap=False, name="replay-place")
        for glyph, key, by, keys in (
            ("chevron-up", "replay.earlier", -1, "K"),
            ("chevron-down", "replay.later", 1, "J"),
        ):
            step = GlyphButton(glyph, text.say(key), name=key.replace(".", "-"))
            step.setToolTip(f"{text.say(key)} ({keys})")
            step.setShortcut(keys)
            step.clicked.connect(partial(self._turn, by))
            self.foot_line.addWidget(step)
            if by < 0:
                self.foot_line.addWidget(place)
        self._model.ready.connect(lambda: place.setText(self._place()))

    def _place(self) -> str:
        model = self._model
        return self.text.say("replay.place", n=model.place + 1, total=len(model.queue))

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
        self._accepts.setVisible(not review or review["decision"] != "accepted")
        if review:
            tone = "success" if review["decision"] == "accepted" else "warn"
            title = text.say(f"reviews.{review['decision']}")
            body.addWidget(Banner(title, review.get("comment", ""), tone, name="decision"))
            for one in answers_to(found.case, visit):
                answer = Banner(text.say("replay.answer"), one, "info", glyph="speech")
                body.addWidget(answer)
        rules, steps = self._rules(found), self._steps(found)
        if self.wide:
            across = row(gap=3)
            across.addLayout(column(steps, 1), 3)
            across.addLayout(column(rules, 1), 2)
            body.addLayout(across)
        else:
            body.addWidget(rules)
            body.addWidget(steps)

    def _steps(self, found: Replay) -> QWidget:
        text = self.text
        card = ListCard(text.say("replay.steps"), self._signed(found))
        if when := _when(found, text):
            folded = Folded(text.say("replay.when"), when, name="replay-when")
            card.body.addWidget(_indented(folded))
        card.add_all(self._lines(found))
        return card

    def _lines(self, found: Replay) -> Iterator[QWidget]:
        """Each step, then the answers and the checks before signing, folded."""
        text, answers = self.text, self._model.told
        for event in found.events:
            if event.kind != "answered":
                yield self._step(event, found)
        if answers:
            words = "\n\n".join(_answer(one) for one in answers)
            title = text.say("replay.answers", n=len(answers))
            yield _indented(Folded(title, words, name="replay-answers"))
        signed = next((event.body for event in found.events if "checks" in event.body), None)
        if signed:
            checks, currency = signed["checks"], signed["plan"]["total"]["currency"]
            words = "\n\n".join(self._check(name, one, currency) for name, one in checks.items())
            title = text.say("replay.understood", n=len(checks))
            yield _indented(Folded(title, words, name="replay-checks", opened=True))

    def _signed(self, found: Replay) -> str:
        """How many signatures were checked here; one that does not hold is said above all."""
        text, n = self.text, len(found.events)
        if found.altered:
            self.body.insertWidget(
                0,
                Banner(
                    text.say("replay.altered", n=len(found.altered)), "", "danger", name="altered"
                ),
            )
        key = "replay.signed" if len(found.proven) == n else "replay.unchecked"
        checked = text.say(key, n=n, proven=len(found.proven))
        return f"{text.moment(found.events[0].at)} · {checked}" if n else checked

    def _check(self, name: str, one: Mapping[str, Any], currency: str) -> str:
        """What the debtor was asked before signing, what they said, at which try."""
        text, given = self.text, str(one["answer"])
        answer = text.choose(f"agreement.missed_{given}", given)
        if name == "amount" and given.isdigit():
            answer = text.money(Money(int(given), currency))
        elif name == "date":
            answer = text.say("plan.day_of_month", n=given)
        right = text.say("values.matched" if one["right"] else "values.not_matched")
        tries = text.say("replay.tries", n=one.get("tries", 1))
        return f"{text.say(f'agreement.check_{name}')}\n{answer} · {right} · {tries}"

    def _step(self, event: Event, found: Replay) -> Row:
        text = self.text
        gone = event.at - found.events[0].at
        clock = Label(f"+{text.clock(gone)}", "label", ink="soft", wrap=False)
        clock.setMinimumWidth(clock.fontMetrics().horizontalAdvance("+00:00") + GRID)
        clock.setToolTip(text.moment(event.at))
        marks = [one for one in found.verdicts if one.event == event.id and one.passed is False]
        badge = Badge(text.say("replay.broken"), "danger") if marks else None
        if event.files:
            badge = badge or Badge(
                text.say("replay.files", n=len(event.files)), "info", glyph="file"
            )
        line = Row(
            text.choose(f"events.{event.kind}", event.kind),
            said(event, self._model.office, text),
            lead=clock,
            end=badge,
            opens=bool(event.files),
            name=f"step-{event.id}",
        )
        line.opened.connect(lambda: self._model.open_files(event))
        return line

    def _rules(self, found: Replay) -> QWidget:
        return rules_card(self, self._model, found, self.text)

    def _show_file(self, kind: str, name: str, data: bytes) -> None:
        evidence_sheet(self, self.text, kind, name, data)

    def _accept(self) -> None:
        if not self._covered():
            self._model.decide("accepted")

    def _turn(self, by: int) -> None:
        if not self._covered():
            self._model.turn(by)

    def _covered(self) -> bool:
        """Keys reach the page also while a sheet lies over it."""
        return any(sheet.isVisible() for sheet in self.findChildren(Sheet))

    def _ask_why(self) -> None:
        if self._covered():
            return
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
        model = self._model
        self.says.emit(self.text.say(f"replay.done_{decision}"))
        if not model.turn(1):
            self.back.emit()


def _when(found: Replay, text: Text) -> str:
    """Between which times the office's clock puts the start and the end of the visit."""
    said = []
    for name, fence in zip(("began", "ended"), found.within or (), strict=False):
        early = text.moment(fence.early) if fence.early else ""
        late = text.moment(fence.late + _MINUTE) if fence.late else ""  # shown to the minute
        if early and late:
            said.append(text.say(f"replay.{name}_between", early=early, late=late))
        elif early or late:
            said.append(
                text.say(f"replay.{name}_{'after' if early else 'before'}", at=early or late)
            )
    return "\n".join([*said, text.say("replay.fence_remark")]) if said else ""


def _indented(item: QWidget) -> QWidget:
    holder = QWidget()
    line = row(item)
    line.setContentsMargins(16, 8, 16, 8)
    holder.setLayout(line)
    return holder


def _answer(one: Told) -> str:
    question = one.question or one.ref.rsplit("/", 1)[-1]
    return f"{question}\n{one.answer}"
