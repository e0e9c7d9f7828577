"""What a page is made of: horizontal strips of text and filled boxes, stacked from the top."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Text(NamedTuple):
    """Codes of one face at (x, y): y is down from the top of its strip to the baseline.

    `spacing` is added after every character, in points.
    """

    x: float
    y: float
    font: str
    size: float
    colour: str
    spacing: float
    code: str


class Box(NamedTuple):
    """A filled rectangle; (x, y) is its upper left corner, y down from the strip's top."""

    x: float
    y: float
    width: float
    height: float
    colour: str


class Drawing(NamedTuple):
    """Path operators drawn with their own origin at (x, y), y up."""

    x: float
    y: float
    operators: str


class Strip(NamedTuple):
    """A part of the flow that is not cut. `keep`: stays on the page of the next strip.

    `repeat` is drawn above this strip when it comes first on a page (the head of a table).
    """

    height: float
    texts: Sequence[Text] = ()
    boxes: Sequence[Box] = ()
    keep: bool = False
    drawings: Sequence[Drawing] = ()
    repeat: "Strip | None" = None
    gap: bool = False


class Placed(NamedTuple):
    """A strip with its top at `top`, in points down from the paper's upper edge."""

    top: float
    strip: Strip


def paginate(
    strips: Iterable[Strip], first_top: float, top: float, bottom: float
) -> list[list[Placed]]:
    """Stack strips into pages; all measures in points down from the paper's upper edge."""
    pages: list[list[Placed]] = [[]]
    at = first_top
    for group in _groups(strips):
        if at + sum(s.height for s in group) > bottom and pages[-1]:
            pages.append([])
            at = top
        for strip in group:
            if strip.gap and not pages[-1]:
                continue
            if not pages[-1] and strip.repeat is not None:
                pages[-1].append(Placed(at, strip.repeat))
                at += strip.repeat.height
            pages[-1].append(Placed(at, strip))
            at += strip.height
    return pages


def _groups(strips: Iterable[Strip]) -> Iterable[list[Strip]]:
    group: list[Strip] = []
    for strip in strips:
        group.append(strip)
        if not strip.keep:
            yield group
            group = []
    if group:
        yield group


def operators(placed: Iterable[Placed], height: float) -> str:
    """The PDF operators of one page of the given paper height."""
    boxes: list[str] = []
    texts: list[str] = []
    fill = colour = font = ""
    spacing = size = 0.0
    for top, strip in placed:
        base = height - top
        for box in strip.boxes:
            if box.colour != fill:
                fill = box.colour
                boxes.append(f"{fill} rg")
            boxes.append(
                f"{box.x:.2f} {base - box.y - box.height:.2f} {box.width:.2f} {box.height:.2f} re f"
            )
        for text in strip.texts:
            if text.colour != colour:
                colour = text.colour
                texts.append(f"{colour} rg")
            if text.font != font or text.size != size:
                font, size = text.font, text.size
                texts.append(f"/{font} {size:g} Tf")
            if text.spacing != spacing:
                spacing = text.spacing
                texts.append(f"{spacing:.3f} Tc")
            texts.append(f"1 0 0 1 {text.x:.2f} {base - text.y:.2f} Tm <{text.code}> Tj")
    parts = [*boxes, "BT", *texts, "ET"] if texts else boxes
    parts += [
        f"q 1 0 0 1 {drawing.x:.2f} {height - top - drawing.y:.2f} cm {drawing.operators} Q"
        for top, strip in placed
        for drawing in strip.drawings
    ]
    return "\n".join(parts)
