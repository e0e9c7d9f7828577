"""The files of a pack folder, their hash, and what is TOML among them."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from agent_app.domain.errors import Fault


def files_of(folder: Traversable | Path, prefix: str = "") -> Iterator[tuple[str, bytes]]:
    """Every file of a pack folder: its path inside, and its bytes."""
    for one in folder.iterdir():
        if one.name.startswith((".", "~$", "__")):
            continue
        if one.is_dir():
            yield from files_of(one, f"{prefix}{one.name}/")
        else:
            yield f"{prefix}{one.name}", one.read_bytes()


def digest_of(files: Mapping[str, bytes]) -> str:
    """SHA-256 over names and contents, in their order."""
    whole = hashlib.sha256()
    for name, content in files.items():
        whole.update(f"{name}\0{hashlib.sha256(content).hexdigest()}\n".encode())
    return whole.hexdigest()


def read_toml(content: bytes, file: str, faults: list[Fault]) -> dict[str, Any]:
    """The tables of one file; none, with a fault noted, when it is not TOML."""
    try:
        return tomllib.loads(content.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        faults.append(Fault("is not TOML", file=file, value=str(error), mend="mend the syntax"))
        return {}
