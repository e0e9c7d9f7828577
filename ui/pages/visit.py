"""The visit: one screen of the script at a time, the way out always in sight."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from agent_app.script import NodeView
from ui.pages.camera_sheet import camera_sheet
from ui.pages.credential_sheet import credential_button
from ui.pages.page import Page
from ui.pages.panels import PANELS
from ui.pages.rights_sheet import RightsDesk
from ui.pages.visit_sheets import (
    CLOSING,
    closing_sheet,
    jump_sheet,
    language_sheet,
    stop_sheet,
)
from ui.text import Text
from ui.viewmodels.panels import Panels
from ui.viewmodels.visit import VisitModel
from ui.widgets.badge import Badge, Banner
from ui.widgets.button import Button, GlyphButton
from ui.widgets.captured import FileEditor, InkEditor, PlaceEditor
from ui.widgets.card import Surface
from ui.widgets.countdown import Countdown
from ui.widgets.label import Label
from ui.widgets.layout import row
from ui.widgets.overlay import Sheet
from ui.widgets.paced import PacedButton
from ui.widgets.progress import Stage, StageBar
from ui.widgets.question import QuestionBox

_STAGES = 7


class VisitPage(Page):
    """Asks what the script asks. Every answer is kept the moment it is given."""

    alone = True
    reach = 880

    def __init__(self, model: VisitModel, text: Text) -> None:
        super().__init__(text)
        self._model = model
        self.panels = Panels(model)
        self._boxes: dict[str, QuestionBox] = {}
        self._stages = StageBar()
        self._left = Countdown(
            lambda span: text.say("visit.left", span=text.clock(span)),
            lambda: model.office.now().wall,
        )
        self._left.nearly.connect(lambda: self.says.emit(text.say("visit.wrap_up")))
        self._left.over.connect(self._time_is_up)
        self._recording = Badge(text.say("visit.recording"), "danger", glyph="record")
        self._gate = Badge("", "neutral", name="visit-gate")
        self._replace_head()
        self._foot()
        self.bind(model)
        model.moved.connect(self._arrived)
        model.ended.connect(self._ended)
        model.restored.connect(lambda n: self.says.emit(text.say("visit.restored", n=n)))
        model.agreement_wanted.connect(self._turn_round)

    def arrive(self) -> None:
        self._model.load()

    # -- the frame

    def _replace_head(self) -> None:
        """A bar of its own instead of the page's head: who, where in the visit, and the way out."""
        text = self.text
        jump = GlyphButton("list", text.say("visit.jump"), "plain", name="visit-jump")
        jump.clicked.connect(lambda: jump_sheet(self, self._model, text))
        speak = GlyphButton("globe", text.say("visit.language"), "plain", name="visit-language")
        speak.clicked.connect(lambda: language_sheet(self, self._model, text))
        wrong = Button(
            text.say("visit.wrong_person"), "quiet", glyph="wrong-person", name="visit-wrong-person"
        )
        wrong.clicked.connect(self._model.wrong_person)
        stop = Button(text.say("visit.stop"), "warn", glyph="stop", name="visit-stop")
        stop.clicked.connect(lambda: stop_sheet(self, self._model, text))
        self._who = Label("", "strong", ink="accent", wrap=False)
        top = row(self._who, self._gate, self._recording, self._left, 1, gap=2)
        for button in (jump, speak, wrong, stop):
            top.addWidget(button)
        bar = Surface("top", gap=1.5, pad=0)
        bar.body.setContentsMargins(24, 12, 24, 12)
        bar.body.addLayout(top)
        bar.body.addWidget(self._stages)
        self.replace_head(bar)

    def _foot(self) -> None:
        text = self.text
        self.foot.show()
        self._back = Button(text.say("visit.back"), "quiet", glyph="arrow-left", name="visit-back")
        self._back.clicked.connect(self._model.back)
        self._count = Label("", "label", ink="soft", wrap=False)
        self._kept = Badge(text.say("visit.kept"), "success", glyph="lock", name="visit-kept")
        self._next = PacedButton(
            lambda: self._model.seconds_left(),
            lambda words, n: text.say("visit.next_in", words=words, n=n),
            glyph="arrow-right",
            name="visit-next",
        )
        self._next.clicked.connect(self._go_on)
        rights = Button(text.say("rights.open"), "quiet", glyph="hand", name="visit-rights")
        rights.clicked.connect(self._open_rights)
        for item in (self._back, rights, self._count):
            self.foot_line.addWidget(item)
        self.foot_line.addStretch(1)
        self.foot_line.addWidget(self._kept)
        self.foot_line.addWidget(self._next)

    # -- showing a screen

    def _arrived(self) -> None:
        """Another screen: build its questions."""
        model = self._model
        body = self.refill()
        self._boxes.clear()
        screen = model.screen
        if screen is None:
            body.addWidget(Banner(self.text.say("visit.nothing"), "", "info"))
            return
        title = Label(screen.label or screen.stage, "title", name="visit-screen")
        if len(screen.nodes) != 1 or self._is_group(screen.ref):
            body.addWidget(title)
        if screen.repeat:
            body.addWidget(self._add_offer(screen.ref, screen.label))
        for view in model.views():
            body.addWidget(self._box(view))
        self._frame()
        self.scroller.verticalScrollBar().setValue(0)
        if self._boxes:
            first = next(iter(self._boxes.values()))
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def fill(self) -> None:
        """The same screen after an answer: show what changed, keep what is being typed in."""
        model = self._model
        if model.standing is None:
            return
        refs = [view.ref for view in model.views()]
        if refs != [ref for ref in self._boxes if ref in refs] or set(refs) != set(self._boxes):
            self._resettle()
        for view in model.views():
            box = self._boxes[view.ref]
            if (self._has_panel(view) and view != box.view) or not box.follow(view):
                self._renew(view)
        self._frame()

    def _resettle(self) -> None:
        """Questions came or went: put the boxes in their order, building only the new ones."""
        views = self._model.views()
        wanted = {view.ref for view in views}
        for ref in [ref for ref in self._boxes if ref not in wanted]:
            gone = self._boxes.pop(ref)
            self.body.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        first = self.body.count() - len(self._boxes)
        kept, self._boxes = self._boxes, {}
        for place, view in enumerate(views):
            box = kept.get(view.ref) or self._box(view)
            self._boxes[view.ref] = box
            self.body.removeWidget(box)
            self.body.insertWidget(first + place, box)

    def _renew(self, view: NodeView) -> None:
        old = self._boxes[view.ref]
        place = self.body.indexOf(old)
        self.body.removeWidget(old)
        old.hide()
        old.deleteLater()
        self.body.insertWidget(place, self._box(view))

    def _box(self, view: NodeView) -> QuestionBox:
        model, now = self._model, self._model.office.now().wall
        panel = PANELS.get(view.ds.get("panel", ""))
        body = panel(view, self.panels, self.text) if panel else None
        box = QuestionBox(view, self.text, now, body=body)
        box.answered.connect(partial(model.answer, view.ref))
        box.hurried.connect(self._go_on)
        editor = box.editor
        if isinstance(editor, FileEditor | InkEditor):
            editor.captured.connect(
                lambda data, kind: self.panels.keep_photo(view.ref, data, kind, "other")
            )
        for file in (editor, body):
            if isinstance(file, FileEditor):
                file.camera_wanted.connect(partial(self._open_camera, file))
        if isinstance(editor, PlaceEditor):
            editor.position_wanted.connect(partial(self._read_place, editor))
        if "id_shown" in view.ds.get("event", ""):
            check = credential_button(self, model, self.text)
            box.body.insertWidget(1 if view.hint else 0, check, 0, Qt.AlignmentFlag.AlignLeft)
        self._boxes[view.ref] = box
        return box

    def _open_camera(self, editor: FileEditor) -> None:
        if camera_sheet(self, editor, self.text) is None:
            self.says.emit(self.text.say("question.no_camera"))

    def _read_place(self, editor: PlaceEditor) -> None:
        from ui.capture.position import PositionReader

        reader = PositionReader(self)
        reader.found.connect(lambda at: editor.put(at["lat"], at["lon"], at["accuracy"]))
        reader.missing.connect(lambda: self.says.emit(self.text.say("place.missing")))
        reader.read()

    def _frame(self) -> None:
        """Everything around the questions."""
        model, text = self._model, self.text
        screen = model.screen
        if screen is None or model.standing is None:
            return
        state = model.state
        self._who.setText(
            model.case.debtor.name if state.get("identity") else text.say("visit.title")
        )
        open_gate = model.standing.known.gate_open
        self._gate.show_state(
            text.say("visit.gate_open" if open_gate else "visit.gate_shut"),
            "success" if open_gate else "neutral",
            glyph="check-circle" if open_gate else "lock",
        )
        self._recording.setVisible(state.get("recording") == "on")
        self._left.count_to(model.standing.window_end)
        self._stages.set_stages(self._stage_marks())
        self._back.setEnabled(model.at > 0 and not model.shut(model.at - 1))
        self._count.setText(text.say("visit.count", n=model.at + 1))
        last = any("visit_ended" in view.ds.get("event", "") for view in model.views())
        self._next.pace(text.say("visit.finish" if last else "visit.next"))
        if model.must_leave():
            self._time_is_up()

    def _stage_marks(self) -> list[Stage]:
        model = self._model
        names = list(dict.fromkeys(screen.stage for screen in model.screens if screen.stage))
        here = model.screen.stage if model.screen else ""
        place = names.index(here) if here in names else 0
        marks = [
            Stage(name, "done" if n < place else "here" if n == place else "ahead")
            for n, name in enumerate(names)
        ]
        start = max(0, min(place - _STAGES // 2, len(marks) - _STAGES))
        return marks[start : start + _STAGES]

    def _add_offer(self, ref: str, label: str) -> QWidget:
        add = Button(
            self.text.say("visit.add", what=label), "quiet", glyph="plus", name="visit-add"
        )
        add.clicked.connect(lambda: self._model.add_repeat(ref))
        return add

    def _is_group(self, ref: str) -> bool:
        return self._model.session.view(ref).kind in ("group", "instance", "repeat")

    @staticmethod
    def _has_panel(view: NodeView) -> bool:
        return view.ds.get("panel", "") in PANELS

    # -- moving

    def _go_on(self) -> None:
        for box in self._boxes.values():
            focus = box.focusWidget()
            if focus is not None:
                focus.clearFocus()
        if self._model.next():
            return
        for box in self._boxes.values():
            if box.view.violation:
                box.show_fault()
        first = next((box for box in self._boxes.values() if box.view.violation), None)
        if first is not None:
            self.scroller.ensureWidgetVisible(first)

    def _open_rights(self) -> None:
        model, text = self._model, self.text
        if model.standing is None:
            return
        RightsDesk(
            self, model.office, model.case_id, text, failed=self.fail, after=model.follow,
            visit=model.visit, gate_open=model.standing.known.gate_open,
            leave=lambda: stop_sheet(self, model, text),
        )  # fmt: skip

    def _turn_round(self, ref: str) -> None:
        model = self._model
        plan = model.state.get("plan")
        self.go.emit("agreement", (model.case_id, model.visit, ref, plan))

    def _time_is_up(self) -> None:
        if not self._model.must_leave() or self.findChild(Sheet, CLOSING) is not None:
            return
        for sheet in self.findChildren(Sheet):
            sheet.leave()
        self.says.emit(self.text.say("visit.time_up"))
        closing_sheet(self, self._model, self.text)

    def _ended(self) -> None:
        self.says.emit(self.text.say("visit.ended"))
        self.go.emit("today", None)
