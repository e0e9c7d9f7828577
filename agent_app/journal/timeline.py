"""A visit as a page to read: plain HTML that opens offline, one per language.

Made for a telephone, a screen and paper alike. Fields that only machines read are folded away;
what is withheld says so where it stood.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from html import escape
from itertools import groupby

from agent_app.domain.events import Event
from agent_app.domain.languages import LANGUAGES
from agent_app.journal import summary
from agent_app.journal.saying import Line, Question, Saying, Table, settled
from agent_app.wording import Wording

__all__ = ["LANGUAGES", "page", "readme"]

_DIGEST = re.compile(r"[0-9a-f]{64}")

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
dl { margin: 0; display: grid; grid-template-columns: fit-content(10rem) 1fr; gap: .15rem 1rem }
dt, small, .soft { color: var(--soft) }
dt { min-width: 4.5rem }
dd { margin: 0; overflow-wrap: anywhere }
ol.steps { list-style: none; margin: 1.5rem 0 0; padding: 0 }
ol.steps > li { display: grid; grid-template-columns: 4.5rem 1fr; gap: 1rem; padding: 0 0 1rem }
ol.steps > li.day { display: block; font-weight: 600; padding-top: .5rem }
time { color: var(--soft); font-variant-numeric: tabular-nums; padding-top: .75rem }
article { background: var(--card); border: 1px solid var(--line); border-radius: .5rem;
  padding: .75rem 1rem; min-width: 0 }
header.step { display: flex; flex-wrap: wrap; gap: 0 1rem; justify-content: space-between }
header.step + * { margin-top: .5rem }
dl.asked { grid-template-columns: minmax(8rem, 55%) 1fr }
table { border-collapse: collapse; margin: .25rem 0; font-variant-numeric: tabular-nums }
th, td { text-align: left; white-space: nowrap; padding: .15rem 1.25rem .15rem 0; border-bottom: 1px solid var(--line) }
th { font-weight: normal; color: var(--soft) }
tr:last-child td { border-bottom: 0 }
dt:has(+ dd > table), dd:has(> table) { grid-column: 1 / -1 }
dd:has(> table) { overflow-x: auto }
ul { margin: 0; padding-left: 1.2rem }
img, video { max-width: min(100%, 24rem); display: block; border-radius: .25rem; margin-top: .5rem }
audio { width: 100%; margin-top: .5rem }
a { color: var(--mark) }
details { margin-top: .5rem; font-size: .875rem }
summary { color: var(--soft); cursor: pointer; padding: .25rem 0 }
code { font-size: .85em; overflow-wrap: anywhere }
.withheld { background: var(--ink); color: var(--card); padding: 0 .5rem; border-radius: .2rem }
@media (max-width: 34rem) { ol.steps > li { grid-template-columns: 1fr; gap: .25rem }
  time { padding-top: 0 } dl { grid-template-columns: fit-content(45%) 1fr }
  dl.asked { grid-template-columns: 1fr } dl.asked dd { margin-bottom: .5rem }
  dt:has(+ dd > dl), dd:has(> dl) { grid-column: 1 / -1 } dd > dl { padding-left: 1rem } }
@page { margin: 16mm 14mm }
@media print { :root { --ground: #fff; --card: #fff; --ink: #000; --soft: #444; --line: #bbb;
  font-size: 10.5pt } main { padding: 0; max-width: none } article { break-inside: avoid }
  .withheld { background: none; color: inherit; border: 1px solid var(--soft) }
  details:not([open]) { display: none } img { max-height: 8cm } audio, video { display: none } }
"""


def page(
    events: Sequence[Event],
    language: str,
    *,
    case: str,
    names: Mapping[str, str],
    files: Collection[str],
    asked: Mapping[str, Question] | None = None,
    fence: summary.Fence | None = None,
) -> str:
    """The page in `language` for events of `case`; those of other cases are passed over.

    `names` says how to show users, `files` what lies beside the page, `asked` what was asked
    by ref, where the script is at hand; `fence` is the visit's.
    """
    words = Wording(language)
    own = [event for event in events if event.case == case]
    told = _Page(own, Saying(words, names, asked), files)
    title, steps = words.say("evidence.title"), "".join(told.steps())
    return (
        f'<!doctype html><html lang="{language.replace("_", "-")}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{STYLE}</style><main><h1>{title}</h1>"
        f"<dl>{told.head(case, fence)}</dl>"
        f"<p><small>{words.say('evidence.intro')}</small></p>"
        f'<ol class="steps">{steps}</ol></main></html>\n'
    )


def readme() -> str:
    """How to read and check a bundle, in every language."""
    return "\n".join(Wording(language).say("evidence.readme") for language in LANGUAGES)


class _Page:
    """The parts of one page."""

    def __init__(self, events: Sequence[Event], saying: Saying, files: Collection[str]) -> None:
        self._events, self._saying, self._words = events, saying, saying.words
        self._paths = {name[6:70]: name for name in files if name.startswith("files/")}
        devices = dict.fromkeys(event.device for event in events)
        self._devices = {device: number for number, device in enumerate(devices, 1)}

    def head(self, case: str, fence: summary.Fence | None) -> str:
        """The facts of the whole, and on which devices; to be called after `steps`."""
        named = {file["sha256"] for event in self._events for file in event.files}
        missing = len(named - self._paths.keys())
        facts = [*summary.facts(self._events, self._saying, case, missing, fence)]
        for device, number in self._devices.items():
            facts.append((self._words.say("evidence.device", n=number), device))
        return "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in facts)

    def steps(self) -> Iterator[str]:
        """One item an event; answers given one after the other stand together, and each new day
        under its date."""
        day = self._events[0].wall[:10] if self._events else ""
        for answered, group in groupby(self._events, lambda event: event.kind == "answered"):
            events = list(group)
            for step in [events] if answered else [[event] for event in events]:
                if step[0].wall[:10] != day:
                    day = step[0].wall[:10]
                    yield f'<li class="day">{escape(day)}</li>'
                yield self._answers(step) if answered else self._step(step[0])

    def _step(self, event: Event) -> str:
        rows = _rows(self._saying.lines(event))
        rows += "".join(
            self._withheld(self._saying.label(name, event.kind))
            for name in sorted(event.hashes or ())
        )
        parts = [f"<dl>{rows}</dl>"] if rows else []
        parts += self._files(event)
        if folded := _rows(self._saying.machine(event)):
            title = self._words.say("evidence.machine")
            parts.append(f"<details><summary>{title}</summary><dl>{folded}</dl></details>")
        return self._item([event], self._saying.what(event), "".join(parts))

    def _answers(self, events: Sequence[Event]) -> str:
        rows = "".join(map(self._answer, settled(events)))
        title = self._words.say("evidence.answers")
        return self._item(events, title, f'<dl class="asked">{rows}</dl>')

    def _answer(self, event: Event) -> str:
        if "value" not in event.body:
            return self._withheld(self._saying.question(event))
        return _rows(self._saying.lines(event))

    def _item(self, events: Sequence[Event], what: str, inside: str) -> str:
        first, last = events[0], events[-1]
        numbers = str(first.seq) if first is last else f"{first.seq}–{last.seq}"
        device = self._devices[first.device]
        signed = self._words.say("evidence.signed", device=device, seq=numbers)
        by = f"{self._saying.name(first.user)} · {signed}"
        zone = first.wall[23:] if first.wall[23:] != self._events[0].wall[23:] else ""
        clock = f"{first.wall[11:19]} {zone}".strip()
        return (
            f'<li><time datetime="{escape(first.wall)}">{escape(clock)}</time>'
            f'<article><header class="step"><h2>{escape(what)}</h2>'
            f"<small>{escape(by)}</small></header>{inside}</article></li>"
        )

    def _withheld(self, label: str) -> str:
        said = self._words.say("evidence.withheld")
        return f'<dt>{escape(label)}</dt><dd><span class="withheld">{said}</span></dd>'

    def _files(self, event: Event) -> Iterator[str]:
        for file in event.files:
            what, kind = escape(self._saying.file(str(file["slot"]))), file.get("type", "")
            path = self._paths.get(file["sha256"])
            if path is None:
                said = self._words.say("evidence.file_withheld")
                yield f'<p>{what} <span class="withheld">{said}</span></p>'
            elif kind.startswith("image/"):
                yield f'<a href="{path}"><img src="{path}" alt="{what}"></a>'
            elif kind.startswith("audio/"):
                yield f'<audio controls src="{path}" title="{what}"></audio>'
            elif kind.startswith("video/"):
                yield f'<video controls src="{path}" title="{what}"></video>'
            else:
                yield f'<p><a href="{path}">{what}</a></p>'


def _rows(lines: Iterable[Line]) -> str:
    return "".join(f"<dt>{escape(line.label)}</dt><dd>{_html(line.said)}</dd>" for line in lines)


def _html(said: str | Table | tuple[Line, ...]) -> str:
    if isinstance(said, tuple):
        return f"<dl>{_rows(said)}</dl>"
    if isinstance(said, Table):
        heads = "".join(f"<th>{escape(head)}</th>" for head in said.heads)
        rows = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in said.rows)
        body = "".join(f"<tr>{row}</tr>" for row in rows)
        return f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
    if _DIGEST.fullmatch(said) or said.startswith("DS1:"):
        return f"<code>{escape(said)}</code>"
    return escape(said)
