"""The rights desk: one tap for what the debtor states, the words to say, and what changes now."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from agent_app.queries.rights import RightOffered
from ui.pages.agreed_sheet import agreement_row, agreement_sheet, wishes_row, wishes_sheet
from ui.text import Text
from ui.viewmodels.office import Office
from ui.viewmodels.rights import RightsModel
from ui.widgets.badge import Badge, Banner
from ui.widgets.button import Button
from ui.widgets.card import Rule
from ui.widgets.choice import Choices, Option
from ui.widgets.field import Field, TextArea, TextField
from ui.widgets.icon import Icon
from ui.widgets.label import Label
from ui.widgets.layout import column, row
from ui.widgets.lists import Row
from ui.widgets.overlay import Sheet
from ui.widgets.paper import Paper, print_pdf
from ui.widgets.speech import Speech

FIELDS = {
    "dispute_raised": ("reason", "note"),
    "adviser_named": ("name", "contact"),
    "hardship_stated": ("note",),
    "vulnerability_flagged": ("note",),
}
"""What is asked for each event; the others are one tap."""
NEEDED = frozenset({"reason", "name"})
REASONS = ("amount", "paid", "fraud", "other")
_GLYPHS = {
    "dispute": "scale",
    "stop_contact": "hand",
    "adviser": "people",
    "not_my_debt": "wrong-person",
    "hardship": "wallet",
    "vulnerable": "heart",
}
_NEUTRAL_ACTS = frozenset({"visit", "call"})
"""What may be said to be shut where anyone may be reading along."""
_WIDE = 720


class RightsDesk(QObject):
    """Sheets over `page`: the list, one right with its words, and what is now so.

    `gate_open` says whether the debt may be spoken of; `leave` starts the way out of a visit,
    None where there is no visit; `after` is told when a right was recorded.
    """

    def __init__(
        self, page: QWidget, office: Office, case: str, text: Text, *,
        failed: Callable[[Exception], object], after: Callable[[], object],
        visit: str | None = None, gate_open: bool = True,
        leave: Callable[[], object] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(page)
        self._page, self._text = page, text
        self._gate_open, self._leave, self._after = gate_open, leave, after
        self._model = RightsModel(office, case, visit, self)
        self._model.ready.connect(self._list)
        self._model.stated.connect(self._stated)
        self._model.kept.connect(after)
        self._model.failed.connect(failed)
        self._model.load()

    def _list(self) -> None:
        text, content, box = self._text, QWidget(), column(gap=0)
        content.setLayout(box)
        if not self._gate_open:
            box.addWidget(Banner(text.say("rights.gate_shut"), "", "warn", glyph="lock"))
        rights = {self._line(one): partial(self._ask, one) for one in self._model.rights}
        opens = rights | self._agreed()
        for place, line in enumerate(opens):
            if place:
                box.addWidget(Rule())
            box.addWidget(line)
        sheet = self._sheet("rights-sheet", text.say("rights.title"), content)
        for line, go in opens.items():
            line.opened.connect(sheet.leave)
            line.opened.connect(go)

    def _agreed(self) -> dict[Row, Callable[[], object]]:
        """What they may agree to here, or take back, and what they wish for."""
        model, page, text = self._model, self._page, self._text
        found: dict[Row, Callable[[], object]] = {}
        for one in model.agreed.agreements:
            if (line := agreement_row(one, text)) is not None:
                found[line] = partial(agreement_sheet, page, model, one, text)
        found[wishes_row(model.agreed, text)] = partial(wishes_sheet, page, model, text)
        return found

    def _named(self, offered: RightOffered) -> str:
        """The right in words fit for whoever may be reading along."""
        right = offered.right
        return self._text.pick(right.text if self._gate_open else right.neutral)

    def _line(self, offered: RightOffered) -> Row:
        right, text = offered.right, self._text
        known = Badge(text.say("rights.stated"), "success") if offered.stated else None
        return Row(
            self._named(offered),
            lead=Icon(_GLYPHS.get(right.code, "hand"), "accent", 26),
            end=known,
            name=f"right-{right.code}",
        )

    def _ask(self, offered: RightOffered) -> None:
        """The words in their order, and only the fields this right needs."""
        right, text = offered.right, self._text
        consent = any(step.asks for step in right.steps)
        asked = _Asked(FIELDS.get(right.event, ()), text, consent=consent)
        content = QWidget()
        box = column(gap=2)
        steps = [
            step
            for step in right.steps
            if (offered.slip or step.key != "slip") and (self._gate_open or not step.names_debt)
        ]
        words = [f"{place}. {text.pick(step.text)}" for place, step in enumerate(steps, 1)]
        box.addWidget(Speech("\n".join(words), says=text.say("question.say"), name="right-words"))
        box.addWidget(asked)
        content.setLayout(box)
        keep = Button(text.say("rights.record"), "primary", glyph="check", name="right-record")
        sheet = self._sheet(f"right-{right.code}-sheet", self._named(offered), content, keep)

        def weigh() -> None:
            keep.setEnabled(asked.complete())
            refused = consent and asked.consents() is False
            keep.setText(text.say("rights.record_not" if refused else "rights.record"))

        def record() -> None:
            if consent and asked.consents() is False:
                sheet.leave()
                self._unwritten()
            else:
                told = offered, asked.said(), text.language
                sheet.leave_to(self._model, lambda: self._model.state(*told))

        asked.watch(weigh)
        weigh()
        keep.clicked.connect(record)

    def _unwritten(self) -> None:
        """They did not agree to a note: none is kept, and we stop kindly all the same."""
        text = self._text
        banner = Banner(text.say("rights.unwritten"), text.say("rights.unwritten_remark"), "info")
        self._close_with("rights-unwritten", text.say("rights.kindly"), banner, stop=True)

    def _stated(self, offered: RightOffered, slip: tuple[str, bytes] | None) -> None:
        """On record: what is no longer allowed, and the slip for the debtor."""
        text, content = self._text, QWidget()
        box = column(gap=2)
        content.setLayout(box)
        box.addWidget(
            Banner(text.say("rights.recorded"), text.say("rights.recorded_remark"), "success")
        )
        acts = [act for act in offered.shuts if self._gate_open or act in _NEUTRAL_ACTS]
        shut = [text.say(f"rights.act_{act}") for act in acts]
        head = "rights.shut_unsaid" if offered.shuts and not acts else "rights.nothing_shut"
        box.addWidget(Label(text.say("rights.shut" if acts else head), "strong"))
        for act, words in zip(acts, shut, strict=True):
            line = row(Icon("block", "danger", 22), Label(words, name=f"shut-{act}"), gap=1.5)
            line.setStretch(1, 1)
            box.addLayout(line)
        if slip is not None:
            box.addWidget(self._slip(*slip))
        self._close_with(
            "right-recorded", self._named(offered), content, stop="visit" in offered.shuts
        )
        self._after()

    def _slip(self, serial: str, pdf: bytes) -> QWidget:
        text, paper, holder = self._text, Paper(name="right-slip"), QWidget()
        paper.show_pdf(pdf)
        send = Button(text.say("letters.print"), "quiet", glyph="printer", name="slip-print")
        send.clicked.connect(lambda: print_pdf(pdf, self._page))
        head = row(Label(text.say("rights.slip", serial=serial), "strong"), send, gap=2)
        head.setStretch(0, 1)
        holder.setLayout(column(head, paper, gap=1.5))
        return holder

    def _close_with(self, name: str, title: str, content: QWidget, *, stop: bool) -> None:
        """The last sheet; where the visit must end, the way out is one press away."""
        leave = self._leave
        if not stop or leave is None:
            self._sheet(name, title, content)
            return
        go = Button(self._text.say("rights.leave"), "primary", glyph="door", name="right-leave")
        sheet = self._sheet(name, title, content, go)

        def out() -> None:
            sheet.leave()
            leave()

        go.clicked.connect(out)

    def _sheet(self, name: str, title: str, content: QWidget, *actions: Button) -> Sheet:
        close = self._text.say("page.close")
        return Sheet(
            self._page, title, content, close=close, name=name, width=_WIDE, actions=actions
        )


class _Asked(QWidget):
    """The fields of one right: a reason as cards, a consent, the rest typed."""

    def __init__(self, names: tuple[str, ...], text: Text, *, consent: bool) -> None:
        super().__init__()
        box = column(gap=2)
        self.setLayout(box)
        self._fields: dict[str, Field] = {}
        self._names = names
        self._agrees: Choices | None = None
        self._reason: Choices | None = None
        if consent:
            options = [Option(one, text.say(f"rights.consent_{one}")) for one in ("yes", "no")]
            self._agrees = Choices(options, columns=2, name="right-consent")
            box.addWidget(self._agrees)
        for name in names:
            if name == "reason":
                options = [Option(one, text.say(f"rights.reason_{one}")) for one in REASONS]
                self._reason = Choices(options, columns=2, name="right-reason")
                box.addWidget(self._reason)
                continue
            label = text.say(f"rights.field_{name}")
            field: Field = (
                TextArea(label, name="right-note", lines=3)
                if name == "note"
                else TextField(label, name=f"right-{name}")
            )
            self._fields[name] = field
            box.addWidget(field)

    def watch(self, changed: Callable[[], object]) -> None:
        for cards in (self._agrees, self._reason):
            if cards is not None:
                cards.picked.connect(lambda _: changed())
        for field in self._fields.values():
            field.edited.connect(lambda _: changed())

    def consents(self) -> bool | None:
        """None until they were asked."""
        chosen = self._agrees.chosen() if self._agrees is not None else ()
        return chosen[0] == "yes" if chosen else None

    def said(self) -> dict[str, str]:
        words = {name: field.text().strip() for name, field in self._fields.items()}
        if self._reason is not None and self._reason.chosen():
            words["reason"] = self._reason.chosen()[0]
        return words

    def complete(self) -> bool:
        if self._agrees is not None and self.consents() is None:
            return False
        said = self.said()
        return all(said.get(name) for name in self._names if name in NEEDED)
