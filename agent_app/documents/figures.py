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
_UNITS = {"zh_CN": ("元", "整"), "zh_TW": ("元", "整")}
CURRENCIES = {
    "zh_CN": {"CNY": "人民币", "TWD": "新台币", "HKD": "港币", "USD": "美元", "JPY": "日元"},
    "zh_TW": {"CNY": "人民幣", "TWD": "新臺幣", "HKD": "港幣", "USD": "美元", "JPY": "日圓"},
}


def amount(value: Mapping[str, Any]) -> str:
    """Digits only, grouped: {"minor": 391300, "currency": "CNY"} → "3,913.00"."""
    minor, currency = int(value["minor"]), str(value["currency"])
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
    return f"{name}{amount(value)}元"


def capital(value: Mapping[str, Any], language: str) -> str:
    """Formal Chinese numerals: 391305 fen → "叁仟玖佰壹拾叁元零伍分"; English gets digits."""
    if language not in _DIGITS:
        return money(value, language)
    minor, places = int(value["minor"]), exponent(str(value["currency"]))
    whole, fraction = divmod(abs(minor), 10**places)
    cents = fraction * 100 // 10**places
    digits, (unit, exactly) = _DIGITS[language], _UNITS[language]
    tenths, hundredths = divmod(cents, 10)
    text = "负" if minor < 0 else ""
    if whole or not cents:
        text += _whole(whole, language) + unit
    if not cents:
        return text + exactly
    if tenths:
        text += digits[tenths] + "角"
    elif whole:
        text += digits[0]
    return text + (digits[hundredths] + "分" if hundredths else exactly)


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
