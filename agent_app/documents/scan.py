"""The text of a QR code in a photo, or in one frame of a camera."""

from __future__ import annotations

import io
from dataclasses import dataclass

import zxingcpp
from PIL import Image, ImageChops, ImageFilter, ImageOps, UnidentifiedImageError

_LARGEST = 1600
"""Pixels of the longer side beyond which more only costs time."""
_ONLY = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_EVERY = zxingcpp.BarcodeFormats([])


@dataclass(frozen=True, slots=True)
class Picture:
    """Grey pixels, a byte each, row by row, `stride` bytes a row."""

    grey: bytes
    width: int
    height: int
    stride: int


def read_code(photo: bytes) -> str:
    """The first QR code's text; "" when there is none or `photo` is no picture."""
    try:
        with Image.open(io.BytesIO(photo)) as opened:
            return _read(opened.convert("L"))
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        return ""


def read_picture(picture: Picture, *, any_kind: bool = False) -> str:
    """The first QR code's text in a frame, or of a code of `any_kind`; "" when there is none."""
    size = picture.width, picture.height
    grey = Image.frombuffer("L", size, picture.grey, "raw", "L", picture.stride, 1)
    return _read(grey, _EVERY if any_kind else _ONLY)


def _read(grey: Image.Image, formats: zxingcpp.BarcodeFormats = _ONLY) -> str:
    """As it is, then sharpened and with even light: out of focus and glare are usual at a door."""
    if max(grey.size) > _LARGEST:
        grey = ImageOps.contain(grey, (_LARGEST, _LARGEST))
    for mend in (_as_it_is, _sharpened, _evenly_lit):
        for found in zxingcpp.read_barcodes(mend(grey), formats=formats):
            return found.text
    return ""


def _as_it_is(grey: Image.Image) -> Image.Image:
    return grey


def _sharpened(grey: Image.Image) -> Image.Image:
    twice = grey.resize((grey.width * 2, grey.height * 2), Image.Resampling.BICUBIC)
    return twice.filter(ImageFilter.UnsharpMask(radius=4, percent=250, threshold=0))


def _evenly_lit(grey: Image.Image) -> Image.Image:
    """Each pixel against the light around it, the grain of the dark smoothed away."""
    smooth = grey.filter(ImageFilter.GaussianBlur(1))
    around = smooth.filter(ImageFilter.BoxBlur(max(8, min(grey.size) // 16)))
    level = ImageChops.subtract(smooth, around, 1, 128)
    return _sharpened(ImageOps.autocontrast(level, cutoff=1))
