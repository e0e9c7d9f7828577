"""Reviews: the lead's list of finished visits, those that ask most to be looked at first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from agent_app.queries.reviews import ReviewRow
from ui.pages.approval_sheet import approval_sheet
from ui.pages.asked_card import AskedCard
from ui.pages.page import Page
from ui.text import Text
from ui.viewmodels.approval import ApprovalModel, AsksModel
from ui.viewmodels.reviews import KINDS, ReviewsModel, Target
from ui.widgets.badge import Badge
from ui.widgets.button import Button, Chip
from ui.widgets.card import EmptyState
from ui.widgets.label import Label
from ui.widgets.layout import Flow, column, row
from ui.widgets.list_card import ListCard
from ui.widgets.lists import Row
from ui.widgets.overlay import Sheet

DECISION_TONE = {"accepted": "success", "sent_back": "warn", None: "info"}
_PAGE = 20


class ReviewsPage(Page):
    """Each row says how the visit ended and what needs a look; what nothing is to be said of
    may be accepted together."""

    wide_from = 900

    def __init__(self, model: ReviewsModel, text: Text) -> None:
        super().__init__(text, title=text.say("reviews.title"))
        self._model = model
        by_phone = Button(
            text.say("approval.open"), "quiet", glyph="speech", name="reviews-approve"
        )
        by_phone.clicked.connect(lambda: approval_sheet(self, ApprovalModel(model.office), text))
        what_if = Button(text.say("what_if.title"), "quiet", glyph="scale", name="reviews-what-if")
        what_if.clicked.connect(lambda: self.go.emit("what_if", None))
        self.tools.addWidget(what_if)
        self.tools.addWidget(by_phone)
        self._accept = self.main_button("", "check", name="accept-clean")
        self._accept.clicked.connect(self._ask_all)
        model.accepted.connect(lambda n: self.says.emit(text.say("reviews.accepted_many", n=n)))
        self._asks = AskedCard(AsksModel(model.office), text, self.fail)
        self.insert(self._asks)
        self.bind(model)

    def arrive(self) -> None:
        self._model.load()
        self._asks.load()

    def fill(self) -> None:
        model, text = self._model, self.text
        if not model.loaded:
            return
        self.set_head(
            text.say("reviews.title"), text.say("reviews.waiting", n=len(model.of("todo")))
        )
        clean = len(model.of("clean"))
        self._accept.setText(text.say("reviews.accept_clean", n=clean))
        self.foot.setVisible(clean > 1)
        body = self.refill()
        if not model.rows:
            body.addWidget(
                EmptyState("reviews", text.say("reviews.empty"), text.say("reviews.empty_remark"))
            )
            return
        body.addWidget(self._filters())
        if not model.shown:
            body.addWidget(
                EmptyState(
                    "check-circle", text.say("reviews.none_such"), text.say("reviews.none_remark")
                )
            )
            return
        body.addWidget(self._list())

    def _filters(self) -> QWidget:
        """What kind of visit, and whose."""
        model, text = self._model, self.text
        kinds = {kind: text.say(f"reviews.kind_{kind}", n=len(model.of(kind))) for kind in KINDS}
        rows = [_chips("kind", kinds, model.place.kind, model.choose)]
        if len(model.agents) > 1:
            people = {"": text.say("reviews.everyone")} | model.agents
            rows.append(_chips("agent", people, model.place.agent, model.choose))
        holder = QWidget()
        holder.setLayout(column(*rows, gap=1))
        return holder

    def _list(self) -> QWidget:
        card = ListCard()
        card.add_all(self._lines())
        return card

    def _lines(self) -> Iterator[QWidget]:
        model = self._model
        rows, shown = model.shown, model.place.pages * _PAGE
        queue = tuple((row.case, row.visit) for row in rows)
        for found in rows[:shown]:
            line = self._row(found)
            line.opened.connect(partial(self._open, found, queue))
            yield line
            if found.visit == model.place.visit:
                QTimer.singleShot(0, line, line.come_to)
        if len(rows) > shown:
            left = self.text.say("cases.more", n=len(rows) - shown)
            more = Button(left, "plain", name="reviews-more")
            more.clicked.connect(model.show_more)
            yield more

    def _open(self, found: ReviewRow, queue: tuple[Target, ...]) -> None:
        self._model.place.visit = found.visit
        self.go.emit("replay", (found.case, found.visit, queue))

    def _row(self, found: ReviewRow) -> Row:
        text = self.text
        outcome = text.say("reviews.aborted") if found.aborted else ""
        if found.outcome:
            outcome = text.pick(self._model.office.outcome(found.outcome)) or found.outcome
        parts = [
            found.agent_name,
            text.moment(found.started_at),
            text.say("units.minutes", n=found.minutes) if found.minutes else "",
            outcome,
        ]
        marks = []
        if broken := found.judged.broken:
            marks.append(Badge(text.say("reviews.failed", n=len(broken)), "danger"))
        if flags := found.judged.flags:
            marks.append(Badge(text.say("reviews.flags", n=len(flags)), "warn"))
        if found.answer:
            marks.append(Badge(text.say("reviews.answered"), "info", glyph="speech"))
        if found.decision:
            words = text.say(f"reviews.{found.decision}")
            marks.append(Badge(words, DECISION_TONE[found.decision]))
        told = row(*marks, gap=1) if self.wide else Flow(*marks, gap=1)
        badges = QWidget() if marks else None
        if badges is not None:
            badges.setLayout(told)
        return Row(
            found.debtor,
            " · ".join(part for part in parts if part),
            end=badges if self.wide else None,
            note=None if self.wide else badges,
            name=f"review-{found.visit}",
        )

    def _ask_all(self) -> None:
        """One confirmation for many, and what it means."""
        model, text = self._model, self.text
        n = len(model.of("clean"))
        now = Button(text.say("reviews.accept_clean_now", n=n), "primary", name="accept-clean-now")
        sheet = Sheet(
            self,
            text.say("reviews.accept_clean", n=n),
            Label(text.say("reviews.accept_clean_remark", n=n)),
            close=text.say("page.cancel"),
            name="accept-clean-sheet",
            actions=(now,),
        )
        now.clicked.connect(sheet.leave)
        now.clicked.connect(model.accept_clean)


def _chips(
    name: str, words: Mapping[str, str], chosen: str, choose: Callable[..., None]
) -> QWidget:
    """One of several, side by side."""
    holder = QWidget()
    flow = Flow(gap=1)
    for value, said in words.items():
        chip = Chip(said, name=f"{name}-{value or 'all'}")
        chip.setChecked(value == chosen)
        chip.clicked.connect(lambda _=False, value=value: choose(**{name: value}))
        flow.addWidget(chip)
    holder.setLayout(flow)
    return holder
