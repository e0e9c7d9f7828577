"""The evidence bundle of a visit: choose what a stranger may not read, then save it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog, QWidget

from agent_app.domain.events import Event
from agent_app.domain.money import Money
from ui.text import Text
from ui.viewmodels.bundle import GROUPS, SAID_IN_FILES, BundleModel, belongs
from ui.widgets.badge import Banner
from ui.widgets.button import Button, Chip
from ui.widgets.label import Label
from ui.widgets.layout import Flow, clear, column
from ui.widgets.overlay import Sheet
from ui.widgets.toggle import Toggle

_LONGEST = 60


def bundle_sheet(page: QWidget, model: BundleModel, text: Text) -> Sheet:
    """Over `page`; stays open after saving, so that a second copy can be made otherwise."""
    form = BundleForm(model, text)
    save = Button(text.say("evidence_files.save"), "primary", glyph="file", name="bundle-save")
    sheet = Sheet(
        page, text.say("evidence_files.bundle"), form, close=text.say("page.close"),
        name="bundle-sheet", width=860, actions=(save,),
    )  # fmt: skip
    save.clicked.connect(form.choose_place)
    model.busy.connect(lambda busy: save.setEnabled(not busy))
    model.setParent(form)
    return sheet


class BundleForm(QWidget):
    """Groups to black out at one press; below, every field and file by itself."""

    def __init__(self, model: BundleModel, text: Text) -> None:
        super().__init__()
        self.setObjectName("bundle-form")
        self.made = model.made
        self._model, self._text = model, text
        self._fields: dict[tuple[str, str], Toggle] = {}
        self._files: dict[str, Toggle] = {}
        self._told = column(gap=1)
        remark = Label(text.say("evidence_files.remark"), "body", ink="soft")
        groups = QWidget()
        chips = Flow(gap=1)
        for name in (*GROUPS, "files"):
            chip = Chip(text.say(f"evidence_files.hide_{name}"), name=f"bundle-hide-{name}")
            chip.toggled.connect(lambda on, name=name: self._hide_group(name, on))
            chips.addWidget(chip)
        groups.setLayout(chips)
        box = column(self._told, remark, groups, gap=2)
        for event in model.events:
            for item in self._lines(event):
                box.addWidget(item)
        self.setLayout(box)
        model.made.connect(self._made)
        model.failed.connect(lambda error: self._say(text.error(error), "", "danger"))

    def _lines(self, event: Event) -> Iterator[QWidget]:
        text = self._text
        if not event.body and not event.files:
            return
        what = text.choose(f"events.{event.kind}", event.kind)
        yield Label(f"{text.time(event.at)}  {what}", "strong")
        for name, value in event.body.items():
            label = text.choose(f"evidence.field_{name}", name)
            said = " ".join(_said(value, text).split())
            short = said if len(said) <= _LONGEST else said[:_LONGEST] + "…"
            toggle = Toggle(f"{label}: {short}", name=f"hide-{event.id}-{name}")
            self._fields[event.id, name] = toggle
            yield toggle
        for file in event.files:
            slot = str(file["slot"])
            name = text.choose(f"evidence_files.{slot.partition('-')[0]}", slot)
            size = text.size(int(file["size"]))
            toggle = Toggle(f"{name}: {size}", name=f"drop-{file['sha256']}")
            self._files[str(file["sha256"])] = toggle
            yield toggle

    def _hide_group(self, name: str, on: bool) -> None:
        if name == "files" or (on and name in SAID_IN_FILES):
            for toggle in self._files.values():
                toggle.setChecked(on)
        if name == "files":
            return
        values = {event.id: event.body for event in self._model.events}
        for (event, field), toggle in self._fields.items():
            if belongs(name, field, values[event][field]):
                toggle.setChecked(on)

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
        hide: dict[str, set[str]] = {}
        for (event, field), toggle in self._fields.items():
            if toggle.isChecked():
                hide.setdefault(event, set()).add(field)
        drop = {digest for digest, toggle in self._files.items() if toggle.isChecked()}
        self._say(self._text.say("evidence_files.making"), "", "info")
        self._model.make(out, hide, drop)

    def _made(self, path: str) -> None:
        text = self._text
        hidden = sum(toggle.isChecked() for toggle in self._fields.values())
        dropped = sum(toggle.isChecked() for toggle in self._files.values())
        title = text.say("evidence_files.made", name=Path(path).name)
        said = text.say("evidence_files.hidden", fields=hidden, files=dropped)
        self._say(title, said, "success")

    def _say(self, title: str, remark: str, tone: str) -> None:
        clear(self._told)
        self._told.addWidget(Banner(title, remark, tone, name="bundle-told"))


def _said(value: Any, text: Text) -> str:
    """A field's value in a few words, so that one sees what would be hidden."""
    if isinstance(value, Mapping):
        if value.keys() == {"minor", "currency"}:
            return text.money(Money.from_json(dict(value)))
        return "; ".join(
            f"{text.choose(f'evidence.field_{name}', name)} {_said(one, text)}"
            for name, one in value.items()
        )
    if isinstance(value, list | tuple):
        return text.say("evidence.and").join(_said(one, text) for one in value)
    if isinstance(value, bool):
        return text.say("evidence.yes" if value else "evidence.no")
    return text.choose(f"values.{value}", str(value))
