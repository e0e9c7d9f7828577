"""Money: integer minor units with a currency (ISO 4217)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from agent_app.domain.errors import BadInput, Fault

_EXPONENTS = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "ISK": 0, "KWD": 3, "BHD": 3, "OMR": 3}
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，－", "0123456789.,-")
_AMOUNT = re.compile(r"^(-?)(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d+))?$")


def exponent(currency: str) -> int:
    """Digits after the point in `currency` (ISO 4217): 2 for CNY, 0 for JPY."""
    return _EXPONENTS.get(currency, 2)


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount of `minor` units: fen, cents, paise. Arithmetic refuses mixed currencies."""

    minor: int
    currency: str

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __mul__(self, times: int) -> Money:
        return Money(self.minor * times, self.currency)

    def __bool__(self) -> bool:
        return self.minor != 0

    def __str__(self) -> str:
        return f"{plain_amount(self.minor, self.currency)} {self.currency}"

    def to_json(self) -> dict[str, Any]:
        return {"minor": self.minor, "currency": self.currency}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Money:
        return cls(int(value["minor"]), str(value["currency"]))

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not add up")


def plain_amount(minor: int, currency: str) -> str:
    """`minor` as digits with the point: 391300 CNY → "3913.00". No grouping, no symbol."""
    places = exponent(currency)
    sign = "-" if minor < 0 else ""
    digits = str(abs(minor)).rjust(places + 1, "0")
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"


def parse_amount(text: str, currency: str) -> int:
    """Minor units of an amount written as text: "1,234.50" CNY → 123450.

    Raises BadInput for anything but plain digits with optional grouping and point.
    """
    cleaned = text.strip().translate(_FULL_WIDTH).removesuffix("元").lstrip("¥￥").strip()
    match = _AMOUNT.match(cleaned)
    places = exponent(currency)
    if match is None or len((match[3] or "").rstrip("0")) > places:
        raise BadInput(
            Fault("not an amount", value=text, mend=f"digits with at most {places} decimals")
        )
    fraction = (match[3] or "").rstrip("0").ljust(places, "0")
    minor = int(match[2].replace(",", "") + fraction)
    return -minor if match[1] else minor
