"""Who is it? The person says two things of themselves; only whether they agree is kept."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from agent_app.script import NodeView
from ui.text import Text
from ui.viewmodels.panels import Panels
from ui.widgets.badge import Banner
from ui.widgets.button import Button
from ui.widgets.field import TextField
from ui.widgets.layout import Flow, column

_NEEDED = 2


class IdentityPanel(QWidget):
    """Fields for each check of the case; never shows what the right answer is."""

    def __init__(self, view: NodeView, panels: Panels, text: Text) -> None:
        super().__init__()
        self._panels, self._text, self._ref = panels, text, view.ref
        self._fields = {
            check: TextField(
                text.choose(f"identity.{check}", check),
                placeholder=text.choose(f"identity.{check}_form", ""),
                name=f"identity-{check}",
            )
            for check in panels.checks()
        }
        box = column(gap=2)
        if view.value:
            tone = "success" if view.value == "passed" else "danger"
            box.addWidget(
                Banner(
                    text.choose(f"identity.{view.value}", view.value),
                    text.choose(f"identity.{view.value}_remark", ""),
                    tone,
                    name="identity-result",
                )
            )
        if view.value != "passed":
            for field in self._fields.values():
                box.addWidget(field)
            box.addWidget(self._buttons(view))
        self.setLayout(box)

    def _buttons(self, view: NodeView) -> QWidget:
        text = self._text
        check = Button(text.say("identity.check"), "primary", glyph="check", name="identity-check")
        check.clicked.connect(self._check)
        decline = Button(text.say("identity.decline"), "quiet", name="identity-decline")
        decline.clicked.connect(lambda: self._panels.visit.answer(view.ref, "declined"))
        holder = QWidget()
        holder.setLayout(Flow(check, decline, gap=1.5))
        return holder

    def _check(self) -> None:
        said = {name: field.text() for name, field in self._fields.items()}
        given = [name for name, words in said.items() if words.strip()]
        if len(given) < _NEEDED:
            for name, field in self._fields.items():
                missing = "" if name in given else self._text.say("identity.two", n=_NEEDED)
                field.set_fault(missing)
            return
        self._panels.identify(self._ref, said)
