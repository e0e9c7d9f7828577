"""Rehearse a visit: choose a script and whom to visit; nothing of it is ever sent."""

from __future__ import annotations

from ui.pages.page import Page
from ui.text import Text
from ui.theme import worn
from ui.viewmodels.rehearsal import Practice, RehearsalModel
from ui.widgets.badge import Banner
from ui.widgets.card import Card, EmptyState, SectionHeader
from ui.widgets.choice import Choices, Option

_ROOM_FOR_TWO = 125


class RehearsalPage(Page):
    """Characters on cards; one press begins a real visit to an invented door."""

    def __init__(self, model: RehearsalModel, text: Text) -> None:
        super().__init__(
            text, title=text.say("rehearsal.title"), remark=text.say("rehearsal.remark")
        )
        self._model = model
        self._start = self.main_button(text.say("rehearsal.start"), "play", name="rehearsal-start")
        self._start.clicked.connect(self._begin)
        model.begun.connect(self._begun)
        self.bind(model)

    def arrive(self) -> None:
        self._model.load()

    def fill(self) -> None:
        model, text = self._model, self.text
        body = self.refill()
        self._start.setEnabled(any(one.id == model.role for one in model.roles))
        if not model.packs:
            self.foot.hide()
            body.addWidget(EmptyState("play", text.say("rehearsal.none")))
            return
        body.addWidget(
            Banner(
                text.say("rehearsal.band"), text.say("rehearsal.band_remark"), "info",
                glyph="shield",
            )
        )  # fmt: skip
        columns = 1 if worn().scale > _ROOM_FOR_TWO else 2
        people = Choices(
            [Option(one.id, text.pick(one.title)) for one in model.roles],
            columns=columns, chosen=(model.role,), name="rehearsal-roles",
        )  # fmt: skip
        people.picked.connect(self._choose)
        body.addWidget(Card(SectionHeader(text.say("rehearsal.whom")), people))
        if len(model.packs) > 1:
            scripts = Choices(
                [Option(one, text.pick(model.title(one))) for one in model.packs],
                columns=columns, chosen=(model.pack,), name="rehearsal-packs",
            )  # fmt: skip
            scripts.picked.connect(lambda chosen: model.choose_pack(chosen[0]))
            body.addWidget(Card(SectionHeader(text.say("rehearsal.script")), scripts))
        body.addStretch(1)

    def _choose(self, chosen: tuple[str, ...]) -> None:
        self._model.choose_role(chosen[0])
        self._start.setEnabled(True)

    def _begin(self) -> None:
        self._start.setEnabled(False)
        self._model.start()

    def fail(self, error: Exception) -> None:
        super().fail(error)
        self._start.setEnabled(True)

    def _begun(self, practice: Practice) -> None:
        self.go.emit("rehearsal-visit" if practice.room.visit else "rehearsal-score", practice)
