"""One cell's text → one value. Each reader raises `Unreadable` with the mend.

A cell that looks like a spreadsheet formula is text like any other: nothing here evaluates.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from agent_app.domain.errors import BadInput
from agent_app.domain.money import parse_amount, plain_amount

LONGEST = 4000
_KEPT_AS_TEXT = re.compile(r'="([^"]*)"')
_BROKEN = re.compile(r"#(REF!|N/A|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|GETTING_DATA)|#{3,}")
_CLOCK = r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
_DATE = re.compile(rf"(\d{{4}})[-/.年](\d{{1,2}})[-/.月](\d{{1,2}})日?{_CLOCK}")
_TOGETHER = re.compile(r"(\d{4})(\d{2})(\d{2})")
_OF_TAIWAN = re.compile(
    rf"(?:(?:中[華华])?民[國国](\d{{1,3}})|(1\d\d))[-/.年](\d{{1,2}})[-/.月](\d{{1,2}})日?{_CLOCK}"
)
_WORDED = re.compile(r"(\d{1,2})[- ]([A-Za-z]{3})[a-z]*\.?[- ,]+(\d{4})")
_WORDED_FIRST = re.compile(r"([A-Za-z]{3})[a-z]*\.? (\d{1,2}),? (\d{4})")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_LARGE = {"万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000}
_HIDDEN = {0x200B, 0x200E, 0x200F, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)}
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


class Unreadable(Exception):
    """The cell cannot be read; `mend` says what would be right.

    Where a whole row contradicts itself, `to` is the field to look at first and `value` what it
    was found to be.
    """

    def __init__(self, message: str, mend: str, to: str = "", value: str = "") -> None:
        self.message, self.mend, self.to, self.value = message, mend, to, value
        super().__init__(message)


def clean(cell: str) -> str:
    """Trimmed, composed (NFC) text; Unreadable for characters that hide or control.

    `="00123"`, by which people keep Excel from counting, is 00123.
    """
    text = unicodedata.normalize("NFC", cell.replace("\u00a0", " ")).strip(" \t\u3000")
    if text.startswith("=") and (kept := _KEPT_AS_TEXT.fullmatch(text)):
        text = kept[1].strip()
    if len(text) > LONGEST:
        raise Unreadable("too long", f"at most {LONGEST} characters")
    if text.startswith("#") and _BROKEN.fullmatch(text):
        raise Unreadable("a spreadsheet's error", "mend the formula, or widen the column")
    if "\ufffd" in text:
        raise Unreadable("a damaged character", "write the words again")
    if text.isprintable():
        return text
    text = re.sub(r"[ \t]*[\r\n]+[ \t]*", " ", text).strip()
    for sign in text:
        if ord(sign) in _HIDDEN or unicodedata.category(sign) in ("Cc", "Cs"):
            raise Unreadable(f"a hidden character U+{ord(sign):04X}", "remove it")
    return text


def _plain(text: str) -> str:
    """Full-width digits and signs as ASCII: for numbers and dates, never for names."""
    return text if text.isalnum() and text.isascii() else _narrow(text)


def _narrow(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().lstrip("'’‘")


def _key(text: str) -> str:
    plain = _plain(text)
    if re.fullmatch(r"\d\.\d+[Ee]\+?\d+", plain):
        raise Unreadable("a spreadsheet turned this into a number", "format the column as text")
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", plain):
        raise Unreadable("not a number or code", "letters, digits, . _ - and no spaces")
    return plain


def _integer(text: str) -> int:
    plain = re.sub(r"\s*(天|日|岁|歲|days?)$", "", _plain(text), flags=re.IGNORECASE)
    if not (found := re.fullmatch(r"(\d{1,9})(\.0+)?", plain)):
        raise Unreadable("not a whole number", "digits only")
    return int(found[1])


def currency_of(text: str, words: Mapping[str, str]) -> str:
    """A code of ISO 4217, or one of the words the mapping knows for it."""
    plain = _plain(text).upper()
    if not re.fullmatch(r"[A-Z]{3}", code := words.get(plain, plain)):
        raise Unreadable("not a currency", "three letters of ISO 4217, as CNY")
    return code


def day(text: str) -> str:
    """A date as ISO 8601. Only forms that can be read in one way: the year stands out by its four
    digits, a month's name, or 民國 and its three digits; 3/5/2026 may be March or May."""
    plain = re.sub(r"\s*([年月日國国])\s*", r"\1", _plain(text))
    try:
        if (found := _DATE.fullmatch(plain)) or (found := _TOGETHER.fullmatch(plain)):
            return _real(int(found[1]), int(found[2]), int(found[3]))
        if found := _OF_TAIWAN.fullmatch(plain):
            return _real(1911 + int(found[1] or found[2]), int(found[3]), int(found[4]))
        if found := _WORDED.fullmatch(plain):
            return _real(int(found[3]), _month(found[2]), int(found[1]))
        if found := _WORDED_FIRST.fullmatch(plain):
            return _real(int(found[3]), _month(found[1]), int(found[2]))
    except ValueError:
        pass
    raise Unreadable("not a date", "2026/11/16")


def _real(year: int, month: int, number: int) -> str:
    """Raises ValueError for a day that is none, or of another age."""
    if not 1900 <= year < 2200:
        raise ValueError(year)
    return date(year, month, number).isoformat()


def _month(name: str) -> int:
    return _MONTHS.index(name.lower()) + 1


def _degrees(text: str) -> float:
    if not re.fullmatch(r"-?\d{1,3}(\.\d+)?", plain := _plain(text)) or abs(float(plain)) > 180:
        raise Unreadable("not degrees", "decimal degrees, as 113.264385")
    return float(plain)


def _cn_id(text: str) -> str:
    plain = re.sub(r"\s", "", _plain(text).upper())
    if re.fullmatch(r"\d(\.\d+)?E\+?\d+", plain) or (
        plain.endswith("000") and not _checks_out(plain)
    ):
        raise Unreadable("a spreadsheet turned this into a number", "format the column as text")
    if re.fullmatch(r"\d{17}[\dX]", plain):
        try:
            born = date(int(plain[6:10]), int(plain[10:12]), int(plain[12:14]))
        except ValueError:
            born = date.min
        if born.year >= 1900:
            return plain
    raise Unreadable("not an identity number", "18 characters with a real birth date")


def _checks_out(number: str) -> bool:
    """The last of 18 digits is the check of those before (GB 11643-1999)."""
    if not re.fullmatch(r"\d{18}", number):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, _ID_WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == number[-1]


def _cn_mobile(text: str) -> str:
    plain = re.sub(r"[\s()-]|\.0+$", "", _plain(text))
    plain = re.sub(r"^(\+|00)?86(?=1\d{10}$)", "", plain)
    if re.fullmatch(r"\d(\.\d+)?[Ee]\+?\d+", plain):
        raise Unreadable("a spreadsheet turned this into a number", "format the column as text")
    if not re.fullmatch(r"1\d{10}", plain):
        raise Unreadable("not a mobile number", "11 digits beginning with 1")
    return plain


def amount_of(text: str, currency: str, unit: str = "") -> int:
    """Minor units. `unit` is what one stands for in the currency's own unit ("10000" under a
    heading of 万元; "" when nothing is said). A cell may name its own: 1.2万元; never both."""
    plain = _plain(text).replace("圆", "元").replace("圓", "元")
    if not unit and plain.isascii():
        return _minor(plain.removeprefix(currency).removesuffix(currency).strip(), currency)
    own = Decimal(unit or 1)
    if not own:
        raise Unreadable("a sum in an unknown unit", "head the column 元, 万元 or 分")
    large = plain.removesuffix("元").rstrip()[-1:]
    if large in _LARGE:
        if own != 1:
            raise Unreadable("a unit in the cell and another above", "digits only")
        plain, own = plain.removesuffix("元").rstrip()[:-1], Decimal(_LARGE[large])
    elif plain.endswith("元") and own != 1:
        raise Unreadable("a unit in the cell and another above", "digits only")
    plain = plain.removeprefix(currency).removesuffix(currency).strip()
    if own == 1:
        return _minor(plain, currency)
    return _scaled(plain, currency, own)


def _minor(text: str, currency: str) -> int:
    try:
        return parse_amount(text, currency)
    except BadInput as fault:
        raise Unreadable("not an amount", fault.faults[0].mend) from fault


def _scaled(text: str, currency: str, unit: Decimal) -> int:
    """The digits times their unit, exactly. Raises Unreadable when that is no whole minor unit."""
    if not re.fullmatch(r"-?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?", text):
        raise Unreadable("not an amount", "digits only")
    minor = Decimal(text.replace(",", "")) * unit * parse_amount("1", currency)
    if minor != minor.to_integral_value():
        raise Unreadable("not an amount", f"no part of {plain_amount(1, currency)} {currency}")
    return int(minor)


def word(text: str, words: Mapping[str, str]) -> str:
    """What a word stands for; its case does not matter."""
    if (found := words.get(text, words.get(text.lower()))) is None:
        raise Unreadable("not a known word", " | ".join(words))
    return found


READERS: Mapping[str, Callable[[str], Any]] = {
    "text": lambda text: text,
    "key": _key,
    "integer": _integer,
    "date": day,
    "degrees": _degrees,
    "cn_id": _cn_id,
    "cn_mobile": _cn_mobile,
}
