"""Printer, copies and sides for one paper or many; how far it is, stop, go on."""

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
from ui.widgets.layout import clear, column
from ui.widgets.number import Stepper
from ui.widgets.overlay import Sheet

Sides = Literal["one-sided", "two-sided-long-edge", "two-sided-short-edge"]
_COPIES = 9


def print_sheet(page: QWidget, model: PrintModel, text: Text) -> Sheet:
    """Over `page`; closing it stops the batch after the paper on its way."""
    form = PrintForm(model, text)
    model.setParent(form)
    go = Button(text.say("printing.start"), "primary", glyph="printer", name="print-start")
    halt = Button(text.say("printing.stop"), "quiet", glyph="stop", name="print-stop")
    halt.hide()
    go.setEnabled(False)
    sheet = Sheet(
        page, text.say("printing.title"), form, close=text.say("page.close"), name="print-sheet",
        actions=(halt, go),
    )  # fmt: skip

    def begin() -> None:
        go.setEnabled(False)
        halt.show()
        model.start(form.order())

    def over() -> None:
        left = len(model.papers) - len(model.printed)
        halt.hide()
        go.setEnabled(bool(left))
        go.setText(text.say("printing.go_on") if model.printed else text.say("printing.start"))

    def known() -> None:
        go.setEnabled(bool(model.printers))
        sheet.refit()

    model.ready.connect(known)
    model.stopped.connect(over)
    go.clicked.connect(begin)
    halt.clicked.connect(model.stop)
    sheet.closed.connect(model.stop)
    model.load()
    return sheet


class PrintForm(QWidget):
    """What to choose, and what happened."""

    def __init__(self, model: PrintModel, text: Text) -> None:
        super().__init__()
        self._model, self._text = model, text
        self._printers: Choices | None = None
        self._where = column(gap=1)
        self._copies = Stepper(
            1, 1, _COPIES, show=lambda n: text.say("printing.n_copies", n=n),
            less=text.say("question.less"), more=text.say("question.more"), name="print-copies",
        )  # fmt: skip
        self._sides = Choices(
            [Option(one, text.say(f"printing.{one.replace('-', '_')}")) for one in get_args(Sides)],
            columns=3, chosen=("one-sided",), name="print-sides",
        )  # fmt: skip
        self._progress = Label("", "strong", name="print-progress")
        self._fault = column(gap=1)
        self.setLayout(
            column(
                Label(text.say("printing.printer"), "strong"), self._where,
                Label(text.say("printing.copies"), "strong"), self._copies,
                Label(text.say("printing.sides"), "strong"), self._sides,
                self._progress, self._fault, gap=2,
            )
        )  # fmt: skip
        model.ready.connect(self._show_printers)
        model.moved.connect(self._count)
        model.failed.connect(self._jam)
        self._count()

    def order(self) -> PrintOrder:
        clear(self._fault)
        assert self._printers is not None
        sides: Sides = next(one for one in get_args(Sides) if (one,) == self._sides.chosen())
        return PrintOrder(self._printers.chosen()[0], self._copies.value, sides)

    def _show_printers(self) -> None:
        found = self._model.printers or []
        clear(self._where)
        if not found:
            self._where.addWidget(Banner(self._text.say("printing.none"), "", "warn"))
            return
        usual = self._text.say("printing.usual")
        options = [Option(one.name, one.name, usual if one.default else "") for one in found]
        self._printers = Choices(options, chosen=(found[0].name,), columns=2, name="print-printer")
        self._where.addWidget(self._printers)

    def _count(self) -> None:
        done, whole = len(self._model.printed), len(self._model.papers)
        self._progress.setText(self._text.say("printing.progress", n=done, whole=whole))

    def _jam(self, error: Exception) -> None:
        clear(self._fault)
        remark = self._text.say("printing.jam_remark")
        self._fault.addWidget(Banner(self._text.error(error), remark, "danger", name="print-jam"))
