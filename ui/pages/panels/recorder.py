"""Recording: consent first, then on; sealed at the end. With an own microphone or a device apart."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from agent_app.script import NodeView
from ui.capture.audio import Recorder
from ui.text import Text
from ui.viewmodels.panels import Panels
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

    def _asking(self, view: NodeView, add: Any) -> tuple[QWidget, ...]:
        text = self._text
        if view.value == "consented":
            return ()
        own = Recorder.available()
        if not own:
            add(Banner(text.say("recorder.no_microphone"), text.say("recorder.use_own"), "info"))
        agree = Button(text.say("recorder.agree"), "primary", glyph="mic", name="recorder-agree")
        agree.clicked.connect(lambda: self._begin(external=not own))
        refuse = Button(text.say("recorder.refuse"), "quiet", glyph="close", name="recorder-refuse")
        refuse.clicked.connect(lambda: self._panels.refuse_recording(self._ref))
        return (agree, refuse)

    def _ending(self, view: NodeView) -> tuple[QWidget, ...]:
        if view.value:
            return ()
        stop = Button(
            self._text.say("recorder.stop"), "primary", glyph="record", name="recorder-stop"
        )
        stop.clicked.connect(self._stop)
        return (stop,)

    def _begin(self, *, external: bool) -> None:
        panels = self._panels

        def started(recording: Any) -> None:
            if recording is not None:
                recorder = Recorder(panels.visit.office.jobs, recording[2], panels)
                recorder.setObjectName("recorder")
                recorder.start()

        panels.consent(self._ref, external=external, started=started)

    def _stop(self) -> None:
        recorder = self._panels.findChild(Recorder, "recorder")
        if isinstance(recorder, Recorder):
            recorder.stop()
            recorder.deleteLater()
        self._panels.stop_recording(self._ref)
