"""What a photo says of itself: how it looks, and when, where and by which camera it was taken.

Measured once, when the photo is kept, and signed with its event: so two visits' photos can be
compared by people who hold neither file.
"""

import contextlib
import io
import itertools
from collections.abc import Mapping
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError

_SIDE = 16
_NOISE = 3
"""Steps of grey between neighbours that are no edge."""
_EXIF, _GPS = 0x8769, 0x8825
_MODEL, _TAKEN, _OFFSET = 0x0110, 0x9003, 0x9011


def marks(image: bytes) -> dict[str, Any]:
    """`look` always; `taken` (ISO, with an offset only where the camera gave one), `camera`,
    `lat` and `lon` (WGS-84 degrees) where EXIF says so. {} for what is no picture.

    `look` is a difference hash: 16 rows of 16 bits, each whether the grey rises to the right.
    Scaling, a mild crop of quality or colour change few bits.
    """
    try:
        with Image.open(io.BytesIO(image)) as photo:
            exif = photo.getexif()
            said = _said(exif, exif.get_ifd(_EXIF), exif.get_ifd(_GPS))
            photo.draft("L", (256, 256))
            small = ImageOps.exif_transpose(photo.convert("L")).resize(
                (_SIDE + 1, _SIDE), Image.Resampling.BOX
            )
            return {"look": _look(small), **said}
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError, ValueError):
        return {}


def _look(small: Image.Image) -> str:
    grey, wide = small.tobytes(), _SIDE + 1
    bits = 0
    for row in range(_SIDE):
        line = grey[row * wide : (row + 1) * wide]
        for left, right in itertools.pairwise(line):
            bits = bits << 1 | (right > left + _NOISE)
    return f"{bits:0{_SIDE * _SIDE // 4}x}"


def _said(
    main: Mapping[int, Any], exif: Mapping[int, Any], gps: Mapping[int, Any]
) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if camera := _text(main.get(_MODEL)):
        said["camera"] = camera[:40]
    day, _, clock = _text(exif.get(_TAKEN)).partition(" ")
    if len(day) == 10 and len(clock) == 8:
        said["taken"] = f"{day.replace(':', '-')}T{clock}{_text(exif.get(_OFFSET))}"
    with contextlib.suppress(KeyError, TypeError, ValueError, ZeroDivisionError):
        said |= {
            "lat": round(_degrees(gps[2]) * (-1 if _text(gps[1]) == "S" else 1), 6),
            "lon": round(_degrees(gps[4]) * (-1 if _text(gps[3]) == "W" else 1), 6),
        }
    return said


def _text(value: object) -> str:
    return value.strip("\0 ") if isinstance(value, str) else ""


def _degrees(parts: Any) -> float:
    hours, minutes, seconds = map(float, parts)
    return hours + minutes / 60 + seconds / 3600
