"""The visit: one screen of the script at a time, the way out always in sight."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from agent_app.domain.errors import NotAllowed
from agent_app.script import NodeView
from ui.pages.camera_sheet import camera_sheet, film_sheet, scan_sheet
from ui.pages.credential_sheet import credential_button
from ui.pages.page import Page
from ui.pages.panels import PANELS
from ui.pages.panels.recorder import RecorderStrip
from ui.pages.rights_sheet import RightsDesk
from ui.pages.visit_head import VisitHead, key_at_once, wrong_person_key
from ui.pages.visit_questions import Questions, take_keyboard
from ui.pages.visit_sheets import (
    CLOSING,
    PASSING,
    closing_sheet,
    jump_sheet,
    language_sheet,
    stop_sheet,
)
from ui.text import Text
from ui.viewmodels.panels import Panels
from ui.viewmodels.visit import VisitModel
from ui.viewmodels.visit_media import VisitMedia
from ui.widgets.badge import Badge, Banner
from ui.widgets.button import Button
from ui.widgets.card import Surface
from ui.widgets.editors import CodeEditor, FileEditor, InkEditor, PlaceEditor
from ui.widgets.label import Label
from ui.widgets.layout import column, row
from ui.widgets.overlay import Sheet
from ui.widgets.paced import PacedButton
from ui.widgets.question import QuestionBox
from ui.widgets.waiting import Waiting


class VisitPage(Page):
    """Asks what the script asks. Every answer is kept the moment it is given."""

    alone = True
    reach = 880

    def __init__(self, model: VisitModel, text: Text) -> None:
        super().__init__(text)
        self._model = model
        self.panels = Panels(model)
        self._media = VisitMedia(model)
        self.sync_wanted = self.panels.sync_wanted
        self._questions = Questions(self._box)
        self._cut = RecorderStrip(self.panels, text)
        self._head = VisitHead(
            model, text,
            jump=lambda: model.covered or jump_sheet(self, model, text),
            speak=lambda: language_sheet(self, model, text),
            stop=lambda: stop_sheet(self, model, text),
            wrong=self.cover,
        )  # fmt: skip
        key_at_once(self, self.cover)
        self._head.left.nearly.connect(lambda: self.says.emit(text.say("visit.wrap_up")))
        self._head.left.over.connect(self._time_is_up)
        bar = QWidget()
        bar.setLayout(column(self._head, self._cut, gap=0))
        self.replace_head(bar)
        self._foot()
        self.bind(model)
        model.moved.connect(self._arrived)
        model.ended.connect(self._ended)
        model.restored.connect(lambda n: self.says.emit(text.say("visit.restored", n=n)))
        model.agreement_wanted.connect(self._turn_round)

    def arrive(self) -> None:
        self._opening()
        self._model.load()

    def _opening(self) -> None:
        """Until the script is there: what is being done, and nothing to press."""
        self._head.setEnabled(False)
        self.foot.hide()
        self.refill().addWidget(Waiting(self.text.say("visit.opening"), name="visit-opening"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._trim_foot()

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
        self._needed = (self._back, rights, self._next)
        for item in (self._back, rights, self._count):
            self.foot_line.addWidget(item)
        self.foot_line.addStretch(1)
        self.foot_line.addWidget(self._kept)
        self.foot_line.addWidget(self._next)

    def _trim_foot(self) -> None:
        """What is only told gives way where large text or a narrow window leaves no room."""
        left = self.width() - 48 - sum(one.sizeHint().width() + 12 for one in self._needed)
        for told in (self._count, self._kept):
            left -= told.sizeHint().width() + 12
            told.setVisible(left >= 0)

    def fail(self, error: Exception) -> None:
        """Before the gate is open a refusal is not put in the words of its rule: these may name
        what this is about."""
        known = self._model.standing
        if isinstance(error, NotAllowed) and not (known and known.known.gate_open):
            self.says.emit(self.text.say("visit.not_now"))
        else:
            super().fail(error)

    # -- somebody else is here

    def cover(self) -> None:
        """One key: at once nothing is shown, and then the neutral branch of the script."""
        for sheet in self.findChildren(Sheet):
            sheet.leave()
        self._questions.settle()
        self._model.wrong_person()
        self._arrived()

    def cover_key(self) -> Button:
        """The same key, for a sheet over this page."""
        key = wrong_person_key(self.text, "sheet-wrong-person")
        key.clicked.connect(self.cover)
        return key

    def _covered(self) -> QWidget:
        text = self.text
        again = Button(text.say("visit.cover_again"), "primary", glyph="undo", name="cover-again")
        again.clicked.connect(self._model.wrong_person)
        banner = Banner(text.say("visit.covered"), text.say("visit.covered_remark"), "info")
        holder = QWidget()
        holder.setLayout(column(banner, row(again, 1), gap=2))
        return holder

    def _after_all(self) -> QWidget:
        """The way back from a slip of the finger, far from the key that was pressed."""
        text = self.text
        again = Button(text.say("visit.after_all"), "quiet", glyph="undo", name="visit-after-all")
        again.clicked.connect(self._model.right_person)
        words = Label(text.say("visit.after_all_remark"), "label", ink="soft")
        line = row(again, words, gap=2)
        line.setStretch(1, 1)
        return Surface("sunken", line, pad=1.5)

    # -- showing a screen

    def _arrived(self) -> None:
        """Another screen: build its questions."""
        model = self._model
        body = self.refill()
        if model.covered:
            self._questions.clear()
            body.addWidget(self._covered())
            self._frame()
            return
        screen = model.screen
        if screen is None:
            body.addWidget(Banner(self.text.say("visit.nothing"), "", "info"))
            return
        if len(screen.nodes) != 1 or self._is_group(screen.ref):
            body.addWidget(Label(screen.label or screen.stage, "title", name="visit-screen"))
        if model.can_be_debtor:
            body.addWidget(self._after_all())
        if screen.repeat:
            body.addWidget(self._add_offer(screen.ref, screen.label))
        self._questions.fill(body, model.views())
        if (held := model.course.instance(screen)) is not None:
            body.addWidget(self._removal(*held), 0, Qt.AlignmentFlag.AlignLeft)
        self._frame()
        self.scroller.verticalScrollBar().setValue(0)

    def fill(self) -> None:
        """The same screen after an answer."""
        if self._model.standing is not None and not self._model.covered:
            self._questions.follow(self.body, self._model.views())
            self._frame()

    def _box(self, view: NodeView) -> QuestionBox:
        model, now = self._model, self._model.office.now().wall
        panel = PANELS.get(view.ds.get("panel", ""))
        body = panel(view, self.panels, self.text) if panel else None
        box = QuestionBox(view, self.text, now, body=body, media=self._media.file)
        box.answered.connect(partial(model.answer, view.ref))
        box.hurried.connect(self._hurry)
        editor = box.editor
        if isinstance(editor, FileEditor | InkEditor):
            editor.captured.connect(partial(self.panels.keep_file, view.ref))
        for file in (editor, body):
            if isinstance(file, FileEditor):
                file.camera_wanted.connect(partial(self._open_camera, file))
        if isinstance(editor, PlaceEditor):
            editor.position_wanted.connect(partial(self._read_place, editor))
        if isinstance(editor, CodeEditor):
            editor.scan_wanted.connect(partial(self._scan, editor))
        if "id_shown" in view.ds.get("event", ""):
            check = credential_button(self, model, self.text)
            box.body.insertWidget(1 if view.hint else 0, check, 0, Qt.AlignmentFlag.AlignLeft)
        return box

    def _open_camera(self, editor: FileEditor) -> None:
        if editor.kind == "video":
            sheet = film_sheet(self, editor, self.text)
        else:
            sheet = camera_sheet(self, editor, self.text, front=editor.front)
        if sheet is None:
            self.says.emit(self.text.say("question.no_camera"))

    def _scan(self, editor: CodeEditor) -> None:
        if scan_sheet(self, self.text, self._media.see_code, editor.put) is None:
            self.says.emit(self.text.say("question.no_camera_code"))

    def _read_place(self, editor: PlaceEditor) -> None:
        from ui.capture.position import PositionReader

        reader = PositionReader(editor)  # a question left behind asks no more
        reader.found.connect(lambda at, _: editor.put(at["lat"], at["lon"], at["accuracy"]))
        reader.missing.connect(lambda: self.says.emit(self.text.say("place.missing")))
        self._model.ended.connect(reader.stop)
        reader.read()

    def _frame(self) -> None:
        """Everything around the questions."""
        model, text = self._model, self.text
        if model.screen is None or model.standing is None:
            return
        self._head.setEnabled(True)
        self.foot.show()
        self._head.show_state()
        self._cut.show_state()
        heard = dict.fromkeys(model.heard, text.say("visit.heard"))
        if model.owed:
            self._kept.show_state(text.say("visit.owed_some", n=len(model.owed)), "warn")
        else:
            self._kept.show_state(text.say("visit.kept"), "success", glyph="lock")
        self._questions.note(heard | dict.fromkeys(model.owed, text.say("visit.owed")))
        course = model.course
        self.foot.setVisible(not model.covered)
        self._back.setEnabled(course.at > 0 and not course.shut(course.at - 1))
        self._count.setText(text.say("visit.count", n=course.at + 1))
        last = any("visit_ended" in view.ds.get("event", "") for view in model.views())
        self._next.pace(text.say("visit.finish" if last else "visit.next"))
        self._trim_foot()
        if model.must_leave():
            self._time_is_up()

    def _add_offer(self, ref: str, label: str) -> QWidget:
        add = Button(
            self.text.say("visit.add", what=label), "quiet", glyph="plus", name="visit-add"
        )
        add.clicked.connect(lambda: self._model.add_repeat(ref))
        return add

    def _removal(self, ref: str, number: int) -> QWidget:
        words = self.text.say("visit.remove", n=number)
        remove = Button(words, "plain", glyph="close", name="visit-remove")
        remove.clicked.connect(lambda: self._model.remove_repeat(ref, number))
        return remove

    def _is_group(self, ref: str) -> bool:
        return self._model.session.view(ref).kind in ("group", "instance", "repeat")

    # -- moving

    def _go_on(self) -> None:
        self._questions.settle()
        if self._model.next():
            return
        if (first := self._questions.show_faults()) is not None:
            self._come_to(first)

    def _hurry(self) -> None:
        """A quick answer leads on, as far as to what is still open; that is no fault yet."""
        if not self._model.next() and (left := self._questions.first_open()) is not None:
            self._come_to(left)

    def _come_to(self, box: QuestionBox) -> None:
        take_keyboard(box)
        self.scroller.ensureWidgetVisible(box)

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
        others = self.panels.others
        self.go.emit("agreement", (model.case_id, model.visit, ref, plan, others))

    def _time_is_up(self) -> None:
        """Only leaving is left. A sheet in which somebody's words are being taken stays below, so
        that they are not lost."""
        if not self._model.must_leave() or self.findChild(Sheet, CLOSING) is not None:
            return
        self._questions.settle()
        for sheet in self.findChildren(Sheet):
            if sheet.objectName() in PASSING:
                sheet.leave()
        if not self._model.recalled:
            self.says.emit(self.text.say("visit.time_up"))
        closing_sheet(self, self._model, self.text)

    def _ended(self) -> None:
        if self.panels.recording.live:
            self.panels.recording.stop(lambda: None)
        self.says.emit(self.text.say("visit.ended"))
        self.go.emit("today", None)
