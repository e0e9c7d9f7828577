"""Chinese map datums: WGS-84 (satellites), GCJ-02 (state maps), BD-09 (Baidu's).

The same door differs by 100 to 700 m between them; taking one for another looks like fraud.
GCJ-02 has no published formula; these are the commonly used approximations, good to about a
metre inside mainland China. They are applied within the box that maps of China cover, Hong Kong,
Macau, Taiwan and some of the neighbours with it; outside it the obfuscation does not apply and
WGS-84 is returned as it is. A place that is given in WGS-84 is never moved, wherever it lies.
"""

from __future__ import annotations

from math import asin, atan2, cos, pi, radians, sin, sqrt

from agent_app.domain.errors import BadInput, Fault

EARTH_RADIUS = 6_371_008.8
"""Mean radius in metres (IUGG)."""
_AXIS = 6_378_245.0
_ECCENTRICITY = 0.006_693_421_622_965_943
_BD_PI = pi * 3000.0 / 180.0

Point = tuple[float, float]
"""Latitude and longitude in degrees."""


def to_wgs84(lat: float, lon: float, datum: str) -> Point:
    """The WGS-84 place of a point given in WGS-84, GCJ-02 or BD-09; BadInput for another name."""
    if datum == "WGS-84":
        return lat, lon
    if datum == "GCJ-02":
        return gcj02_to_wgs84(lat, lon)
    if datum == "BD-09":
        return gcj02_to_wgs84(*bd09_to_gcj02(lat, lon))
    raise BadInput(Fault("unknown datum", field="datum", value=datum, mend="WGS-84, GCJ-02, BD-09"))


def distance(one: Point, other: Point) -> float:
    """Great-circle distance in metres between two WGS-84 points."""
    lat1, lon1, lat2, lon2 = map(radians, (*one, *other))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS * asin(min(1.0, sqrt(half)))


def wgs84_to_gcj02(lat: float, lon: float) -> Point:
    """A satellite position as state-licensed maps draw it."""
    if not (0.8293 <= lat <= 55.8271 and 72.004 <= lon <= 137.8347):
        return lat, lon
    north, east = _offset(lon - 105.0, lat - 35.0)
    phi = radians(lat)
    magic = 1 - _ECCENTRICITY * sin(phi) ** 2
    north = degrees_of(north, _AXIS * (1 - _ECCENTRICITY) / (magic * sqrt(magic)))
    east = degrees_of(east, _AXIS / sqrt(magic) * cos(phi))
    return lat + north, lon + east


def gcj02_to_wgs84(lat: float, lon: float) -> Point:
    """The inverse of `wgs84_to_gcj02`, by iteration, to under a millimetre."""
    guess = (lat, lon)
    for _ in range(12):
        shown = wgs84_to_gcj02(*guess)
        guess = (guess[0] + lat - shown[0], guess[1] + lon - shown[1])
    return guess


def gcj02_to_bd09(lat: float, lon: float) -> Point:
    """Baidu's further shift."""
    reach = sqrt(lon * lon + lat * lat) + 0.00002 * sin(lat * _BD_PI)
    angle = atan2(lat, lon) + 0.000003 * cos(lon * _BD_PI)
    return reach * sin(angle) + 0.006, reach * cos(angle) + 0.0065


def bd09_to_gcj02(lat: float, lon: float) -> Point:
    """The inverse of `gcj02_to_bd09`, by iteration."""
    guess = (lat - 0.006, lon - 0.0065)
    for _ in range(12):
        shown = gcj02_to_bd09(*guess)
        guess = (guess[0] + lat - shown[0], guess[1] + lon - shown[1])
    return guess


def degrees_of(metres: float, radius: float) -> float:
    """The angle that `metres` along a circle of `radius` metres make."""
    return metres * 180.0 / (radius * pi)


def _offset(x: float, y: float) -> Point:
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    ripple = (20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)) * 2.0 / 3.0
    north += ripple + (20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi)) * 2.0 / 3.0
    north += (160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y * pi / 30.0)) * 2.0 / 3.0
    east += ripple + (20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi)) * 2.0 / 3.0
    east += (150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0
    return north, east
