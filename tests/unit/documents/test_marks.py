"""What is measured of a photo, a recording and a signature when they are kept."""

from __future__ import annotations

import io
import random
import struct
from array import array
from collections.abc import Iterator
from math import pi, sin
from typing import Any

from PIL import Image, ImageDraw

from agent_app.documents import photo, sound
from agent_app.documents.ink import Point, Stroke, likeness


def scene(seed: int, *, shift: int = 0) -> Image.Image:
    """A door front of random boxes."""
    chance = random.Random(seed)
    image = Image.new("RGB", (640, 480), (chance.randrange(256),) * 3)
    draw = ImageDraw.Draw(image)
    for _ in range(40):
        x, y = chance.randrange(640), chance.randrange(480)
        grey = chance.randrange(256)
        draw.rectangle((x + shift, y, x + shift + 90, y + 70), fill=(grey, grey, 255 - grey))
    return image


def jpeg(image: Image.Image, *, quality: int = 85, exif: Any = None) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, **({"exif": exif} if exif else {}))
    return out.getvalue()


def apart(one: bytes, other: bytes) -> int:
    looks = [int(photo.marks(each)["look"], 16) for each in (one, other)]
    return (looks[0] ^ looks[1]).bit_count()


def test_a_photo_is_known_again_after_scaling_and_saving() -> None:
    first = scene(1)
    assert apart(jpeg(first), jpeg(first.resize((1600, 1200)), quality=40)) <= 10
    assert min(apart(jpeg(first), jpeg(scene(seed))) for seed in range(2, 22)) > 30


def test_what_the_camera_wrote_is_read() -> None:
    exif = Image.Exif()
    exif[0x0110] = "TEST-CAM 7"
    exif.get_ifd(0x8769)[0x9003] = "2026:11:23 10:04:05"
    exif.get_ifd(0x8769)[0x9011] = "+08:00"
    exif.get_ifd(0x8825).update({1: "N", 2: (22.0, 32.0, 35.16), 3: "E", 4: (114.0, 3.0, 28.44)})
    marks = photo.marks(jpeg(scene(1), exif=exif))
    assert marks.pop("look")
    assert marks == {
        "camera": "TEST-CAM 7", "taken": "2026-11-23T10:04:05+08:00", "lat": 22.5431, "lon": 114.0579,
    }  # fmt: skip
    assert photo.marks(jpeg(scene(1))).keys() == {"look"}
    assert photo.marks(b"no picture") == {}


def wav(samples: array[int], rate: int = 16_000) -> Iterator[bytes]:
    """As the recorder writes it: a header whose length is unknown, pieces of 64 KiB."""
    unknown = 0xFFFFFFFF
    head = struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        *(b"RIFF", unknown, b"WAVE", b"fmt ", 16, 1, 1, rate, rate * 2, 2, 16, b"data", unknown),
    )
    data = head + samples.tobytes()
    return (data[at : at + 65_536] for at in range(0, len(data), 65_536))


def talk(seed: int, seconds: int = 20) -> array[int]:
    chance, out = random.Random(seed), array("h")
    waves = {
        loud: array("h", (int(loud * sin(2 * pi * 220 * n / 16_000)) for n in range(4000)))
        for loud in (80, 900, 6000, 12000)
    }
    for _ in range(seconds * 4):
        out.extend(waves[chance.choice(list(waves))])
    return out


def test_a_recording_tells_its_length_loudness_and_course() -> None:
    marks, other = sound.marks(wav(talk(1))), sound.marks(wav(talk(2)))
    assert marks["seconds"] == 20.0
    assert 4000 < marks["loudest"] < 12_000
    assert marks["course"] == sound.marks(wav(talk(1)))["course"] != other["course"]
    assert sound.marks(wav(array("h", bytes(64_000))))["loudest"] == 0
    assert sound.marks(iter([b"OggS" + bytes(100)])) == {}
    assert sound.marks(iter([])) == {}


def stroke(seed: int) -> Stroke:
    chance = random.Random(seed)
    x, y = 10.0, 10.0
    points = []
    for number in range(40):
        x, y = x + chance.uniform(-1, 2), y + chance.uniform(-2, 2)
        points.append(Point(x, y, number * 20))
    return Stroke(tuple(points))


def test_a_signature_moved_and_scaled_is_the_same_and_another_is_not() -> None:
    one = stroke(1)
    moved = Stroke(tuple(Point(3 + 2 * p.x, 2 * p.y - 5, p.time) for p in one.points))
    assert likeness([one]) == likeness([moved])
    assert len(likeness([one])) == 32
    far = [
        sum(
            abs(int(a, 16) - int(b, 16))
            for a, b in zip(likeness([one]), likeness([two]), strict=True)
        )
        for two in map(stroke, range(2, 30))
    ]
    assert min(far) > 16
    assert likeness([Stroke((Point(0, 0, 0),))]) == ""
