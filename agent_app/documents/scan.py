"""The text of a QR code in a photo."""

from __future__ import annotations

import io

import zxingcpp
from PIL import Image, UnidentifiedImageError


def read_code(photo: bytes) -> str:
    """The first QR code's text; "" when there is none or `photo` is no picture."""
    try:
        grey = Image.open(io.BytesIO(photo)).convert("L")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        return ""
    found = zxingcpp.read_barcodes(
        grey, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    )
    return found[0].text if found else ""
