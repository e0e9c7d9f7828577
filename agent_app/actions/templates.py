"""The letters and agreements of the packs, and the fonts they are set in: each loaded once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent_app.domain.errors import BadInput, Fault
from agent_app.packs import Pack

if TYPE_CHECKING:
    from agent_app.documents.letter import Template
    from agent_app.documents.typesetting.fonts import Fonts


class Templates:
    """Templates by pack, fonts unpacked into `cache` the first time a paper is made.

    `packs` is always the stack of a case, as `PackSet.for_case` lays it: the country's first,
    the creditor's last.
    """

    def __init__(self, cache: Path) -> None:
        self._cache = cache
        self._loaded: dict[tuple[str, str], dict[str, Template]] = {}

    @cached_property
    def fonts(self) -> Fonts:
        from agent_app.documents.typesetting.fonts import load_fonts

        return load_fonts(self._cache)

    def one(self, packs: Sequence[Pack], folder: str, name: str) -> Template:
        """The template of that id, the nearest layer's; BadInput when none has it."""
        found = self.all(packs, folder)
        if name not in found:
            raise BadInput(Fault("no such template", file=folder, field="id", value=name))
        return found[name]

    def all(self, packs: Sequence[Pack], folder: str) -> dict[str, Template]:
        """Every template by id; a creditor's over the country's."""
        found: dict[str, Template] = {}
        words: dict[str, bytes] = {}
        seen = ""
        for pack in packs:
            words |= {name: data for name, data in pack.files.items() if _is_shared(name)}
            seen += pack.sha256
            found |= self._load(seen, {**words, **pack.files}, folder)
        return found

    def says(self, packs: Sequence[Pack], template: Template) -> dict[str, tuple[str, ...]]:
        """What the law's sets that a template claims make it say: set → its keys.

        That it says them was checked when it was loaded (`documents.law`).
        """
        from agent_app.documents.law import read_law

        sets: dict[str, Any] = {}
        for pack in packs:
            sets |= read_law(pack.files).get("set", {})
        claimed = template.source.front.get("law", ())
        return {name: tuple(sets[name]["keys"]) for name in claimed if name in sets}

    def _load(self, sha256: str, files: Mapping[str, bytes], folder: str) -> dict[str, Template]:
        from agent_app.documents.shelf import load_templates

        if (sha256, folder) not in self._loaded:
            self._loaded[sha256, folder] = load_templates(files, fonts=self.fonts, folder=folder)
        return self._loaded[sha256, folder]


def _is_shared(name: str) -> bool:
    """Clauses, frame and law: a layer without its own goes by those below it."""
    return name.startswith(("letters/", "agreements/")) and name.endswith(".toml")
