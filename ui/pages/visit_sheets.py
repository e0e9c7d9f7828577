"""Sheets over the visit page: stop, jump to a screen, change the language."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from agent_app.domain.languages import LANGUAGE_NAMES
from ui.text import Text
from ui.viewmodels.script_map import Screen
from ui.viewmodels.visit import VisitModel
from ui.widgets.badge import Badge, Banner
from ui.widgets.button import Button
from ui.widgets.card import Rule
from ui.widgets.choice import Choices, Option
from ui.widgets.label import Label
from ui.widgets.layout import column
from ui.widgets.lists import Row
from ui.widgets.overlay import Sheet

REASONS = ("asked_to_leave", "refused", "threat", "distress", "other")
WINDOW_CLOSING, OTHER = "window_closing", "other"
CLOSING = "closing-sheet"
PASSING = frozenset({"stop-sheet", "jump-sheet", "language-sheet", "camera-sheet", "scan-sheet"})
"""Sheets in which nothing is being written down."""
_MARKS = {
    "here": ("visit.mark_here", "accent"),
    "done": ("visit.mark_done", "success"),
    "todo": ("visit.mark_todo", "warn"),
    "ahead": ("visit.mark_ahead", "neutral"),
}


def stop_sheet(page: QWidget, model: VisitModel, text: Text) -> Sheet:
    """Why we stop. Choosing stops at once; it is always free."""
    cards = Choices(_reasons(model, text), columns=2, name="stop-reasons")
    head = Banner(text.say("visit.stop_free"), text.say("visit.stop_remark"), "info")
    content = QWidget()
    content.setLayout(column(head, cards, gap=2))
    go = Button(text.say("visit.stop_now"), "danger", glyph="stop", name="stop-now")
    go.setEnabled(False)
    cards.picked.connect(lambda _: go.setEnabled(True))
    sheet = Sheet(
        page, text.say("visit.stop_title"), content, close=text.say("visit.stay"),
        name="stop-sheet", width=720, actions=(go,),
    )  # fmt: skip

    def leave() -> None:
        reason = cards.chosen()[0]
        sheet.leave()
        model.stop(reason)

    go.clicked.connect(leave)
    return sheet


def _reasons(model: VisitModel, text: Text) -> list[Option]:
    asked = model.find(panel="stop")
    if asked:
        return [Option(choice.value, choice.label) for choice in asked.choices]
    return [Option(reason, text.say(f"visit.stop_{reason}")) for reason in REASONS]


def closing_sheet(page: QWidget, model: VisitModel, text: Text) -> Sheet:
    """The permitted hours are over, or the case was taken back: the reason is chosen, and leaving
    is all that is left."""
    why = "recalled" if model.recalled else "closing"
    head = Banner(text.say(f"visit.{why}"), text.say("visit.closing_remark"), "warn", glyph="clock")
    reasons, likely = _reasons(model, text), OTHER if model.recalled else WINDOW_CLOSING
    if all(one.value != likely for one in reasons):
        reasons.append(Option(likely, text.say(f"visit.stop_{likely}")))
    cards = Choices(reasons, columns=2, chosen=(likely,), name="stop-reasons")
    content = QWidget()
    content.setLayout(column(head, cards, gap=2))
    go = Button(text.say("visit.stop_now"), "danger", glyph="stop", name="stop-now")
    sheet = Sheet(
        page, text.say("visit.stop_title"), content, close="", name=CLOSING, width=720,
        actions=(go,),
    )  # fmt: skip

    def leave() -> None:
        sheet.leave()
        model.stop(cards.chosen()[0])

    go.clicked.connect(leave)
    return sheet


def jump_sheet(page: QWidget, model: VisitModel, text: Text) -> Sheet:
    """Every screen of the visit by stage, with its state; those in reach can be opened."""
    content = QWidget()
    box = column(gap=0)
    content.setLayout(box)
    lines, stage = [], ""
    for place, screen in enumerate(model.course.screens):
        if screen.stage != stage:
            stage = screen.stage
            box.addSpacing(12)
            box.addWidget(Label(stage, "eyebrow"))
        else:
            box.addWidget(Rule())
        lines.append(_line(model, text, place, screen))
        box.addWidget(lines[-1])
    sheet = Sheet(
        page, text.say("visit.jump"), content, close=text.say("page.close"), name="jump-sheet"
    )
    for line, screen in zip(lines, model.course.screens, strict=True):
        line.opened.connect(sheet.leave)
        line.opened.connect(partial(model.jump, screen.ref))
    return sheet


def _line(model: VisitModel, text: Text, place: int, screen: Screen) -> Row:
    key, tone = _MARKS[_mark(model, place, screen)]
    return Row(
        screen.label or _first_words(model, screen),
        end=Badge(text.say(key), tone),
        opens=model.course.reachable(place),
        name=f"jump-{screen.ref}",
    )


def _mark(model: VisitModel, place: int, screen: Screen) -> str:
    course = model.course
    if place == course.at:
        return "here"
    if place < course.at:
        return "done" if course.complete(screen) else "todo"
    return "ahead"


def _first_words(model: VisitModel, screen: Screen) -> str:
    views = model.course.views(screen)
    return views[0].label if views else ""


def language_sheet(page: QWidget, model: VisitModel, text: Text) -> Sheet:
    """The script in another of its languages, for the one who listens."""
    known = model.session.form.languages
    options = [Option(one, LANGUAGE_NAMES.get(one, one)) for one in known]
    cards = Choices(options, chosen=(model.session.language,), name="visit-languages")
    sheet = Sheet(
        page, text.say("visit.language"), cards, close=text.say("page.close"),
        name="language-sheet", width=480,
    )  # fmt: skip

    def switch(chosen: tuple[str, ...]) -> None:
        sheet.leave()
        model.set_language(chosen[0])

    cards.picked.connect(switch)
    return sheet
