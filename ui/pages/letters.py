"""Letters: what can be made, what was made and how it arrived, and the paper itself."""

from __future__ import annotations

from shutil import which

from PySide6.QtWidgets import QWidget

from agent_app.queries.papers import PaperRow, TemplateRow
from ui.pages.page import Page
from ui.pages.print_sheet import print_sheet
from ui.text import Text
from ui.viewmodels.letters import LettersModel
from ui.viewmodels.printing import PrintModel
from ui.widgets.badge import Badge
from ui.widgets.button import Button
from ui.widgets.card import Card, EmptyState, ListCard, SectionHeader
from ui.widgets.icon import Icon
from ui.widgets.label import Label
from ui.widgets.layout import column, row
from ui.widgets.lists import Row
from ui.widgets.overlay import Sheet
from ui.widgets.paper import Paper, print_pdf


class LettersPage(Page):
    """Of one case when it has one, else the register of all."""

    def __init__(self, model: LettersModel, text: Text) -> None:
        super().__init__(text, title=text.say("letters.title"), returns=model.case is not None)
        self._model = model
        seal = Button(text.say("seal.title"), "quiet", glyph="seal", name="letters-seal")
        seal.clicked.connect(lambda: self.go.emit("seal", None))
        self.tools.addWidget(seal)
        model.opened.connect(self._show_paper)
        self.bind(model)

    def arrive(self) -> None:
        self._model.load()

    def fill(self) -> None:
        found, text = self._model.found, self.text
        if found is None:
            return
        who = found.case.debtor.name if found.case else text.say("letters.register")
        self.set_head(text.say("letters.title"), who)
        body = self.refill()
        if found.templates:
            body.addWidget(self._templates(found.templates))
        if not found.papers:
            body.addWidget(
                EmptyState("letters", text.say("letters.empty"), text.say("letters.empty_remark"))
            )
            return
        waiting = [one for one in found.papers if one.kind == "letter" and not one.how]
        if waiting:
            batch = Button(
                text.say("printing.all"), "quiet", glyph="printer", name="letters-print-all"
            )
            batch.clicked.connect(lambda: self._print(waiting))
            body.addLayout(row(1, batch))
        made = ListCard(text.say("letters.made"))
        for one in found.papers:
            made.add(self._paper_row(one))
        body.addWidget(made)
        if found.elsewhere:
            runs = text.say("letters.join").join(found.elsewhere)
            body.addWidget(Label(text.say("letters.elsewhere", numbers=runs), "small", ink="soft"))

    def _templates(self, templates: tuple[TemplateRow, ...]) -> QWidget:
        text = self.text
        card = Card(SectionHeader(text.say("letters.make"), text.say("letters.make_remark")))
        for template in templates:
            make = Button(
                text.say("letters.make_now"), "quiet", glyph="printer", name=f"make-{template.id}"
            )
            make.clicked.connect(lambda _=False, t=template: self._model.make(t.id, text.language))
            words = column(Label(text.pick(template.titles), "strong"), gap=0.5)
            if template.names_debt:
                words.addWidget(Label(text.say("letters.names_debt"), "label", ink="soft"))
            line = row(Icon("file", "accent"), words, make, gap=2)
            line.setStretch(1, 1)
            card.body.addLayout(line)
        return card

    def _paper_row(self, one: PaperRow) -> Row:
        text = self.text
        kind = text.say(f"letters.kind_{one.kind}")
        how = text.say(f"letters.how_{one.how}") if one.how else text.say("letters.not_delivered")
        who = "" if self._model.case else f"{one.debtor} · "
        line = Row(
            f"{kind} {one.serial}",
            f"{who}{text.moment(one.at)}",
            lead=Icon("seal" if one.kind == "agreement" else "file", "accent", 26),
            end=Badge(how, "success" if one.how else "neutral"),
            name=f"paper-{one.serial}",
        )
        line.pressed.connect(lambda: self._model.open(one.serial, one.document))
        return line

    def _print(self, papers: list[PaperRow]) -> None:
        """To the print service; where there is none, the paper's own sheet has the dialog."""
        print_sheet(self, PrintModel(self._model.office, papers), self.text)

    def _show_paper(self, serial: str, pdf: bytes) -> None:
        shown = Paper()
        shown.show_pdf(pdf)
        send = Button(
            self.text.say("letters.print"), "primary", glyph="printer", name="paper-print"
        )
        known = (
            [one for one in self._model.found.papers if one.serial == serial]
            if (self._model.found)
            else []
        )
        send.clicked.connect(lambda: self._print(known))
        send.setVisible(bool(known and which("lp")))
        system = Button(self.text.say("printing.system"), "quiet", name="paper-print-system")
        system.clicked.connect(lambda: print_pdf(pdf, self))
        Sheet(
            self, serial, shown, close=self.text.say("page.close"), name="paper-sheet",
            width=820, actions=(system, send),
        )  # fmt: skip
