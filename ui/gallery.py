"""`doorstep gallery --out DIR`: every widget in every state, in each theme, as PNG files."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QGridLayout, QSizePolicy, QWidget

from agent_app.domain.languages import LANGUAGES
from agent_app.domain.money import Money
from ui.app import build_app
from ui.gallery_questions import boxes
from ui.text import Text
from ui.theme import GRID, THEMES, TONES, TYPE_SCALE, worn
from ui.widgets.badge import Badge, Banner
from ui.widgets.button import Button, Chip, GlyphButton
from ui.widgets.card import Card, EmptyState, Facts, Rule, SectionHeader
from ui.widgets.chart import Bar, BarChart
from ui.widgets.choice import Choices, Option
from ui.widgets.countdown import Countdown
from ui.widgets.field import TextArea, TextField
from ui.widgets.ink_pad import InkPad
from ui.widgets.keypad import Keypad
from ui.widgets.label import Label
from ui.widgets.layout import Flow, column
from ui.widgets.lists import Number, Row
from ui.widgets.money import MoneyLabel
from ui.widgets.number import SliderField, Stepper
from ui.widgets.progress import Stage, StageBar
from ui.widgets.speech import Folded, Speech
from ui.widgets.table import Rows, Table
from ui.widgets.toggle import Toggle

_WIDTH = 1280
_ROOM_FOR_TWO = 125
_SHOWN_AT = datetime(2026, 11, 22, 2, 3, tzinfo=UTC)


def main(arguments: Sequence[str]) -> int:
    """Write one PNG a board, theme and scale below `--out`."""
    parser = argparse.ArgumentParser(prog="doorstep gallery")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--language", choices=LANGUAGES, default="zh_CN")
    parser.add_argument("--theme", choices=THEMES, action="append")
    parser.add_argument("--scale", type=int, action="append")
    chosen = parser.parse_args(list(arguments))
    for path in render(
        chosen.out, chosen.language, chosen.theme or THEMES, tuple(chosen.scale or (100, 200))
    ):
        print(path)
    return 0


def render(out: Path, language: str, themes: Sequence[str], scales: Sequence[int]) -> list[Path]:
    """Draw every board; the files written."""
    out.mkdir(parents=True, exist_ok=True)
    text, written = Text(language), []
    for theme in themes:
        for scale in scales:
            build_app(language=language, theme=theme, scale=scale)
            for name, board in BOARDS.items():
                path = out / f"{name}-{theme}-{scale}.png"
                _shot(board(text), path)
                written.append(path)
    return written


def _shot(board: QWidget, path: Path) -> None:
    board.setObjectName("page")
    board.resize(_WIDTH, _WIDTH)
    board.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    board.show()
    QApplication.processEvents()
    board.resize(_WIDTH, board.heightForWidth(_WIDTH))
    QApplication.processEvents()
    board.grab().save(str(path))
    board.close()
    board.deleteLater()
    # Without a running loop it would live on and be dressed again with every theme that follows.
    QApplication.sendPostedEvents(board, QEvent.Type.DeferredDelete)


def _board(*items: QWidget) -> QWidget:
    board = QWidget()
    board.setLayout(column(*items, gap=3, pad=4))
    board.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
    return board


def _side_by_side(*items: QWidget) -> QWidget:
    holder = QWidget()
    grid = QGridLayout(holder)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setSpacing(3 * GRID)
    stacked = worn().scale > _ROOM_FOR_TWO
    for place, item in enumerate(items):
        spot = (place, 0) if stacked else (0, place)
        grid.addWidget(item, *spot, Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(spot[1], 1)
    return holder


def _line(*items: QWidget) -> QWidget:
    holder = QWidget()
    holder.setLayout(Flow(*items, gap=1.5))
    return holder


def _words(text: Text) -> QWidget:
    samples = [Label(text.say("gallery.sample"), style) for style in TYPE_SCALE]
    badges = [Badge(text.say(f"gallery.tone_{tone}"), tone) for tone in TONES]
    banners = [
        Banner(text.say(f"gallery.tone_{tone}"), text.say("gallery.remark"), tone)
        for tone in ("success", "warn", "danger", "info")
    ]
    return _board(*samples, _line(*badges), *banners)


def _buttons(text: Text) -> QWidget:
    lines: list[QWidget] = []
    for kind in ("primary", "quiet", "plain", "warn", "danger"):
        ready = Button(text.say("gallery.button"), kind)
        drawn = Button(text.say("gallery.button"), kind, glyph="door")
        shut = Button(text.say("gallery.button"), kind, glyph="lock")
        shut.setEnabled(False)
        lines.append(_line(ready, drawn, shut))
    focused = Button(text.say("gallery.focused"), "primary")
    lines.append(_line(focused, GlyphButton("stop", text.say("gallery.button"), "warn")))
    chips = [Chip(text.say(f"gallery.tone_{tone}")) for tone in TONES]
    chips[1].setChecked(True)
    toggles = [Toggle(text.say("gallery.toggle"), on=on) for on in (True, False)]
    toggles[1].setEnabled(False)
    board = _board(*lines, _line(*chips), *toggles)
    focused.setFocus()
    return board


def _fields(text: Text) -> QWidget:
    plain = TextField(text.say("gallery.field"), hint=text.say("gallery.hint"))
    wrong = TextField(text.say("gallery.field"))
    wrong.set_text("6217")
    wrong.set_fault(text.say("gallery.fault"))
    shut = TextField(text.say("gallery.field"), placeholder=text.say("gallery.hint"))
    shut.edit.setEnabled(False)
    area = TextArea(text.say("gallery.field"), lines=3)
    stepper = Stepper(
        6, 1, 24, show=lambda n: text.say("gallery.months", n=n),
        less=text.say("question.less"), more=text.say("question.more"),
    )  # fmt: skip
    slider = SliderField(40, 0, 100, label=text.say("gallery.field"))
    left = Card(plain, wrong, shut)
    return _board(_side_by_side(left, Card(area, stepper, slider)))


def _choices(text: Text) -> QWidget:
    options = [
        Option("a", text.say("gallery.choice"), glyph="person"),
        Option("b", text.say("gallery.choice"), text.say("gallery.remark"), "people"),
        Option("c", text.say("gallery.choice"), text.say("gallery.hint"), open=False),
    ]
    one = Choices(options, chosen=("a",))
    many = Choices(options, multi=True, chosen=("a", "b"))
    stages = [
        Stage(text.say("gallery.stage", n=n), state)
        for n, state in enumerate(("done", "done", "here", "ahead", "shut"), 1)
    ]
    speech = Speech(text.say("gallery.speech"), says=text.say("gallery.say"))
    folded = Folded(text.say("gallery.folded"), text.say("gallery.remark"), opened=True)
    return _board(StageBar(stages), speech, folded, _side_by_side(one, many))


def _lists(text: Text) -> QWidget:
    rows: list[QWidget] = []
    for number, (state, tone) in enumerate(
        (("done", "success"), ("open", "info"), ("shut", "danger")), 1
    ):
        if rows:
            rows.append(Rule())
        badge = Badge(text.say(f"gallery.tone_{tone}"), tone)
        line = Row(
            text.say("gallery.row"),
            text.say("gallery.remark"),
            lead=Number(str(number), state),
            end=badge,
            opens=state != "shut",
        )
        line.set_chosen(state == "open")
        rows.append(line)
    listing = Card(SectionHeader(text.say("gallery.section"), text.say("gallery.hint")), *rows)
    sums = Card(
        MoneyLabel(text.say("gallery.sum"), text.money(Money(391300, "CNY"))),
        Facts([(text.say("gallery.field"), text.say("gallery.remark"))] * 2),
        BarChart([Bar(str(n), n % 3, 3) for n in range(6, 12)], says=text.say("gallery.sum")),
    )
    empty = Card(EmptyState("cases", text.say("gallery.empty"), text.say("gallery.remark")))
    return _board(_side_by_side(listing, sums), empty)


def _special(text: Text) -> QWidget:
    head = [text.say("gallery.column", n=n) for n in (1, 2, 3)]
    body = [
        [text.say("gallery.row"), text.date(_SHOWN_AT.date()), text.money(Money(n * 9999, "CNY"))]
        for n in range(1, 4)
    ]
    table = Table(Rows(head, body, frozenset({2})), says=text.say("gallery.section"))
    table.fit()
    listing = Card(SectionHeader(text.say("gallery.section")), table)
    countdown = Countdown(text.clock, lambda: _SHOWN_AT)
    countdown.count_to(_SHOWN_AT + timedelta(minutes=24, seconds=9))
    pad = InkPad(text.say("gallery.sign"))
    keypad = Keypad(erase=text.say("gallery.button"), enter=text.say("gallery.button"))
    return _board(listing, countdown, _side_by_side(Card(pad), Card(keypad)))


def _questions(text: Text) -> QWidget:
    made = list(boxes(text, _SHOWN_AT))
    half = (len(made) + 1) // 2
    columns = []
    for part in (made[:half], made[half:]):
        holder = QWidget()
        holder.setLayout(column(*part, gap=2))
        columns.append(holder)
    return _board(_side_by_side(*columns))


BOARDS: dict[str, Callable[[Text], QWidget]] = {
    "words": _words,
    "buttons": _buttons,
    "fields": _fields,
    "choices": _choices,
    "lists": _lists,
    "special": _special,
    "questions": _questions,
}
