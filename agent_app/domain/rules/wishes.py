"""The wishes a debtor may state on how and when to be met, as a pack words and means them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from agent_app.domain.errors import Fault
from agent_app.domain.rules.calendar import check_spans, read_spans
from agent_app.domain.rules.reading import Table
from agent_app.domain.rules.rule import check_placeholders

CHANNELS = ("visit", "call", "sms")


@dataclass(frozen=True, slots=True)
class Wish:
    """One wish: the ways it shuts, the hours it leaves open (rows as the rule kind `preference`
    reads them), and its words, with these hours, by language."""

    code: str
    blocked_channels: tuple[str, ...]
    times: tuple[Mapping[str, Any], ...]
    text: Mapping[str, str]

    @property
    def hours(self) -> str:
        """The hours it leaves open, as its words tell them."""
        return ", ".join(f"{one['from']}\N{EN DASH}{one['to']}" for one in self.times)


def read_wishes(data: object, file: str, faults: list[Fault]) -> tuple[Wish, ...]:
    """The rows of `wishes.toml`: `[[wish]]`, in the order they are offered."""
    whole = Table(data if isinstance(data, Mapping) else {}, file, "", faults)
    wishes: dict[str, Wish] = {}
    for table in whole.tables("wish"):
        wish = _read(table)
        if wish.code in wishes:
            table.fault("code", "is used twice", "give each wish its own code", wish.code)
        wishes[wish.code] = wish
    whole.close()
    return tuple(wishes.values())


def _read(table: Table) -> Wish:
    code = table.word("code")
    table.where = f"wish {code}"
    shut = table.words("blocked_channels", among=CHANNELS)
    rows = table.tables("times")
    times = tuple(dict(row.data) for row in rows)
    for row in rows:
        check_spans(row, read_spans(row))
        row.close()
    text = table.texts("text")
    check_placeholders(table, "text", text, ("hours",) if times else ())
    if not (shut or times):
        table.fault("times", "asks nothing of us", "give blocked_channels or times")
    table.close()
    wish = Wish(code, shut, times, {})
    if table.faults:  # the words may hold a stray brace; such a pack is not used
        return wish
    said = {language: words.format(hours=wish.hours) for language, words in text.items()}
    return Wish(code, shut, times, said)


def asked(wishes: Iterable[Wish]) -> dict[str, Any]:
    """What several wishes ask of us together: the ways not wanted, and all hours that suit."""
    stated = list(wishes)
    shut = sorted({way for one in stated for way in one.blocked_channels})
    times = [dict(row) for one in stated for row in one.times]
    return {**({"blocked_channels": shut} if shut else {}), **({"times": times} if times else {})}
