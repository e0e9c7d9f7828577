"""A visit as a page to read: plain HTML that opens offline, one per language.

Made for a telephone, a screen and paper alike. Fields that only machines read are folded away;
what is withheld says so where it stood.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from html import escape
from itertools import groupby
from typing import Any, Protocol

from agent_app.domain.events import Event
from agent_app.domain.money import Money
from agent_app.wording import LANGUAGES, Wording

__all__ = ["LANGUAGES", "page", "readme"]

MACHINE = frozenset(
    {"known", "marks", "seal", "document", "shown", "template", "template_sha256", "synced_at"}
    | {"statement", "terms", "terms_hash", "signature", "least", "snapshot", "ink", "language"}
)
"""Fields a person has no use for; they are folded away."""
BUDGET = frozenset({"income", "spending", "lines", "savings"})
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(:\d\d)?(\.\d+)?(Z|[+-]\d\d:\d\d)?")
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Question(Protocol):
    """What was asked in one language, and an answer to it in words."""

    @property
    def question(self) -> str: ...

    def read(self, value: str) -> list[str]: ...


STYLE = """
:root { color-scheme: light dark; --ink: #1b2430; --soft: #5a6675; --line: #d9dee5; --card: #fff;
  --ground: #f6f7f9; --mark: #1f5fa8; font: 16px/1.6 system-ui, "Noto Sans SC", "PingFang SC",
  "Microsoft YaHei", sans-serif }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ecf1; --soft: #a3adb9; --line: #343d49;
  --card: #1b2129; --ground: #12161c; --mark: #8bbcf5 } }
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--ink) }
main { max-width: 52rem; margin: 0 auto; padding: 1.5rem 1rem 4rem }
h1 { font-size: 1.6rem; line-height: 1.3; margin: 0 0 .75rem }
h2 { font-size: 1rem; margin: 0 }
dl { margin: 0; display: grid; grid-template-columns: minmax(5rem, max-content) 1fr; gap: .15rem 1rem }
dt, small, .soft { color: var(--soft) }
dd { margin: 0; overflow-wrap: anywhere }
ol.steps { list-style: none; margin: 1.5rem 0 0; padding: 0 }
ol.steps > li { display: grid; grid-template-columns: 4.5rem 1fr; gap: 1rem; padding: 0 0 1rem }
time { color: var(--soft); font-variant-numeric: tabular-nums; padding-top: .75rem }
article { background: var(--card); border: 1px solid var(--line); border-radius: .5rem;
  padding: .75rem 1rem; min-width: 0 }
header.step { display: flex; flex-wrap: wrap; gap: 0 1rem; justify-content: space-between }
header.step + * { margin-top: .5rem }
dl.asked { grid-template-columns: minmax(8rem, 55%) 1fr }
ul { margin: 0; padding-left: 1.2rem }
img { max-width: min(100%, 24rem); display: block; border-radius: .25rem; margin-top: .5rem }
audio { width: 100%; margin-top: .5rem }
a { color: var(--mark) }
details { margin-top: .5rem; font-size: .875rem }
summary { color: var(--soft); cursor: pointer; padding: .25rem 0 }
code { font-size: .85em; overflow-wrap: anywhere }
.withheld { background: var(--ink); color: var(--card); padding: 0 .5rem; border-radius: .2rem }
@media (max-width: 34rem) { ol.steps > li { grid-template-columns: 1fr; gap: .25rem }
  time { padding-top: 0 } dl { grid-template-columns: minmax(4rem, 34%) 1fr }
  dl.asked { grid-template-columns: 1fr } dl.asked dd { margin-bottom: .5rem }
  dt:has(+ dd > dl), dd:has(> dl) { grid-column: 1 / -1 } dd > dl { padding-left: 1rem } }
@media print { :root { --ground: #fff; --card: #fff; --ink: #000; --soft: #444; --line: #bbb;
  font-size: 10.5pt } main { padding: 0; max-width: none } article { break-inside: avoid }
  details:not([open]) { display: none } img { max-height: 8cm } audio { display: none } }
"""


def page(
    events: Sequence[Event],
    language: str,
    *,
    case: str,
    names: Mapping[str, str],
    files: Collection[str],
    asked: Mapping[str, Question] | None = None,
) -> str:
    """The page in `language` for events of `case`; those of other cases are passed over.

    `names` says how to show users, `files` what lies beside the page, `asked` what was asked
    by ref, where the script is at hand.
    """
    words = Wording(language)
    told = _Page(words, names, files, asked or {})
    own = [event for event in events if event.case == case]
    title = words.say("evidence.title")
    return (
        f'<!doctype html><html lang="{language.replace("_", "-")}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{STYLE}</style><main><h1>{title}</h1>"
        f"<dl>{told.head(own, case)}</dl>"
        f"<p><small>{words.say('evidence.intro')}</small></p>"
        f'<ol class="steps">{"".join(told.steps(own))}</ol></main></html>\n'
    )


def readme() -> str:
    """How to read and check a bundle, in every language."""
    return "\n".join(Wording(language).say("evidence.readme") for language in LANGUAGES)


class _Page:
    """The parts of one page."""

    def __init__(
        self,
        words: Wording,
        names: Mapping[str, str],
        files: Collection[str],
        asked: Mapping[str, Question],
    ) -> None:
        self._words, self._names, self._asked = words, names, asked
        self._and = words.say("evidence.and")
        self._paths = {name[6:70]: name for name in files if name.startswith("files/")}

    def head(self, events: Sequence[Event], case: str) -> str:
        """Which case, when, who; and the zone of every time below."""
        say, who = self._words.say, dict.fromkeys(self._name(event.user) for event in events)
        facts = [(say("evidence.case"), case), (say("evidence.person"), self._and.join(who))]
        if events:
            first, last = _moment(events[0].wall), _moment(events[-1].wall)
            zone = f"UTC{events[0].wall[23:]}"
            facts.append((say("evidence.time"), f"{first} – {last[11:]}  {zone}"))
        return "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in facts)

    def steps(self, events: Sequence[Event]) -> Iterator[str]:
        """One item an event; answers given one after the other stand together."""
        for answered, group in groupby(events, lambda event: event.kind == "answered"):
            if answered:
                yield self._answers(list(group))
            else:
                yield from map(self._step, group)

    def _step(self, event: Event) -> str:
        key = f"events.{event.kind}"
        what = self._words.say(key) if key in self._words else event.kind
        body = _with_currency(event.body)
        shown = {name: value for name, value in body.items() if name not in MACHINE}
        machine = {name: value for name, value in event.body.items() if name in MACHINE}
        rows = "".join(self._row(name, value) for name, value in shown.items())
        rows += "".join(self._hidden(name) for name in sorted(event.hashes or ()))
        parts = [f"<dl>{rows}</dl>"] if rows else []
        parts += self._files(event)
        if machine:
            folded = "".join(self._row(name, value) for name, value in machine.items())
            title = self._words.say("evidence.machine")
            parts.append(f"<details><summary>{title}</summary><dl>{folded}</dl></details>")
        return self._item([event], what, "".join(parts))

    def _answers(self, events: Sequence[Event]) -> str:
        rows = "".join(map(self._answer, events))
        title = self._words.say("evidence.answers")
        return self._item(events, title, f'<dl class="asked">{rows}</dl>')

    def _answer(self, event: Event) -> str:
        ref = str(event.body.get("ref", ""))
        asked = self._asked.get(ref)
        question = (asked.question if asked else "") or ref.rpartition("/")[2]
        if "value" not in event.body:
            return self._hidden(question or "value")
        value = event.body["value"]
        said = asked.read(str(value)) if asked else [str(value)]
        answer = self._and.join(self._text(one) for one in said)
        return f"<dt>{escape(question)}</dt><dd>{answer}</dd>"

    def _item(self, events: Sequence[Event], what: str, inside: str) -> str:
        first, last = events[0], events[-1]
        numbers = str(first.seq) if first is last else f"{first.seq}–{last.seq}"
        signed = self._words.say("evidence.signed", device=first.device, seq=numbers)
        by = f"{self._name(first.user)} · {signed}"
        return (
            f'<li><time datetime="{escape(first.wall)}">{escape(first.wall[11:19])}</time>'
            f'<article><header class="step"><h2>{escape(what)}</h2>'
            f"<small>{escape(by)}</small></header>{inside}</article></li>"
        )

    def _row(self, name: str, value: Any) -> str:
        return f"<dt>{self._label(name)}</dt><dd>{self._html(value)}</dd>"

    def _hidden(self, name: str) -> str:
        said = self._words.say("evidence.withheld")
        return f'<dt>{self._label(name)}</dt><dd><span class="withheld">{said}</span></dd>'

    def _files(self, event: Event) -> Iterator[str]:
        for file in event.files:
            slot, kind = escape(file["slot"]), file.get("type", "")
            path = self._paths.get(file["sha256"])
            if path is None:
                said = self._words.say("evidence.file_withheld")
                yield f'<p>{slot} <span class="withheld">{said}</span></p>'
            elif kind.startswith("image/"):
                yield f'<a href="{path}"><img src="{path}" alt="{slot}"></a>'
            elif kind.startswith("audio/"):
                yield f'<audio controls src="{path}" title="{slot}"></audio>'
            else:
                yield f'<p><a href="{path}">{slot}</a></p>'

    def _html(self, value: Any) -> str:
        if isinstance(value, Mapping):
            if value.keys() == {"minor", "currency"}:
                return escape(str(Money.from_json(dict(value))))
            return f"<dl>{''.join(self._row(name, one) for name, one in value.items())}</dl>"
        if isinstance(value, list | tuple) and value:
            if any(isinstance(one, Mapping) for one in value):
                return f"<ul>{''.join(f'<li>{self._inline(one)}</li>' for one in value)}</ul>"
            return self._and.join(self._html(one) for one in value)
        return self._text(value)

    def _inline(self, value: Any) -> str:
        """A row of a list, on one line."""
        if not isinstance(value, Mapping) or value.keys() == {"minor", "currency"}:
            return self._html(value)
        people = ((name, one) for name, one in value.items() if name not in MACHINE)
        pairs = ((self._label(name), self._inline(one)) for name, one in people)
        return " · ".join(f'<span class="soft">{name}</span> {said}' for name, said in pairs)

    def _text(self, value: Any) -> str:
        if isinstance(value, bool):
            return self._words.say("evidence.yes" if value else "evidence.no")
        if value == "OK":
            return "✓"
        text, key = str(value), f"values.{value}"
        if value is None or value == "" or isinstance(value, list | tuple):
            return "—"
        if _DIGEST.fullmatch(text) or text.startswith("DS1:"):
            return f"<code>{escape(text)}</code>"
        return escape(self._words.say(key) if key in self._words else _moment(text))

    def _label(self, name: str) -> str:
        key = f"evidence.field_{name}"
        return escape(self._words.say(key) if key in self._words else name)

    def _name(self, user: str) -> str:
        return self._names.get(user, user)


def _with_currency(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """A budget's bare minor units as sums of the currency named beside them."""
    code = body.get("currency")
    if not isinstance(code, str):
        return body

    def sums(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {name: sums(one) for name, one in value.items()}
        whole = isinstance(value, int) and not isinstance(value, bool)
        return {"minor": value, "currency": code} if whole else value

    return {n: sums(one) if n in BUDGET else one for n, one in body.items() if n != "currency"}


def _moment(text: str) -> str:
    """A moment as people write it; anything else as it is."""
    found = _MOMENT.fullmatch(text)
    return f"{found[1]} {found[2]}" if found else text
