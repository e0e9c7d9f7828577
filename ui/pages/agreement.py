"""The debtor's turned-round screen: read, understand, sign. Shows only what they may see."""

from __future__ import annotations

from agent_app.domain.languages import LANGUAGE_NAMES
from ui.pages.agreement_checks import Checks
from ui.pages.agreement_decline import decline_sheet
from ui.pages.agreement_done import Done
from ui.pages.agreement_read import Reading
from ui.pages.agreement_sign import Signing
from ui.pages.page import Page
from ui.pages.visit_head import key_at_once
from ui.text import Text
from ui.viewmodels.agreement import AgreementModel
from ui.viewmodels.door_watch import DoorWatch
from ui.widgets.badge import Banner
from ui.widgets.button import Button, GlyphButton
from ui.widgets.choice import Choices, Option
from ui.widgets.overlay import Sheet
from ui.widgets.progress import Stage, StageBar

STEPS = ("read", "understand", "sign", "done")


class AgreementPage(Page):
    """Four steps, large, in the debtor's language. They may stop at each."""

    alone = True
    reach = 920

    def __init__(self, model: AgreementModel, text: Text) -> None:
        super().__init__(text, title=text.say("agreement.title"), remark=text.say("agreement.free"))
        self._model = model
        self._step = "read"
        self._body: Reading | Checks | Signing | Done | None = None
        self._sealed = b""
        self._speak = GlyphButton("globe", text.say("visit.language"), name="agreement-language")
        self._speak.clicked.connect(self._ask_language)
        self.tools.addWidget(self._speak)
        self.tools.addWidget(self.cover_key())
        key_at_once(self, self.cover)
        self._leave = Button(text.say("agreement.not_now"), "quiet", name="agreement-leave")
        self._leave.clicked.connect(lambda: decline_sheet(self, model, self.text))
        self.foot_line.addWidget(self._leave)
        self._next = self.main_button(
            text.say("agreement.go_on"), "arrow-right", name="agreement-next"
        )
        self._next.clicked.connect(self._go_on)
        model.signed.connect(self._signed)
        model.declined.connect(self.back)
        self.bind(model)
        self._watch = DoorWatch(model.office, model.case, model.visit, self)
        self._watch.nearly.connect(lambda: self.says.emit(self.text.say("agreement.nearly")))
        self._watch.over.connect(self._time_is_up)
        self._watch.covered.connect(self.back)
        self._watch.failed.connect(self.fail)

    def arrive(self) -> None:
        self._model.load()
        self._watch.load()

    def fill(self) -> None:
        if self._model.shown is None:
            return
        text, place = self.text, STEPS.index(self._step)
        body = self.refill()
        states = ["done"] * place + ["here"] + ["ahead"] * len(STEPS)
        body.addWidget(
            StageBar(
                [
                    Stage(text.say(f"agreement.step_{name}"), state)
                    for name, state in zip(STEPS, states, strict=False)
                ]
            )
        )
        self._body = self._made()
        body.addWidget(self._body)
        self._frame()

    def _made(self) -> Reading | Checks | Signing | Done:
        model, text = self._model, self.text
        if self._step == "read":
            return Reading(model, text)
        if self._step == "understand":
            return Checks(model, text)
        if self._step == "done":
            return Done(model, self._sealed, text)
        signing = Signing(model, text)
        signing.changed.connect(self._frame)
        return signing

    def _frame(self) -> None:
        """What stands around the step: may one go on, and what the one button says."""
        body, text = self._body, self.text
        assert body is not None
        self.set_head(text.say("agreement.title"), text.say("agreement.free"))
        self._next.setEnabled(body.ready)
        self._next.setText(text.say(body.onward))
        self._leave.setText(text.say("agreement.not_now"))
        self._leave.setVisible(self._step != "done")
        self._speak.setVisible(self._step in ("read", "understand"))

    # -- somebody else is here, or it is time to go

    def cover(self) -> None:
        """One key: the paper is gone at once, and the visit goes on with its neutral branch."""
        for sheet in self.findChildren(Sheet):
            sheet.leave()
        self._model.shown, text = None, self.text
        self.refill().addWidget(
            Banner(text.say("visit.covered"), text.say("visit.covered_remark"), "info")
        )
        self.foot.hide()
        self.set_head("")
        self._watch.cover()

    def cover_key(self) -> Button:
        """The same key, in words that tell whoever reads along nothing; on each sheet too."""
        key = GlyphButton("eye-off", self.text.say("agreement.cover"), name="agreement-cover")
        key.clicked.connect(self.cover)
        return key

    def _time_is_up(self) -> None:
        """The hours are over: nothing is signed any more, and the visit is left from its page."""
        for sheet in self.findChildren(Sheet):
            sheet.leave()
        text, signed = self.text, self._step == "done"
        words = text.say("agreement.over_signed" if signed else "agreement.over")
        remark = text.say("agreement.over_remark_signed" if signed else "agreement.over_remark")
        go = Button(text.say("agreement.over_back"), "primary", name="agreement-over-back")
        go.clicked.connect(self.back)
        content = Banner(words, remark, "info", glyph="heart")
        Sheet(
            self, text.say("agreement.title"), content, close="", name="agreement-over",
            actions=(go,),
        )  # fmt: skip

    # -- moving on

    def _go_on(self) -> None:
        if isinstance(self._body, Signing):
            if self._body.finish():
                self._next.setEnabled(False)
            self.scroller.verticalScrollBar().setValue(0)
        elif self._step == "done":
            self.back.emit()
        else:
            self._show(STEPS[STEPS.index(self._step) + 1])

    def _show(self, step: str) -> None:
        self._step = step
        self.fill()
        self.scroller.verticalScrollBar().setValue(0)

    def _signed(self, pdf: bytes) -> None:
        self._sealed = pdf
        self._show("done")
        if self.findChild(Sheet, "agreement-over") is not None:
            self._time_is_up()  # it was being signed as the hours ended

    def fail(self, error: Exception) -> None:
        super().fail(error)
        if self._body is not None:
            self._next.setEnabled(self._body.ready)

    def _ask_language(self) -> None:
        model, text = self._model, self.text
        options = [Option(one, name) for one, name in LANGUAGE_NAMES.items()]
        cards = Choices(options, chosen=(model.language,), name="agreement-languages")
        sheet = Sheet(
            self, text.say("visit.language"), cards, close=text.say("page.close"),
            name="language-sheet", width=480,
        )  # fmt: skip

        def switch(chosen: tuple[str, ...]) -> None:
            sheet.leave()
            self.text = Text(chosen[0], text.zone)
            model.set_language(chosen[0])

        cards.picked.connect(switch)
