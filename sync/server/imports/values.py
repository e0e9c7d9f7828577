"""One cell → one value. Each reader raises `Unreadable` with the mend; cells are only ever text.

A cell that looks like a spreadsheet formula is text like any other: nothing here evaluates.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from agent_app.domain.errors import BadInput
from agent_app.domain.money import parse_amount
from sync.server.imports.mapping import Column, FileMapping

LONGEST = 4000
_DATE = re.compile(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$")
_COUNT = re.compile(r"^(\D+?)(\d+)次$")
_HIDDEN = {0x200B, 0x200E, 0x200F, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)}


class Unreadable(Exception):
    """The cell cannot be read; `mend` says what would be right."""

    def __init__(self, message: str, mend: str) -> None:
        self.message, self.mend = message, mend
        super().__init__(message)


def read(cell: str, column: Column, mapping: FileMapping, currency: str) -> Any:
    """The value of a cell, None for an empty one. `currency` is the row's own."""
    text = clean(cell)
    if not text:
        if column.required:
            raise Unreadable("empty", "this column must be filled")
        return None
    reader = _READERS.get(column.kind)
    if reader is not None:
        return reader(text)
    if column.kind in ("amount", "amounts"):
        return _amounts(text, column.kind, currency)
    if column.kind == "choice":
        return _word(text, column.words)
    return _LISTS[column.kind](text, mapping.tables, currency)


def clean(cell: str) -> str:
    """Trimmed, composed (NFC) text; Unreadable for characters that hide or control."""
    text = unicodedata.normalize("NFC", cell.replace("\u00a0", " ")).strip(" \t\u3000")
    if len(text) > LONGEST:
        raise Unreadable("too long", f"at most {LONGEST} characters")
    if text.isprintable():
        return text
    for sign in text:
        if ord(sign) in _HIDDEN or unicodedata.category(sign) in ("Cc", "Cs"):
            raise Unreadable(f"a hidden character U+{ord(sign):04X}", "remove it")
    return text


def _plain(text: str) -> str:
    """Full-width digits and signs as ASCII: for numbers and dates, never for names."""
    return unicodedata.normalize("NFKC", text).strip()


def _key(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", plain := _plain(text)):
        raise Unreadable("not a number or code", "letters, digits, . _ - and no spaces")
    return plain


def _integer(text: str) -> int:
    if not re.fullmatch(r"\d{1,9}", plain := _plain(text)):
        raise Unreadable("not a whole number", "digits only")
    return int(plain)


def _currency(text: str) -> str:
    if not re.fullmatch(r"[A-Z]{3}", plain := _plain(text).upper()):
        raise Unreadable("not a currency", "three letters of ISO 4217, as CNY")
    return plain


def _date(text: str) -> str:
    match = _DATE.match(_plain(text))
    try:
        if match:
            return date(int(match[1]), int(match[2]), int(match[3])).isoformat()
    except ValueError:
        pass
    raise Unreadable("not a date", "2026/11/16")


def _degrees(text: str) -> float:
    if not re.fullmatch(r"-?\d{1,3}(\.\d+)?", plain := _plain(text)) or abs(float(plain)) > 180:
        raise Unreadable("not degrees", "decimal degrees, as 113.264385")
    return float(plain)


def _cn_id(text: str) -> str:
    plain = _plain(text).upper()
    if re.fullmatch(r"\d\.\d+E\+?\d+", plain):
        raise Unreadable("a spreadsheet turned this into a number", "format the column as text")
    if re.fullmatch(r"\d{17}[\dX]", plain):
        try:
            born = date(int(plain[6:10]), int(plain[10:12]), int(plain[12:14]))
        except ValueError:
            born = date.min
        if born.year >= 1900:
            return plain
    raise Unreadable("not an identity number", "18 characters with a real birth date")


def _cn_mobile(text: str) -> str:
    plain = re.sub(r"[\s-]", "", _plain(text)).removeprefix("+86")
    if not re.fullmatch(r"1\d{10}", plain):
        raise Unreadable("not a mobile number", "11 digits beginning with 1")
    return plain


def _amounts(text: str, kind: str, currency: str) -> Any:
    try:
        if kind == "amount":
            return parse_amount(_plain(text), currency)
        return [parse_amount(_plain(part), currency) for part in text.split("|")]
    except BadInput as fault:
        raise Unreadable("not an amount", fault.faults[0].mend) from fault


def _word(text: str, words: Mapping[str, str]) -> str:
    if text not in words:
        raise Unreadable("not a known word", " | ".join(words))
    return words[text]


def _attempts(text: str, tables: Mapping[str, Any], currency: str) -> list[dict[str, Any]]:
    """`短信4次 电话3次 要求面谈`: counts by channel; the last word is how the last channel ended."""
    found: list[dict[str, Any]] = []
    for part in text.split():
        if counted := _COUNT.match(part):
            channel = _word(counted[1], tables["channels"])
            if (count := int(counted[2])) > 200:
                raise Unreadable("an unlikely count", "at most 200")
            found += [{"channel": channel, "result": tables["sent"][channel]}] * count
            continue
        channel_word = next((word for word in tables["channels"] if part.startswith(word)), "")
        result = _word(part.removeprefix(channel_word), tables["results"])
        channel = tables["channels"].get(channel_word)
        if channel is None and found:
            found[-1] = found[-1] | {"result": result}
        else:
            found.append({"channel": channel or "call", "result": result})
    return found


def _entries(text: str, parts: int) -> list[list[str]]:
    """`a,b,c; d,e,f` with exactly `parts` parts an entry."""
    entries = [
        [clean(part) for part in re.split("[,，]", entry)]
        for entry in re.split("[;；]", text)
        if entry.strip()
    ]
    if any(len(entry) != parts for entry in entries):
        raise Unreadable("an entry has the wrong number of parts", f"{parts}, split by commas")
    return entries


def _contacts(text: str, tables: Mapping[str, Any], currency: str) -> list[dict[str, Any]]:
    """`2026/11/02,短信,逾期提醒; …`"""
    return [
        {
            "at": _date(day),
            "channel": _word(channel, tables["channels"]),
            "result": _word(result, tables["results"]),
        }
        for day, channel, result in _entries(text, 3)
    ]


def _promises(text: str, tables: Mapping[str, Any], currency: str) -> list[dict[str, Any]]:
    """`2026/11/05,500.00,已兑现; …`: due date, amount, what became of it."""
    return [
        {
            "amount": {"minor": _amounts(amount, "amount", currency), "currency": currency},
            "due": _date(due),
            "status": _word(status, tables["promise_words"]),
            "event": None,
        }
        for due, amount, status in _entries(text, 3)
    ]


def _holds(text: str, tables: Mapping[str, Any], currency: str) -> list[dict[str, Any]]:
    """`停止联系,2026/11/01,; …`: what, since, until (may be empty)."""
    return [
        {
            "kind": _word(kind, tables["hold_words"]),
            "since": _date(since),
            "until": _date(until) if until else None,
        }
        for kind, since, until in _entries(text, 3)
    ]


_READERS: Mapping[str, Callable[[str], Any]] = {
    "text": lambda text: text,
    "key": _key,
    "integer": _integer,
    "currency": _currency,
    "date": _date,
    "degrees": _degrees,
    "cn_id": _cn_id,
    "cn_mobile": _cn_mobile,
}
_LISTS: Mapping[str, Callable[[str, Mapping[str, Any], str], Any]] = {
    "attempts": _attempts,
    "contacts": _contacts,
    "promises": _promises,
    "holds": _holds,
}
