"""What may differ from one installation to the next: a frozen value, read once at start.

`settings.toml` in the data folder holds what the user chose; environment variables named
`DOORSTEP_<FIELD>` (upper case) win over it. The composition root hands the value to who needs it.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from agent_app.domain.errors import BadInput, Fault
from agent_app.domain.languages import LANGUAGES

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
THEMES = ("system", "light", "dark", "contrast")


@dataclass(frozen=True, slots=True)
class Settings:
    """`data` is the folder of profiles; `lock_minutes` of idleness lock the vault (1 to 15).

    `token_driver` is the full path of a security key's PKCS #11 library, where it is an unusual one.
    """

    data: Path
    server: str = ""
    language: str = "zh_CN"
    theme: str = "system"
    text_scale: int = 100
    lock_minutes: int = 5
    sync_minutes: int = 10
    user: str = ""
    token_driver: str = ""

    def but(self, **changes: Any) -> Settings:
        """A checked copy with `changes`. Raises BadInput."""
        return _checked(replace(self, **changes), "")


def load(data: Path, environment: Mapping[str, str]) -> Settings:
    """The settings of a data folder. Raises BadInput naming file, key and what it may be."""
    path = data / "settings.toml"
    chosen: dict[str, Any] = {}
    if path.exists():
        try:
            chosen = tomllib.loads(path.read_text("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
            raise BadInput(Fault(str(fault), file=str(path), mend="mend or delete it")) from fault
    for name, kind in _kinds().items():
        if (value := environment.get(f"DOORSTEP_{name.upper()}")) is not None:
            chosen[name] = int(value) if kind is int and value.isdigit() else value
    known = {name: value for name, value in chosen.items() if name in _kinds()}
    for name, value in known.items():
        if type(value) is not _kinds()[name]:
            raise BadInput(_fault(path.name, name, value, f"a {_kinds()[name].__name__}"))
    return _checked(Settings(data, **known), path.name)


def save(settings: Settings) -> None:
    """Write the user's choices, whole or not at all."""
    lines = [f"{name} = {_toml(getattr(settings, name))}" for name in _kinds()]
    settings.data.mkdir(parents=True, exist_ok=True)
    path = settings.data / "settings.toml"
    fresh = path.with_suffix(".new")
    fresh.write_text("\n".join(lines) + "\n", "utf-8")
    os.replace(fresh, path)


def _kinds() -> dict[str, type]:
    return {spec.name: type(spec.default) for spec in fields(Settings) if spec.name != "data"}


def _checked(settings: Settings, file: str) -> Settings:
    faults = []
    if settings.language not in LANGUAGES:
        faults.append(_fault(file, "language", settings.language, ", ".join(LANGUAGES)))
    if settings.theme not in THEMES:
        faults.append(_fault(file, "theme", settings.theme, ", ".join(THEMES)))
    for name, least, most in (
        ("text_scale", 75, 200),
        ("lock_minutes", 1, 15),
        ("sync_minutes", 1, 240),
    ):
        if not least <= (value := getattr(settings, name)) <= most:
            faults.append(_fault(file, name, value, f"{least} to {most}"))
    if settings.token_driver and not Path(settings.token_driver).is_absolute():
        faults.append(_fault(file, "token_driver", settings.token_driver, "a full path"))
    if faults:
        raise BadInput(faults)
    return settings


def _fault(file: str, name: str, value: object, allowed: str) -> Fault:
    return Fault("not a possible setting", file=file, field=name, value=str(value), mend=allowed)


def _toml(value: object) -> str:
    if isinstance(value, int):
        return str(value)
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", escaped) + '"'
