"""Case: whose it is, what is owed, which door may be knocked on now and why, and the story so far."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from agent_app.domain.errors import NotAllowed
from agent_app.queries.case_page import SentBack
from ui.pages.appointment_sheet import appointment_sheet
from ui.pages.case_cards import person_card, risk_card, sums_card
from ui.pages.case_doors import Doors
from ui.pages.case_dues import dues_card
from ui.pages.contact_sheet import contact_sheet
from ui.pages.page import Page
from ui.pages.payment_sheet import PaymentDesk
from ui.pages.rights_sheet import RightsDesk
from ui.pages.story import story_card
from ui.text import Text
from ui.viewmodels.case import CaseModel
from ui.widgets.badge import Banner
from ui.widgets.button import Button
from ui.widgets.field import TextArea
from ui.widgets.layout import column, row
from ui.widgets.overlay import Sheet


class CasePage(Page):
    """Everything about one case, for the agent's eyes only."""

    reach = 1240
    wide_from = 1060

    def __init__(self, model: CaseModel, text: Text) -> None:
        super().__init__(text, title=text.say("case.title"), returns=True)
        self._model = model
        letters = Button(text.say("case.letters"), "quiet", glyph="letters", name="case-letters")
        letters.clicked.connect(lambda: self.go.emit("letters", model.case))
        book = Button(
            text.say("case.appointment"), "quiet", glyph="calendar", name="case-appointment"
        )
        book.clicked.connect(self._book)
        rights = Button(text.say("rights.open"), "quiet", glyph="hand", name="case-rights")
        rights.clicked.connect(self._open_rights)
        self.tools.addWidget(rights)
        self.tools.addWidget(book)
        self.tools.addWidget(letters)
        model.started.connect(lambda visit: self.go.emit("visit", (model.case, visit)))
        self.bind(model)

    def arrive(self) -> None:
        self._model.load()

    def fail(self, error: Exception) -> None:
        """What was refused may no longer be offered: ask the rules again."""
        super().fail(error)
        if isinstance(error, NotAllowed) and error.findings:
            self._model.load()

    def _book(self) -> None:
        now = self._model.office.now().wall
        appointment_sheet(
            self, now, self.text, self._model.channels, self._model.notify,
            acting=self._model, away=self._model.may_agree_to_place,
            agreed=self._model.agreed_until(now), take_back=self._model.take_back,
        )  # fmt: skip

    def _open_rights(self) -> None:
        model, page = self._model, self._model.page
        visit = page.open_visit if page else None
        RightsDesk(
            self, model.office, model.case, self.text,
            failed=self.fail, after=model.load, visit=visit,
        )  # fmt: skip

    def _open_payment(self) -> None:
        model, page = self._model, self._model.page
        visit = page.open_visit if page else None
        PaymentDesk(
            self, model.office, model.case, self.text, visit=visit,
            failed=self.fail, after=model.load,
        )  # fmt: skip

    def _correct(self) -> None:
        if (page := self._model.page) is not None:
            contact_sheet(self, self._model, page.case, self.text)

    def fill(self) -> None:
        shown = self._model.page
        if shown is None:
            return
        case = shown.case
        debt = () if shown.veiled else (case.creditor.name, case.product_name)
        self.set_head(case.debtor.name, " · ".join((*debt, case.id)))
        text, office = self.text, self._model.office
        doors = Doors(self, self._model, shown, text)
        story: QWidget = story_card(shown.story, office, text)
        about: list[QWidget] = [person_card(case, text, self._correct)]
        if shown.veiled:
            story = Banner(text.say("today.veiled"), "", "info", glyph="lock", name="veiled")
        else:
            owed = sums_card(case, text, self._open_payment)
            about = [owed, *about, risk_card(shown.risk, text)]
            if (agreed := dues_card(case, office.now().wall.date(), text)) is not None:
                about.insert(0, agreed)
        body = self.refill()
        for one in shown.sent_back:
            body.addWidget(self._sent_back(one))
        if self.wide:
            across = row(gap=3)
            across.addLayout(column(doors, story, 1, gap=2), 3)
            across.addLayout(column(*about, 1, gap=2), 2)
            body.addLayout(across)
        else:
            for card in (doors, *about, story):
                body.addWidget(card)

    def _sent_back(self, found: SentBack) -> QWidget:
        """A visit the lead wants more of: what they asked, what was answered, and answering."""
        text = self.text
        when = text.moment(found.started_at)
        banner = Banner(
            text.say("case.sent_back", at=when), found.comment, "warn", name="sent-back"
        )
        box = column(banner, gap=1)
        for one in found.answers:
            box.addWidget(Banner(text.say("case.answered"), one, "info", glyph="speech"))
        answer = Button(text.say("case.answer"), "quiet", glyph="speech", name="answer-lead")
        answer.clicked.connect(lambda: self._answer(found))
        box.addWidget(answer, 0, Qt.AlignmentFlag.AlignLeft)
        holder = QWidget()
        holder.setLayout(box)
        return holder

    def _answer(self, found: SentBack) -> None:
        text = self.text
        words = TextArea(found.comment, hint=text.say("case.answer_hint"), name="answer-words")
        send = Button(text.say("case.answer_send"), "primary", glyph="check", name="answer-send")
        sheet = Sheet(
            self, text.say("case.answer"), words, close=text.say("page.cancel"),
            name="answer-sheet", actions=(send,),
        )  # fmt: skip

        def keep() -> None:
            if not words.text().strip():
                words.set_fault(text.say("case.answer_needed"))
                return
            sheet.leave()
            self._model.answer(found.visit, words.text())

        send.clicked.connect(keep)
