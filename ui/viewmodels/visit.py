"""A visit going on: the script's session, the screen shown, and what each answer records.

The session lives on the UI thread; every answer goes to the store at once and in order. If the
store refuses one, the visit is opened again from what is kept, so screen and record agree. If it
only cannot be kept now (the disk is full, the security key is out), the answer stays on the screen,
marked, and is given again with the next one or before the screen is left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Signal

from agent_app.actions.answers import answer, leave_page
from agent_app.actions.desk import Change
from agent_app.actions.door import SELF, STRANGER, leave_wrong_person, meet_debtor_after_all
from agent_app.actions.visits import abort_visit
from agent_app.domain.model import Case
from agent_app.queries.visit_run import VisitRun, open_run
from agent_app.script import NodeView, Session
from agent_app.script.deeds import Field
from ui.viewmodels.office import Office, ViewModel
from ui.viewmodels.script_map import Screen
from ui.viewmodels.visit_answers import Answers, Done, Failed, Given
from ui.viewmodels.visit_course import Course
from ui.viewmodels.visit_standing import Standing, standing


class VisitModel(ViewModel):
    """The script page by page. `moved` says another screen is shown, `ready` that this one
    changed, `ended` that the visit is closed, `restored` how many answers were found again.
    `covered` from the moment somebody else is here until that is on record: nothing is shown."""

    moved = Signal()
    ended = Signal()
    restored = Signal(int)
    agreement_wanted = Signal(str)

    def __init__(self, office: Office, case: str, visit: str, language: str) -> None:
        super().__init__(office)
        self.case_id, self.visit = case, visit
        self._language = language
        self.run: VisitRun | None = None
        self.standing: Standing | None = None
        self._course: Course | None = None
        self._answers = Answers(self._record)
        self.heard: frozenset[str] = frozenset()
        self.covered = False
        self._opened_bt = office.now().bt

    @property
    def session(self) -> Session:
        assert self.run is not None
        return self.run.session

    @property
    def course(self) -> Course:
        """The screens and the one shown; there is none before the visit was opened."""
        assert self._course is not None
        return self._course

    @property
    def owed(self) -> Mapping[str, Given]:
        """The answers that could not be kept yet, by question."""
        return self._answers.owed

    @property
    def screen(self) -> Screen | None:
        return self._course.screen if self._course else None

    @property
    def case(self) -> Case:
        assert self.standing is not None
        return self.standing.case

    @property
    def state(self) -> Mapping[str, Any]:
        """The visit's own state (see project.visit_state)."""
        return self.case.visit(self.visit)

    # -- opening and following the store

    def load(self) -> None:
        """Open the visit exactly where it was."""
        opening = partial(
            open_run,
            case=self.case_id,
            visit=self.visit,
            language=self._language,
            now=lambda: self.office.now().wall,
        )
        self.read(opening, self.office.now(), done=self._open)

    def concerns(self, change: Change) -> bool:
        return False

    def _hear(self, change: object) -> None:
        """Its own acts are followed one by one; from the office it may hear that the case was
        taken back."""
        if isinstance(change, Change) and not change.cases and self.standing is not None:
            self.follow()

    def follow(self, then: Callable[[], object] | None = None) -> None:
        """Let the script see what has happened, then go on."""

        def seen(found: Standing) -> None:
            self._stand(found)
            if not self._answer_stated(then):
                (then or self.ready.emit)()

        self.read(standing, self.office.now(), self.case_id, self.visit, done=seen)

    def _open(self, run: VisitRun) -> None:
        self.run, self._course = run, Course(run.session)
        if run.restored and self.visit not in self.office.opened:
            self.restored.emit(run.restored)
        self.office.opened.add(self.visit)

        def seen(found: Standing) -> None:
            self._stand(found)
            if self._answer_stated(lambda: self._open(run)):
                return
            self.course.go(self.course.first_open() if run.restored else 0)
            self._answers.kept = self.course.kept()
            self._arrive()
            self._catch_up()

        self.read(standing, self.office.now(), self.case_id, self.visit, done=seen)

    def _answer_stated(self, then: Callable[[], object] | None) -> bool:
        """Let a right stated at the rights desk answer the script's own question about it, and ask
        again what the record no longer holds; True when an answer is being kept, after which the
        visit is followed again."""
        standing, course = self.standing, self.course
        known = course.heard(standing.stated if standing else ())
        self.heard = frozenset(known)
        lapsed = {} if self.state.get("identity") else course.lapsed()
        asked = course.answered_otherwise(known | lapsed)
        if asked is not None:
            self._note(*asked, then)
        return asked is not None

    def _note(self, ref: str, value: str, then: Callable[[], object] | None) -> None:
        """Answer the script's own question by what is on record already."""
        self._answers.kept[ref] = self.session.view(ref).value
        self.session.answer(ref, value)
        self._give(ref, value, Field({}, value), then)

    def _catch_up(self) -> None:
        """The agreement is signed on a page of its own, where somebody else may come in too:
        answer the script's own questions for it."""
        if self.state.get("met") == STRANGER and self._takes_branch(STRANGER):
            return
        signed = self.course.signing(self.state)
        if signed is not None:
            self.answer(*signed)

    def _stand(self, found: Standing) -> None:
        self.standing, self.about = found, found.case
        assert self.run is not None
        self.run.learn(found.known)
        self.course.remap()

    def views(self) -> list[NodeView]:
        """The questions on the screen shown."""
        return self._course.views() if self._course else []

    def find(self, **ds: str) -> NodeView | None:
        """The first question of the form with these `ds` columns; None too while it opens."""
        return self._course.find(**ds) if self._course else None

    # -- answering and moving

    def answer(self, ref: str, value: str) -> None:
        """Give an answer: the session follows at once, the store keeps it."""
        self.session.answer(ref, value)
        view = self.session.view(ref)
        ds = {} if view.violation else dict(view.ds)
        field = Field(ds, view.value, multiple=view.kind in ("select", "rank"))
        self._give(ref, None if view.violation else view.value, field)
        self.course.remap()
        self.ready.emit()

    def _give(
        self, ref: str, value: str | None, field: Field, then: Callable[[], object] | None = None
    ) -> None:
        """Hand an answer to the store; `value` is what is kept from then on, None: nothing new."""
        before = self._answers.kept.get(ref, "")
        if value is not None:
            self._answers.kept[ref] = value
        given = Given(ref, field, before, self.seconds_here())
        self._answers.give(given, lambda: self.follow(then))

    def _record(self, given: Given, kept: Done, not_kept: Failed) -> None:
        assert self.run is not None

        def failed(error: Exception) -> None:
            not_kept(error)
            if self.owed:
                self.ready.emit()
            self.refused(error)

        self.act(
            answer,
            case=self.case_id,
            visit=self.visit,
            ref=given.ref,
            field=given.field,
            before=given.before,
            seconds=given.seconds,
            snapshot=self.run.snapshot(),
            done=lambda _: kept(),
            failed=failed,
        )

    def _once_kept(self, then: Callable[[], object]) -> bool:
        """Whether answers are owed: they are given again now, and `then` follows."""
        return self._answers.give_again(lambda: self.follow(then))

    def act(
        self,
        action: Callable[..., Any],
        *,
        done: Callable[[Any], object] | None = None,
        failed: Callable[[Exception], object] | None = None,
        **values: Any,
    ) -> None:
        office = self.office
        office.jobs.act(
            action,
            office.desk,
            office.now(),
            done=self.while_here(done) if done else None,
            failed=self.while_here(failed or self.refused),
            **values,
        )

    def refused(self, error: Exception) -> None:
        """Say it, and show again what is kept; not while answers are owed, which that would drop."""
        self.failed.emit(error)
        if not self.owed:
            self.load()

    def next(self) -> bool:
        """Go on; False when something on this screen is still missing or wrong."""
        course, screen = self.course, self.screen
        if screen is None or not course.complete(screen):
            self._once_kept(self.ready.emit)
            return False
        if self._once_kept(self.next):
            return True
        if screen.repeat:
            self._go(course.at + 1)
            return True
        assert self.run is not None
        self.act(
            leave_page,
            case=self.case_id,
            visit=self.visit,
            ds=course.group_ds(screen),
            fields=course.fields(screen),
            snapshot=self.run.snapshot(),
            done=lambda _: self.follow(partial(self._after, screen.ref)),
        )
        return True

    def back(self) -> None:
        """The screen before, unless its stage may only be walked forward."""
        course = self.course
        if course.at > 0 and not course.shut(course.at - 1):
            self._go(course.at - 1)

    def jump(self, ref: str) -> None:
        """Show the screen at `ref`, if it can be reached."""
        if self._once_kept(partial(self.jump, ref)):
            return
        for place, screen in enumerate(self.course.screens):
            if screen.ref == ref and self.course.reachable(place):
                self._go(place)

    def _after(self, ref: str) -> None:
        if self.state["state"] != "open":
            self.ended.emit()
        else:
            self._go(self.course.place_after(ref))

    def _go(self, place: int) -> None:
        self.course.go(place)
        self._arrive()

    def _arrive(self) -> None:
        self._opened_bt = self.office.now().bt
        self.moved.emit()

    # -- repeats, language, leaving

    def add_repeat(self, ref: str) -> None:
        """One more instance of the repeat `ref`, shown at once."""
        self.session.add_repeat(ref)
        self._hold()
        self._go(self.course.place_of_new(ref))

    def remove_repeat(self, ref: str, index: int) -> None:
        """Take out an instance (from 1); the screen before it is shown."""
        at = self.course.at
        self.session.remove_repeat(ref, index)
        self._hold()
        self._go(at - 1)

    def _hold(self) -> None:
        """Keep how many instances there are now, as an answer would be kept."""
        assert self.run is not None
        self.course.remap()
        self.act(
            leave_page, case=self.case_id, visit=self.visit, ds={}, fields=(),
            snapshot=self.run.snapshot(),
        )  # fmt: skip

    def set_language(self, language: str) -> None:
        self.session.set_language(language)
        self.course.remap()
        self.ready.emit()

    def stop(self, reason: str) -> None:
        """Stop now: the script's own stop question where it has one, else leave at once."""
        asked = self.find(panel="stop")
        if asked is None:
            self.act(
                abort_visit,
                case=self.case_id,
                visit=self.visit,
                reason=reason,
                done=lambda _: self.ended.emit(),
            )
            return
        self.answer(asked.ref, reason)
        self.follow(self._go_to_first_open)

    def wrong_person(self) -> None:
        """This is not the debtor: shut the gate, and take the neutral branch of the script."""
        self.covered = True
        self._meet(leave_wrong_person, STRANGER)

    @property
    def can_be_debtor(self) -> bool:
        """Somebody else was noted, and who is here may still be identified as the debtor."""
        state = self.state if self.standing else {}
        left = state.get("exit") or state.get("outcome")
        return state.get("met") == STRANGER and not left and not self.must_leave()

    def right_person(self) -> None:
        """A slip of the finger, or the debtor has come: they are to be identified anew."""
        self._meet(meet_debtor_after_all, SELF)

    def _meet(self, action: Callable[..., Any], who: str) -> None:
        def branch(_: Any) -> None:
            if not self._takes_branch(who):
                self.follow(self._go_to_first_open)

        office = self.office
        office.jobs.act(
            action, office.desk, office.now(), case=self.case_id, visit=self.visit,
            done=self.while_here(branch), failed=self.while_here(self.failed.emit),
        )  # fmt: skip

    def _takes_branch(self, who: str) -> bool:
        """Answer the script's question who is here; False where it knows already."""
        asked = self.find(event="person_met")
        if asked is None or asked.value == who:
            return False
        self._note(asked.ref, who, self._go_to_first_open)
        return True

    def _go_to_first_open(self) -> None:
        self.covered = False
        self._go(self.course.first_open())

    @property
    def recalled(self) -> bool:
        """The office took the case back while we were at the door."""
        return self.standing is not None and self.standing.recalled

    def must_leave(self) -> bool:
        """The contact window is over, or the case is not ours any more, and the visit is not yet
        on its way out."""
        known = self.standing
        return known is not None and known.over(self.office.now().wall, self.visit)

    def seconds_left(self) -> float:
        """How much longer this screen should stay for an honest reading; never enforced."""
        least = self._course.least_seconds() if self._course else 0.0
        return least - self.seconds_here() if least else 0.0

    def seconds_here(self) -> float:
        """Since this screen was opened, by the boot clock."""
        return (self.office.now().bt - self._opened_bt) / 1000
