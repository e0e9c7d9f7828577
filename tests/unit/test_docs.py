"""What the documents name is there: links, paths, options of our commands."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
SOURCES = ("agent_app", "sync", "ui", "packaging", "tests", "bench")
BASES = ("", "agent_app", "agent_app/domain", "sync", "sync/server", "ui", "resources/packs/cn")
"""Folders a path in a document may start from."""
_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
_CODE = re.compile(r"`([^`\n]+)`")
_PATH = re.compile(r"[\w.-]+(/[\w.-]+)*/?")
_OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")
_MADE = frozenset({"settings.toml"})
"""Files that stand on a device only."""


def named(document: Path) -> list[str]:
    return _CODE.findall(document.read_text("utf-8"))


@pytest.mark.parametrize("document", DOCS, ids=lambda one: str(one.relative_to(ROOT)))
def test_links_and_paths_lead_somewhere(document: Path) -> None:
    links = [one for one in _LINK.findall(document.read_text("utf-8")) if "://" not in one]
    assert [one for one in links if not (document.parent / one).exists()] == []
    assert [one for one in named(document) if _is_path(one) and not _stands(one)] == []


def _is_path(words: str) -> bool:
    """A whole path: none with a blank to fill in, as ui/pages/NAME.py."""
    ends = words.endswith((".py", ".toml", ".md", ".xlsx"))
    return ends and _PATH.fullmatch(words) is not None and "NAME" not in words


def _stands(path: str) -> bool:
    if "/" in path:
        return any((ROOT / base / path).exists() for base in BASES)
    return path in _names() | _MADE


@cache
def _names() -> frozenset[str]:
    tops = (*SOURCES, "resources", "docs")
    return frozenset(path.name for top in tops for path in (ROOT / top).rglob("*.*")) | {
        path.name for path in ROOT.glob("*.*")
    }


def test_every_option_shown_is_known() -> None:
    code = "\n".join(
        path.read_text("utf-8") for top in SOURCES for path in (ROOT / top).rglob("*.py")
    )
    shown = {
        option
        for document in DOCS
        for one in named(document)
        if one.startswith("doorstep")
        for option in _OPTION.findall(one)
    }
    assert shown
    assert {one for one in shown if f'"{one}"' not in code} == set()
