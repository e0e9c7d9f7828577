"""A visit as a page to read: plain HTML that opens offline, one per language."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from html import escape
from typing import Any

from agent_app.domain.events import Event
from agent_app.domain.money import Money
from agent_app.wording import LANGUAGES, Wording

__all__ = ["LANGUAGES", "page", "readme"]

STYLE = """
:root { color-scheme: light dark; font: 16px/1.6 system-ui, "Noto Sans SC", sans-serif }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .5rem .75rem .5rem 0 }
tr { border-top: 1px solid #8884 }
td:first-child { white-space: nowrap; font-variant-numeric: tabular-nums }
small, dt { color: #777 }
dl { margin: 0; display: grid; grid-template-columns: max-content 1fr; gap: 0 .75rem }
dd { margin: 0; overflow-wrap: anywhere }
img { max-width: 20rem; display: block }
.withheld { background: #777; color: #fff; padding: 0 .4rem; border-radius: .2rem }
"""


def page(
    events: Sequence[Event],
    language: str,
    *,
    case: str,
    names: Mapping[str, str],
    files: Collection[str],
) -> str:
    """The page in `language` for events of `case`; those of other cases are passed over.

    `names` says how to show users, `files` what lies beside the page.
    """
    words = Wording(language)
    own = (event for event in events if event.case == case)
    rows = "".join(_row(event, words, names, files) for event in own)
    heads = "".join(
        f"<th>{words.say(f'evidence.{name}')}</th>"
        for name in ("time", "person", "step", "details")
    )
    title = words.say("evidence.title")
    return (
        f'<!doctype html><html lang="{language.replace("_", "-")}"><meta charset="utf-8">'
        f"<title>{title}</title><style>{STYLE}</style><h1>{title}</h1>"
        f"<p>{words.say('evidence.case')} {escape(case)}</p>"
        f"<p><small>{words.say('evidence.intro')}</small></p>"
        f"<table><tr>{heads}</tr>{rows}</table></html>\n"
    )


def readme() -> str:
    """How to read and check a bundle, in every language."""
    return "\n".join(Wording(language).say("evidence.readme") for language in LANGUAGES)


def _row(event: Event, words: Wording, names: Mapping[str, str], files: Collection[str]) -> str:
    key = f"events.{event.kind}"
    what = words.say(key) if key in words else event.kind
    place = words.say("evidence.signed", device=event.device, seq=event.seq)
    wall = f"{event.wall[:10]} {event.wall[11:19]}"
    return (
        f"<tr><td>{escape(wall)}<br><small>{escape(event.wall[23:])}</small></td>"
        f"<td>{escape(names.get(event.user, event.user))}</td>"
        f"<td>{escape(what)}<br><small>{escape(place)}</small></td>"
        f"<td><dl>{''.join(_details(event, words))}</dl>{''.join(_files(event, words, files))}</td></tr>"
    )


def _details(event: Event, words: Wording) -> Iterator[str]:
    for name, value in event.body.items():
        yield f"<dt>{_label(name, words)}</dt><dd>{escape(_text(value, words))}</dd>"
    for name in sorted(event.hashes or ()):
        hidden = words.say("evidence.withheld")
        yield f'<dt>{_label(name, words)}</dt><dd><span class="withheld">{hidden}</span></dd>'


def _files(event: Event, words: Wording, files: Collection[str]) -> Iterator[str]:
    for file in event.files:
        slot, kind = escape(file["slot"]), file.get("type", "")
        path = next((name for name in files if name[6:70] == file["sha256"]), None)
        if path is None:
            yield f'{slot} <span class="withheld">{words.say("evidence.file_withheld")}</span>'
        elif kind.startswith("image/"):
            yield f'<a href="{path}"><img src="{path}" alt="{slot}"></a>'
        elif kind.startswith("audio/"):
            yield f'<audio controls src="{path}" title="{slot}"></audio>'
        else:
            yield f'<a href="{path}">{slot}</a>'


def _label(name: str, words: Wording) -> str:
    key = f"evidence.field_{name}"
    return escape(words.say(key) if key in words else name)


def _text(value: Any, words: Wording) -> str:
    if isinstance(value, bool):
        return words.say("evidence.yes" if value else "evidence.no")
    if isinstance(value, Mapping):
        if value.keys() == {"minor", "currency"}:
            return str(Money.from_json(dict(value)))
        return "; ".join(f"{_label(k, words)}: {_text(v, words)}" for k, v in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_text(one, words) for one in value)
    key = f"values.{value}"
    return "—" if value is None else words.say(key) if key in words else str(value)
