"""Where the key that signs shall live: on this device, or in a security chip or key."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.text import Text
from ui.viewmodels.entry import EnrolModel
from ui.widgets.badge import Banner
from ui.widgets.button import Button
from ui.widgets.choice import Choices, Option
from ui.widgets.field import TextField
from ui.widgets.label import Label
from ui.widgets.layout import clear, column, row


class KeyChoice(QWidget):
    """A choice of two; the second opens a list of what is plugged in, and asks for its PIN."""

    def __init__(self, model: EnrolModel, text: Text) -> None:
        super().__init__()
        self._model, self._text = model, text
        self._home = Choices(
            [
                Option("device", text.say("enrol.key_device"), glyph="device"),
                Option(
                    "token",
                    text.say("enrol.key_token"),
                    text.say("enrol.key_token_remark"),
                    glyph="shield",
                ),
            ],
            chosen=("device",),
            name="enrol-key",
        )
        self._home.picked.connect(self._choose)
        self._list: Choices | None = None
        self._shown = column(gap=1)
        again = Button(text.say("enrol.key_look"), "quiet", glyph="sync", name="enrol-key-look")
        again.clicked.connect(self._look)
        self._pin = TextField(
            text.say("enrol.pin"), hint=text.say("enrol.pin_hint"), keys="secret", name="enrol-pin"
        )
        self._unchosen = Label(text.say("enrol.key_needed"), "label", ink="danger")
        self._unchosen.hide()
        inside = column(gap=1.5)
        inside.addLayout(self._shown)
        inside.addWidget(self._unchosen)
        inside.addLayout(row(again, 1))
        inside.addWidget(self._pin)
        self._inside = QWidget()
        self._inside.setLayout(inside)
        self._inside.hide()
        self.setLayout(
            column(Label(text.say("enrol.key"), "strong"), self._home, self._inside, gap=1)
        )
        model.found.connect(self._fill)
        model.unfound.connect(self._say_why)

    @property
    def token(self) -> int | None:
        """The place of the chosen security key in the model's list; None: this device itself."""
        if not self._wanted or self._list is None or not self._list.chosen():
            return None
        return int(self._list.chosen()[0])

    @property
    def pin(self) -> str:
        return self._pin.text() if self._wanted else ""

    def faultless(self) -> bool:
        """Whether what is asked for is there; says what is not."""
        if not self._wanted:
            return True
        self._pin.set_fault("" if self._pin.text() else self._text.say("enrol.pin_needed"))
        self._unchosen.setVisible(self.token is None)
        return self.token is not None and bool(self._pin.text())

    def forget_pin(self) -> None:
        """Nobody tries the same wrong one again by pressing once more."""
        self._pin.set_text("")

    @property
    def _wanted(self) -> bool:
        return self._home.chosen() == ("token",)

    def _choose(self, _: object) -> None:
        self._inside.setVisible(self._wanted)
        if self._wanted and self._list is None:
            self._look()

    def _look(self) -> None:
        clear(self._shown)
        self._list = None
        self._shown.addWidget(Label(self._text.say("enrol.key_looking"), ink="soft"))
        self._model.look()

    def _fill(self) -> None:
        say = self._text.say
        shown = self._emptied()
        if not self._model.tokens:
            shown.addWidget(
                Banner(
                    say("enrol.key_none"),
                    say("enrol.key_none_remark"),
                    "warn",
                    name="enrol-key-none",
                )
            )
            return
        options = [
            Option(
                str(place),
                one.name,
                say("enrol.key_locked") if one.locked else "",
                open=not one.locked,
            )
            for place, one in enumerate(self._model.tokens)
        ]
        free = [one.value for one in options if one.open]
        self._list = Choices(options, chosen=free if len(free) == 1 else (), name="enrol-token")
        shown.addWidget(self._list)

    def _say_why(self, _: Exception) -> None:
        title, remark = (
            self._text.say("enrol.key_broken"),
            self._text.say("enrol.key_broken_remark"),
        )
        self._emptied().addWidget(Banner(title, remark, "warn", name="enrol-key-none"))

    def _emptied(self) -> QVBoxLayout:
        clear(self._shown)
        self._list = None
        return self._shown
