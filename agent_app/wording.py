"""Every string a person reads, by key and language: resources/i18n/<language>/<area>.toml. No Qt.

A key is "<area>.<name>"; a placeholder is `{name}`. The catalogues of all languages hold the same
keys and placeholders (tests/ui/test_wording.py).
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from agent_app.domain.languages import LANGUAGES


class Wording:
    """The strings of one language."""

    def __init__(self, language: str) -> None:
        """Raises ValueError for a language without a catalogue."""
        if language not in LANGUAGES:
            raise ValueError(f"no wording for {language!r}; there is {', '.join(LANGUAGES)}")
        self.language = language
        self._texts = catalogue(language)

    def say(self, key: str, **values: object) -> str:
        """The text of `key` with its placeholders filled. Raises KeyError for an unknown key."""
        return self._texts[key].format_map(values) if values else self._texts[key]

    def __contains__(self, key: object) -> bool:
        return key in self._texts


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """All texts of `language`: {"area.name": text}; read once a process."""
    texts: dict[str, str] = {}
    folder = files("resources") / "i18n" / language
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if not entry.name.endswith(".toml"):
            continue
        area = entry.name.removesuffix(".toml")
        for name, text in tomllib.loads(entry.read_text("utf-8")).items():
            texts[f"{area}.{name}"] = str(text)
    return MappingProxyType(texts)


def placeholders(text: str) -> frozenset[str]:
    """Names of the `{name}` placeholders in `text`."""
    return frozenset(field for _, field, _, _ in string.Formatter().parse(text) if field)


def pick(texts: Mapping[str, str], language: str) -> str:
    """The text of data for `language`, else Chinese, else English, else whatever there is."""
    for choice in (language, "zh_CN", "en"):
        if texts.get(choice):
            return texts[choice]
    return next(iter(texts.values()), "")
