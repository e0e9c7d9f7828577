"""Read a table of pack data into typed values, noting every fault with its file and key."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from difflib import get_close_matches
from typing import Any

from agent_app.domain.errors import Fault
from agent_app.domain.languages import LANGUAGES

_CENTURY = {"days": 36_500, "hours": 876_000, "months": 1_200, "extensions": 10}
"""The largest number of a key that ends so: nobody means more, and no calendar bears it."""
_CLOCK = re.compile(r"([01]\d|2[0-4]):([0-5]\d)")


class Table:
    """One table of a pack file. Getters never raise: they note a fault and go on."""

    def __init__(self, data: Mapping[str, Any], file: str, where: str, faults: list[Fault]) -> None:
        self.data = data
        self.file = file
        self.where = where
        self.faults = faults
        self._read: set[str] = set()

    def fault(self, key: str, message: str, mend: str = "", value: object = "") -> None:
        field = f"{self.where} → {key}" if self.where else key
        self.faults.append(Fault(message, file=self.file, field=field, value=str(value), mend=mend))

    def get(self, key: str, kind: type, default: Any, named: str) -> Any:
        """The value of `key` if it is a `kind`; `default` (None: it must be there) otherwise."""
        self._read.add(key)
        value = self.data.get(key)
        if value is None:
            if default is None:
                self.fault(key, "is missing", f"give {named}")
                return kind()
            return default
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self.fault(key, f"is not {named}", f"give {named}", value)
            return default if default is not None else kind()
        return value

    def has(self, key: str) -> bool:
        return key in self.data

    def word(self, key: str, default: str | None = None, among: Collection[str] = ()) -> str:
        given = self.data.get(key)
        if given is not None and not isinstance(given, str):
            self._read.add(key)
            mend = _listed(among) if among else f'write "{given}" in quotes'
            self.fault(key, "is not a text", mend, given)
            return default or ""
        if given is None and default is None and among:
            self.fault(key, "is missing", _listed(among))
            return ""
        value: str = self.get(key, str, default, "a text")
        if default is None and given is not None and not value.strip():
            self.fault(key, "is empty", _listed(among) or "give a text")
            return ""
        if not _plain(value):
            self.fault(
                key, "has signs at its edge or in it that nobody sees", _retyped(value), value
            )
        elif among and value not in among and given is not None:
            self.fault(key, "is not one of the known words", meant(value, among), value)
        return value

    def words(
        self, key: str, default: tuple[str, ...] | None = (), among: Collection[str] = ()
    ) -> tuple[str, ...]:
        if isinstance(alone := self.data.get(key), str):
            self._read.add(key)
            self.fault(key, "is not a list", f'write ["{alone}"]', alone)
            return default or ()
        value = self.get(key, list, None if default is None else list(default), "a list of texts")
        for word in value:
            if not isinstance(word, str):
                self.fault(key, "holds what is not a text", f'write "{word}" in quotes', word)
            elif among and word not in among:
                self.fault(key, "holds a word that is not known", meant(word, among), word)
            elif not word or not _plain(word):
                self.fault(key, "holds a word with signs nobody sees", _retyped(word), repr(word))
        return tuple(str(word) for word in value)

    def number(self, key: str, default: int | None = None, least: int = 0) -> int:
        value: int = self.get(key, int, default, "a whole number")
        if value < least and not self.faulty(key) and key in self.data:
            self.fault(key, "is too small", f"give {least} or more", value)
        most = _CENTURY.get(key.rpartition("_")[2])
        if most is not None and value > most:
            self.fault(key, "is more than a century", f"give {most} or less", value)
            return most
        return value

    def optional_number(self, key: str, least: int = 0) -> int | None:
        return self.number(key, least=least) if key in self.data else None

    def flag(self, key: str, default: bool = False) -> bool:
        value: bool = self.get(key, bool, default, "true or false")
        return value

    def clock(self, key: str) -> int:
        """Minutes after midnight of "HH:MM"; "24:00" is the end of the day."""
        value = self.raw(key)
        match = _CLOCK.fullmatch(str(value))
        minutes = int(match[1]) * 60 + int(match[2]) if match else 0
        if value is None:
            self.fault(key, "is missing", 'give a time of day, "08:00"')
        elif match is None or minutes > 1440:
            mend = 'write "08:00" with its quotes, at most "24:00"'
            self.fault(key, "is not a time of day", mend, value)
        return minutes

    def day(self, key: str) -> date | None:
        """A local date, or None when `key` is not there."""
        self._read.add(key)
        value = self.data.get(key)
        if value is not None and type(value) is not date:
            self.fault(key, "is not a date", "write 2026-07-01 without quotes", value)
            return None
        if value is not None and not 1900 <= value.year < 2900:
            self.fault(key, "is no day that anybody plans", "leave it out for always", value)
            return None
        return value

    def table(self, key: str) -> Table | None:
        if key not in self.data:
            return None
        value = self.raw(key)
        if isinstance(value, dict):
            return Table(value, self.file, self._path(key), self.faults)
        self.fault(key, "is not a table", "write { name = value }", value)
        return None

    def tables(self, key: str) -> list[Table]:
        rows = self.get(key, list, [], "a list of tables")
        found = []
        for place, row in enumerate(rows, start=1):
            if isinstance(row, dict):
                found.append(Table(row, self.file, self._path(f"{key}[{place}]"), self.faults))
            else:
                self.fault(f"{key}[{place}]", "is not a table", "write {…}", row)
        return found

    def named(self, key: str) -> list[tuple[str, Table]]:
        """The tables below `key` by their names; none when it is not there."""
        whole = self.table(key)
        if whole is None:
            return []
        below = ((name, whole.table(name)) for name in whole.data)
        return [(name, table) for name, table in below if table is not None]

    def texts(self, key: str, required: bool = True) -> Mapping[str, str]:
        """One text a language; every language must be there."""
        self._read.add(key)
        value = self.data.get(key)
        if value is None and not required:
            return {}
        if not isinstance(value, dict):
            said = "is missing its texts" if value is None else "is not a text for each language"
            mend = f"give {key}.zh_CN, {key}.zh_TW, {key}.en"
            self.fault(key, said, mend, "" if value is None else value)
            return {}
        for language in LANGUAGES:
            text = value.get(language, "")
            if not isinstance(text, str):
                self.fault(f"{key}.{language}", "is not a text", f'write "{text}" in quotes', text)
            elif not text.strip():
                self.fault(f"{key}.{language}", "is missing", "write the text in this language")
        for language in value.keys() - set(LANGUAGES):
            self.fault(f"{key}.{language}", "is not a language of the app", _listed(LANGUAGES))
        return {str(name): str(text) for name, text in value.items()}

    def raw(self, key: str, default: Any = None) -> Any:
        self._read.add(key)
        return self.data.get(key, default)

    def close(self) -> None:
        """Note every key nobody asked for: a misspelt key must not pass in silence."""
        for key in sorted(self.data.keys() - self._read):
            self.fault(key, "is not a key known here", meant(key, self._read), self.data[key])

    def faulty(self, key: str) -> bool:
        """Has a fault of this key been noted already?"""
        path = self._path(key)
        return any(one.file == self.file and one.field == path for one in self.faults)

    def matching(self, key: str) -> dict[str, frozenset[Any]]:
        """A table of lists: which values of which body fields are meant."""
        found = {}
        for name, values in self.get(key, dict, {}, "a table").items():
            if isinstance(values, list) and all(isinstance(one, (str, int)) for one in values):
                found[str(name)] = frozenset(values)
            else:
                self.fault(f"{key}.{name}", "is not a list of words", 'write ["a", "b"]', values)
        return found

    def _path(self, key: str) -> str:
        return f"{self.where} → {key}" if self.where else key


def meant(word: str, among: Collection[str]) -> str:
    """The known word that was probably meant, else all of them."""
    near = get_close_matches(word, among, n=1, cutoff=0.7)
    return f'write "{near[0]}"' if near else _listed(among)


def _plain(word: str) -> bool:
    """Is it the same to the eye as to the program? Words are compared sign by sign."""
    return word == word.strip() and word.isprintable()


def _retyped(word: str) -> str:
    shown = "".join(sign for sign in word if sign.isprintable()).strip()
    return f'type it anew: "{shown}"' if shown else "leave it out, or give a word"


def _listed(words: Collection[str]) -> str:
    return "use " + ", ".join(sorted(words)) if words else ""
