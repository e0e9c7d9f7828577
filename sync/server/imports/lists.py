"""Cells that hold a list: earlier attempts, dated contacts, promises, holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from sync.server.imports.cells import Unreadable, amount_of, clean, day, word

_COUNT = re.compile(r"^(\D+?)(\d+)次$")


def _attempts(text: str, tables: Mapping[str, Any], currency: str) -> list[dict[str, Any]]:
    """`短信4次 电话3次 要求面谈`: counts by channel; the last word is how the last channel ended."""
    found: list[dict[str, Any]] = []
    for part in text.split():
        if counted := _COUNT.match(part):
            channel = word(counted[1], tables["channels"])
            if (count := int(counted[2])) > 200:
                raise Unreadable("an unlikely count", "at most 200")
            found += [{"channel": channel, "result": tables["sent"][channel]}] * count
            continue
        channel_word = next((word for word in tables["channels"] if part.startswith(word)), "")
        result = word(part.removeprefix(channel_word), tables["results"])
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
            "at": day(when),
            "channel": word(channel, tables["channels"]),
            "result": word(result, tables["results"]),
        }
        for when, channel, result in _entries(text, 3)
    ]


def _promises(text: str, tables: Mapping[str, Any], currency: str) -> list[dict[str, Any]]:
    """`2026/11/05,500.00,已兑现; …`: due date, amount, what became of it."""
    return [
        {
            "amount": {"minor": amount_of(amount, currency), "currency": currency},
            "due": day(due),
            "status": word(status, tables["promise_words"]),
            "event": None,
        }
        for due, amount, status in _entries(text, 3)
    ]


def _holds(text: str, tables: Mapping[str, Any], currency: str) -> list[dict[str, Any]]:
    """`停止联系,2026/11/01,; …`: what, since, until (may be empty)."""
    return [
        {
            "kind": word(kind, tables["hold_words"]),
            "since": day(since),
            "until": day(until) if until else None,
        }
        for kind, since, until in _entries(text, 3)
    ]


READERS: Mapping[str, Callable[[str, Mapping[str, Any], str], Any]] = {
    "attempts": _attempts,
    "contacts": _contacts,
    "promises": _promises,
    "holds": _holds,
}
