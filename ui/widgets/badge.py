"""A state in a word, with its shape: colour is never alone."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QSizePolicy

from ui.theme import worn
from ui.widgets.icon import Icon
from ui.widgets.label import Label, restyle
from ui.widgets.layout import column, row

_SHAPES = {
    "neutral": "ring",
    "accent": "dot",
    "success": "check-circle",
    "warn": "alert",
    "danger": "stop",
    "info": "info",
    "speech": "speech",
}


def ink_of(tone: str) -> str:
    return "ink_soft" if tone == "neutral" else tone


class Badge(QFrame):
    """A short word on a soft ground of its tone."""

    def __init__(self, text: str, tone: str = "neutral", *, glyph: str = "", name: str = ""):
        super().__init__()
        self.setProperty("badge", True)
        self._icon = Icon("ring", size=16)
        ink = "soft" if tone == "neutral" else tone
        self._label = Label(text, "small", ink=ink, wrap=False)
        line = row(self._icon, self._label, gap=0.75)
        line.setContentsMargins(8, 4, 10, 4)
        self.setLayout(line)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
        if name:
            self.setObjectName(name)
        self.setProperty("tone", tone)
        self.show_state(text, tone, glyph=glyph)

    def show_state(self, text: str, tone: str, *, glyph: str = "") -> None:
        self._icon.show_icon(glyph or _SHAPES[tone], ink_of(tone))
        self._label.setText(text)
        self._label.set_ink("soft" if tone == "neutral" else tone)
        self.setAccessibleName(text)
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            restyle(self)
        self.setMinimumHeight(worn().px("small") + 14)


class Banner(QFrame):
    """A message on the page itself: what is so, why, and what to do about it."""

    def __init__(
        self,
        title: str,
        remark: str = "",
        tone: str = "info",
        *,
        glyph: str = "",
        name: str = "",
    ) -> None:
        super().__init__()
        self._icon = Icon("info", "info", 22)
        self._title = Label(title, "strong")
        self._remark = Label(remark, "body")
        words = column(self._title, self._remark, gap=0.5)
        across = row(gap=1.5)
        line = worn().line("body")
        beside = column(self._icon, gap=0)
        beside.setContentsMargins(0, max(0, line - self._icon.height()) // 2, 0, 0)
        beside.addStretch(1)
        across.addLayout(beside)
        across.addLayout(words, 1)
        across.setContentsMargins(16, 14, 16, 14)
        self.setLayout(across)
        if name:
            self.setObjectName(name)
        self.show_message(title, remark, tone, glyph=glyph)

    def show_message(self, title: str, remark: str, tone: str, *, glyph: str = "") -> None:
        self._icon.show_icon(glyph or _SHAPES[tone], ink_of(tone))
        self._title.setText(title)
        self._title.set_ink("" if tone == "neutral" else tone)
        self._remark.setText(remark)
        self._remark.setVisible(bool(remark))
        self.setProperty("tone", tone)
        self.setAccessibleName(f"{title} {remark}".strip())
        restyle(self)
