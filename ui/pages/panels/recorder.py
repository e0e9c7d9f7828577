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
    """Over the questions while a recording that must run does not: why, and one press to resume."""

    def __init__(self, panels: Panels, text: Text) -> None:
        super().__init__()
        self._panels = panels
        why = Banner(
            text.say("recorder.cut"), text.say("recorder.cut_remark"), "danger", glyph="mic",
            name="recorder-cut",
        )  # fmt: skip
        again = Button(text.say("recorder.again"), "warn", glyph="record", name="recorder-again")
        again.clicked.connect(self._again)
        line = QWidget()
        line.setLayout(Flow(again))
        box = column(why, line, gap=1)
        box.setContentsMargins(24, 12, 24, 4)
        self.setLayout(box)
        self.hide()

    def show_state(self) -> None:
        """Follow the visit."""
        self.setVisible(self._panels.recording.lost)

    def _again(self) -> None:
        panels = self._panels
        panels.recording.start(own_microphone(panels), panels.visit.follow)


def own_microphone(panels: Panels) -> Listen | None:
    """What records with this device; None where it has no microphone Qt can use."""
    if not Recorder.available():
        return None
    return lambda stream: Recorder(panels.visit.office.jobs, stream)
