"""Is this paper genuine? Scan it, type its code or open its file; the answer needs no network."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFileDialog, QWidget

from agent_app.journal.sealcode import Seal, Verdict
from agent_app.journal.verify import Report
from agent_app.queries.seals import SealAnswer
from ui.capture.camera import Camera
from ui.pages.page import Page
from ui.text import Text
from ui.viewmodels.seal import SealModel
from ui.widgets.badge import Banner
from ui.widgets.button import Button
from ui.widgets.card import Card, Facts, SectionHeader
from ui.widgets.field import TextField
from ui.widgets.label import Prose
from ui.widgets.layout import Flow, clear, column
from ui.widgets.overlay import Sheet

_LOOK_MS = 500


class SealPage(Page):
    """One field, two buttons, and the answer in words below."""

    def __init__(self, model: SealModel, text: Text) -> None:
        super().__init__(
            text, title=text.say("seal.title"), remark=text.say("seal.remark"), returns=True
        )
        self._model = model
        self._sheet: Sheet | None = None
        self._typed = TextField(text.say("seal.typed"), name="seal-typed")
        check = Button(text.say("seal.check"), "primary", glyph="seal", name="seal-check")
        check.clicked.connect(lambda: model.check(self._typed.text()))
        scan = Button(text.say("seal.scan"), "quiet", glyph="camera", name="seal-scan")
        scan.clicked.connect(self._scan)
        opens = Button(text.say("seal.open"), "quiet", glyph="file", name="seal-open")
        opens.clicked.connect(self._choose_file)
        line = QWidget()
        line.setLayout(Flow(check, scan, opens, gap=1.5))
        head = SectionHeader(text.say("seal.title"), text.say("seal.open_remark"))
        self.body.addWidget(Card(head, self._typed, line))
        self._answer = column(gap=2)
        self.body.addLayout(self._answer)
        self.bind(model)
        model.answered.connect(self._show)
        model.reported.connect(self._report)
        model.found.connect(self._found)

    def open_file(self, path: Path) -> None:
        """Check a file by its bytes."""
        self._model.open(path.read_bytes())

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, self.text.say("seal.open"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.open_file(Path(name)))
        dialog.open()

    def _scan(self) -> None:
        """A live picture looked at twice a second; closes at the first code."""
        if not Camera.available():
            self.says.emit(self.text.say("seal.no_camera"))
            self._say("seal.no_camera", "", "info")
            return
        camera = Camera()
        self._sheet = Sheet(
            self, self.text.say("seal.scan"), camera, close=self.text.say("page.cancel"),
            name="seal-camera", width=820,
        )  # fmt: skip
        again = QTimer(camera)
        again.setInterval(_LOOK_MS)
        again.timeout.connect(camera.shoot)
        camera.taken.connect(self._model.look)
        camera.failed.connect(self._sheet.leave)
        self._sheet.closed.connect(camera.stop)
        self._sheet.closed.connect(self._closed)
        camera.start()
        again.start()

    def _closed(self) -> None:
        self._sheet = None

    def _found(self, code: str) -> None:
        if code:
            if self._sheet is not None:
                self._sheet.leave()
            self._typed.set_text(code)
            self._model.check(code)
        elif self._sheet is None:
            self._say("seal.no_code", "", "warn")

    def _say(self, key: str, remark: str, tone: str) -> None:
        clear(self._answer)
        self._answer.addWidget(Banner(self.text.say(key), remark, tone, name="seal-answer"))

    def _show(self, answer: SealAnswer) -> None:
        text = self.text
        if answer.checked is None:
            self._say("seal.unknown", text.say("seal.unknown_advice"), "warn")
            return
        checked = answer.checked
        good = checked.verdict is Verdict.GENUINE
        remark = text.say("seal.genuine_advice") if good else ""
        self._say(f"seal.{checked.verdict.value}", remark, "success" if good else "danger")
        if checked.seal is not None:
            self._answer.addWidget(Card(Facts(_facts(checked.seal, text))))

    def _report(self, report: Report) -> None:
        key = "seal.file_good" if report.ok else "seal.file_bad"
        self._say(key, report.broken, "success" if report.ok else "danger")
        if report.lines:
            self._answer.addWidget(Card(Prose("\n\n".join(report.lines), "body")))


def _facts(seal: Seal, text: Text) -> list[tuple[str, str]]:
    """What the seal says, to be compared with the paper."""
    facts = {
        "kind": text.say(f"seal.kind_{seal.kind}"),
        "serial": seal.serial,
        "issued": f"{text.date(seal.issued)} {text.time(seal.issued)}",
        "until": f"{text.date(seal.until)} {text.time(seal.until)}" if seal.until else "",
        "agent": seal.agent,
        "principal": seal.principal,
        "case": seal.case,
        "sum": text.money(seal.sum) if seal.sum else "",
    }
    return [(text.say(f"seal.{name}"), value) for name, value in facts.items() if value]
