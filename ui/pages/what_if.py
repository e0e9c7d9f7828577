"""What if: the team's visits under other rules; each rule with the visits behind it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from agent_app.domain.errors import BadInput
from agent_app.domain.rules.tallies import Proof
from ui.pages.page import Page, badge_line
from ui.text import Text
from ui.viewmodels.what_if import SPANS, RuleRow, WhatIfModel
from ui.widgets.badge import Badge, Banner
from ui.widgets.button import Button, Chip
from ui.widgets.card import Card, EmptyState, SectionHeader
from ui.widgets.label import Label
from ui.widgets.layout import Flow, column, row
from ui.widgets.list_card import ListCard
from ui.widgets.lists import Row
from ui.widgets.overlay import Sheet

_VISITS = 40
_FAULTS = 30


class WhatIfPage(Page):
    """Choose the rules and how far back; press a rule to see its visits."""

    reach = 1240
    wide_from = 1060

    def __init__(self, model: WhatIfModel, text: Text) -> None:
        super().__init__(text, title=text.say("what_if.title"), returns=True)
        self._model = model
        other = Button(text.say("what_if.open"), "quiet", glyph="file", name="what-if-open")
        other.clicked.connect(self._ask_folder)
        self.tools.addWidget(other)
        self.bind(model)
        model.moved.connect(self._count)

    def arrive(self) -> None:
        self._model.load()

    def fill(self) -> None:
        model, text = self._model, self.text
        self._count()
        body = self.refill()
        body.addWidget(self._choices())
        if not model.visits:
            body.addWidget(
                EmptyState("reviews", text.say("what_if.none"), text.say("what_if.none_remark"))
            )
            return
        body.addWidget(self._answer())
        rules = self._rules()
        chosen = next((one for one in model.rows if one.tally.rule == model.chosen), None)
        if chosen is None:
            body.addWidget(rules)
        elif self.wide:
            across = row(gap=3)
            across.addLayout(column(rules, 1), 3)
            across.addLayout(column(self._visits(chosen), 1), 2)
            body.addLayout(across)
        else:
            body.addWidget(self._visits(chosen))
            body.addWidget(rules)

    def _count(self) -> None:
        model, text = self._model, self.text
        key = "what_if.stopped" if model.stopped else "what_if.judged"
        count = text.say(key, done=model.done, total=len(model.visits))
        self.set_head(text.say("what_if.title"), count)

    def fail(self, error: Exception) -> None:
        """The faults of a pack are for whoever writes it: each with its file and key."""
        if not isinstance(error, BadInput):
            super().fail(error)
            return
        text, content = self.text, QWidget()
        lines = [Label(str(fault)) for fault in error.faults[:_FAULTS]]
        content.setLayout(column(*lines, gap=1.5))
        title = text.say("what_if.faults", n=len(error.faults))
        Sheet(self, title, content, close=text.say("page.close"), name="faults-sheet", width=800)

    def _choices(self) -> QWidget:
        model, text = self._model, self.text
        holder, supposed, spans = QWidget(), Flow(gap=1), Flow(gap=1)
        for one in model.editions:
            said = text.choose(f"what_if.suppose_{one.name}", one.name)
            chip = Chip(said, name=f"suppose-{one.name}")
            chip.setChecked(one == model.supposed)
            chip.clicked.connect(lambda _=False, name=one.name: model.suppose(name))
            supposed.addWidget(chip)
        for days in SPANS:
            said = text.say("what_if.days", n=days) if days else text.say("what_if.all")
            chip = Chip(said, name=f"span-{days}")
            chip.setChecked(days == model.days)
            chip.clicked.connect(lambda _=False, days=days: model.look_back(days))
            spans.addWidget(chip)
        holder.setLayout(column(supposed, spans, gap=1))
        return holder

    def _answer(self) -> QWidget:
        """In one sentence: would anything have been different?"""
        model, text = self._model, self.text
        if model.busy_judging:
            stop = Button(text.say("what_if.stop"), "quiet", glyph="stop", name="what-if-stop")
            stop.clicked.connect(model.stop)
            banner = Banner(text.say("what_if.judging"), "", "info", name="what-if-answer")
            line, holder = row(banner, stop, gap=2), QWidget()
            line.setStretch(0, 1)
            holder.setLayout(line)
            return holder
        visits = {visit for one in model.rows for visit in one.new}
        if model.supposed.name == "day":
            broken = sum(bool(one.tally.broken) for one in model.rows)
            words = text.say("what_if.broken", n=broken) if broken else text.say("what_if.kept")
            return Banner(words, "", "danger" if broken else "success", name="what-if-answer")
        if not visits:
            return Banner(text.say("what_if.same"), "", "success", name="what-if-answer")
        rules = sum(bool(one.new) for one in model.rows)
        words = text.say("what_if.new", visits=len(visits), rules=rules)
        return Banner(words, text.say("what_if.new_remark"), "warn", name="what-if-answer")

    def _rules(self) -> QWidget:
        card = ListCard(self.text.say("what_if.rules", n=len(self._model.rows)))
        card.add_all(map(self._rule, self._model.rows))
        return card

    def _rule(self, one: RuleRow) -> Row:
        text, found = self.text, one.tally
        cited = found.citation
        marks = [
            Badge(text.say(f"what_if.count_{name}", n=len(proofs)), tone)
            for name, proofs, tone in (
                ("broken", found.broken, "danger"),
                ("unproven", found.unproven, "warn"),
                ("kept", found.kept, "success"),
            )
            if proofs
        ]
        if one.new:
            marks.insert(0, Badge(text.say("what_if.count_new", n=len(one.new)), "danger"))
        line = Row(
            text.pick(one.words),
            text.source(cited.title, cited.locator),
            end=marks[0] if len(marks) == 1 else None,
            note=badge_line(*marks) if len(marks) > 1 else None,
            name=f"if-{found.rule}",
        )
        line.set_chosen(found.rule == self._model.chosen)
        line.opened.connect(lambda: self._model.choose(found.rule))
        return line

    def _visits(self, one: RuleRow) -> QWidget:
        """The visits behind one rule: those that broke it, then those that cannot tell."""
        text, found = self.text, one.tally
        card = ListCard(text.say("what_if.visits"))
        shown = [
            *((proof, "broken", "danger") for proof in found.broken),
            *((proof, "unclear", "warn") for proof in found.unproven),
            *((proof, "kept", "success") for proof in found.kept),
        ][:_VISITS]
        queue = tuple((self._model.known[p.visit].case, p.visit) for p, *_ in shown)
        for proof, key, tone in shown:
            card.add(self._visit(proof, Badge(text.say(f"replay.{key}"), tone), queue))
        if not shown:
            return Card(SectionHeader(text.say("what_if.visits")))
        return card

    def _visit(self, proof: Proof, mark: Badge, queue: tuple[tuple[str, str], ...]) -> Row:
        text, known = self.text, self._model.known[proof.visit]
        remark = f"{known.agent_name} · {text.moment(known.started_at)}"
        if said := text.pick(proof.text):
            remark = f"{remark}\n{said}"
        line = Row(known.debtor, remark, end=mark, name=f"visit-{proof.visit}")
        target = (known.case, proof.visit, queue)
        line.opened.connect(lambda: self.go.emit("replay", target))
        return line

    def _ask_folder(self) -> None:
        """A pack being written: its folder, or a folder of packs."""
        dialog = QFileDialog(self, self.text.say("what_if.open"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda path: self._model.open_edition(Path(path)))
        dialog.open()
