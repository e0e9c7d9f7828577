"""QR codes made by zxing-cpp (ISO/IEC 18004), drawn as one mask: no seams, few bytes."""

from typing import NamedTuple, cast

import zxingcpp

_BITS = bytes.maketrans(b"\x00\xff", b"01")


class Code(NamedTuple):
    """`size` modules a side; `rows` from the top, a bit a module, the first the highest, 0 dark."""

    size: int
    rows: tuple[int, ...]

    def drawing(self, side: float) -> str:
        """Operators that fill the dark modules of a square of `side` points, y up."""
        width = -(-self.size // 8)
        spare = 8 * width - self.size
        bits = "".join(f"{row << spare:0{2 * width}x}" for row in self.rows)
        return (
            f"0 g {side:.2f} 0 0 {side:.2f} 0 0 cm BI /W {self.size} /H {self.size} /IM true"
            f" /F /AHx ID {bits}> EI"
        )


def modules(text: str, *, level: str = "M") -> Code:
    """Encode `text` at an error correction level of L, M, Q or H, without a quiet zone."""
    # Trying all eight masks takes seven times as long; number 3 breaks up any even pattern.
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level=level, data_mask=3)
    image = zxingcpp.write_barcode_to_image(code, scale=1, add_quiet_zones=False)
    size = image.shape[0]
    bits = bytes(cast(bytes, image)).translate(_BITS)  # it speaks the buffer protocol
    rows = (int(bits[at : at + size], 2) for at in range(0, size * size, size))
    return Code(size, tuple(rows))


VERSION_10 = 57
"""Modules a side of the largest code a paper carries: it stays readable at 25 mm."""


def small_enough(text: str) -> Code:
    """At level M where that stays within version 10, else at L, which holds a quarter more."""
    code = modules(text)
    return code if code.size <= VERSION_10 else modules(text, level="L")
