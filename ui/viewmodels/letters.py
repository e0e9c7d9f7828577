"""Letters and agreements of a case, or the register of all; making one, reading one."""

from __future__ import annotations

from PySide6.QtCore import Signal

from agent_app.actions.desk import Change
from agent_app.actions.letters import print_letter
from agent_app.queries.papers import Papers, paper, papers
from ui.viewmodels.office import Office, ViewModel


class LettersModel(ViewModel):
    """`opened` carries serial and bytes of a paper to show."""

    opened = Signal(str, bytes)

    def __init__(self, office: Office, case: str | None) -> None:
        super().__init__(office)
        self.case = case
        self.found: Papers | None = None

    def load(self) -> None:
        self.read(papers, self.case, done=self._show)

    def concerns(self, change: Change) -> bool:
        return self.case is None or not change.cases or self.case in change.cases

    def make(self, template: str, language: str) -> None:
        """Make a letter of the case: numbered, sealed, kept."""
        case = self.found.case if self.found else None
        self.act(
            print_letter,
            case=self.case,
            template=template,
            language=language,
            visit=case.open_visit if case else None,
            done=lambda change: self.opened.emit(*change.made),
        )

    def open(self, serial: str, document: str) -> None:
        """Fetch a paper's exact bytes."""
        self.read(paper, document, done=lambda pdf: self.opened.emit(serial, pdf))

    def _show(self, found: Papers) -> None:
        self.found = found
        self.ready.emit()
