"""A signature written by hand: raw strokes as the device gave them, and a smooth drawing of them.

The raw points are evidence and are never changed; the drawing is what the paper shows. Width
follows pressure where the device feels it, else speed (slow is thick), as ink does.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from math import hypot

FIELD_WIDTH, FIELD_HEIGHT = 170.0, 40.0
"""The place to sign on paper, in points."""
_THIN, _THICK = 0.45, 1.7


@dataclass(frozen=True, slots=True)
class Point:
    """One sample: `x`, `y` in millimetres on the pad, y down; `time` in ms since the first.

    `pressure` is 0 to 1, None where the device feels none; tilts are degrees from upright.
    """

    x: float
    y: float
    time: int
    pressure: float | None = None
    tilt_x: float | None = None
    tilt_y: float | None = None


@dataclass(frozen=True, slots=True)
class Stroke:
    """From pen down to pen up. `tool` is "pen", "finger" or "mouse"."""

    points: tuple[Point, ...]
    tool: str = "pen"


def to_json(strokes: Iterable[Stroke]) -> bytes:
    """The raw strokes, whole, to be sealed to the office."""
    return json.dumps([asdict(stroke) for stroke in strokes], separators=(",", ":")).encode()


def from_json(data: bytes) -> tuple[Stroke, ...]:
    return tuple(
        Stroke(tuple(Point(**point) for point in stroke["points"]), stroke["tool"])
        for stroke in json.loads(data)
    )


def likeness(strokes: Sequence[Stroke]) -> str:
    """Where the pen was at 16 equal moments, as 32 hex digits (x, y in sixteenths of the extent).

    Coarse on purpose: it tells one drawing used twice from two drawings, even of one hand, and
    a signature cannot be drawn again from it. "" for fewer than four points.
    """
    points = [point for stroke in strokes for point in stroke.points]
    if len(points) < 4:
        return ""
    left, top = min(p.x for p in points), min(p.y for p in points)
    wide = max(p.x for p in points) - left or 1.0
    high = max(p.y for p in points) - top or 1.0
    last = points[-1].time or 1
    digits, at = "", 0
    for moment in range(16):
        while at + 1 < len(points) and points[at].time < last * moment / 15:
            at += 1
        digits += f"{int((points[at].x - left) / wide * 15.99):x}"
        digits += f"{int((points[at].y - top) / high * 15.99):x}"
    return digits


def paths(strokes: Sequence[Stroke]) -> str:
    """PDF path operators of the drawing, fitted into the place to sign, y up from its lower left.

    Every stroke is one filled outline of quadratic curves through mid-points, so it stays smooth
    at any size. No strokes, or none with an extent, draw nothing.
    """
    points = [point for stroke in strokes for point in stroke.points]
    if not points:
        return ""
    left, top = min(p.x for p in points), min(p.y for p in points)
    wide = max(p.x for p in points) - left or 1.0
    high = max(p.y for p in points) - top or 1.0
    scale = min((FIELD_WIDTH - 4) / wide, (FIELD_HEIGHT - 4) / high, 72 / 25.4)
    out = ["0.07 0.1 0.3 rg"]
    for stroke in strokes:
        placed = [
            (2 + (p.x - left) * scale, 2 + (high - (p.y - top)) * scale) for p in stroke.points
        ]
        kept = _simplified(placed, 0.06)
        widths = _widths(stroke.points, scale)
        out.append(_outline([placed[i] for i in kept], [widths[i] for i in kept]))
    return "\n".join(out)


def _widths(points: Sequence[Point], scale: float) -> list[float]:
    widths, speed = [], 0.0
    for number, point in enumerate(points):
        if point.pressure is not None:
            force = point.pressure
        else:
            before = points[max(number - 1, 0)]
            passed = max(point.time - before.time, 1)
            now = hypot(point.x - before.x, point.y - before.y) * scale / passed
            speed = 0.7 * now + 0.3 * speed
            force = 1 / (1 + 3 * speed)
        widths.append(_THIN + (_THICK - _THIN) * min(max(force, 0.0), 1.0))
    return [
        (widths[max(i - 1, 0)] + widths[i] + widths[min(i + 1, len(widths) - 1)]) / 3
        for i in range(len(widths))
    ]


def _simplified(points: Sequence[tuple[float, float]], tolerance: float) -> list[int]:
    """Indices of the points that matter (Douglas and Peucker), ends included."""
    keep = {0, len(points) - 1}
    spans = [(0, len(points) - 1)]
    while spans:
        first, last = spans.pop()
        worst, at = tolerance, 0
        for index in range(first + 1, last):
            away = _distance(points[index], points[first], points[last])
            if away > worst:
                worst, at = away, index
        if at:
            keep.add(at)
            spans += [(first, at), (at, last)]
    return sorted(keep)


def _distance(
    point: tuple[float, float], start: tuple[float, float], end: tuple[float, float]
) -> float:
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = hypot(dx, dy)
    if length < 1e-9:
        return hypot(point[0] - start[0], point[1] - start[1])
    return abs(dx * (start[1] - point[1]) - dy * (start[0] - point[0])) / length


def _outline(points: Sequence[tuple[float, float]], widths: Sequence[float]) -> str:
    if len(points) == 1 or (len(points) == 2 and points[0] == points[1]):
        return _dot(points[0], max(widths))
    left, right = [], []
    for index, ((x, y), width) in enumerate(zip(points, widths, strict=True)):
        before, after = points[max(index - 1, 0)], points[min(index + 1, len(points) - 1)]
        dx, dy = after[0] - before[0], after[1] - before[1]
        length = hypot(dx, dy) or 1.0
        nx, ny = -dy / length * width / 2, dx / length * width / 2
        left.append((x + nx, y + ny))
        right.append((x - nx, y - ny))
    ring = left + right[::-1]
    return f"{_number(ring[0])} m {_curves(ring)} h f {_dot(points[0], widths[0])} {_dot(points[-1], widths[-1])}"


def _curves(ring: Sequence[tuple[float, float]]) -> str:
    """Quadratic curves through mid-points, written as cubic ones."""
    parts = []
    at = ring[0]
    for index in range(1, len(ring)):
        bend = ring[index]
        after = ring[(index + 1) % len(ring)]
        end = ((bend[0] + after[0]) / 2, (bend[1] + after[1]) / 2)
        first = (at[0] + 2 / 3 * (bend[0] - at[0]), at[1] + 2 / 3 * (bend[1] - at[1]))
        second = (end[0] + 2 / 3 * (bend[0] - end[0]), end[1] + 2 / 3 * (bend[1] - end[1]))
        parts.append(f"{_number(first)} {_number(second)} {_number(end)} c")
        at = end
    return " ".join(parts)


def _dot(centre: tuple[float, float], width: float) -> str:
    x, y = centre
    r = width / 2
    k = r * 0.5523
    corners = [
        ((x + r, y + k), (x + k, y + r), (x, y + r)),
        ((x - k, y + r), (x - r, y + k), (x - r, y)),
        ((x - r, y - k), (x - k, y - r), (x, y - r)),
        ((x + k, y - r), (x + r, y - k), (x + r, y)),
    ]
    curves = " ".join(" ".join(map(_number, corner)) + " c" for corner in corners)
    return f"{_number((x + r, y))} m {curves} h f"


def _number(point: tuple[float, float]) -> str:
    return f"{point[0]:.2f} {point[1]:.2f}"
