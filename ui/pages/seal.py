"""Is this paper genuine? Scan it, type its code or open its file; the answer needs no network."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QGridLayout, QWidget

from agent_app.documents.printed import asked_of
from agent_app.documents.scan import Picture
from agent_app.journal.sealcode import HOLDS, Seal, Verdict
from agent_app.queries.seals import SealAnswer
from agent_app.verify import Report
from ui.capture.camera import Camera
from ui.pages.page import Page
from ui.text import Text
from ui.theme import GRID
from ui.viewmodels.seal import SealModel
from ui.widgets.badge import Banner
from ui.widgets.button import Button
from ui.widgets.card import Card, Facts, SectionHeader
from ui.widgets.field import TextField
from ui.widgets.label import Label, Prose
from ui.widgets.layout import Flow, clear, column
from ui.widgets.overlay import Sheet

_GOOD, _BAD = "success", "danger"
_TONES = {
    Verdict.GENUINE: _GOOD, Verdict.EXPIRED: "warn", Verdict.EARLY: "warn",
    Verdict.UNREADABLE: "warn",
}  # fmt: skip

_OF_PERSONS = (Verdict.GENUINE, Verdict.REVOKED, Verdict.DIFFERS)
"""What these say of a person is other than what they say of a paper."""


class SealPage(Page):
    """One field, two buttons, and the answer in words below."""

    def __init__(self, model: SealModel, text: Text) -> None:
        super().__init__(
            text, title=text.say("seal.title"), remark=text.say("seal.remark"), returns=True
        )
        self._model = model
        self._sheet: Sheet | None = None
        self._printed: dict[str, TextField] = {}
        self._typed = TextField(text.say("seal.typed"), name="seal-typed")
        check = Button(text.say("seal.check"), "primary", glyph="seal", name="seal-check")
        check.clicked.connect(lambda: self._check(self._typed.text()))
        scan = Button(text.say("seal.scan"), "quiet", glyph="camera", name="seal-scan")
        scan.clicked.connect(self._scan)
        opens = Button(text.say("seal.open"), "quiet", glyph="file", name="seal-open")
        opens.clicked.connect(self._choose_file)
        line = QWidget()
        line.setLayout(Flow(check, scan, opens, gap=1.5))
        remark = Label(text.say("seal.open_remark"), "label", ink="soft")
        self.body.addWidget(Card(self._typed, line, remark))
        self._answer = column(gap=2)
        self.body.addLayout(self._answer)
        self.bind(model)
        model.answered.connect(self._show)
        model.reported.connect(self._report)
        model.found.connect(self._found)

    def open_file(self, path: Path) -> None:
        """Check a file by its bytes."""
        self._model.open(path.read_bytes())

    def see(self, picture: Picture) -> None:
        """What the camera sees now."""
        self._model.see(picture)

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, self.text.say("seal.open"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.open_file(Path(name)))
        dialog.open()

    def _scan(self) -> None:
        """A live picture, looked at several times a second; closes at the first code."""
        if not Camera.available():
            self.says.emit(self.text.say("seal.no_camera"))
            self._say("seal.no_camera", "", "info")
            return
        camera = Camera()
        self._sheet = Sheet(
            self, self.text.say("seal.scan"), camera, close=self.text.say("page.cancel"),
            name="seal-camera", width=820,
        )  # fmt: skip
        camera.frames.seen.connect(self.see)
        camera.failed.connect(self._sheet.leave)
        self._sheet.closed.connect(camera.stop)
        self._sheet.closed.connect(self._closed)
        camera.start()

    def _check(self, typed: str) -> None:
        self._printed = {}
        self._model.check(typed)

    def _closed(self) -> None:
        self._sheet = None

    def _found(self, code: str) -> None:
        if code:
            if self._sheet is not None:
                self._sheet.leave()
            self._typed.set_text(code)
            self._check(code)
        elif self._sheet is None:
            self._say("seal.no_code", "", "warn")

    def _say(self, key: str, remark: str, tone: str) -> None:
        clear(self._answer)
        self._answer.addWidget(Banner(self.text.say(key), remark, tone, name="seal-answer"))

    def _show(self, answer: SealAnswer) -> None:
        text = self.text
        if answer.checked is None:
            self._say(f"seal.{answer.missed}", text.say(f"seal.{answer.missed}_advice"), "warn")
            return
        checked, read = answer.checked, self._read()
        verdict = checked.verdict.value
        person = checked.seal is not None and checked.seal.kind == "credential"
        special = person and checked.verdict in _OF_PERSONS
        remark = text.say(f"seal.{verdict}{'_credential' if special else ''}_advice")
        if checked.verdict is Verdict.GENUINE and read:
            remark = text.say("seal.agrees", n=len(read))
        self._say(f"seal.{verdict}", remark, _TONES.get(checked.verdict, _BAD))
        self._answer.addWidget(Label(self._as_of(answer), "label", ink="soft", name="seal-as-of"))
        if checked.seal is not None and checked.verdict is not Verdict.FOREIGN:
            for name in checked.differs:
                self._answer.addWidget(self._difference(name, checked.seal, read[name]))
            self._answer.addWidget(Card(Facts(_facts(checked.seal, text))))
            if checked.verdict in HOLDS:
                self._answer.addWidget(self._ask_paper(checked.seal, read))

    def _as_of(self, answer: SealAnswer) -> str:
        """How old the knowledge is by which this was checked."""
        if answer.as_of is None:
            return self.text.say("seal.never")
        return self.text.say("seal.as_of", at=self.text.moment(answer.as_of))

    def _difference(self, name: str, seal: Seal, read: str) -> Banner:
        """The field, what stands on the paper and what was sealed."""
        text, label = self.text, _label(name, seal, self.text)
        sealed = dict(_facts(seal, text)).get(label, "")
        title = text.say("seal.differs_in", field=label)
        says = text.say("seal.paper_says", paper=read, seal=sealed)
        return Banner(title, says, _BAD, name=f"seal-differs-{name}")

    def _ask_paper(self, seal: Seal, read: Mapping[str, str]) -> Card:
        """What does the paper say? Whatever is typed is held against the seal."""
        text, grid = self.text, QGridLayout()
        grid.setHorizontalSpacing(2 * GRID)
        grid.setVerticalSpacing(2 * GRID)
        self._printed = {
            name: TextField(_label(name, seal, text), name=f"seal-paper-{name}")
            for name in asked_of(seal)
        }
        for place, (name, field) in enumerate(self._printed.items()):
            field.set_text(read.get(name, ""))
            grid.addWidget(field, place // 2, place % 2)
        compare = Button(text.say("seal.compare"), "primary", glyph="check", name="seal-compare")
        compare.clicked.connect(lambda: self._model.compare(self._read()))
        line = QWidget()
        line.setLayout(Flow(compare))
        what = "person" if seal.kind == "credential" else "paper"
        head = SectionHeader(text.say(f"seal.{what}"), text.say(f"seal.{what}_remark"))
        return Card(head, grid, line)

    def _read(self) -> dict[str, str]:
        """What was typed of the paper, by field."""
        typed = {name: field.text().strip() for name, field in self._printed.items()}
        return {name: said for name, said in typed.items() if said}

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
        "sum": _sum(seal, text),
    }
    return [(_label(name, seal, text), value) for name, value in facts.items() if value]


def _label(name: str, seal: Seal, text: Text) -> str:
    """What a field is called on this kind of paper."""
    of_person = {"serial": "appointment", "agent": "holder", "principal": "agency"}
    return text.say(f"seal.{of_person.get(name, name) if seal.kind == 'credential' else name}")


def _sum(seal: Seal, text: Text) -> str:
    if seal.sum is not None:
        return text.money(seal.sum)
    return "" if seal.kind == "credential" else text.say("seal.no_sum")
