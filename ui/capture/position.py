"""One reading of where the device is: asked for by the agent in a visit, never by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from PySide6.QtPositioning import QGeoPositionInfoSource

MakeSource = Callable[[QObject], Any]
"""Switches the device's receiver on for one question; None where there is none."""


def _device(parent: QObject) -> QGeoPositionInfoSource | None:
    from PySide6.QtPositioning import QGeoPositionInfoSource

    return QGeoPositionInfoSource.createDefaultSource(parent)


class PositionReader(QObject):
    """`found` carries lat, lon, accuracy in metres and provider; `missing` when there is none.

    The receiver is on from `read` to the answer, `stop`, or the end of whoever asked: no longer.
    """

    found = Signal(dict)
    missing = Signal()

    def __init__(self, parent: QObject | None = None, make_source: MakeSource = _device) -> None:
        super().__init__(parent)
        self._make, self._source = make_source, None

    @property
    def on(self) -> bool:
        """Whether the receiver is asked right now."""
        return self._source is not None

    def read(self, patience_ms: int = 15_000) -> None:
        """Ask once; one of the two signals follows."""
        if self.on:
            return
        source = self._make(self)
        if source is None:
            self.missing.emit()
            return
        self._source = source
        source.positionUpdated.connect(self._take)
        source.errorOccurred.connect(self._fail)
        source.requestUpdate(patience_ms)

    def stop(self) -> None:
        """Switch the receiver off; nothing follows."""
        source, self._source = self._source, None
        if source is not None:
            source.stopUpdates()
            source.deleteLater()

    def _fail(self, _: object) -> None:
        if self.on:
            self.stop()
            self.missing.emit()

    def _take(self, info: object) -> None:
        from PySide6.QtPositioning import QGeoPositionInfo

        assert isinstance(info, QGeoPositionInfo)
        if not self.on:
            return
        self.stop()
        place = info.coordinate()
        attribute = QGeoPositionInfo.Attribute.HorizontalAccuracy
        accuracy = info.attribute(attribute) if info.hasAttribute(attribute) else 0.0
        self.found.emit(
            {
                "lat": round(place.latitude(), 6),
                "lon": round(place.longitude(), 6),
                "accuracy": round(accuracy, 1),
                "datum": "WGS-84",
                "provider": "device",
            }
        )
