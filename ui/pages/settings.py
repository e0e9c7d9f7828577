"""Settings: language, look, text size, and what this device knows of itself."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from agent_app.domain.languages import LANGUAGE_NAMES
from ui.pages.key_card import KeyCard
from ui.pages.page import Page
from ui.pages.passphrase import passphrase_sheet
from ui.text import Text
from ui.theme import THEMES
from ui.viewmodels.entry import PassphraseModel
from ui.viewmodels.security_key import SecurityKey, Standing
from ui.viewmodels.settings import SettingsModel
from ui.widgets.button import Button
from ui.widgets.card import Card, Facts, SectionHeader
from ui.widgets.choice import Choices, Option
from ui.widgets.layout import Flow

_SCALES = ("100", "125", "150", "200")
_THEME_GLYPHS = {"system": "device", "light": "sun", "dark": "moon", "contrast": "contrast"}


class SettingsPage(Page):
    """Each choice works at once."""

    lock_wanted = Signal()

    def __init__(
        self,
        model: SettingsModel,
        text: Text,
        rekey: Callable[[], PassphraseModel] | None = None,
        key: SecurityKey | None = None,
    ) -> None:
        """`rekey` makes what changes the passphrase; None in a room that has none."""
        super().__init__(text, title=text.say("settings.title"))
        self._rekey = rekey
        taste = model.taste
        large = taste.scale > 150
        languages = Choices(
            [Option(one, name) for one, name in LANGUAGE_NAMES.items()],
            columns=3,
            chosen=(taste.language,),
            name="settings-language",
        )
        languages.picked.connect(lambda chosen: model.set_language(chosen[0]))
        themes = Choices(
            [
                Option(one, text.say(f"settings.theme_{one}"), glyph=_THEME_GLYPHS[one])
                for one in ("system", *THEMES)
            ],
            columns=2 if large else 4,
            chosen=(taste.theme,),
            name="settings-theme",
        )
        themes.picked.connect(lambda chosen: model.set_theme(chosen[0]))
        scales = Choices(
            [Option(one, f"{one} %") for one in _SCALES],
            columns=2 if large else 4,
            chosen=(str(taste.scale),),
            name="settings-scale",
        )
        scales.picked.connect(lambda chosen: model.set_scale(int(chosen[0])))
        self.body.addWidget(Card(SectionHeader(text.say("settings.language")), languages))
        self.body.addWidget(Card(SectionHeader(text.say("settings.theme")), themes))
        self.body.addWidget(Card(SectionHeader(text.say("settings.scale")), scales))
        if key is not None:  # foremost when something is to be done about it
            place = -1 if key.standing is Standing.READY else 0
            self.body.insertWidget(place, KeyCard(key, text))
        facts = [
            (text.choose(f"settings.{name}", name), value) for name, value in model.facts.items()
        ]
        about = Card(SectionHeader(text.say("settings.device")), Facts(facts))
        lock = Button(text.say("settings.lock"), "quiet", glyph="lock", name="settings-lock")
        lock.clicked.connect(self.lock_wanted)
        seal = Button(text.say("seal.title"), "quiet", glyph="seal", name="settings-seal")
        seal.clicked.connect(lambda: self.go.emit("seal", None))
        rules = Button(text.say("rulebook.open"), "quiet", glyph="scale", name="settings-rules")
        rules.clicked.connect(lambda: self.go.emit("rulebook", None))
        secret = Button(
            text.say("passphrase.title"), "quiet", glyph="pen", name="settings-passphrase"
        )
        secret.clicked.connect(self._change_passphrase)
        secret.setVisible(rekey is not None)
        doors = QWidget()
        doors.setLayout(Flow(lock, secret, seal, rules, gap=2))
        about.body.addWidget(doors)
        self.body.addWidget(about)

    def _change_passphrase(self) -> None:
        if self._rekey is not None:
            model = self._rekey()
            passphrase_sheet(self, model, self.text)
            model.changed.connect(lambda: self.says.emit(self.text.say("passphrase.changed")))
