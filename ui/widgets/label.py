"""Text on the screen, in the one type scale."""

from __future__ import annotations

import html

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget


def restyle(widget: QWidget) -> None:
    """Let the style sheet see a changed property."""
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
    widget.update()


class Label(QLabel):
    """Plain text; wraps by default. `style` is a name of the type scale, `ink` a colour token."""

    def __init__(
        self,
        text: str = "",
        style: str = "body",
        *,
        ink: str = "",
        wrap: bool = True,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("type", style)
        self.setWordWrap(wrap)
        if name:
            self.setObjectName(name)
        if wrap:
            policy = self.sizePolicy()
            policy.setHorizontalPolicy(QSizePolicy.Policy.Preferred)
            policy.setHeightForWidth(True)
            self.setSizePolicy(policy)
            self.setMinimumWidth(1)
        self.setProperty("ink", ink)
        self.setText(text)

    def setText(self, text: str) -> None:
        """No line begins with the dot that parts two things."""
        super().setText(text.replace(" · ", "\N{NO-BREAK SPACE}· "))

    def set_ink(self, ink: str) -> None:
        if self.property("ink") != ink:
            self.setProperty("ink", ink)
            restyle(self)


class Prose(QLabel):
    """Longer reading text with open line spacing."""

    def __init__(
        self, text: str = "", style: str = "body", *, ink: str = "", name: str = ""
    ) -> None:
        super().__init__()
        self.setProperty("type", style)
        self.setProperty("ink", ink)
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setMinimumWidth(1)
        if name:
            self.setObjectName(name)
        self.set_text(text)

    def set_text(self, text: str) -> None:
        """`text` is plain; line breaks are kept."""
        self.set_html(html.escape(text).replace("\n", "<br/>"))
        self.setAccessibleName(text)

    def set_html(self, body: str) -> None:
        """`body` is trusted markup, already escaped."""
        self.setText(f'<div style="line-height:118%">{body}</div>')
