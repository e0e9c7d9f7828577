"""The bar over a visit: who, what may be said, the time left, the stages, and the way out."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QWidget

from ui.text import Text
from ui.viewmodels.visit import VisitModel
from ui.widgets.badge import Badge
from ui.widgets.button import Button, GlyphButton
from ui.widgets.card import Surface
from ui.widgets.countdown import Countdown
from ui.widgets.label import Label
from ui.widgets.layout import Flow, row
from ui.widgets.progress import Stage, StageBar

COVER = "F9"
"""The key that covers a page at a door."""
_STAGES = 7


class VisitHead(Surface):
    """What is so flows over as many lines as it needs; the buttons are always in sight."""

    def __init__(
        self,
        model: VisitModel,
        text: Text,
        *,
        jump: Callable[[], object],
        speak: Callable[[], object],
        stop: Callable[[], object],
        wrong: Callable[[], object],
    ) -> None:
        super().__init__("top", gap=1.5, pad=0)
        self.body.setContentsMargins(24, 12, 24, 12)
        self._model, self._text = model, text
        self._who = Label("", "strong", ink="accent", wrap=False)
        self._gate = Badge("", "neutral", name="visit-gate")
        self._recording = Badge(text.say("visit.recording"), "danger", glyph="record")
        self.left = Countdown(
            lambda span: text.say("visit.left", span=text.left(span)),
            lambda: model.office.now().wall,
        )
        self._states = (self._gate, self._recording, self.left)
        self._told = QWidget()
        self._told.setLayout(Flow(*self._states, gap=1.5))
        policy = self._told.sizePolicy()
        policy.setHeightForWidth(True)
        self._told.setSizePolicy(policy)
        self._line = row(gap=1.5)
        self._line.addWidget(self._who)
        self._line.addWidget(self._told, 1, Qt.AlignmentFlag.AlignVCenter)
        self._line.addStretch(0)
        self._keys = tuple(self._buttons(jump, speak, stop, wrong))
        for button in self._keys:
            self._line.addWidget(button)
        self._speech = Label("", "small", ink="soft", name="visit-speech")
        self._stages = StageBar()
        self.body.addLayout(self._line)
        self.body.addWidget(self._speech)
        self.body.addWidget(self._stages)
        self._narrow = False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    def _fold(self) -> None:
        """Where there is no room beside the buttons, what is told gets a line of its own."""
        line = (self._who, *self._states, *self._keys)
        shown = [one.sizeHint().width() for one in line if not one.isHidden()]
        narrow = self.width() < sum(shown) + (len(shown) + 1) * 12 + 48
        if narrow == self._narrow:
            return
        self._narrow = narrow
        if narrow:
            self._line.removeWidget(self._told)
            self._line.setStretch(1, 1)
            self.body.insertWidget(1, self._told)
        else:
            self.body.removeWidget(self._told)
            self._line.insertWidget(1, self._told, 1, Qt.AlignmentFlag.AlignVCenter)
            self._line.setStretch(2, 0)

    def _buttons(
        self,
        jump: Callable[[], object],
        speak: Callable[[], object],
        stop: Callable[[], object],
        wrong: Callable[[], object],
    ) -> Iterator[Button]:
        text = self._text
        for button, press in (
            (GlyphButton("list", text.say("visit.jump"), "plain", name="visit-jump"), jump),
            (GlyphButton("globe", text.say("visit.language"), "plain", name="visit-language"), speak),
            (wrong_person_key(text, "visit-wrong-person"), wrong),
            (Button(text.say("visit.stop"), "warn", glyph="stop", name="visit-stop"), stop),
        ):  # fmt: skip
            button.clicked.connect(lambda _=False, press=press: press())
            yield button

    def show_state(self) -> None:
        """Follow the visit."""
        model, text = self._model, self._text
        standing = model.standing
        if standing is None:
            return
        known = model.state.get("identity") and not model.covered
        self._who.setText(model.case.debtor.name if known else text.say("visit.title"))
        is_open = standing.known.gate_open and not model.covered
        self._gate.show_state(
            text.say("visit.gate_open" if is_open else "visit.gate_shut"),
            "success" if is_open else "neutral",
            glyph="check-circle" if is_open else "lock",
        )
        self._speech.setText(self._may_say())
        self._speech.setVisible(bool(self._speech.text()))
        self._recording.setVisible(model.state.get("recording") == "on")
        self.left.count_to(standing.window_end)
        self._stages.set_stages(self._marks())
        self._fold()

    def _may_say(self) -> str:
        """What may be said to whoever stands there, in words that name no debt; nothing where the
        script speaks for itself, to the debtor."""
        standing, text = self._model.standing, self._text
        tier = "anyone" if self._model.covered or standing is None else standing.tier
        if tier == "leaving" and standing is not None:
            return " ".join(text.choose(f"visit.then_{one}", "") for one in standing.after_exit)
        return "" if tier == "debtor" else text.say(f"visit.say_{tier}")

    def _marks(self) -> list[Stage]:
        """The stages round the one shown; none while the page is covered: their names tell."""
        if self._model.covered:
            return []
        course = self._model.course
        names = list(dict.fromkeys(screen.stage for screen in course.screens if screen.stage))
        here = course.screen.stage if course.screen else ""
        place = names.index(here) if here in names else 0
        marks = [
            Stage(name, "done" if n < place else "here" if n == place else "ahead")
            for n, name in enumerate(names)
        ]
        start = max(0, min(place - _STAGES // 2, len(marks) - _STAGES))
        return marks[start : start + _STAGES]


def wrong_person_key(text: Text, name: str) -> Button:
    """The one key for "this is not the debtor", with its place on a keyboard."""
    key = Button(text.say("visit.wrong_person"), "quiet", glyph="wrong-person", name=name)
    key.setToolTip(text.say("visit.wrong_person_key", on=COVER))
    return key


def key_at_once(page: QWidget, cover: Callable[[], object]) -> None:
    """The same on the keyboard, wherever the focus is on `page` or on a sheet over it."""
    shortcut = QShortcut(QKeySequence(COVER), page)
    shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    shortcut.activated.connect(cover)
