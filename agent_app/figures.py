"""Money, capital amounts, dates and times as a paper in each language writes them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from agent_app.domain.money import exponent, plain_amount

US = "en_US"
"""English with the month first and the dollar sign: front matter `region = "US"`."""
_DIGITS = {"zh_CN": "零壹贰叁肆伍陆柒捌玖", "zh_TW": "零壹貳參肆伍陸柒捌玖"}
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = {"zh_CN": ("", "万", "亿", "万亿"), "zh_TW": ("", "萬", "億", "兆")}
_PARTS = "角分厘"
_IN_YUAN = ("CNY", "TWD", "HKD")
_UNITS = {"zh_CN": ("元", "整", "负"), "zh_TW": ("元", "整", "負")}
CURRENCIES = {
    "zh_CN": {"CNY": "人民币", "TWD": "新台币", "HKD": "港币", "USD": "美元", "JPY": "日元"},
    "zh_TW": {"CNY": "人民幣", "TWD": "新臺幣", "HKD": "港幣", "USD": "美元", "JPY": "日圓"},
}


def amount(value: Mapping[str, Any]) -> str:
    """Digits only, grouped: {"minor": 391300, "currency": "CNY"} → "3,913.00"."""
    minor, currency = _minor(value), str(value["currency"])
    whole, point, fraction = plain_amount(abs(minor), currency).partition(".")
    return f"{'-' if minor < 0 else ''}{int(whole):,}{point}{fraction}"


def money(value: Mapping[str, Any], language: str) -> str:
    """An amount in a sentence: "人民币3,913.00元", "CNY 3,913.00"."""
    currency = str(value["currency"])
    name = CURRENCIES.get(language, {}).get(currency)
    if name is None and language == US and currency == "USD":
        return f"${amount(value)}"
    if name is None:
        return f"{currency}\u00a0{amount(value)}"
    return f"{name}{amount(value)}元" if currency in _IN_YUAN else f"{amount(value)}{name}"


def capital(value: Mapping[str, Any], language: str) -> str:
    """Formal Chinese numerals: 391305 fen → "叁仟玖佰壹拾叁元零伍分"; English gets digits.

    Another country's money has its name in front. Raises ValueError for a sum without numerals.
    """
    if language not in _DIGITS:
        return money(value, language)
    currency = str(value["currency"])
    minor, places = _minor(value), exponent(currency)
    whole, fraction = divmod(abs(minor), 10**places)
    if whole >= 10**16 or places > len(_PARTS):
        raise ValueError(f"no numerals for {amount(value)} {currency}")
    digits, (unit, exactly, negative) = _DIGITS[language], _UNITS[language]
    text = "" if currency in _IN_YUAN else CURRENCIES[language].get(currency, currency)
    text += negative if minor < 0 else ""
    if whole or not fraction:
        text += _whole(whole, language) + unit
    if not fraction:
        return text + exactly
    below = str(fraction).rjust(places, "0").rstrip("0")
    zero = not whole
    for digit, part in zip(below, _PARTS, strict=False):
        if digit != "0":
            text += digits[int(digit)] + part
            zero = False
        elif not zero:
            text += digits[0]
            zero = True
    return text + (exactly if len(below) == 1 else "")


def _minor(value: Mapping[str, Any]) -> int:
    """Raises ValueError for anything but a whole number of minor units: nothing is rounded."""
    minor = value["minor"]
    if isinstance(minor, bool) or int(minor) != minor:
        raise ValueError(f"{minor!r} is no whole number of minor units")
    return int(minor)


def _whole(number: int, language: str) -> str:
    if number == 0:
        return _DIGITS[language][0]
    parts: list[str] = []
    gap = False
    for group in range(3, -1, -1):
        value = number // 10 ** (4 * group) % 10_000
        if value == 0:
            gap = gap or bool(parts)
            continue
        if parts and (gap or value < 1000):
            parts.append(_DIGITS[language][0])
        parts.append(_thousands(value, language) + _GROUPS[language][group])
        gap = False
    return "".join(parts)


def _thousands(value: int, language: str) -> str:
    text, zero = "", False
    for place in range(3, -1, -1):
        digit = value // 10**place % 10
        if digit:
            text += (_DIGITS[language][0] if zero else "") + _DIGITS[language][digit]
            text += _PLACES[place]
        zero = digit == 0 and bool(text)
    return text


def long_date(value: date | str, language: str) -> str:
    """A calendar day: "2026年11月22日", "22 November 2026", in the US "November 22, 2026"."""
    day = _day(value)
    if language == US:
        return f"{MONTHS[day.month - 1]} {day.day}, {day.year}"
    if language.startswith("zh"):
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def short_date(value: date | str) -> str:
    """A calendar day in a table: "2026-11-22"."""
    return _day(value).isoformat()


def clock(value: datetime | str) -> str:
    """A time of day on the wall where it happened: "10:03"."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return f"{moment:%H:%M}"


def _day(value: date | str) -> date:
    if isinstance(value, str):
        return datetime.fromisoformat(value).date()
    return value.date() if isinstance(value, datetime) else value


MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip
