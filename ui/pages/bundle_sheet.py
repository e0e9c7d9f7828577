"""The evidence bundle of a visit: choose what a stranger may not read, then save it."""

from __future__ import annotations

from collections import defaultdict
from itertools import groupby
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from agent_app.queries.passages import Passage, says_too
from ui.text import Text
from ui.viewmodels.bundle import BundleModel
from ui.widgets.badge import Banner
from ui.widgets.button import Button, Chip
from ui.widgets.label import Label
from ui.widgets.layout import clear, column, row
from ui.widgets.list_card import ListCard
from ui.widgets.lists import Row
from ui.widgets.overlay import Sheet
from ui.widgets.toggle import Toggle

_LONGEST = 160


def bundle_sheet(page: QWidget, model: BundleModel, text: Text) -> Sheet:
    """Over `page`; stays open after saving, so that a second copy can be made otherwise."""
    form = BundleForm(model, text)
    save = Button(text.say("evidence_files.save"), "primary", glyph="file", name="bundle-save")
    sheet = Sheet(
        page, text.say("evidence_files.bundle"), form, close=text.say("page.close"),
        name="bundle-sheet", width=860, actions=(save,),
    )  # fmt: skip
    save.setEnabled(False)
    save.clicked.connect(form.choose_place)
    model.ready.connect(lambda: save.setEnabled(True))
    model.busy.connect(lambda busy: save.setEnabled(not busy))
    model.setParent(form)
    model.load()
    return sheet


class BundleForm(QWidget):
    """What a stranger would read, group by group, each with a switch; some are on from the start."""

    def __init__(self, model: BundleModel, text: Text) -> None:
        super().__init__()
        self.setObjectName("bundle-form")
        self.made = model.made
        self._model, self._text = model, text
        self._switches: dict[Passage, Toggle] = {}
        self._groups: dict[str, Chip] = {}
        self._told, self._cards = column(gap=1), column(gap=2)
        remark = Label(text.say("evidence_files.remark"), "body", ink="soft")
        self._sum = Label("", "strong", wrap=False, name="bundle-sum")
        proposal = Button(text.say("evidence_files.proposal"), "quiet", name="bundle-proposal")
        proposal.clicked.connect(self._propose)
        whole = Button(text.say("evidence_files.show_all"), "quiet", name="bundle-show-all")
        whole.clicked.connect(self._show_all)
        line = row(self._sum, 1, proposal, whole, gap=1)
        self.setLayout(column(self._told, remark, line, self._cards, gap=2))
        model.ready.connect(self._fill)
        model.made.connect(self._made)
        model.failed.connect(lambda error: self._say(text.error(error), "", "danger"))

    def _fill(self) -> None:
        clear(self._cards)
        self._switches.clear()
        for group, members in groupby(self._model.passages, lambda one: one.group):
            self._cards.addWidget(self._card(group, tuple(members)))
        self._propose()

    def _card(self, group: str, members: tuple[Passage, ...]) -> QWidget:
        text, card = self._text, ListCard()
        chip = Chip(text.say("evidence_files.hide_group"), name=f"bundle-hide-{group}")
        chip.clicked.connect(lambda on: self._hide_group(group, on))
        self._groups[group] = chip
        title, remark = f"evidence_files.group_{group}", f"evidence_files.about_{group}"
        card.head(text.say(title), text.say(remark), end=chip)
        for one in members:
            card.add(self._line(one))
        return card

    def _line(self, one: Passage) -> QWidget:
        text = self._text
        switch = Toggle(text.say("evidence_files.hide"), name=_name(one))
        switch.setAccessibleName(f"{text.say('evidence_files.hide')}: {one.title}")
        switch.setFixedWidth(switch.sizeHint().width())
        switch.toggled.connect(self._count)
        self._switches[one] = switch
        said = " ".join(one.said.split())
        said = said if len(said) <= _LONGEST else said[:_LONGEST] + "…"
        size = text.size(one.size) if one.file else ""
        mark = text.say("evidence_files.proposed") if one.proposed else ""
        parts = (said, size, text.time(one.at), mark)
        remark = " · ".join(part for part in parts if part)
        return Row(one.title, remark, end=switch, opens=False)

    def _hide_group(self, group: str, on: bool) -> None:
        for one, switch in self._switches.items():
            if one.group == group or (on and one.file and says_too(group, one)):
                switch.setChecked(on)

    def _propose(self) -> None:
        for one, switch in self._switches.items():
            switch.setChecked(one.proposed)
        self._count()

    def _show_all(self) -> None:
        for switch in self._switches.values():
            switch.setChecked(False)

    def _count(self) -> None:
        """A group's chip is down while all of it is hidden; the sum stands above."""
        for group, chip in self._groups.items():
            own = [on.isChecked() for one, on in self._switches.items() if one.group == group]
            chip.setChecked(all(own))
        hidden = self._hidden()
        fields, files = sum(not one.file for one in hidden), sum(bool(one.file) for one in hidden)
        said = self._text.say("evidence_files.hidden", fields=fields, files=files)
        self._sum.setText(said)

    def _hidden(self) -> list[Passage]:
        return [one for one, switch in self._switches.items() if switch.isChecked()]

    def choose_place(self) -> None:
        """Ask where to put it, then make it."""
        dialog = QFileDialog(self, self._text.say("evidence_files.save"))
        dialog.selectFile(f"{self._model.visit[-8:]}.bundle")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("bundle")
        dialog.fileSelected.connect(lambda name: self.save(Path(name)))
        dialog.open()

    def save(self, out: Path) -> None:
        """Make the bundle with what is switched on blacked out."""
        hide: dict[str, set[str]] = defaultdict(set)
        for event, field in (field for one in self._hidden() for field in one.fields):
            hide[event].add(field)
        drop = {one.file for one in self._hidden() if one.file}
        self._say(self._text.say("evidence_files.making"), "", "info")
        self._model.make(out, hide, drop)

    def _made(self, path: str) -> None:
        title = self._text.say("evidence_files.made", name=Path(path).name)
        self._say(title, self._sum.text(), "success")

    def _say(self, title: str, remark: str, tone: str) -> None:
        clear(self._told)
        self._told.addWidget(Banner(title, remark, tone, name="bundle-told"))


def _name(one: Passage) -> str:
    event, field = one.fields[0] if one.fields else ("", "")
    return f"drop-{one.file}" if one.file else f"hide-{event}-{field}"
