"""The files of a pack folder, their hash, and what is TOML among them."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from agent_app.domain.errors import Fault

MOST_TOML = 4_000_000
"""Bytes of one TOML file; the largest shipped has a hundredth of it."""
_AT = re.compile(r" ?\(at line (\d+), column \d+\)")
_TYPED = re.compile("[\u201c\u201d\u2018\u2019\uff02\uff1d\uff0c\uff1a\u3010\u3011\uff3b\uff3d]")


def files_of(folder: Traversable | Path, prefix: str = "") -> Iterator[tuple[str, bytes]]:
    """Every file of a pack folder: its path inside, and its bytes; links are left out."""
    for one in folder.iterdir():
        if one.name.startswith((".", "~$", "__")) or _is_link(one):
            continue
        if one.is_dir():
            yield from files_of(one, f"{prefix}{one.name}/")
        else:
            yield f"{prefix}{one.name}", one.read_bytes()


def links_of(folder: Traversable | Path, prefix: str = "") -> Iterator[str]:
    """What in a pack folder only points elsewhere, and so would not travel with it."""
    for one in folder.iterdir():
        if _is_link(one):
            yield f"{prefix}{one.name}"
        elif one.is_dir():
            yield from links_of(one, f"{prefix}{one.name}/")


def _is_link(one: Traversable | Path) -> bool:
    return isinstance(one, Path) and one.is_symlink()


def digest_of(files: Mapping[str, bytes]) -> str:
    """SHA-256 over names and contents, in their order."""
    whole = hashlib.sha256()
    for name, content in files.items():
        whole.update(f"{name}\0{hashlib.sha256(content).hexdigest()}\n".encode())
    return whole.hexdigest()


def read_toml(content: bytes, file: str, faults: list[Fault]) -> dict[str, Any]:
    """The tables of one file; none, with a fault noted, when it is not TOML."""
    if len(content) > MOST_TOML:
        size = f"{len(content) // 1_000_000} MB"
        faults.append(Fault("is too large", file, value=size, mend="keep it below 4 MB"))
        return {}
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        mend = "save it as UTF-8 (in Notepad: Save as, Encoding: UTF-8)"
        faults.append(Fault("is not written in UTF-8", file, mend=mend))
        return {}
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        faults.append(_unreadable(text, file, str(error)))
        return {}


def _unreadable(text: str, file: str, said: str) -> Fault:
    """Where TOML cannot be read on, with that line, and what is probably wrong in it."""
    found = _AT.search(said)
    row = int(found[1]) if found else len(text.splitlines())
    lines = text.splitlines()
    line = lines[row - 1].strip() if 0 < row <= len(lines) else ""
    return Fault(
        "cannot be read from this line on",
        file,
        row=row,
        value=line[:80],
        mend=_mend_of(line, _AT.sub("", said)),
    )


def _mend_of(line: str, said: str) -> str:
    if _TYPED.search(line):
        return 'type plain signs: " = , [ ] instead of curly or full-width ones'
    if "overwrite" in said or "mutate" in said:
        return "this name stands twice in its table: keep one"
    if line.startswith("[") and line.count("[") != line.count("]"):
        return "close the brackets: [[rule]] or [rule.text]"
    if line.count('"') % 2:
        return "a quotation mark is missing"
    if re.search(r"= *\d{4}-\d{1,2}-\d{1,2}", line):
        return "write a day that there is: 2026-07-01"
    if "=" not in line:
        return 'write name = "value"'
    if re.search(r'= *[^\s"\[{\d]', line) and not re.search(r"= *(true|false)\b", line):
        return 'put the text in quotes: "…"'
    return f"{said[:1].lower()}{said[1:]}"
