"""What the app's own panels do in a visit: each records its event, then answers the question."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from agent_app.actions.approvals import ask_approval, ask_online, take_answer, use_approval
from agent_app.actions.desk import Change
from agent_app.actions.door import check_identity
from agent_app.actions.evidence import read_position, take_photo
from agent_app.actions.letters import deliver_letter, print_letter
from agent_app.actions.plans import offer_plan, record_budget
from agent_app.domain.budget import BudgetLine
from agent_app.domain.plan import Plan
from agent_app.queries.plans import fair_plans
from ui.viewmodels.letters import WAYS
from ui.viewmodels.recording import Recording
from ui.viewmodels.visit import VisitModel

_ENDINGS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "audio/wav": "wav",
    "audio/mp4": "m4a",
    "audio/mpeg": "mp3",
    "video/mp4": "mp4",
    "application/pdf": "pdf",
}


@dataclass(frozen=True)
class Wish:
    """A plan as a hand asks for it (`domain.plan.make_plan`); the day of the month it is paid."""

    kind: str
    count: int
    pause: int = 0
    discount_bp: int = 0


class Panels(QObject):
    """The panels of one visit; lives as long as its visit page. `wish` and `pay_day` are the plan
    last looked at, `request` the letters read out with it, `others` who signs beside debtor and
    agent (name by role); `plans_found` carries FairPlans."""

    plans_found = Signal(object)
    approval_asked = Signal(str)
    approval_failed = Signal(object)
    printed = Signal(str, bytes)
    sync_wanted = Signal()

    def __init__(self, visit: VisitModel) -> None:
        super().__init__(visit)
        self.visit = visit
        self.letter: tuple[str, bytes] | None = None
        self.wish: Wish | None = None
        self.pay_day = 10
        self.request = ""
        self.asked: Plan | None = None
        self.others: dict[str, str] = {}
        self.recording = Recording(visit)
        visit.office.jobs.changed.connect(self._look_for_answer)

    # -- identity

    def checks(self) -> tuple[str, ...]:
        """What may be asked of the person: the checks the case holds."""
        return tuple(one["field"] for one in self.visit.case.raw.get("checks", ()))

    def identify(self, ref: str, answers: Mapping[str, str]) -> None:
        """Compare; the question becomes `passed` or `failed`."""

        def told(change: Change) -> None:
            self.visit.answer(ref, "passed" if change.made else "failed")

        self._act(check_identity, answers=dict(answers), done=told)

    # -- money

    def record_budget(self, ref: str, income: int, lines: Mapping[str, int]) -> None:
        """A month in minor units; `lines` is spending by category."""
        spent = {name: minor for name, minor in lines.items() if minor}
        self._act(
            record_budget,
            income=income,
            lines=spent,
            done=lambda _: self.visit.follow(lambda: self.visit.answer(ref, "recorded")),
        )

    def budget_lines(self) -> tuple[BudgetLine, ...]:
        """What to ask of a month; packs never change while a desk is open."""
        return self.visit.office.desk.packs.budget_for(self.visit.case)

    def seek_plans(self) -> None:
        """Find every plan for the budget recorded; `plans_found` follows."""
        visit = self.visit
        args = (visit.office.now(), visit.case_id, self.pay_day, visit.visit)
        visit.read(fair_plans, *args, done=self.plans_found.emit)

    def ask_approval(self) -> None:
        """Four letters to read out with the terms; the same until a code was taken."""

        def keep(request: str) -> None:
            self.request = request
            self.approval_asked.emit(request)

        if self.request:
            self.approval_asked.emit(self.request)
        else:
            self.visit.read(ask_approval, done=keep)

    def ask_online(self, plan: Plan) -> None:
        """The terms go to the lead with a sync; the answer is looked for whenever one ends."""

        def ask(request: str) -> None:
            self.request, self.asked = request, plan
            self._act(
                ask_online, plan=plan.to_json(), request=request,
                done=lambda _: self.sync_wanted.emit(),
            )  # fmt: skip

        if self.request:
            ask(self.request)
        else:
            self.visit.read(ask_approval, done=ask)

    def _look_for_answer(self, change: object) -> None:
        """A sync may have brought the lead's answer."""
        visit, office, plan = self.visit, self.visit.office, self.asked
        if plan is None or not isinstance(change, Change) or visit.case_id not in change.cases:
            return

        def told(answer: Change) -> None:
            if answer.made and self.asked is not None:
                self.request, self.asked = "", None
                self.seek_plans()

        office.jobs.store(
            take_answer, office.desk, office.now(), case=visit.case_id, visit=visit.visit,
            plan=plan.to_json(), request=self.request, done=visit.while_here(told),
            failed=visit.while_here(self.approval_failed.emit),
        )  # fmt: skip

    def use_approval(self, plan: Plan, typed: str) -> None:
        """The code the lead read out; new plans follow, or `approval_failed` with the error."""
        visit, office = self.visit, self.visit.office

        def taken(_: object) -> None:
            self.request = ""
            self.seek_plans()

        office.jobs.act(
            use_approval,
            office.desk,
            office.now(),
            case=visit.case_id,
            visit=visit.visit,
            plan=plan.to_json(),
            request=self.request,
            typed=typed,
            done=visit.while_here(taken),
            failed=visit.while_here(self.approval_failed.emit),
        )

    def offer(self, ref: str, plan: Plan) -> None:
        """The debtor chose this plan."""
        chosen = partial(self.visit.answer, ref, "accepted")
        self._act(offer_plan, plan=plan, done=lambda _: self.visit.follow(chosen))

    # -- papers, photos, places

    def print(self, ref: str, template: str, language: str) -> None:
        def made(change: Change) -> None:
            self.letter = change.made
            self.visit.answer(ref, "ready")
            self.printed.emit(*change.made)

        self._act(print_letter, template=template, language=language, done=made)

    def deliver(self, ref: str, value: str, how: str, proof: str) -> None:
        self._act(
            deliver_letter, serial=self._serial(), how=how, proof=proof,
            done=lambda _: self.visit.answer(ref, value),
        )  # fmt: skip

    def prove_delivery(self, way: str, note: str, image: tuple[bytes, str] | None) -> None:
        """The receipt's signature, what was said, or a photo, after the answer was given."""
        how, proof = WAYS[way]
        told: dict[str, Any] = {"how": how, "proof": proof, "note": note, "image": image}
        self._act(deliver_letter, serial=self._serial(), **told, done=lambda _: None)

    def _serial(self) -> str:
        letters = self.visit.state.get("letters") or ()
        return str(self.letter[0] if self.letter else letters[-1] if letters else "")

    def keep_file(self, ref: str, data: bytes, kind: str, what: str = "other") -> None:
        """A photo, sound, film or file of this media type; the answer is its name."""
        ending = _ENDINGS.get(kind, "bin")
        self._act(
            take_photo, what=what, image=data, type=kind,
            done=lambda change: self.visit.answer(ref, f"{str(change.made)[:16]}.{ending}"),
        )  # fmt: skip

    @property
    def networks(self) -> bool:
        """Whether the office wants the networks in range of a position marked."""
        return self.visit.standing is not None and self.visit.standing.networks

    def find_networks(
        self, in_range: Callable[[], list[str]], done: Callable[[list[str]], None]
    ) -> None:
        """Ask the system elsewhere than on this thread; whatever goes wrong, none were found."""
        here = self.visit.while_here
        self.visit.office.jobs.net(in_range, done=here(done), failed=here(lambda _: done([])))

    def keep_position(
        self, ref: str, position: Mapping[str, Any], networks: Sequence[str] = ()
    ) -> None:
        point = f"{position['lat']} {position['lon']} 0 {position['accuracy']}"
        self._act(
            read_position, position=position, networks=networks,
            done=lambda _: self.visit.answer(ref, point),
        )  # fmt: skip

    # -- common

    def _act(
        self, action: Callable[..., Any], *, done: Callable[[Change], object], **values: Any
    ) -> None:
        visit = self.visit
        visit.act(action, case=visit.case_id, visit=visit.visit, done=done, **values)
