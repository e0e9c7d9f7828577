"""One reading of where the device is. Asked for by the agent, never by itself."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal


class PositionReader(QObject):
    """`found` carries lat, lon, accuracy in metres and provider; `missing` when there is none."""

    found = Signal(dict)
    missing = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)

    def read(self, patience_ms: int = 15_000) -> None:
        """Ask once; one of the two signals follows."""
        from PySide6.QtPositioning import QGeoPositionInfoSource

        source = QGeoPositionInfoSource.createDefaultSource(self)
        if source is None:
            self.missing.emit()
            return
        source.positionUpdated.connect(self._take)
        source.errorOccurred.connect(lambda _: self.missing.emit())
        source.requestUpdate(patience_ms)

    def _take(self, info: object) -> None:
        from PySide6.QtPositioning import QGeoPositionInfo

        assert isinstance(info, QGeoPositionInfo)
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
