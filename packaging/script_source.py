"""Read a script's TOML. A source may be `like` another and say only what differs.

like = "cn"
[rules]                     # rule ids, prefix first: the longest match is replaced
"cn." = "tw."
[change.who]                # keys of the stage, page or question of that name
say.zh_TW = "…"
drop = ["plain_dress"]      # stages, pages, questions and choices that are not here
[[add]]                     # a page or question after the one named
after = "asks"
page = { … } or ask = { … }
"""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Table = dict[str, Any]
MERGED = ("form", "facts", "derived")


def read_source(path: Path) -> Table:
    """The whole source of a script, what it is like merged in."""
    own = tomllib.loads(path.read_text("utf-8"))
    if "like" not in own:
        return own
    base = read_source(path.with_name(f"{own['like']}.toml"))
    source = copy.deepcopy(base)
    for name in MERGED:
        source[name] = {
            key: text for key, text in (source[name] | own.get(name, {})).items() if text
        }
    _rename_rules(source, own.get("rules", {}))
    for name, changes in own.get("change", {}).items():
        found = [entry for entry in _entries(source) if entry.get("name") == name]
        if not found:
            raise KeyError(f"{path.name} changes {name}, which is not there")
        _lay_over(found[0], changes)
    for addition in own.get("add", ()):
        _insert(source, addition)
    for name, entries in own.get("choices", {}).items():
        known = source["choices"].setdefault(name, {})
        for code, changes in entries.items():
            _lay_over(known.setdefault(code, {}), changes)
    _drop(source, set(own.get("drop", ())))
    return source


def _entries(source: Table) -> Iterator[Table]:
    """Stages, pages and questions, and the stop."""
    for stage in source["stage"]:
        yield stage
        for page in stage["page"]:
            yield page
            yield from page["ask"]
    yield source["stop"]


def _lay_over(entry: Table, changes: Table) -> None:
    for key, value in changes.items():
        if isinstance(value, dict) and isinstance(entry.get(key), dict):
            entry[key] = entry[key] | value
        else:
            entry[key] = value


def _rename_rules(source: Table, names: dict[str, str]) -> None:
    longest = sorted(names, key=len, reverse=True)
    for entry in _entries(source):
        if "rule" in entry:
            renamed = (_renamed(rule, names, longest) for rule in entry["rule"].split())
            entry["rule"] = " ".join(dict.fromkeys(rule for rule in renamed if rule))


def _renamed(rule: str, names: dict[str, str], longest: list[str]) -> str:
    for old in longest:
        if rule == old:
            return names[old]
        if old.endswith(".") and rule.startswith(old):
            return names[old] + rule.removeprefix(old)
    return rule


def _insert(source: Table, addition: Table) -> None:
    kind = "page" if "page" in addition else "ask"
    for stage in source["stage"]:
        holders = [stage["page"]] if kind == "page" else [page["ask"] for page in stage["page"]]
        for holder in holders:
            names = [one["name"] for one in holder]
            if addition["after"] in names:
                holder.insert(names.index(addition["after"]) + 1, addition[kind])
                return
    raise KeyError(addition["after"])


def _drop(source: Table, names: set[str]) -> None:
    source["stage"] = _without(source["stage"], names)
    for stage in source["stage"]:
        stage["page"] = _without(stage["page"], names)
        for page in stage["page"]:
            page["ask"] = _without(page["ask"], names)
    for name, entries in source["choices"].items():
        source["choices"][name] = {
            code: entry for code, entry in entries.items() if f"{name}.{code}" not in names
        }
    used = {entry["type"].split()[-1] for entry in _entries(source) if "type" in entry}
    for name in source["choices"].keys() - used - {"stop_reason"}:
        del source["choices"][name]


def _without(entries: list[Table], names: set[str]) -> list[Table]:
    return [entry for entry in entries if entry["name"] not in names]
