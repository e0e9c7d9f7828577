"""Recording: consent first, then on; sealed at the end. With an own microphone or a device apart."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from agent_app.script import NodeView
from ui.capture.audio import Recorder
from ui.text import Text
from ui.viewmodels.panels import Panels
from ui.viewmodels.recording import Listen
from ui.widgets.badge import Banner
from ui.widgets.button import Button
from ui.widgets.layout import Flow, column


class RecorderPanel(QWidget):
    """A choice asks for consent; a confirmation stops what runs."""

    def __init__(self, view: NodeView, panels: Panels, text: Text) -> None:
        super().__init__()
        self._panels, self._text, self._ref = panels, text, view.ref
        box = column(gap=2)
        buttons: tuple[QWidget, ...]
        if view.kind == "trigger":
            buttons = self._ending(view)
        else:
            buttons = self._asking(view, box.addWidget)
        if view.value:
            tone = "warn" if view.value == "recording_refused" else "success"
            key = "stopped" if view.kind == "trigger" else view.value
            box.addWidget(Banner(text.choose(f"recorder.{key}", key), "", tone, glyph="mic"))
        if buttons:
            line = QWidget()
            line.setLayout(Flow(*buttons, gap=1.5))
            box.addWidget(line)
        self.setLayout(box)

    def _asking(self, view: NodeView, add: Callable[[QWidget], object]) -> tuple[QWidget, ...]:
        text, recording = self._text, self._panels.recording
        if view.value == "consented":
            return ()
        listen = own_microphone(self._panels)
        if listen is None:
            add(Banner(text.say("recorder.no_microphone"), text.say("recorder.use_own"), "info"))
        agree = Button(text.say("recorder.agree"), "primary", glyph="mic", name="recorder-agree")
        agree.clicked.connect(lambda: recording.consent(listen, lambda: self._answer("consented")))
        refuse = Button(text.say("recorder.refuse"), "quiet", glyph="close", name="recorder-refuse")
        refuse.clicked.connect(lambda: recording.refuse(lambda: self._answer("recording_refused")))
        return (agree, refuse)

    def _ending(self, view: NodeView) -> tuple[QWidget, ...]:
        if view.value:
            return ()
        stop = Button(
            self._text.say("recorder.stop"), "primary", glyph="record", name="recorder-stop"
        )
        stop.clicked.connect(lambda: self._panels.recording.stop(lambda: self._answer("OK")))
        return (stop,)

    def _answer(self, value: str) -> None:
        self._panels.visit.answer(self._ref, value)


class RecorderStrip(QWidget):
    """Over the questions: a recording that was cut is begun anew, and the one a form asks for
    (`background-audio`) waits for their consent."""

    def __init__(self, panels: Panels, text: Text) -> None:
        super().__init__()
        self._panels, self._text = panels, text
        self._why = Banner("", "", "danger", name="recorder-cut")
        self._again = Button(
            text.say("recorder.again"), "warn", glyph="record", name="recorder-again"
        )
        self._again.clicked.connect(self._begin)
        self._refuse = Button(
            text.say("recorder.refuse"), "quiet", glyph="close", name="recorder-background-refuse"
        )
        self._refuse.clicked.connect(panels.recording.refuse_background)
        line = QWidget()
        line.setLayout(Flow(self._again, self._refuse, gap=1.5))
        box = column(self._why, line, gap=1)
        box.setContentsMargins(24, 12, 24, 4)
        self.setLayout(box)
        self.hide()

    def show_state(self) -> None:
        """Follow the visit."""
        recording, say = self._panels.recording, self._text.say
        wanted = bool(recording.wanted)
        if wanted:
            title, why = say("recorder.wanted"), say("recorder.wanted_remark")
            self._why.show_message(title, why, "info", glyph="mic")
        else:
            title, why = say("recorder.cut"), say("recorder.cut_remark")
            self._why.show_message(title, why, "danger", glyph="mic")
        self._again.setText(say("recorder.agree") if wanted else say("recorder.again"))
        self._refuse.setVisible(wanted)
        self.setVisible(wanted or recording.lost)

    def _begin(self) -> None:
        panels = self._panels
        if panels.recording.wanted:
            panels.recording.begin_background(own_microphone(panels))
        else:
            panels.recording.start(own_microphone(panels), panels.visit.follow)


def own_microphone(panels: Panels) -> Listen | None:
    """What records with this device; None where it has no microphone Qt can use."""
    if not Recorder.available():
        return None
    return lambda stream: Recorder(panels.visit.office.jobs, stream)
