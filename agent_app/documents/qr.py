"""QR codes as horizontal runs of modules, made by zxing-cpp (ISO/IEC 18004)."""

from typing import NamedTuple, cast

import zxingcpp


class Code(NamedTuple):
    """`size` modules a side; `runs` are (column, row from the top, length) of dark modules."""

    size: int
    runs: tuple[tuple[int, int, int], ...]


def modules(text: str, *, level: str = "M") -> Code:
    """Encode `text` at an error correction level of L, M, Q or H, without a quiet zone."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level=level)
    image = zxingcpp.write_barcode_to_image(code, scale=1, add_quiet_zones=False)
    size = image.shape[0]
    pixels = bytes(cast(bytes, image))  # it speaks the buffer protocol
    return Code(size, tuple(_runs(pixels, size)))


def _runs(pixels: bytes, size: int) -> list[tuple[int, int, int]]:
    found: list[tuple[int, int, int]] = []
    for row in range(size):
        line = pixels[row * size : (row + 1) * size]
        start = line.find(0)
        while start >= 0:
            end = line.find(255, start)
            end = size if end < 0 else end
            found.append((start, row, end - start))
            start = line.find(0, end)
    return found
