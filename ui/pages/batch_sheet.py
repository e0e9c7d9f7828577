"""Letters for every case listed: which one; then they are made and printed as one batch."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QWidget

from agent_app.queries.papers import Papers, TemplateRow
from ui.pages.letter_fields_sheet import More, letter_fields_sheet
from ui.pages.print_sheet import print_sheet
from ui.text import Text
from ui.viewmodels.letters import LettersModel
from ui.viewmodels.office import Office
from ui.viewmodels.printing import PrintModel
from ui.widgets.badge import Banner
from ui.widgets.button import Button
from ui.widgets.choice import Choices, Option
from ui.widgets.label import Label
from ui.widgets.layout import column
from ui.widgets.overlay import Sheet

MOST = 200


def batch_sheet(page: QWidget, office: Office, cases: Sequence[str], text: Text) -> Sheet:
    """Only letters that name no debt; what the records lack is asked once for all."""
    form = _Form(len(cases), text)
    go = Button(text.say("printing.make"), "primary", glyph="printer", name="batch-start")
    go.setEnabled(False)
    sheet = Sheet(
        page, text.say("printing.batch"), form, close=text.say("page.close"), name="batch-sheet",
        width=720, actions=(go,),
    )  # fmt: skip

    def begin() -> None:
        template = form.template()
        sheet.leave()
        if template.asks:
            letter_fields_sheet(page, template, office.now().wall, text, partial(make, template))
        else:
            make(template)

    def make(template: TemplateRow, more: More | None = None) -> None:
        model = PrintModel(office)
        print_sheet(page, model, text)
        model.begin_letters(template.id, text.language, cases, more)

    if 0 < len(cases) <= MOST:
        model = LettersModel(office, cases[0])
        model.setParent(form)

        def offer() -> None:
            form.offer(model.found)
            form.cards.picked.connect(lambda _: go.setEnabled(True))
            sheet.refit()

        model.ready.connect(offer)
        model.load()
    go.clicked.connect(begin)
    return sheet


class _Form(QWidget):
    def __init__(self, count: int, text: Text) -> None:
        super().__init__()
        self._text = text
        self.cards = Choices([], name="batch-template")
        many = count > MOST
        words = "batch_most" if many else "batch_remark"
        told = text.say(f"printing.{words}", n=MOST if many else count)
        self._known: dict[str, TemplateRow] = {}
        self._box = column(Banner(told, "", "warn" if many else "info"), gap=2)
        self.setLayout(self._box)

    def offer(self, found: Papers | None) -> None:
        """What may be made for many: the titles of the first case's templates."""
        text = self._text
        known = found.templates if found else ()
        self._known = {one.id: one for one in known}
        options = [
            Option(one.id, text.pick(one.titles))
            for one in known
            if not one.names_debt and not one.slip
        ]
        self.cards = Choices(options, columns=2, name="batch-template")
        self._box.addWidget(Label(text.say("printing.batch_choose"), "strong"))
        self._box.addWidget(self.cards)

    def template(self) -> TemplateRow:
        return self._known[self.cards.chosen()[0]]
