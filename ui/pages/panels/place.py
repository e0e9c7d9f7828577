"""Where we are, read once; and a photo, taken or chosen."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from agent_app.script import NodeView
from ui.capture.networks import in_range
from ui.capture.position import PositionReader
from ui.text import Text
from ui.viewmodels.panels import Panels
from ui.widgets.badge import Badge, Banner
from ui.widgets.button import Button
from ui.widgets.editors import FileEditor
from ui.widgets.label import Label
from ui.widgets.layout import Flow, column


class PositionPanel(QWidget):
    """One reading; a device without a receiver says so and the visit goes on."""

    def __init__(self, view: NodeView, panels: Panels, text: Text) -> None:
        super().__init__()
        self._panels, self._ref = panels, view.ref
        read = Button(text.say("place.read"), "quiet", glyph="pin", name="position-read")
        read.clicked.connect(self._read)
        self._missing = Banner(text.say("place.missing"), text.say("place.missing_remark"), "info")
        self._missing.hide()
        state = Badge(text.say("place.known"), "success", glyph="pin")
        state.setVisible(bool(view.value))
        line = QWidget()
        line.setLayout(Flow(read, state, gap=1.5))
        shown, networks = [line, self._missing], None
        if panels.networks:
            told = Label(text.say("place.networks"), "label", ink="soft", name="position-networks")
            shown.insert(1, told)
            networks = partial(panels.find_networks, in_range)
        self.setLayout(column(*shown, gap=1.5))
        self._reader = PositionReader(self, networks=networks)
        self._reader.found.connect(self._found)
        self._reader.missing.connect(self._missing.show)
        panels.visit.ended.connect(self._reader.stop)

    def _read(self) -> None:
        self._missing.hide()
        self._reader.read()

    def _found(self, position: dict[str, Any], networks: list[str]) -> None:
        self._panels.keep_position(self._ref, position, networks)


class PhotoPanel(FileEditor):
    """A photo that belongs to the visit's evidence."""

    def __init__(self, view: NodeView, panels: Panels, text: Text) -> None:
        super().__init__(view, text)
        what = view.params.get("what", "other")
        self.captured.connect(lambda data, kind: panels.keep_file(view.ref, data, kind, what))
