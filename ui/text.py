"""Words, money, dates and durations as a person reads them, in one language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from agent_app.domain.errors import BadInput, NotAllowed, WrongPin, WrongSecret
from agent_app.domain.money import Money, exponent
from agent_app.wording import Wording, pick

"""What each language calls itself."""
_SYMBOLS = {
    "zh_CN": {"CNY": "¥", "TWD": "NT$", "HKD": "HK$"},
    "zh_TW": {"CNY": "CN¥", "TWD": "NT$", "HKD": "HK$"},
    "en": {"CNY": "¥", "TWD": "NT$", "HKD": "HK$"},
}
_EVERYWHERE = {"GBP": "£", "EUR": "€", "INR": "₹", "USD": "US$", "JPY": "JP¥", "KRW": "₩"}
_WEEKDAYS = {
    "zh_CN": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    "zh_TW": ("週一", "週二", "週三", "週四", "週五", "週六", "週日"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_CLOSING = ("》", "）", "」")
_MINUS = "\N{MINUS SIGN}"


def _seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


class Text:
    """The wording of one language, and how that language writes sums and times."""

    def __init__(self, language: str, zone: str = "Asia/Shanghai") -> None:
        """`zone` (IANA) is where the reader is: times are shown in it unless one is named."""
        self.language = language
        self.zone = zone
        self._wording = Wording(language)

    def say(self, key: str, **values: object) -> str:
        return self._wording.say(key, **values)

    def choose(self, key: str, otherwise: str) -> str:
        """The text of `key` where the catalogue has it, else `otherwise`."""
        return self._wording.say(key) if key in self._wording else otherwise

    def pick(self, texts: Mapping[str, str]) -> str:
        """The text of data that comes with its own languages."""
        return pick(texts, self.language)

    def source(self, title: Mapping[str, str], locator: Mapping[str, str]) -> str:
        """A source and the place in it: 《…指引》第22条 · Reg F 1006.6(b)."""
        name, place = self.pick(title), self.pick(locator)
        gap = "" if name.endswith(_CLOSING) and not place[:1].isascii() else " "
        return gap.join(part for part in (name, place) if part)

    def error(self, error: BaseException) -> str:
        """What went wrong and what to do now, in words; never a name, number or trace."""
        if isinstance(error, NotAllowed) and error.findings:
            return self.pick(error.findings[0].text)
        if isinstance(error, WrongPin) and error.last:
            return self.say("errors.wrong_pin_last")
        if isinstance(error, WrongSecret) and error.wait >= 1:
            return self.say("errors.wrong_secret_wait", wait=self.duration(_seconds(error.wait)))
        if isinstance(error, BadInput):
            mends = "; ".join(filter(None, (fault.mend for fault in error.faults)))
            return self.say("errors.bad_input_mend", mend=mends or error.faults[0].message)
        for kind in type(error).__mro__:
            if (key := f"errors.{kind.__name__}") in self._wording:
                return self.say(key)
        return self.say("errors.unexpected", kind=type(error).__name__)

    def money(self, amount: Money) -> str:
        """¥3,913.00, with the symbol this language knows, else the currency's code."""
        places = exponent(amount.currency)
        sign = _MINUS if amount.minor < 0 else ""
        whole, rest = divmod(abs(amount.minor), 10**places)
        digits = f"{whole:,}" + (f".{rest:0{places}d}" if places else "")
        symbol = (_SYMBOLS[self.language] | _EVERYWHERE).get(amount.currency)
        return f"{sign}{symbol}{digits}" if symbol else f"{sign}{amount.currency} {digits}"

    def date(self, day: dt.date) -> str:
        """2026年11月22日 · 22 Nov 2026."""
        if self.language == "en":
            return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
        return f"{day.year}年{day.month}月{day.day}日"

    def day(self, day: dt.date) -> str:
        """Day and weekday without the year: 11月22日 周日 · Sun 22 Nov."""
        weekday = _WEEKDAYS[self.language][day.weekday()]
        if self.language == "en":
            return f"{weekday} {day.day} {_MONTHS[day.month - 1]}"
        return f"{day.month}月{day.day}日 {weekday}"

    def weekdays(self) -> tuple[str, ...]:
        """Short names of the weekdays from Monday."""
        return _WEEKDAYS[self.language]

    def month(self, day: dt.date) -> str:
        if self.language == "en":
            return f"{_MONTHS[day.month - 1]} {day.year}"
        return f"{day.year}年{day.month}月"

    def month_name(self, number: int) -> str:
        """The name of a month, 1 to 12: 3月 · Mar."""
        return _MONTHS[number - 1] if self.language == "en" else f"{number}月"

    def time(self, moment: datetime, zone: str = "") -> str:
        """Wall time, 24 hours."""
        return moment.astimezone(ZoneInfo(zone or self.zone)).strftime("%H:%M")

    def moment(self, moment: datetime, zone: str = "") -> str:
        """Day and wall time: 11月22日 周日 10:03 · Sun 22 Nov 10:03."""
        local = moment.astimezone(ZoneInfo(zone or self.zone))
        return f"{self.day(local)} {local.strftime('%H:%M')}"

    def written(self, at: str) -> str:
        """A day or moment as the hand-over file gave it; what is neither stays as it is."""
        try:
            moment = datetime.fromisoformat(at)
        except ValueError:
            return at
        return self.moment(moment) if moment.tzinfo else self.date(moment.date())

    def duration(self, span: timedelta) -> str:
        """A length of time in its two largest units: 2 小时 5 分 · 2 h 5 min."""
        minutes, seconds = divmod(max(0, round(span.total_seconds())), 60)
        hours, minutes = divmod(minutes, 60)
        days, hours = divmod(hours, 24)
        sizes = (("days", days), ("hours", hours), ("minutes", minutes), ("seconds", seconds))
        start = next((i for i, (_, n) in enumerate(sizes) if n), len(sizes) - 1)
        shown = [(unit, n) for unit, n in sizes[start : start + 2] if n] or [("seconds", 0)]
        return " ".join(self.say(f"units.{unit}", n=n) for unit, n in shown)

    def left(self, span: timedelta) -> str:
        """What is left of a time: hours and minutes, and the seconds only of the last ten
        minutes."""
        if span < timedelta(minutes=10):
            return self.clock(span)
        return self.duration(timedelta(minutes=span // timedelta(minutes=1)))

    def clock(self, span: timedelta) -> str:
        """A countdown: 1:05:09, or 05:09 under an hour."""
        minutes, seconds = divmod(max(0, int(span.total_seconds())), 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes:02d}:{seconds:02d}"

    def size(self, octets: int) -> str:
        """A file's size: 48 KB, 2.3 MB."""
        if octets < 1_000_000:
            return f"{max(1, round(octets / 1000))} KB"
        return f"{octets / 1_000_000:.1f} MB"
