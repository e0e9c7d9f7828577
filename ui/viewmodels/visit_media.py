"""What a visit's questions see beside their words: files of the script, codes before the camera."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from agent_app.documents.scan import Picture, read_picture
from ui.viewmodels.visit import VisitModel

FOLDER = "scripts/media"


class VisitMedia(QObject):
    """Belongs to one visit page."""

    def __init__(self, visit: VisitModel) -> None:
        super().__init__(visit)
        self._visit = visit
        self._looking = False

    def file(self, address: str) -> bytes:
        """A file the script brings along: jr://images/NAME is scripts/media/NAME of a pack of
        the case; nothing where none has it."""
        name = f"{FOLDER}/{address.rsplit('/', 1)[-1]}"
        packs = self._visit.office.desk.packs.for_case(self._visit.case)
        return next((one.files[name] for one in reversed(packs) if name in one.files), b"")

    def see_code(self, frame: Picture, tell: Callable[[str], object]) -> None:
        """The code a camera's frame holds, or nothing; frames that come meanwhile are let go."""
        if self._looking:
            return
        self._looking = True
        visit = self._visit

        def seen(code: str) -> None:
            self._looking = False
            tell(code)

        visit.office.jobs.net(
            read_picture, frame, any_kind=True,
            done=visit.while_here(seen), failed=visit.while_here(visit.failed.emit),
        )  # fmt: skip
