"""The rules on this device, to be read."""

from __future__ import annotations

from agent_app.actions.desk import Change
from agent_app.queries.rulebook import PackPage, RuleLine, rulebook
from ui.viewmodels.office import Office, ViewModel


class RulebookModel(ViewModel):
    """Every pack, or the rules of the one chosen that hold every word of `sought`."""

    def __init__(self, office: Office, pack: str | None) -> None:
        super().__init__(office)
        self.chosen = pack
        self.packs: tuple[PackPage, ...] = ()
        self.sought = ""

    def load(self) -> None:
        self.read(rulebook, self.office.now(), done=self._show)

    def concerns(self, change: Change) -> bool:
        return False

    @property
    def pack(self) -> PackPage | None:
        return next((one for one in self.packs if one.id == self.chosen), None)

    def find(self, words: str) -> None:
        self.sought = words
        self.ready.emit()

    def rules(self, language: str) -> list[RuleLine]:
        """The chosen pack's rules where every sought word stands in words, source or id."""
        words = self.sought.casefold().split()
        lines = self.pack.rules if self.pack else ()
        return [one for one in lines if all(word in _read(one, language) for word in words)]

    def _show(self, packs: tuple[PackPage, ...]) -> None:
        self.packs = packs
        self.ready.emit()


def _read(line: RuleLine, language: str) -> str:
    titles = (
        f"{one.title.get(language, '')} {one.locator.get(language, '')}" for one in line.sources
    )
    return " ".join((line.id, line.words[language], *titles)).casefold()
