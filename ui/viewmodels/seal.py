"""Checks a seal or a file against what this device knows of its office."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal

from agent_app.actions.desk import Change
from agent_app.documents.scan import Picture, read_code, read_picture
from agent_app.queries.seals import SealAnswer, check_file, check_seal
from agent_app.verify import Report
from ui.viewmodels.office import Office, ViewModel

_PICTURES = (b"\xff\xd8\xff", b"\x89PNG")


class SealModel(ViewModel):
    """`answered` carries a SealAnswer, `reported` a Report, `found` the text seen by the camera
    ("" for none)."""

    answered = Signal(object)
    reported = Signal(object)
    found = Signal(str)

    def __init__(self, office: Office, language: str) -> None:
        super().__init__(office)
        self.typed = ""
        self._language = language
        self._looking = False

    def load(self) -> None:
        """Nothing to fetch before something is shown to it."""

    def concerns(self, change: Change) -> bool:
        return False

    def check(self, typed: str) -> None:
        """Judge a seal, a link with one, or a short code."""
        self.typed = typed
        self.compare({})

    def compare(self, read: Mapping[str, str]) -> None:
        """Hold the seal checked last against what the paper says, by field."""

        def told(answer: SealAnswer) -> None:
            self.answered.emit(answer)

        self.read(check_seal, self.office.now(), self.typed, dict(read), done=told)

    def look(self, photo: bytes) -> None:
        """Is there a code in this photo?"""
        self.office.jobs.net(
            read_code, photo,
            done=self.while_here(self.found.emit), failed=self.while_here(self.failed.emit),
        )  # fmt: skip

    def see(self, frame: Picture) -> None:
        """Is there a code in what the camera sees now? Frames that come meanwhile are let go."""
        if self._looking:
            return
        self._looking = True

        def told(text: str) -> None:
            self._looking = False
            if text:
                self.found.emit(text)

        self.office.jobs.net(
            read_picture, frame,
            done=self.while_here(told), failed=self.while_here(self.failed.emit),
        )  # fmt: skip

    def open(self, data: bytes) -> None:
        """A photo of a code, a sealed PDF, or a bundle."""
        if data.startswith(_PICTURES):
            self.look(data)
            return

        def told(report: Report) -> None:
            self.reported.emit(report)

        self.read(check_file, data, self._language, done=told)
