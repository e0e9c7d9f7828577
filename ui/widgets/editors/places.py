"""A point, a way or an area: walked and read, or typed."""

from __future__ import annotations

from PySide6.QtCore import Signal

from agent_app.script import NodeView
from ui.text import Text
from ui.widgets.button import Button
from ui.widgets.editors.editor import Editor
from ui.widgets.field import TextField
from ui.widgets.label import Label
from ui.widgets.layout import column, row
from ui.widgets.route_map import RouteMap, Spot

_FEWEST = {"geopoint": 1, "geotrace": 2, "geoshape": 3}


class PlaceEditor(Editor):
    """`position_wanted` asks the page for a reading. A way or an area grows by a reading at each
    press, is sketched, and can lose its newest point; an area is closed by itself."""

    position_wanted = Signal()

    def __init__(self, view: NodeView, text: Text) -> None:
        super().__init__()
        self._text, self._kind = text, view.type
        self._many = view.type in ("geotrace", "geoshape")
        name = f"q-{view.ref}"
        words = "question.add_position" if self._many else "question.read_position"
        read = Button(text.say(words), "quiet", glyph="pin", name=f"{name}-read")
        read.clicked.connect(self.position_wanted)
        self._undo = Button(
            text.say("question.undo_point"), "quiet", glyph="undo", name=f"{name}-undo"
        )
        self._undo.clicked.connect(self._take_back)
        self._undo.setVisible(self._many)
        self._field = TextField(
            hint=text.say("question.position_hint"),
            placeholder="23.1066 113.3245" + ("; 23.1070 113.3249" if self._many else ""),
            name=name,
        )
        self._field.settled.connect(lambda _: self._typed())
        self._known = Label("", "label", ink="soft")
        self._sketch = RouteMap((), says=view.label)
        self._sketch.setVisible(False)
        self._points: list[str] = []
        self.setLayout(
            column(row(read, self._undo, 1), self._known, self._sketch, self._field, gap=1.5)
        )
        self.set_value(view.value)

    def set_value(self, value: str) -> None:
        points = [part.strip() for part in value.split(";") if part.strip()]
        if self._kind == "geoshape" and len(points) > 1 and points[0] == points[-1]:
            points.pop()
        self._points = points
        self._undo.setEnabled(bool(points))
        self._known.setText(self._told())
        self._known.setVisible(bool(self._known.text()))
        spots = [(float(p.split()[0]), float(p.split()[1])) for p in points]
        self._sketch.setVisible(len(spots) > 1)
        self._sketch.set_spots([Spot(str(n), *spot, "accent") for n, spot in enumerate(spots, 1)])
        if not self._field.edit.hasFocus():
            self._field.set_text("; ".join(" ".join(point.split()[:2]) for point in points))

    def put(self, lat: float, lon: float, accuracy: float) -> None:
        """Take a reading of the device; a way or an area grows by it."""
        point = f"{lat:.6f} {lon:.6f} 0 {accuracy:.1f}"
        self._give([*self._points, point] if self._many else [point])

    def _told(self) -> str:
        text, count = self._text, len(self._points)
        if self._many:
            least = _FEWEST[self._kind]
            key = "question.points" if count >= least else "question.points_short"
            return text.say(key, n=count, least=least)
        parts = self._points[0].split() if count else []
        return text.say("question.accuracy", n=round(float(parts[3]))) if len(parts) > 3 else ""

    def _take_back(self) -> None:
        self._give(self._points[:-1])

    def _typed(self) -> None:
        points = []
        for part in self._field.text().replace(",", " ").split(";"):
            numbers = part.split()
            if len(numbers) >= 2 and all(map(_is_number, numbers[:2])):
                points.append(f"{numbers[0]} {numbers[1]} 0 0")
        shown = [" ".join(point.split()[:2]) for point in self._points]
        if [" ".join(point.split()[:2]) for point in points] != shown:
            self._give(points)

    def _give(self, points: list[str]) -> None:
        closed = self._kind == "geoshape" and len(points) >= _FEWEST["geoshape"]
        self.set_value(";".join(points))
        self.given.emit(";".join([*points, points[0]] if closed else points))


def _is_number(text: str) -> bool:
    return text.removeprefix("-").replace(".", "", 1).isdigit()
