"""Letters and agreements of a case, or the register of all; making one, reading one, its delivery."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal

from agent_app.actions.desk import Change
from agent_app.actions.letters import deliver_letter, print_letter
from agent_app.queries.papers import PaperRow, Papers, paper, papers, proof
from ui.viewmodels.office import Office, ViewModel

WAYS: Mapping[str, tuple[str, str]] = {
    "signed": ("hand", "receipt_signature"),
    "unsigned": ("hand", "envelope_photo"),
    "refused": ("refused", "refusal_note"),
    "mail": ("mail", "post_receipt"),
    "left_sealed": ("left_sealed", "envelope_photo"),
}
"""How a letter reaches someone, and what proves it. Posting it up is none of them."""


class LettersModel(ViewModel):
    """`opened` carries a paper's row and bytes to show, `proven` the picture of a delivery."""

    opened = Signal(object, bytes)
    proven = Signal(str, bytes)

    def __init__(self, office: Office, case: str | None) -> None:
        super().__init__(office)
        self.case = case
        self.found: Papers | None = None

    def load(self) -> None:
        self.read(papers, self.case, done=self._show)

    def concerns(self, change: Change) -> bool:
        return self.case is None or not change.cases or self.case in change.cases

    def make(
        self, template: str, language: str, more: Mapping[str, Mapping[str, object]] | None = None
    ) -> None:
        """Make a letter of the case: numbered, sealed, kept. `more` is what the case lacks."""
        case = self.found.case if self.found else None

        def made(change: Change) -> None:
            serial, pdf = change.made
            self.read(papers, self.case, done=lambda found: self._show_made(found, serial, pdf))

        self.act(
            print_letter,
            case=self.case,
            template=template,
            language=language,
            visit=case.open_visit if case else None,
            more=more,
            done=made,
        )

    def open(self, row: PaperRow) -> None:
        """Fetch a paper's exact bytes."""
        self.be_about(row.case)
        self.read(paper, row.document, done=lambda pdf: self.opened.emit(row, pdf))

    def show_proof(self, row: PaperRow) -> None:
        self.read(proof, row.proof_event, done=lambda data: self.proven.emit(row.serial, data))

    def deliver(self, row: PaperRow, way: str, note: str, image: tuple[bytes, str] | None) -> None:
        """`way` is one of WAYS; `image` its photo or the receipt's signature."""
        how, proven = WAYS[way]
        told: dict[str, Any] = {"how": how, "proof": proven, "note": note, "image": image}
        self.act(deliver_letter, case=row.case, serial=row.serial, **told)

    def _show(self, found: Papers) -> None:
        self.found, self.about = found, found.case or self.about
        self.ready.emit()

    def _show_made(self, found: Papers, serial: str, pdf: bytes) -> None:
        self._show(found)
        row = next(one for one in found.papers if one.serial == serial)
        self.opened.emit(row, pdf)
