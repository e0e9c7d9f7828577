"""A pack as a table for counsel to read and sign: every rule, its parameters and its sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

from agent_app.domain.rules import Citation
from agent_app.domain.rules import phrasing as rules
from agent_app.domain.rules.asked import rule_words
from agent_app.domain.rules.rule import Rule
from agent_app.packs import Pack
from agent_app.packs.files import read_toml
from agent_app.wording import Wording

_TOLD_ELSEWHERE = frozenset(
    {"id", "kind", "phase", "severity", "sources", "text", "first", "last", "draft"}
)
"""Keys of a rule that have a column of their own."""
COLUMNS = ("rule", "asks", "parameters", "effect", "in_force", "sources", "opinion")
_HALF_A_PAGE = 900
"""Signs of a row."""
_STYLE = """
@page{size:A4 landscape;margin:10mm}@media print{body{margin:0!important;padding:0!important;max-width:none!important;font-size:8.5pt!important}code{font-size:7.5pt!important}}
body{font:10pt/1.45 "Noto Sans CJK SC","Source Han Sans SC","PingFang SC","Microsoft YaHei",sans-serif;color:#111;margin:2rem auto;max-width:1400px;padding:0 1rem}
table{border-collapse:collapse;width:100%}thead{display:table-header-group}tr{break-inside:avoid}tr.long{break-inside:auto}
th,td{border:1px solid #999;padding:5px 7px;vertical-align:top;text-align:left}th{background:#eee}
td:nth-child(1){width:12%}td:nth-child(2){width:21%}td:nth-child(3){width:23%}td:nth-child(4){width:8%}td:nth-child(5){width:6%}td:nth-child(6){width:17%}
ul{padding-left:1.2em}li{margin:.2em 0;break-inside:avoid}
code{font:8.5pt/1.4 ui-monospace,monospace;color:#333;overflow-wrap:anywhere}p{margin:0 0 .35em}.fine{color:#444;font-size:9pt}
.close{break-inside:avoid}.signed{display:flex;gap:3rem;margin-top:2.5rem}.signed div{flex:1;border-top:1px solid #111;padding-top:.3rem}
"""


@dataclass(frozen=True, slots=True)
class Table:
    """Head lines, columns, and a row a rule; each cell a list of short paragraphs."""

    title: str
    head: Sequence[str]
    columns: Sequence[str]
    rows: Sequence[Sequence[Sequence[str]]]
    sources: Sequence[Sequence[str]]
    closing: str
    signing: Sequence[str]


def table_of(pack: Pack, words: rules.Wording, languages: Sequence[str]) -> Table:
    """The table of a pack in these languages; `words` names things (see `RuleSet.wording`)."""
    says = [Wording(one) for one in languages]
    head = pack.header
    lines = [f"{pack.id} {pack.version}", f"SHA-256 {pack.sha256}"]
    lines += _all(says, f"rulebook.status_{head.status}")
    if head.stale_after:
        lines += _all(says, "rule_table.stale_after", day=head.stale_after)
    lines += _all(says, "rule_table.examples", count=len(pack.examples))
    as_written = read_toml(pack.files["rules.toml"], "", [])["rule"]
    return Table(
        title=_joined(
            f"{one.say('rule_table.title')} · {head.title[one.language]}" for one in says
        ),
        head=lines,
        columns=[_joined(_all(says, f"rule_table.{name}")) for name in COLUMNS],
        rows=[
            _row(rule, dict(keys), pack, words, says)
            for rule, keys in zip(pack.rules, as_written, strict=True)
        ],
        sources=[list(_source(one, pack, says)) for one in head.sources.values()],
        closing=_joined(_all(says, "rule_table.scope")),
        signing=[
            _joined(_all(says, f"rule_table.{name}")) for name in ("name", "signature", "date")
        ],
    )


def _row(
    rule: Rule, keys: Mapping[str, Any], pack: Pack, words: rules.Wording, says: Sequence[Wording]
) -> list[list[str]]:
    asks = rule_words(rule, words)
    draft = _all(says, "rulebook.only_warns") if rule.draft else []
    return [
        [f"`{rule.id}`", *_all(says, f"rule_kinds.{rule.kind}")],
        [asks[one.language] for one in says],
        list(_parameters(keys, words, [one.language for one in says])),
        [*_all(says, f"rulebook.severity_{rule.severity}"), *draft],
        _dates(rule.first, rule.last, says),
        [_short(one, says) for one in rule.sources],
        [f"□ {_joined(_all(says, f'rule_table.{name}'))}" for name in ("agree", "change")],
    ]


def _parameters(
    keys: Mapping[str, Any], words: rules.Wording, languages: Sequence[str]
) -> Iterator[str]:
    for key, value in keys.items():
        if isinstance(value, list) and any(isinstance(one, Mapping) for one in value):
            yield from (f"`{key}` {_value(one)}" for one in value)
        elif key not in _TOLD_ELSEWHERE:
            yield f"`{key}` {_value(value)}"
            names = [_named(value, words, one) for one in languages]
            yield from (name for name in dict.fromkeys(names) if name)


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_value(one)}" for key, one in value.items())
    if isinstance(value, list):
        return " · ".join(_value(one) for one in value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _named(value: Any, words: rules.Wording, language: str) -> str:
    """The things of a list by their names; empty where none has one."""
    things = [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
    known = any(thing in words.names for thing in things)
    return words.joined(tuple(things), language) if known else ""


def _dates(first: date | None, last: date | None, says: Sequence[Wording]) -> list[str]:
    if first is None and last is None:
        return _all(says, "rule_table.always")
    lines = _all(says, "rule_table.from", day=first) if first else []
    return lines + (_all(says, "rule_table.until", day=last) if last else [])


def _short(one: Citation, says: Sequence[Wording]) -> str:
    """As a row cites it: where it stands, and at once if it is only remembered."""
    recalled = (
        f" · {_joined(_all(says, 'rule_table.recalled'))}" if one.status == "recalled" else ""
    )
    title = _titled(one, says[0].language)
    return f"{title} `{one.source}`{recalled}"


def _titled(one: Citation, language: str) -> str:
    return f"{one.title[language]} {one.locator.get(language, '')}".strip()


def _source(one: Citation, pack: Pack, says: Sequence[Wording]) -> Iterator[str]:
    yield f"`{one.source}`"
    for language in says:
        standing = [language.say(f"rule_table.{one.status}")]
        if (
            one.status != "recalled"
        ):  # of what is only remembered nobody can say that it is in force
            standing.insert(0, language.say(f"rulebook.force_{one.force}"))
        title = _titled(one, language.language)
        yield " · ".join([title, *standing])
    if scope := pack.header.source_scopes.get(one.source):
        yield f"{_joined(_all(says, 'rule_table.binds'))}: `{_condition(scope)}`"


def _condition(scope: Any) -> str:
    if scope.joins:
        return f" {scope.joins} ".join(_condition(part) for part in scope.parts)
    return f"{scope.fact} {scope.test.__name__} {_value(scope.want)}"


def _all(says: Sequence[Wording], key: str, **values: object) -> list[str]:
    return [one.say(key, **values) for one in says]


def _joined(words: Any) -> str:
    return " / ".join(dict.fromkeys(words))


def as_markdown(table: Table) -> str:
    """For a screen or a repository."""
    lines = [f"# {table.title}", "", *(f"{line}  " for line in table.head), ""]
    lines += [f"| {' | '.join(table.columns)} |", "|---" * len(table.columns) + "|"]
    for row in table.rows:
        cells = ("<br>".join(filter(None, cell)).replace("|", "\\|") for cell in row)
        lines.append(f"| {' | '.join(cells)} |")
    lines += ["", f"## {table.columns[COLUMNS.index('sources')]}", ""]
    lines += [f"- {' '.join(one)}" for one in table.sources]
    lines += ["", table.closing, "", "  ".join(f"{one}: ____________" for one in table.signing), ""]
    return "\n".join(lines)


def as_html(table: Table) -> str:
    """For paper: one file that prints on A4, with room for an opinion beside every rule."""
    heads = "".join(f"<th>{escape(one)}</th>" for one in table.columns)
    rows = "".join(map(_html_row, table.rows))
    sources = "".join(f"<li>{_inline(' '.join(one))}</li>" for one in table.sources)
    listed = f"<h2>{escape(table.columns[COLUMNS.index('sources')])}</h2><ul>{sources}</ul>"
    head = "".join(f"<p class=fine>{escape(one)}</p>" for one in table.head)
    signing = "".join(f"<div>{escape(one)}</div>" for one in table.signing)
    return (
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{escape(table.title)}</title>'
        f"<style>{_STYLE}</style><h1>{escape(table.title)}</h1>{head}"
        f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
        f'{listed}<div class="close"><p>{escape(table.closing)}</p>'
        f'<div class="signed">{signing}</div></div></html>\n'
    )


def _html_row(row: Sequence[Sequence[str]]) -> str:
    """One rule; one that fills half a page may be broken over two."""
    long = ' class="long"' if sum(len(line) for cell in row for line in cell) > _HALF_A_PAGE else ""
    cells = "".join(f"<td>{''.join(map(_paragraph, cell))}</td>" for cell in row)
    return f"<tr{long}>{cells}</tr>"


def _paragraph(text: str) -> str:
    return f"<p>{_inline(text)}</p>"


def _inline(text: str) -> str:
    parts = text.split("`")
    return "".join(
        f"<code>{escape(part)}</code>" if place % 2 else escape(part)
        for place, part in enumerate(parts)
    )
