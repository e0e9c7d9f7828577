"""One reading of where the device is: asked for by the agent in a visit, never by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal
from shiboken6 import isValid

from agent_app.domain.position import FARTHEST

if TYPE_CHECKING:
    from PySide6.QtPositioning import QGeoPositionInfoSource

MakeSource = Callable[[QObject], Any]
"""Switches the device's receiver on for one question; None where there is none."""
AskNetworks = Callable[[Callable[[list[str]], None]], None]
"""Finds the networks in range elsewhere and hands their addresses back on this thread."""
LONGEST_WAIT = 3_000
"""Milliseconds from the question that a position waits for them."""


def _device(parent: QObject) -> QGeoPositionInfoSource | None:
    from PySide6.QtPositioning import QGeoPositionInfoSource

    return QGeoPositionInfoSource.createDefaultSource(parent)


class PositionReader(QObject):
    """`found` carries lat, lon, accuracy in metres (0: none stated) and provider (the system's
    name for the receiver), and the networks in range where the office wants them; `missing` when
    there is no position.

    The receiver is on from `read` to the answer, `stop`, or the end of whoever asked: no longer.
    """

    found = Signal(dict, list)
    missing = Signal()

    def __init__(
        self,
        parent: QObject | None = None,
        make_source: MakeSource = _device,
        networks: AskNetworks | None = None,
    ) -> None:
        super().__init__(parent)
        self._make, self._source, self._ask = make_source, None, networks
        self._place: dict[str, Any] | None = None
        self._networks: list[str] | None = None
        self._turn = 0
        self._limit = QTimer(self, singleShot=True, interval=LONGEST_WAIT)
        self._limit.timeout.connect(lambda: self._hear([]))

    @property
    def on(self) -> bool:
        """Whether the receiver is asked right now."""
        return self._source is not None

    def read(self, patience_ms: int = 15_000) -> None:
        """Ask once; one of the two signals follows."""
        if self.on or self._place is not None:
            return
        source = self._make(self)
        if source is None:
            self.missing.emit()
            return
        self._source = source
        source.positionUpdated.connect(self._take)
        source.errorOccurred.connect(self._fail)
        source.requestUpdate(patience_ms)
        self._listen()

    def stop(self) -> None:
        """Switch the receiver off; nothing follows."""
        self._turn += 1
        self._place = None
        self._limit.stop()
        self._switch_off()

    def _switch_off(self) -> None:
        source, self._source = self._source, None
        if source is not None:
            source.stopUpdates()
            source.deleteLater()

    def _listen(self) -> None:
        """Ask for the networks beside the position; what answers an earlier question is let go."""
        self._turn += 1
        turn, self._networks = self._turn, None
        if self._ask is None:
            self._networks = []
            return
        self._limit.start()

        def hear(networks: list[str]) -> None:
            if isValid(self) and turn == self._turn:
                self._hear(networks)

        self._ask(hear)

    def _hear(self, networks: list[str]) -> None:
        if self._networks is None:
            self._networks = networks
            self._tell()

    def _tell(self) -> None:
        if self._place is not None and self._networks is not None:
            place, networks = self._place, self._networks
            self.stop()
            self.found.emit(place, networks)

    def _fail(self, _: object) -> None:
        if self.on:
            self.stop()
            self.missing.emit()

    def _take(self, info: object) -> None:
        from PySide6.QtPositioning import QGeoPositionInfo

        assert isinstance(info, QGeoPositionInfo)
        if not self.on:
            return
        place = info.coordinate()
        if not place.isValid():
            self._fail(info)
            return
        provider = str(self._source.sourceName()) if self._source is not None else ""
        self._switch_off()
        attribute = QGeoPositionInfo.Attribute.HorizontalAccuracy
        stated = info.attribute(attribute) if info.hasAttribute(attribute) else 0.0
        self._place = {
            "lat": round(place.latitude(), 6),
            "lon": round(place.longitude(), 6),
            "accuracy": round(stated, 1) if 0 < stated <= FARTHEST else 0.0,
            "datum": "WGS-84",
            "provider": provider or "device",
        }
        self._tell()
