"""A batch of papers: printer, copies and sides; how far it is, stop, go on, what may not be."""

from __future__ import annotations

from typing import Literal, get_args

from PySide6.QtWidgets import QWidget

from agent_app.documents.printing import PrintOrder
from ui.text import Text
from ui.viewmodels.printing import PrintModel
from ui.widgets.badge import Banner
from ui.widgets.button import Button
from ui.widgets.choice import Choices, Option
from ui.widgets.label import Label
from ui.widgets.layout import Flow, clear, column
from ui.widgets.number import Stepper
from ui.widgets.overlay import Sheet

Sides = Literal["one-sided", "two-sided-long-edge", "two-sided-short-edge"]
_COPIES = 9


def print_sheet(page: QWidget, model: PrintModel, text: Text) -> Sheet:
    """Over `page`; closing it stops the batch after the paper on its way, and nothing is lost."""
    form = PrintForm(model, text)
    model.setParent(form)
    go = Button(text.say("printing.start"), "primary", glyph="printer", name="print-start")
    halt = Button(text.say("printing.stop"), "quiet", glyph="stop", name="print-stop")
    sheet = Sheet(
        page, text.say("printing.title"), form, close=text.say("page.close"), name="print-sheet",
        actions=(halt, go),
    )  # fmt: skip

    def show() -> None:
        now = model.batch
        left = now is not None and bool(now.cases or (now.unprinted and model.printers))
        asks = now is not None and bool(now.sending)
        halt.setVisible(model.running)
        go.setEnabled(left and not asks and not model.running and model.printers is not None)
        begun = now is not None and bool(now.printed)
        key = "make" if now is not None and now.cases else "go_on" if begun else "start"
        go.setText(text.say(f"printing.{key}"))

    def begin() -> None:
        model.start(form.order())
        show()

    for signal in (model.ready, model.moved, model.stopped):
        signal.connect(show)
    model.ready.connect(sheet.refit)
    go.clicked.connect(begin)
    halt.clicked.connect(model.stop)
    sheet.closed.connect(model.stop)
    show()
    model.load()
    return sheet


class PrintForm(QWidget):
    """What to choose, and what happened."""

    def __init__(self, model: PrintModel, text: Text) -> None:
        super().__init__()
        self._model, self._text = model, text
        self._printers: Choices | None = None
        self._where, self._asked, self._fault = column(gap=1), column(gap=1), column(gap=1)
        self._copies = Stepper(
            1, 1, _COPIES, show=lambda n: text.say("printing.n_copies", n=n),
            less=text.say("question.less"), more=text.say("question.more"), name="print-copies",
        )  # fmt: skip
        self._sides = Choices(
            [Option(one, text.say(f"printing.{one.replace('-', '_')}")) for one in get_args(Sides)],
            columns=3, chosen=("one-sided",), name="print-sides",
        )  # fmt: skip
        self._progress = Label("", "strong", name="print-progress")
        self.setLayout(
            column(
                self._progress, self._asked, self._fault,
                Label(text.say("printing.printer"), "strong"), self._where,
                Label(text.say("printing.copies"), "strong"), self._copies,
                Label(text.say("printing.sides"), "strong"), self._sides, gap=2,
            )
        )  # fmt: skip
        model.ready.connect(self._show)
        model.moved.connect(self._count)
        model.failed.connect(self._jam)

    def order(self) -> PrintOrder | None:
        """None where there is no print service: papers are then only made."""
        clear(self._fault)
        if self._printers is None:
            return None
        sides: Sides = next(one for one in get_args(Sides) if (one,) == self._sides.chosen())
        return PrintOrder(self._printers.chosen()[0], self._copies.value, sides)

    def _show(self) -> None:
        self._count()
        self._ask_tray()
        found, text = self._model.printers, self._text
        if found is None or self._printers is not None:
            return
        clear(self._where)
        if not found:
            self._where.addWidget(Banner(text.say("printing.none"), "", "warn"))
            return
        usual = text.say("printing.usual")
        options = [Option(one.name, one.name, usual if one.default else "") for one in found]
        self._printers = Choices(options, chosen=(found[0].name,), columns=2, name="print-printer")
        self._where.addWidget(self._printers)

    def _ask_tray(self) -> None:
        """A paper was on its way when all ended: only the one at the printer can tell."""
        clear(self._asked)
        now, text = self._model.batch, self._text
        if now is None or not now.sending or self._model.running:
            return
        title = text.say("printing.was_sending", serial=now.sending)
        self._asked.addWidget(Banner(title, text.say("printing.look_in_tray"), "warn"))
        line = QWidget()
        there = Button(text.say("printing.lies_there"), "quiet", name="print-lies-there")
        there.clicked.connect(lambda: self._model.settle(lies_there=True))
        gone = Button(text.say("printing.not_there"), "quiet", name="print-not-there")
        gone.clicked.connect(lambda: self._model.settle(lies_there=False))
        line.setLayout(Flow(there, gone, gap=1.5))
        self._asked.addWidget(line)

    def _count(self) -> None:
        now, text = self._model.batch, self._text
        if now is None:
            self._progress.setText(text.say("printing.over"))
            return
        words = []
        if now.template:
            whole = len(now.cases) + len(now.papers) + len(now.refused)
            words.append(text.say("printing.made", n=len(now.papers), whole=whole))
        if now.refused:
            words.append(text.say("printing.refused", cases="、".join(now.refused[:6])))
        words.append(text.say("printing.progress", n=len(now.printed), whole=len(now.papers)))
        self._progress.setText("\n".join(words))

    def _jam(self, error: Exception) -> None:
        clear(self._fault)
        remark = self._text.say("printing.jam_remark")
        self._fault.addWidget(Banner(self._text.error(error), remark, "danger", name="print-jam"))
