"""Reviews: the lead's list of finished visits, those to decide first."""

from __future__ import annotations

from agent_app.queries.reviews import ReviewRow
from ui.pages.approval_sheet import approval_sheet
from ui.pages.page import Page, badge_line
from ui.text import Text
from ui.viewmodels.approval import ApprovalModel
from ui.viewmodels.reviews import ReviewsModel
from ui.widgets.badge import Badge
from ui.widgets.button import Button, Chip
from ui.widgets.card import EmptyState, ListCard
from ui.widgets.lists import Row

DECISION_TONE = {"accepted": "success", "sent_back": "warn", None: "info"}


class ReviewsPage(Page):
    """Each row says how the visit ended and what needs a look."""

    def __init__(self, model: ReviewsModel, text: Text) -> None:
        super().__init__(text, title=text.say("reviews.title"))
        self._model = model
        self._only = Chip(text.say("reviews.undecided_only"), name="reviews-undecided")
        self._only.toggled.connect(model.show_undecided)
        by_phone = Button(
            text.say("approval.open"), "quiet", glyph="speech", name="reviews-approve"
        )
        by_phone.clicked.connect(lambda: approval_sheet(self, ApprovalModel(model.office), text))
        self.tools.addWidget(by_phone)
        self.tools.addWidget(self._only)
        self.bind(model)

    def arrive(self) -> None:
        self._model.load()

    def fill(self) -> None:
        rows, text = self._model.rows, self.text
        waiting = sum(row.decision is None for row in rows)
        self.set_head(text.say("reviews.title"), text.say("reviews.waiting", n=waiting))
        body = self.refill()
        if not rows:
            body.addWidget(
                EmptyState("reviews", text.say("reviews.empty"), text.say("reviews.empty_remark"))
            )
            return
        card = ListCard()
        for found in rows:
            line = self._row(found)
            target = (found.case, found.visit)
            line.pressed.connect(lambda target=target: self.go.emit("replay", target))
            card.add(line)
        body.addWidget(card)

    def _row(self, found: ReviewRow) -> Row:
        text = self.text
        outcome = text.say("reviews.aborted") if found.aborted else ""
        if found.outcome:
            outcome = text.pick(self._model.office.outcome(found.outcome)) or found.outcome
        parts = [
            found.agent,
            text.moment(found.started_at),
            text.say("units.minutes", n=found.minutes),
            outcome,
        ]
        marks = []
        if found.failed_rules:
            marks.append(Badge(text.say("reviews.failed", n=found.failed_rules), "danger"))
        if found.flags:
            marks.append(Badge(text.say("reviews.flags", n=found.flags), "warn"))
        if found.agreement:
            marks.append(Badge(text.say("reviews.agreement"), "neutral", glyph="seal"))
        decision = Badge(
            text.say(f"reviews.{found.decision or 'to_decide'}"), DECISION_TONE[found.decision]
        )
        return Row(
            found.debtor,
            " · ".join(part for part in parts if part),
            end=decision,
            note=badge_line(*marks) if marks else None,
            name=f"review-{found.visit}",
        )
