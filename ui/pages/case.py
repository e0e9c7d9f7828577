"""Case: whose it is, what is owed, which door may be knocked on now and why, and the story so far."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from agent_app.domain.model import Case
from agent_app.domain.rules import Finding, State
from agent_app.queries.case_page import CasePage as Shown
from agent_app.queries.case_page import DoorAt, Happened
from ui.pages.appointment_sheet import appointment_sheet
from ui.pages.case_dues import dues_card
from ui.pages.contact_sheet import contact_sheet, former_details
from ui.pages.doors import KNOCK_TONE, knock_badge
from ui.pages.page import Page
from ui.pages.payment_sheet import PaymentDesk
from ui.pages.rights_sheet import RightsDesk
from ui.pages.story import said_in
from ui.text import Text
from ui.viewmodels.case import CaseModel
from ui.widgets.badge import Badge, Banner
from ui.widgets.button import Button
from ui.widgets.card import Card, Facts, ListCard, Rule, SectionHeader
from ui.widgets.chart import Bar, BarChart
from ui.widgets.countdown import Countdown
from ui.widgets.label import Label
from ui.widgets.layout import column, row
from ui.widgets.lists import Row
from ui.widgets.money import MoneyLabel
from ui.widgets.overlay import Sheet
from ui.widgets.speech import Folded

_STORY = 30


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

    def _book(self) -> None:
        now = self._model.office.now().wall
        appointment_sheet(self, now, self.text, self._model.channels, self._model.notify)

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

    def fill(self) -> None:
        shown = self._model.page
        if shown is None:
            return
        case = shown.case
        self.set_head(case.debtor.name, f"{case.creditor.name} · {case.product_name} · {case.id}")
        left = [self._doors(shown), self._story(shown)]
        right = [self._sums(case), self._person(case), self._risk(shown)]
        today = self._model.office.now().wall.date()
        if (agreed := dues_card(case, today, self.text)) is not None:
            right.insert(0, agreed)
        body = self.refill()
        if self.wide:
            across = row(gap=3)
            across.addLayout(column(*left, 1, gap=2), 3)
            across.addLayout(column(*right, 1, gap=2), 2)
            body.addLayout(across)
        else:
            for card in (left[0], *right, left[1]):
                body.addWidget(card)

    def _doors(self, shown: Shown) -> QWidget:
        text = self.text
        card = Card(SectionHeader(text.say("case.doors")), gap=2)
        for place, door in enumerate(shown.doors):
            if place:
                card.body.addWidget(Rule())
            card.body.addWidget(self._door(door, shown))
        if not shown.doors:
            card.body.addWidget(Label(text.say("door.no_address"), ink="soft"))
        return card

    def _door(self, door: DoorAt, shown: Shown) -> QWidget:
        text, found = self.text, door.findings
        kind = text.choose(f"case.address_{door.address.kind}", door.address.kind)
        top = row(gap=2)
        top.addLayout(
            column(Label(kind, "eyebrow"), Label(door.address.text, "strong"), gap=0.5), 1
        )
        top.addWidget(knock_badge(found.state, text), 0, Qt.AlignmentFlag.AlignTop)
        box = column(gap=1.5)
        box.addLayout(top)
        for finding in found.items:
            box.addWidget(self._finding(finding))
        if found.window_end is not None:
            left = Countdown(
                lambda span: text.say("door.left", span=text.clock(span)),
                lambda: self._model.office.now().wall,
            )
            left.count_to(found.window_end)
            box.addWidget(left)
        if shown.open_visit:
            resume = Button(text.say("case.resume"), "primary", glyph="door", name="case-resume")
            target = (shown.case.id, shown.open_visit)
            resume.clicked.connect(lambda: self.go.emit("visit", target))
            box.addWidget(resume)
        else:
            start = Button(
                text.say("case.start"), "primary", glyph="door", name=f"start-{door.address.id}"
            )
            start.setEnabled(found.state <= State.warn)
            start.clicked.connect(lambda: self._model.start(door.address.id))
            box.addWidget(start)
        holder = QWidget()
        holder.setLayout(box)
        return holder

    def _finding(self, finding: Finding) -> QWidget:
        text = self.text
        remark = ""
        if finding.next_allowed is not None:
            remark = text.say("door.from", at=text.moment(finding.next_allowed))
        banner = Banner(text.pick(finding.text), remark, KNOCK_TONE[finding.state])
        ask = Button(text.say("case.why"), "plain", glyph="scale", name=f"why-{finding.rule}")
        ask.clicked.connect(lambda: self._explain(finding))
        return _stacked(banner, ask)

    def _explain(self, finding: Finding) -> None:
        text, cited = self.text, finding.citation
        force = "case.law" if cited.is_law else "case.not_law"
        facts = Facts(
            [
                (text.say("case.why_source"), text.pick(cited.title)),
                (text.say("case.why_locator"), cited.locator or "–"),
                (text.say("case.why_force"), text.say(force)),
                (text.say("case.why_rule"), finding.rule),
            ]
        )
        if finding.because:
            said = (text.choose(f"facts.{one.replace('.', '_')}", one) for one in finding.because)
            facts.add(text.say("case.why_because"), "\n".join(said))
        words = Label(text.pick(finding.text), "heading")
        Sheet(
            self,
            text.say("case.why_title"),
            _stacked(words, facts),
            close=text.say("page.close"),
            name="why-sheet",
        )

    def _sums(self, case: Case) -> QWidget:
        text, owed = self.text, case.balance
        overdue = text.say("door.overdue", days=case.days_overdue, bucket=case.bucket)
        card = Card(
            MoneyLabel(text.say("case.total"), text.money(owed.total), style="display"),
            Label(text.say("case.as_of", day=text.date(owed.as_of)), "label", ink="soft"),
            Facts(
                [
                    (text.say("case.principal"), text.money(owed.principal)),
                    (text.say("case.interest"), text.money(owed.interest)),
                    (text.say("case.fees"), text.money(owed.fees)),
                    (text.say("case.overdue"), overdue),
                ]
            ),
        )
        months = [
            Bar(month.month[-2:].lstrip("0"), month.paid.minor, month.bill.minor)
            for month in sorted(case.history, key=lambda one: one.month)[-6:]
        ]
        if months:
            card.body.addWidget(Label(text.say("case.history"), "eyebrow"))
            card.body.addWidget(BarChart(months, says=text.say("case.history")))
        pay = Button(text.say("payment.open"), "quiet", glyph="wallet", name="case-payment")
        pay.clicked.connect(self._open_payment)
        card.body.addLayout(row(pay, 1))
        return card

    def _person(self, case: Case) -> QWidget:
        text, who = self.text, case.debtor
        facts = Facts([(text.say("case.name"), who.name)])
        about = [text.choose(f"case.sex_{who.sex}", who.sex)] if who.sex else []
        about += [text.say("case.age", n=who.age)] if who.age else []
        for key, value in (
            ("case.about", " · ".join(about)),
            ("case.id_masked", who.id_masked),
            ("case.employer", who.employer),
        ):
            if value:
                facts.add(text.say(key), value)
        for phone in case.raw.get("phones", ()):
            facts.add(phone.get("label") or text.say("case.phone"), phone["number"])
        if case.lease_end:
            facts.add(text.say("case.lease"), text.date(case.lease_end))
        if former := former_details(case, text):
            facts.add(text.say("contact.former"), "\n".join(former))
        change = Button(text.say("contact.change"), "plain", glyph="pen", name="case-contact")
        change.clicked.connect(lambda: contact_sheet(self, self._model, case, text))
        return Card(SectionHeader(text.say("case.person"), end=change), facts)

    def _risk(self, shown: Shown) -> QWidget:
        text, risk = self.text, shown.risk
        card = Card(SectionHeader(text.say("case.risk"), text.say("case.risk_remark")))
        card.body.addWidget(Label(text.pick(risk.advice_text)))
        lines = [text.pick(point.text) for point in risk.points]
        if lines:
            card.body.addWidget(
                Folded(text.say("case.risk_why"), "\n".join(lines), name="risk-why")
            )
        return card

    def _story(self, shown: Shown) -> QWidget:
        text = self.text
        remark = "" if shown.story else text.say("case.no_story")
        card = ListCard(text.say("case.story"), remark)
        for line in shown.story[:_STORY]:
            card.add(self._happened(line))
        return card

    def _happened(self, line: Happened) -> QWidget:
        text = self.text
        what = text.choose(f"events.{line.what}", line.what)
        when = text.moment(line.at) if line.at else str(line.body.get("on", ""))
        by = text.choose(f"values.{line.by}", line.by)
        parts = [when, by, said_in(line.body, self._model.office, text), line.message]
        badge = None
        if line.state in ("unsent", "refused", "parked"):
            tone = "danger" if line.state == "refused" else "info"
            badge = Badge(text.say(f"case.event_{line.state}"), tone)
        return Row(what, " · ".join(part for part in parts if part), end=badge, opens=False)


def _stacked(*items: QWidget) -> QWidget:
    holder = QWidget()
    box = column(gap=1)
    for item in items:
        side = Qt.AlignmentFlag.AlignLeft if isinstance(item, Button) else Qt.AlignmentFlag(0)
        box.addWidget(item, 0, side)
    holder.setLayout(box)
    return holder
