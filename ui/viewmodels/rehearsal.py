"""Rehearsing: whom to visit, the room it happens in, and the score at the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import Signal

from agent_app.actions.desk import Change, Desk
from agent_app.domain.moment import Moment
from agent_app.rehearsal.role import Role, read_roles, rehearsable
from agent_app.rehearsal.room import Room, open_room
from agent_app.rehearsal.score import Score, score
from agent_app.script import NodeView
from ui.viewmodels.office import Office, ViewModel

FOLDER = "rehearsal"


@dataclass(frozen=True)
class Practice:
    """One rehearsal under way: its room, and the office the real pages work in there."""

    room: Room
    office: Office

    @property
    def role(self) -> Role:
        return self.room.role

    def said(self, view: NodeView) -> tuple[Mapping[str, str], str]:
        """The debtor's words at a question, by language, and the choice they bring about."""
        name = view.ref.rsplit("/", 1)[-1]
        told = self.role.answers.get(name, "").split()
        labels = [one.label for one in view.choices if one.value in told]
        return self.role.says.get(name, {}), " · ".join(labels)

    def note(self, error: Exception) -> None:
        """What the page refused counts in the score."""
        self.room.note(self.office.now(), error)


class RehearsalModel(ViewModel):
    """Packs with a script and their characters. `begun` carries the Practice."""

    begun = Signal(object)

    def __init__(self, office: Office, pack: str = "", role: str = "") -> None:
        super().__init__(office)
        self.packs = rehearsable(office.desk.packs)
        self.pack = pack if pack in self.packs else next(iter(self.packs), "")
        self.role = role
        self.starting = False

    @property
    def roles(self) -> tuple[Role, ...]:
        return read_roles(self.office.desk.packs, self.pack) if self.pack else ()

    def title(self, pack: str) -> Mapping[str, str]:
        return self.office.desk.packs[pack].header.title

    def load(self) -> None:
        """Show who there is; what the last rehearsal left is thrown away."""
        self.office.leave(FOLDER)
        self.ready.emit()

    def concerns(self, change: Change) -> bool:
        return False

    def choose_pack(self, pack: str) -> None:
        self.pack = pack
        self.ready.emit()

    def choose_role(self, role: str) -> None:
        self.role = role

    def start(self) -> None:
        """Open a room for the character chosen and knock; one rehearsal at a time."""
        role = next((one for one in self.roles if one.id == self.role), None)
        if role is None or self.starting:
            return
        self.starting = True
        office = self.office
        office.leave(FOLDER)
        office.jobs.store(
            _open, office.desk, office.now(), self.pack, role,
            done=self.while_here(self._begun), failed=self.while_here(self._failed),
        )  # fmt: skip

    def _begun(self, room: Room) -> None:
        self.starting = False
        office = self.office
        inside = Office(room.desk, office.jobs, lambda: room.shifted(office.now()))

        def close() -> None:
            inside.leave()
            office.jobs.store(room.close)

        office.leaving[FOLDER] = close
        self.begun.emit(Practice(room, inside))

    def _failed(self, error: Exception) -> None:
        self.starting = False
        self.failed.emit(error)


class RehearsalScoreModel(ViewModel):
    """`score` once the room has been judged; the room is gone after that."""

    def __init__(self, office: Office, practice: Practice, language: str) -> None:
        super().__init__(office)
        self.practice, self._language = practice, language
        self.score: Score | None = None

    def load(self) -> None:
        if self.score is None:
            inside = self.practice.office
            inside.leave()
            inside.jobs.store(
                score, self.practice.room, inside.now(), self._language,
                done=self.while_here(self._show), failed=self.while_here(self.failed.emit),
            )  # fmt: skip

    def concerns(self, change: Change) -> bool:
        return False

    def outcome(self, code: str) -> Mapping[str, str]:
        return self.office.outcome(code)

    def _show(self, made: Score) -> None:
        self.score = made
        self.ready.emit()


def _open(desk: Desk, at: Moment, pack: str, role: Role) -> Room:
    return open_room(
        desk.cache / FOLDER / desk.user, desk.packs, pack, role, at, entropy=desk.entropy, app=desk.app,
        cache=desk.cache,
    )  # fmt: skip
