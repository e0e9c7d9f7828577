"""Say a judgement in one short sentence of each language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from agent_app.domain.languages import LANGUAGES
from agent_app.domain.rules.verdict import Judgement

Texts = Mapping[str, str]
PHRASES = {
    "until": ("text", "when"),
    "plain": ("text",),
    "unknown": ("text", "missing"),
    "closing": ("minutes",),
    "draft": ("text",),
    "overridden": ("text",),
    "today": ("time",),
    "tomorrow": ("time",),
    "later": ("month", "month_name", "day", "time"),
    "later_year": ("year", "month", "month_name", "day", "time"),
    "joiner": (),
}
"""The sentences a wording file gives, with the placeholders each may use."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Wording:
    """`phrases` by name and language; `names` of things (proofs, credentials, notices …)."""

    phrases: Mapping[str, Texts] = field(default_factory=dict)
    names: Mapping[str, Texts] = field(default_factory=dict)

    def name(self, thing: str, language: str) -> str:
        """What a thing is called; dotted names fall back to their last part, their first part,
        then themselves."""
        for key in (thing, thing.rsplit(".", 1)[-1], thing.split(".", 1)[0]):
            if key in self.names:
                return self.names[key][language]
        return thing

    def phrase(self, name: str, language: str, **values: object) -> str:
        template = self.phrases.get(name, {}).get(language)
        if template is None:
            return str(values.get("text", values.get("time", "")))
        return template.format(**values)

    def moment(self, at: datetime, now: datetime, zone: ZoneInfo, language: str) -> str:
        """A moment as people say it, by the wall clock of `zone`: "tomorrow 08:00"."""
        there, here = at.astimezone(zone), now.astimezone(zone)
        time = f"{there:%H:%M}" if there.second == 0 else f"{there:%H:%M:%S}"
        days = (there.date() - here.date()) // timedelta(days=1)
        if days in (0, 1):
            return self.phrase("today" if days == 0 else "tomorrow", language, time=time)
        values = {
            "year": there.year,
            "month": there.month,
            "month_name": _MONTHS[there.month - 1],
            "day": there.day,
            "time": time,
        }
        name = "later" if there.year == here.year else "later_year"
        return self.phrase(name, language, **values)

    def joined(self, things: tuple[str, ...], language: str) -> str:
        joiner = self.phrases.get("joiner", {}).get(language, ", ")
        return joiner.join(self.name(thing, language) for thing in things)


@dataclass(frozen=True, slots=True, eq=False)
class Sentence(Mapping[str, str]):
    """One judgement by language, put into words when a language is asked for."""

    wording: Wording
    text: Texts
    judged: Judgement
    until: datetime | None
    now: datetime
    zone: ZoneInfo | None
    aside: str = ""

    def __iter__(self) -> Iterator[str]:
        return iter(LANGUAGES)

    def __len__(self) -> int:
        return len(LANGUAGES)

    def __getitem__(self, language: str) -> str:
        """The sentence in one language; KeyError for one the app does not speak."""
        if language not in LANGUAGES:
            raise KeyError(language)
        said = self._core(language)
        return self.wording.phrase(self.aside, language, text=said) if self.aside else said

    def _core(self, language: str) -> str:
        words, judged = self.wording, self.judged
        values = {
            key: words.joined(value, language) if isinstance(value, tuple) else value
            for key, value in judged.values.items()
        }
        if judged.kept and "minutes" in judged.values:
            return words.phrase("closing", language, **values)
        text = _filled(self.text.get(language, ""), values)
        if judged.kept is None:
            missing = words.joined(tuple(dict.fromkeys(judged.because)), language)
            return words.phrase("unknown", language, text=text, missing=missing)
        if self.until is not None and self.zone is not None:
            when = words.moment(self.until, self.now, self.zone, language)
            return words.phrase("until", language, text=text, when=when)
        return words.phrase("plain", language, text=text)


def reason(text: Mapping[str, str]) -> Mapping[str, str]:
    """A finding's text without from when it is allowed, where several stand under one time."""
    return replace(text, until=None) if isinstance(text, Sentence) else text


def _filled(text: str, values: Mapping[str, object]) -> str:
    """The text with what is known; a placeholder this judgement has no value for stays "—"."""
    return text.format_map(_Dashed(values))


class _Dashed(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "\N{EM DASH}"
