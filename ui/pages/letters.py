"""Letters: what can be made, the register of what was made and how it arrived, the paper itself."""

from __future__ import annotations

from functools import partial
from shutil import which

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QLabel, QWidget

from agent_app.domain.errors import NotAllowed
from agent_app.queries.papers import PaperRow, Papers, TemplateRow
from ui.pages.delivery_sheet import delivery_sheet
from ui.pages.letter_fields_sheet import letter_fields_sheet
from ui.pages.page import Page
from ui.pages.print_sheet import print_sheet
from ui.text import Text
from ui.viewmodels.letters import LettersModel
from ui.viewmodels.printing import PrintModel
from ui.widgets.badge import Badge, Banner
from ui.widgets.button import Button
from ui.widgets.card import Card, EmptyState, SectionHeader
from ui.widgets.icon import Icon
from ui.widgets.label import Label
from ui.widgets.layout import column, row
from ui.widgets.list_card import ListCard
from ui.widgets.lists import Row
from ui.widgets.overlay import Sheet
from ui.widgets.paper import Paper, print_pdf

_GLYPHS = {"agreement": "seal", "receipt": "wallet", "letter": "file"}
_TONES = {"": "neutral", "refused": "warn"}
_PICTURE = 640


class LettersPage(Page):
    """Of one case when it has one, else the register of all."""

    def __init__(self, model: LettersModel, text: Text) -> None:
        super().__init__(text, title=text.say("letters.title"), returns=model.case is not None)
        self._model = model
        self._wanted: TemplateRow | None = None
        seal = Button(text.say("seal.title"), "quiet", glyph="seal", name="letters-seal")
        seal.clicked.connect(lambda: self.go.emit("seal", None))
        self.tools.addWidget(seal)
        model.opened.connect(self._show_paper)
        model.proven.connect(self._show_proof)
        self.bind(model)

    def arrive(self) -> None:
        self._model.load()

    def fail(self, error: Exception) -> None:
        """Why a letter that names the debt cannot be made here, and where it can."""
        wanted = self._wanted
        if isinstance(error, NotAllowed) and not error.findings and wanted and wanted.names_debt:
            self.says.emit(self.text.say("letters.gate"))
        else:
            super().fail(error)

    def fill(self) -> None:
        found, text = self._model.found, self.text
        if found is None:
            return
        who = found.case.debtor.name if found.case else text.say("letters.register")
        self.set_head(text.say("letters.title"), who)
        body = self.refill()
        if (left := found.batch) is not None and not left.over:
            body.addWidget(self._left_over(len(left.cases), len(left.unprinted)))
        if not found.papers:
            body.addWidget(
                EmptyState("letters", text.say("letters.empty"), text.say("letters.empty_remark"))
            )
        else:
            self._register(found)
        offered = [one for one in found.templates if not one.slip]
        if offered:
            body.addWidget(self._templates(offered))

    def _register(self, found: Papers) -> None:
        """Every paper made, newest first; what is not delivered yet may be printed at once."""
        text, body = self.text, self.body
        waiting = [one for one in found.papers if one.kind == "letter" and not one.how]
        if waiting:
            batch = Button(
                text.say("printing.all"), "quiet", glyph="printer", name="letters-print-all"
            )
            batch.clicked.connect(lambda: self._print(waiting))
            body.addLayout(row(1, batch))
        made = ListCard(text.say("letters.made"))
        made.add_all(map(self._paper_row, found.papers))
        body.addWidget(made)
        if found.elsewhere:
            runs = text.say("letters.join").join(found.elsewhere)
            body.addWidget(Label(text.say("letters.elsewhere", numbers=runs), "small", ink="soft"))

    def _left_over(self, cases: int, papers: int) -> QWidget:
        """A batch that a jam, a closed sheet or a restart cut short."""
        text = self.text
        words = text.say("printing.left", cases=cases, papers=papers)
        go = Button(text.say("printing.take_up"), "primary", glyph="printer", name="batch-take-up")
        go.clicked.connect(lambda: self._take_up(PrintModel(self._model.office)))
        drop = Button(text.say("printing.drop"), "quiet", name="batch-drop")
        drop.clicked.connect(self._drop)
        return Card(Banner(words, "", "warn", name="batch-left"), row(go, drop, 1))

    def _drop(self) -> None:
        leaving = PrintModel(self._model.office)
        leaving.setParent(self)
        leaving.ready.connect(self._model.load)
        leaving.drop()

    def _templates(self, templates: list[TemplateRow]) -> QWidget:
        text = self.text
        card = Card(SectionHeader(text.say("letters.make"), text.say("letters.make_remark")))
        for template in templates:
            make = Button(
                text.say("letters.make_now"), "quiet", glyph="printer", name=f"make-{template.id}"
            )
            make.clicked.connect(partial(self._make, template))
            words = column(Label(text.pick(template.titles), "strong"), gap=0.5)
            if template.names_debt:
                words.addWidget(Label(text.say("letters.names_debt"), "label", ink="soft"))
            line = row(Icon("file", "accent"), words, make, gap=2)
            line.setStretch(1, 1)
            card.body.addLayout(line)
        return card

    def _make(self, template: TemplateRow) -> None:
        """At once, or after asking for what the record does not say."""
        model, text = self._model, self.text
        self._wanted = template
        make = partial(model.make, template.id, text.language)
        if template.asks:
            letter_fields_sheet(self, template, model.office.now().wall, text, make)
        else:
            make()

    # -- the register

    def _paper_row(self, one: PaperRow) -> Row:
        """What, its number, whose, when, by whom; how it arrived and what proves it."""
        text = self.text
        kind = text.pick(one.title) or text.say(f"letters.kind_{one.kind}")
        parts = ["" if self._model.case else one.debtor, text.moment(one.at), self._who(one)]
        if one.proof:
            parts.append(text.choose(f"letters.proof_{one.proof}", one.proof))
        how = text.say(f"letters.how_{one.how}") if one.how else text.say("letters.not_delivered")
        line = Row(
            f"{kind} · {one.serial}",
            " · ".join(part for part in parts if part),
            lead=Icon(_GLYPHS[one.kind], "accent", 26),
            end=Badge(how, _TONES.get(one.how, "success")),
            name=f"paper-{one.serial}",
        )
        line.opened.connect(lambda: self._model.open(one))
        return line

    def _who(self, one: PaperRow) -> str:
        found = self._model.found
        return found.people.get(one.by, one.by) if found else one.by

    def _print(self, papers: list[PaperRow]) -> None:
        """To the print service; where there is none, the paper's own sheet has the dialog."""
        model = PrintModel(self._model.office)
        self._take_up(model)
        model.begin_printing(papers)

    def _take_up(self, model: PrintModel) -> None:
        sheet = print_sheet(self, model, self.text)
        sheet.closed.connect(self._model.load)

    def _show_paper(self, one: PaperRow, pdf: bytes) -> None:
        text, shown = self.text, Paper()
        shown.show_pdf(pdf)
        buttons = [("printing.system", "quiet", "", "paper-print-system")]
        acts = [lambda: print_pdf(pdf, self)]
        if one.proof_event:
            buttons.append(("letters.see_proof", "quiet", "eye", "paper-proof"))
            acts.append(lambda: self._model.show_proof(one))
        if one.kind == "letter":
            buttons.append(("letters.deliver", "quiet", "hand", "paper-deliver"))
            acts.append(lambda: self._deliver(one))
        if which("lp"):
            buttons.append(("letters.print", "primary", "printer", "paper-print"))
            acts.append(lambda: self._print([one]))
        actions = [
            Button(text.say(key), kind, glyph=glyph, name=name)
            for key, kind, glyph, name in buttons
        ]
        content = QWidget()
        content.setLayout(column(*([Label(one.note, "body")] if one.note else []), shown, gap=1))
        sheet = Sheet(
            self, one.serial, content, close=text.say("page.close"), name="paper-sheet",
            width=820, actions=tuple(actions),
        )  # fmt: skip
        for button, act in zip(actions, acts, strict=True):
            button.clicked.connect(sheet.leave)
            button.clicked.connect(act)

    def _deliver(self, one: PaperRow) -> None:
        told = partial(self._model.deliver, one)
        delivery_sheet(self, self.text, told, acting=self._model)

    def _show_proof(self, serial: str, picture: bytes) -> None:
        shown, image = QLabel(), QPixmap()
        image.loadFromData(picture)
        keep = Qt.AspectRatioMode.KeepAspectRatio
        smooth = Qt.TransformationMode.SmoothTransformation
        shown.setPixmap(image.scaled(_PICTURE, _PICTURE, keep, smooth))
        shown.setAlignment(Qt.AlignmentFlag.AlignCenter)
        title = f"{self.text.say('letters.see_proof')} {serial}"
        close = self.text.say("page.close")
        Sheet(self, title, shown, close=close, name="proof-sheet", width=720)
