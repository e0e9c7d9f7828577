"""What a person may set on this device, and facts about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal


@dataclass(frozen=True)
class Taste:
    """Language, theme and text scale (percent) of this person on this device."""

    language: str = "zh_CN"
    theme: str = "light"
    scale: int = 100


class SettingsModel(QObject):
    """`changed` carries the new Taste after it was kept; `facts` are shown as they are."""

    changed = Signal(object)

    def __init__(
        self, taste: Taste, keep: Callable[[Taste], object], facts: Mapping[str, str]
    ) -> None:
        super().__init__()
        self.taste, self._keep, self.facts = taste, keep, dict(facts)

    def set_language(self, language: str) -> None:
        self._change(replace(self.taste, language=language))

    def set_theme(self, theme: str) -> None:
        self._change(replace(self.taste, theme=theme))

    def set_scale(self, scale: int) -> None:
        self._change(replace(self.taste, scale=scale))

    def _change(self, taste: Taste) -> None:
        if taste != self.taste:
            self.taste = taste
            self._keep(taste)
            self.changed.emit(taste)
