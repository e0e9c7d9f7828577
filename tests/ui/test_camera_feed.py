"""A printed code before the camera: frames as cameras give them, through Qt's own capture session.

The paper is crumpled, photographed at an angle, in bad light and badly printed; only the lens and
the sensor are ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, radians, sin
from random import Random

import numpy
import pytest
from PIL import Image, ImageFilter
from PySide6.QtCore import QSize
from PySide6.QtMultimedia import QVideoFrame, QVideoFrameFormat, QVideoFrameInput
from pytestqt.qtbot import QtBot

from agent_app.documents import qr
from agent_app.documents.scan import Picture, read_picture
from agent_app.domain.money import Money
from agent_app.journal import sealcode
from agent_app.journal.sealcode import Seal
from agent_app.journal.signing import signer
from tests.support.journals import START, Device
from ui.capture.camera import Camera

Format = QVideoFrameFormat.PixelFormat
WIDE, HIGH = 1280, 720


@dataclass(frozen=True)
class Look:
    """How the paper is seen: dots an inch of the print, part of the height, degrees, how much
    farther one side is, pixels of blur, depth of folds, light, grain."""

    dpi: int = 200
    part: float = 0.6
    turn: float = 0
    lean: float = 0
    blur: float = 0
    folds: float = 0
    light: float = 1
    grain: float = 3


LOOKS = {
    "as a fax prints it": (Format.Format_NV12, Look(dpi=72)),
    "badly printed, askew": (Format.Format_YUV420P, Look(100, turn=12, lean=0.1, light=0.7)),
    "crumpled, from the side": (Format.Format_YUYV, Look(turn=-25, lean=0.15, folds=3)),
    "by a stairway lamp": (Format.Format_NV12, Look(light=0.15, grain=8)),
    "far and soft": (Format.Format_NV12, Look(part=0.5, blur=1.2, turn=170)),
}


@pytest.fixture(scope="module")
def link() -> str:
    device = Device()
    seal = Seal(
        kind="letter", serial="HZ-2026-000123", issued=START.wall, agent="王晓梅 A011",
        principal="华信消费金融有限公司", case="C-2026-0004711", sum=Money(391300, "CNY"),
    )  # fmt: skip
    text = sealcode.encode(seal, public_key=device.public, sign=signer(device.key))
    return sealcode.link("https://doorstep.example-agency.com.cn/check/?code=", text)


def printed(link: str, dpi: int) -> Image.Image:
    """The code, three centimetres wide, on white paper, as a printer of `dpi` sets it."""
    code = qr.small_enough(link)
    dots = numpy.full((code.size + 8, code.size + 8), 255, numpy.uint8)
    for y, row in enumerate(code.rows):
        for x in range(code.size):
            dots[y + 4, x + 4] = 255 if row >> (code.size - 1 - x) & 1 else 0
    side = round(3 / 2.54 * dpi * (code.size + 8) / code.size)
    large = Image.fromarray(dots).resize((8 * (code.size + 8),) * 2, Image.Resampling.NEAREST)
    return large.resize((side, side), Image.Resampling.BOX)


def crumpled(paper: Image.Image, folds: float, chance: Random) -> Image.Image:
    """Folds that shift what they cross and light its sides differently."""
    grey = numpy.asarray(paper).astype(float)
    y, x = numpy.mgrid[0 : grey.shape[0], 0 : grey.shape[1]].astype(float)
    across, along, light = x.copy(), y.copy(), numpy.ones_like(x)
    for _ in range(6):
        turn, wide = chance.uniform(0, pi), paper.width
        off = (x - chance.uniform(0, wide)) * cos(turn) + (y - chance.uniform(0, wide)) * sin(turn)
        bump = numpy.exp(-((off / (0.25 * wide)) ** 2))
        across += folds * bump * cos(turn)
        along += folds * bump * sin(turn)
        light *= 1 - 0.18 * numpy.sign(off) * numpy.exp(-((off / (0.1 * wide)) ** 2))
    last = paper.width - 1
    seen = grey[along.clip(0, last).astype(int), across.clip(0, last).astype(int)] * light
    return Image.fromarray(seen.clip(0, 255).astype(numpy.uint8))


def seen(paper: Image.Image, look: Look, seed: int) -> Image.Image:
    """What a camera of 1280 × 720 makes of it."""
    if look.folds:
        paper = crumpled(paper, look.folds, Random(seed))
    half, near, far = HIGH * look.part / 2, 1 - look.lean, 1 + look.lean
    c, s = cos(radians(look.turn)), sin(radians(look.turn))
    flat = ((-half, -half * near), (half, -half * far), (half, half * far), (-half, half * near))
    corners = [(WIDE / 2 + x * c - y * s, HIGH / 2 + x * s + y * c) for x, y in flat]
    wide = paper.width
    rows, values = [], []
    for (x, y), (u, v) in zip(corners, ((0, 0), (wide, 0), (wide, wide), (0, wide)), strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    bend = numpy.linalg.solve(numpy.array(rows), numpy.array(values))
    frame = paper.transform(
        (WIDE, HIGH), Image.Transform.PERSPECTIVE, tuple(bend), Image.Resampling.BICUBIC,
        fillcolor=90,
    )  # fmt: skip
    if look.blur:
        frame = frame.filter(ImageFilter.GaussianBlur(look.blur))
    noise = numpy.random.default_rng(seed).normal(0, look.grain, (HIGH, WIDE))
    grey = numpy.asarray(frame) * look.light + noise
    return Image.fromarray(grey.clip(0, 255).astype(numpy.uint8))


def as_frame(picture: Image.Image, kind: QVideoFrameFormat.PixelFormat) -> QVideoFrame:
    """In the layouts webcams and telephones give."""
    frame = QVideoFrame(QVideoFrameFormat(QSize(WIDE, HIGH), kind))
    assert frame.map(QVideoFrame.MapMode.WriteOnly)
    grey = numpy.asarray(picture)
    packed = kind == Format.Format_YUYV
    lines = numpy.dstack([grey, numpy.full_like(grey, 128)]).reshape(HIGH, -1) if packed else grey
    stride, first = frame.bytesPerLine(0), memoryview(frame.bits(0))
    for y in range(HIGH):
        first[y * stride : y * stride + lines.shape[1]] = lines[y].tobytes()
    for plane in range(1, frame.planeCount()):
        colour = memoryview(frame.bits(plane))
        colour[:] = b"\x80" * len(colour)
    frame.unmap()
    return frame


@pytest.mark.qt_log_ignore("No RHI backend", "qt.multimedia")
def test_the_camera_reads_a_paper_as_it_comes(qtbot: QtBot, link: str) -> None:
    feed = QVideoFrameInput()
    camera = Camera(feed=feed)
    qtbot.addWidget(camera)
    camera.frames.pace(0)
    for seed, (name, (kind, look)) in enumerate(LOOKS.items()):
        frame = as_frame(seen(printed(link, look.dpi), look, seed), kind)
        with qtbot.waitSignal(camera.frames.seen, timeout=5000) as got:
            assert feed.sendVideoFrame(frame)
        (picture,) = got.args or [None]
        assert isinstance(picture, Picture)
        assert read_picture(picture) == link, name
