"""Today: the doors in walking order, whether each may be knocked on, and until when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from agent_app.domain.rules import State
from agent_app.queries.today import DayList, Door
from ui.pages.case_dues import follow_up_words
from ui.pages.doors import KNOCK_TONE, clock_banner, door_row, why
from ui.pages.page import Page
from ui.text import Text
from ui.viewmodels.today import TodayModel
from ui.widgets.badge import Banner
from ui.widgets.button import Button, GlyphButton
from ui.widgets.card import Card, EmptyState, SectionHeader
from ui.widgets.countdown import Countdown
from ui.widgets.icon import Icon
from ui.widgets.label import Label
from ui.widgets.layout import column, row
from ui.widgets.list_card import ListCard
from ui.widgets.lists import Row
from ui.widgets.money import MoneyLabel
from ui.widgets.route_map import RouteMap, Spot

_ON_MAP = 12
_SHOWN = 60
_TO_FOLLOW = 3


class TodayPage(Page):
    """The first screen of the day."""

    reach = 1240
    wide_from = 1060

    def __init__(self, model: TodayModel, text: Text) -> None:
        super().__init__(text, title=text.say("today.title"))
        self._model = model
        self._all_to_follow = False
        again = GlyphButton("sync", text.say("today.reload"), name="today-reload")
        again.clicked.connect(model.load)
        self.tools.addWidget(again)
        self.bind(model)

    def arrive(self) -> None:
        self._model.load()

    def fill(self) -> None:
        day = self._model.day
        if day is None:
            return
        moment = self._model.office.now()
        counts = self.text.say(
            "today.counts", open=day.open_now, visited=day.visited, total=day.total
        )
        self.set_head(f"{self.text.day(moment.wall)}", counts)
        body = self.refill()
        if not day.doors:
            body.addWidget(
                EmptyState(
                    "today", self.text.say("today.empty"), self.text.say("today.empty_remark")
                )
            )
            return
        self._cautions(day, moment.wall)
        for door in day.doors:
            if door.sent_back:
                body.addWidget(self._sent_back(door))
        route = self._route(day)
        aside = self._aside(day, moment.wall)
        if self.wide:
            across = row(gap=3)
            across.addWidget(route, 3, Qt.AlignmentFlag.AlignTop)
            across.addWidget(aside, 2, Qt.AlignmentFlag.AlignTop)
            body.addLayout(across)
        else:
            body.addWidget(aside)
            body.addWidget(route)

    def _cautions(self, day: DayList, now: datetime) -> None:
        """A clock set wrong, old data, and papers that soon end."""
        text, synced = self.text, day.synced_at
        if (clock := clock_banner(day.clock_behind, text)) is not None:
            self.body.addWidget(clock)
        if synced is None or synced.astimezone(now.tzinfo).date() < now.date():
            title = text.say("today.never_synced")
            if synced is not None:
                title = text.say("today.stale", at=text.moment(synced))
            stale = Banner(title, text.say("today.stale_remark"), "warn", name="stale")
            again = Button(text.say("today.sync"), "quiet", glyph="sync", name="today-sync")
            again.clicked.connect(self._model.sync_wanted)
            line = row(stale, again, gap=2)
            line.setStretch(0, 1)
            self.body.addLayout(line)
        if day.expiring:
            titles = "\n".join(
                text.say(
                    "today.expiring", name=o.name, what=text.pick(o.what), until=text.date(o.until)
                )
                for o in day.expiring
            )
            remark = text.say("today.expiring_remark")
            self.body.addWidget(Banner(titles, remark, "warn", glyph="shield", name="expiring"))

    def _sent_back(self, door: Door) -> QWidget:
        """A visit the lead sent back comes before everything else."""
        line = Row(
            door.debtor,
            self.text.say("today.sent_back"),
            lead=Icon("undo", "warn", 24),
            name=f"sent-back-{door.case}",
        )
        line.opened.connect(lambda: self.go.emit("case", door.case))
        card = ListCard()
        card.add(line)
        return card

    def _follow_ups(self, doors: list[Door]) -> QWidget:
        """What was agreed for today or before and has not come: a call, a payment, a visit."""
        card = ListCard(self.text.say("dues.today", n=len(doors)))
        shown = len(doors) if self._all_to_follow else _TO_FOLLOW
        for door in sorted(doors, key=_agreed_on)[:shown]:
            assert door.follow_up is not None
            words, on = follow_up_words(door.follow_up, self.text), door.follow_up.on
            line = Row(
                door.debtor, f"{words} · {self.text.day(on)}",
                lead=Icon("clock", "accent", 24), name=f"follow-up-{door.case}",
            )  # fmt: skip
            line.opened.connect(lambda case=door.case: self.go.emit("case", case))
            card.add(line)
        if shown < len(doors):
            more = Button(self.text.say("dues.all", n=len(doors)), "plain", name="follow-up-all")
            more.clicked.connect(self._show_all_to_follow)
            card.add(more)
        return card

    def _show_all_to_follow(self) -> None:
        self._all_to_follow = True
        self.fill()

    def _route(self, day: DayList) -> QWidget:
        card, text = ListCard(), self.text
        first = next((i for i, door in enumerate(day.doors) if not _can_go(door)), len(day.doors))
        reasons = {why(door, text) for door in day.doors[first:]}
        same = reasons.pop() if len(reasons) == 1 and not day.doors[0].veiled else ""

        def lines() -> Iterator[QWidget]:
            for place, door in enumerate(day.doors[:_SHOWN]):
                if place == 0 and first:
                    card.head(text.say("today.can_go", n=first))
                if place == first:
                    card.head(text.say("today.later", n=day.total - first), same)
                number = str(place + 1) if place < first else "–"
                told = bool(same) if place >= first else door.knock is State.allow
                line = door_row(door, text, number, told=told)
                line.opened.connect(lambda case=door.case: self.go.emit("case", case))
                yield line
            if day.total > _SHOWN:
                more = Button(text.say("today.all", n=day.total), "plain", name="today-all")
                more.clicked.connect(lambda: self.go.emit("cases", None))
                yield more

        card.add_all(lines())
        return card

    def _aside(self, day: DayList, now: datetime) -> QWidget:
        holder = QWidget()
        box = column(gap=2)
        box.addWidget(self._next(day.doors[0], now))
        due = [d for d in day.doors if d.follow_up and not (d.sent_back or d.veiled)]
        if due:
            box.addWidget(self._follow_ups(due))
        spots = self._spots(day)
        if len(spots) > 1 and self.wide:
            box.addWidget(
                Card(
                    SectionHeader(self.text.say("today.map"), self.text.say("today.map_remark")),
                    RouteMap(spots, says=self.text.say("today.map")),
                )
            )
        holder.setLayout(box)
        return holder

    def _next(self, door: Door, now: datetime) -> QWidget:
        text = self.text
        head = SectionHeader(text.say("today.next"))
        card = Card(head, Label(door.debtor, "title"), Label(door.address or "", ink="soft"))
        if _can_go(door):
            remark = why(door, text) if door.knock is State.warn else ""
            title = text.say("door.may_knock")
            card.body.addWidget(Banner(title, remark, KNOCK_TONE[door.knock], name="may-i-knock"))
        else:
            title, tone = text.say("door.may_not"), KNOCK_TONE[door.knock]
            card.body.addWidget(Banner(title, why(door, text), tone, name="may-i-knock"))
        if door.window_end is not None and _can_go(door):
            left = Countdown(
                lambda span: text.say("door.left", span=text.left(span)),
                lambda: self._model.office.now().wall,
            )
            left.over.connect(self._model.load)
            left.count_to(door.window_end)
            card.body.addWidget(left)
        card.body.addWidget(self._owed(door))
        key = "today.resume" if door.visit_state == "open" else "today.open"
        start = Button(text.say(key), "primary", glyph="arrow-right", name="today-next")
        target = (
            ("visit", (door.case, door.visit))
            if door.visit_state == "open"
            else ("case", door.case)
        )
        start.clicked.connect(lambda: self.go.emit(*target))
        card.body.addWidget(start)
        return card

    def _owed(self, door: Door) -> QWidget:
        text = self.text
        if door.veiled:
            return Banner(text.say("today.veiled"), "", "info", glyph="lock", name="veiled")
        return MoneyLabel(
            f"{door.creditor} · {door.product}",
            text.money(door.owed),
            style="heading",
            remark=text.say("door.overdue", days=door.days_overdue, bucket=door.bucket),
        )

    def _spots(self, day: DayList) -> list[Spot]:
        found = []
        for place, door in enumerate(day.doors[:_ON_MAP]):
            if door.lat is not None and door.lon is not None and _can_go(door):
                tone = "success" if door.visited_at else "accent"
                found.append(Spot(str(place + 1), door.lat, door.lon, tone))
        return found


def _can_go(door: Door) -> bool:
    return door.knock <= State.warn or door.visit_state == "open"


def _agreed_on(door: Door) -> date:
    assert door.follow_up is not None
    return door.follow_up.on
