"""Team: who has how many doors and how far they are, what must be looked into, handing over."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from agent_app.queries.team import Alarm, Board, Member, TeamDoor
from ui.pages.page import Page, badge_line
from ui.text import Text
from ui.viewmodels.team import TeamModel
from ui.widgets.badge import Badge, Banner
from ui.widgets.button import Button
from ui.widgets.card import EmptyState
from ui.widgets.choice import Choices, Option
from ui.widgets.field import TextField
from ui.widgets.icon import Icon
from ui.widgets.layout import column
from ui.widgets.list_card import ListCard
from ui.widgets.lists import Row
from ui.widgets.overlay import Sheet

_LONG_AGO = timedelta(hours=12)
_ALARMS = 20
_DOORS = 80


class TeamPage(Page):
    """Everyone; with a member chosen, their doors, each of which may be handed over."""

    def __init__(self, model: TeamModel, text: Text, *, member: bool) -> None:
        super().__init__(text, title=text.say("team.title"), returns=member)
        self._model = model
        if not member:
            export = Button(text.say("team.export"), "quiet", glyph="download", name="team-export")
            export.clicked.connect(self._ask_where)
            self.tools.addWidget(export)
        model.moved.connect(lambda: self.says.emit(text.say("team.moved")))
        model.exported.connect(lambda name: self.says.emit(text.say("team.exported", name=name)))
        self.bind(model)

    def arrive(self) -> None:
        self._model.load()

    def fill(self) -> None:
        board, text = self._model.board, self.text
        if board is None:
            return
        body = self.refill()
        if (member := self._model.member) is not None:
            self.set_head(member.name, self._day_of(member))
            body.addWidget(self._doors(member))
            return
        told = text.moment(board.told_at) if board.told_at else ""
        self.set_head(text.say("team.title"), text.say("team.as_of", at=told) if told else "")
        if board.alarms:
            body.addWidget(self._alarms(board))
        if not board.members:
            body.addWidget(EmptyState("people", text.say("team.empty")))
            return
        card = ListCard(text.say("team.people", n=len(board.members)))
        for one in board.members:
            card.add(self._member(one))
        body.addWidget(card)

    def _alarms(self, board: Board) -> QWidget:
        card = ListCard(
            self.text.say("team.alarms", n=len(board.alarms)), self.text.say("team.alarms_remark")
        )
        for one in board.alarms[:_ALARMS]:
            card.add(self._alarm(one))
        return card

    def _alarm(self, one: Alarm) -> Row:
        text = self.text
        line = Row(
            text.choose(f"team.alarm_{one.kind}", one.kind),
            f"{one.name} · {text.moment(one.at)}",
            lead=Icon("alert", "danger", 26),
            opens=bool(one.visit),
            name=f"alarm-{one.kind}",
        )
        line.opened.connect(lambda: self.go.emit("replay", (one.case, one.visit, ())))
        return line

    def _member(self, one: Member) -> Row:
        text = self.text
        marks = [Badge(text.say("team.frozen"), "danger")] if one.frozen else []
        if one.to_review:
            marks.append(Badge(text.say("team.to_review", n=one.to_review), "info"))
        if one.sent_back:
            marks.append(Badge(text.say("team.sent_back", n=one.sent_back), "warn"))
        if one.files_waiting:
            marks.append(Badge(text.say("team.files", n=one.files_waiting), "neutral"))
        line = Row(
            one.name,
            self._day_of(one),
            lead=Icon("person", "accent", 26),
            end=self._seen(one),
            note=badge_line(*marks) if marks else None,
            name=f"member-{one.user}",
        )
        line.opened.connect(lambda: self.go.emit("team", one.user))
        return line

    def _day_of(self, one: Member) -> str:
        return self.text.say(
            "team.day", visited=one.visited_today, doors=len(one.doors), accepted=one.accepted
        )

    def _seen(self, one: Member) -> Badge:
        """When they last synced: word and shape, never colour alone."""
        text, now = self.text, self._model.office.now().wall
        if one.seen_at is None:
            return Badge(text.say("team.never"), "neutral")
        gone = now - one.seen_at
        words = text.say("team.seen", ago=text.duration(gone))
        return Badge(words, "warn" if gone > _LONG_AGO else "success", glyph="sync")

    def _doors(self, member: Member) -> QWidget:
        text = self.text
        card = ListCard(text.say("team.doors", n=len(member.doors)), text.say("team.doors_remark"))
        card.add_all(map(self._door, member.doors[:_DOORS]))
        return card

    def _door(self, door: TeamDoor) -> Row:
        text = self.text
        end = None
        if door.going_to:
            end = Badge(text.say("team.going", who=door.going_to), "info")
        elif door.under_way:
            end = Badge(text.say("door.open_visit"), "accent")
        elif door.visited_at:
            end = Badge(text.moment(door.visited_at), "neutral", glyph="check")
        free = not (door.going_to or door.under_way)
        line = Row(door.debtor, door.address, end=end, opens=free, name=f"give-{door.case}")
        line.opened.connect(lambda: self._ask(door))
        return line

    def _ask(self, door: TeamDoor) -> None:
        """To whom, and why."""
        text, model = self.text, self._model
        model.be_about(door.case)
        people = Choices(
            [
                Option(one.user, one.name, text.say("team.has", n=len(one.doors)))
                for one in model.others
            ],
            columns=2,
            name="give-to",
        )
        why = TextField(text.say("team.reason"), name="give-reason")
        content = QWidget()
        content.setLayout(
            column(Banner(text.say("team.give_remark"), "", "info"), people, why, gap=2)
        )
        give = Button(text.say("team.give"), "primary", glyph="check", name="give-now")
        give.setEnabled(False)
        sheet = Sheet(
            self, text.say("team.give_title", who=door.debtor), content,
            close=text.say("page.cancel"), name="give-sheet", width=720, actions=(give,),
        )  # fmt: skip

        def weigh() -> None:
            give.setEnabled(bool(people.chosen() and why.text().strip()))

        def hand_over() -> None:
            sheet.leave()
            model.hand_over(door.case, people.chosen()[0], why.text())

        people.picked.connect(lambda _: weigh())
        why.edited.connect(lambda _: weigh())
        give.clicked.connect(hand_over)

    def _ask_where(self) -> None:
        dialog = QFileDialog(self, self.text.say("team.export"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.selectFile("visits.csv")
        dialog.fileSelected.connect(lambda path: self._model.export(Path(path)))
        dialog.open()
