"""A visit going on: the script's session, the screen shown, and what each answer records.

The session lives on the UI thread; every answer goes to the store at once and in order. If the
store refuses one, the visit is opened again from what is kept, so screen and record agree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from PySide6.QtCore import Signal

from agent_app.actions.answers import answer, least_seconds, leave_page
from agent_app.actions.desk import Change, Desk
from agent_app.actions.door import leave_wrong_person
from agent_app.actions.visits import abort_visit
from agent_app.domain.model import Case
from agent_app.domain.moment import Moment
from agent_app.domain.rules import State
from agent_app.queries.case_page import read_case
from agent_app.queries.today import may_knock
from agent_app.queries.visit_run import Known, VisitRun, open_run, what_is_known
from agent_app.script import NodeView, Page, Session
from agent_app.script.deeds import Field, of_page
from ui.viewmodels.office import Office, ViewModel
from ui.viewmodels.script_map import Screen, screens


@dataclass(frozen=True)
class Standing:
    """What the store knows of the visit after the newest event; `closed`: out of hours."""

    case: Case
    known: Known
    window_end: datetime | None
    closed: bool


def standing(desk: Desk, at: Moment, case: str, visit: str) -> Standing:
    """The case, what the script may see of it now, and when the contact window closes."""
    seen = read_case(desk, case)
    found = may_knock(desk, at, seen, seen.visit(visit).get("address"))
    closed = found.window_end is None and any(
        one.kind == "contact_window" and one.state is State.block for one in found.items
    )
    return Standing(seen, what_is_known(desk, at, case, visit), found.window_end, closed)


class VisitModel(ViewModel):
    """The script page by page. `moved` says another screen is shown, `ready` that this one
    changed, `ended` that the visit is closed, `restored` how many answers were found again."""

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
        self.screens: list[Screen] = []
        self.at = 0
        self._kept: dict[str, str] = {}
        self._opened_bt = office.now().bt

    @property
    def session(self) -> Session:
        assert self.run is not None
        return self.run.session

    @property
    def screen(self) -> Screen | None:
        return self.screens[self.at] if self.screens else None

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

    def follow(self, then: Callable[[], object] | None = None) -> None:
        """Let the script see what has happened, then go on."""

        def seen(found: Standing) -> None:
            self._stand(found)
            (then or self.ready.emit)()

        self.read(standing, self.office.now(), self.case_id, self.visit, done=seen)

    def _open(self, run: VisitRun) -> None:
        self.run = run
        if run.restored and self.visit not in self.office.opened:
            self.restored.emit(run.restored)
        self.office.opened.add(self.visit)

        def seen(found: Standing) -> None:
            self._stand(found)
            self.at = self._first_open()
            self._kept = {
                ref: view.value
                for screen in self.screens
                for ref in screen.nodes
                if not (view := self.session.view(ref)).violation
            }
            self._arrive()
            self._catch_up()

        self.read(standing, self.office.now(), self.case_id, self.visit, done=seen)

    def _catch_up(self) -> None:
        """The agreement is signed on a page of its own: answer its question for it."""
        asked = self.find(panel="agreement")
        if asked is not None and self.state.get("agreement") and asked.value != "signed":
            self.answer(asked.ref, "signed")

    def _stand(self, found: Standing) -> None:
        self.standing = found
        assert self.run is not None
        self.run.learn(found.known)
        self._remap()

    def _remap(self) -> None:
        here = self.screen.ref if self.screen else ""
        self.screens = screens(self.session)
        refs = [screen.ref for screen in self.screens]
        if here in refs:
            self.at = refs.index(here)
        else:
            self.at = min(self.at, max(0, len(refs) - 1))

    def _first_open(self) -> int:
        for place, screen in enumerate(self.screens):
            if not self.complete(screen) or not self._recorded(screen):
                return place
        return max(0, len(self.screens) - 1)

    def _recorded(self, screen: Screen) -> bool:
        """Whether leaving it has nothing more to record: a crash may come just before that."""
        fields = [Field(dict(view.ds), view.value) for view in self.group_values(screen)]
        deeds = [] if screen.repeat else of_page(self._group_ds(screen), fields)
        return all(deed.kind in self.session.happened for deed in deeds)

    # -- what stands on a screen

    def views(self, screen: Screen | None = None) -> list[NodeView]:
        shown = screen or self.screen
        return [self.session.view(ref) for ref in shown.nodes] if shown else []

    def complete(self, screen: Screen) -> bool:
        """Nothing on it is missing or wrong, and it has been answered where it asks."""
        if screen.repeat:
            return True
        return all(not view.violation for view in self.views(screen))

    def find(self, **ds: str) -> NodeView | None:
        """The first question of the form with these `ds` columns; None too while it opens."""
        if self.run is None:
            return None
        for node in self.session.walk():
            held = {**node.definition.bind.ds, **_element_ds(self.session, node.definition.index)}
            if all(held.get(name) == value for name, value in ds.items()):
                return self.session.view(node.ref())
        return None

    # -- answering and moving

    def answer(self, ref: str, value: str) -> None:
        """Give an answer: the session follows at once, the store keeps it."""
        self.session.answer(ref, value)
        view = self.session.view(ref)
        before, ds = self._kept.get(ref, ""), dict(view.ds)
        if view.violation:
            ds = {}
        else:
            self._kept[ref] = view.value
        field = Field(ds, view.value, multiple=view.kind in ("select", "rank"))
        self._keep(ref, field, before)
        self._remap()
        self.ready.emit()

    def _keep(self, ref: str, field: Field, before: str) -> None:
        assert self.run is not None
        self.act(
            answer,
            case=self.case_id,
            visit=self.visit,
            ref=ref,
            field=field,
            before=before,
            seconds=self.seconds_here(),
            snapshot=self.run.snapshot(),
            done=lambda _: self.follow(),
        )

    def act(
        self,
        action: Callable[..., Any],
        *,
        done: Callable[[Any], object] | None = None,
        **values: Any,
    ) -> None:
        office = self.office
        office.jobs.act(
            action,
            office.desk,
            office.now(),
            done=self.while_here(done) if done else None,
            failed=self.while_here(self._refused),
            **values,
        )

    def _refused(self, error: Exception) -> None:
        self.failed.emit(error)
        self.load()

    def next(self) -> bool:
        """Go on; False when something on this screen is still missing or wrong."""
        screen = self.screen
        if screen is None or not self.complete(screen):
            return False
        if screen.repeat:
            self._go(self.at + 1)
            return True
        assert self.run is not None
        fields = [Field(dict(view.ds), view.value) for view in self.group_values(screen)]
        self.act(
            leave_page,
            case=self.case_id,
            visit=self.visit,
            ds=self._group_ds(screen),
            fields=fields,
            snapshot=self.run.snapshot(),
            done=lambda _: self.follow(partial(self._after, screen.ref)),
        )
        return True

    def group_values(self, screen: Page | Screen) -> list[NodeView]:
        """Every value of the page's group, also those without a control."""
        group = self.session.view(screen.ref)
        if group.kind not in ("group", "instance"):
            return self.views(self.screen)
        node = self.session.find(screen.ref)
        return [self.session.view(below.ref()) for below in node.below() if not below.kids]

    def back(self) -> None:
        """The screen before, unless its stage may only be walked forward."""
        if self.at > 0 and not self.shut(self.at - 1):
            self._go(self.at - 1)

    def shut(self, place: int) -> bool:
        """Whether the screen lies in a forward-only stage already left."""
        target, here = self.screens[place], self.screens[self.at]
        return place < self.at and target.forward_only and target.stage != here.stage

    def jump(self, ref: str) -> None:
        """Show the screen at `ref`; ahead only as far as everything before is complete."""
        for place, screen in enumerate(self.screens):
            if screen.ref == ref and self.reachable(place):
                self._go(place)

    def reachable(self, place: int) -> bool:
        if place <= self.at:
            return not self.shut(place)
        return all(self.complete(one) for one in self.screens[self.at : place])

    def _after(self, ref: str) -> None:
        if self.state["state"] != "open":
            self.ended.emit()
            return
        refs = [screen.ref for screen in self.screens]
        self._go(refs.index(ref) + 1 if ref in refs else self.at)

    def _go(self, place: int) -> None:
        self.at = max(0, min(place, len(self.screens) - 1))
        self._arrive()

    def _arrive(self) -> None:
        self._opened_bt = self.office.now().bt
        self.moved.emit()

    def _group_ds(self, screen: Screen) -> Mapping[str, str]:
        return dict(self.session.view(screen.ref).ds) if len(screen.nodes) else {}

    # -- repeats, language, leaving

    def add_repeat(self, ref: str) -> None:
        self.session.add_repeat(ref)
        self._remap()
        newest = next(
            (n for n, one in enumerate(self.screens) if one.ref.startswith(f"{ref}[") and
             not self.complete(one)),
            self.at,
        )  # fmt: skip
        self._go(newest)

    def remove_repeat(self, ref: str, index: int) -> None:
        self.session.remove_repeat(ref, index)
        self._remap()
        self._arrive()

    def set_language(self, language: str) -> None:
        self.session.set_language(language)
        self._remap()
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
        self.follow(lambda: self._go(self._first_open()))

    def wrong_person(self) -> None:
        """This is not the debtor: shut the gate, and take the neutral branch of the script."""

        def branch(_: Any) -> None:
            asked = self.find(event="person_met")
            if asked is not None:
                self.session.answer(asked.ref, "third_party")
                self._kept[asked.ref] = "third_party"
                self._keep(asked.ref, Field({}, "third_party"), "")
            self.follow(lambda: self._go(self._first_open()))

        self.act(leave_wrong_person, case=self.case_id, visit=self.visit, done=branch)

    def must_leave(self) -> bool:
        """The contact window is over and the visit is not yet on its way out."""
        known = self.standing
        if known is None or self.state.get("exit") or self.state.get("outcome"):
            return False
        end = known.window_end
        return known.closed or (end is not None and end <= self.office.now().wall)

    def seconds_left(self) -> float:
        """How much longer this screen should stay for an honest reading; never enforced."""
        least = max((least_seconds(view.ds) for view in self.views()), default=0.0)
        return least - self.seconds_here() if least else 0.0

    def seconds_here(self) -> float:
        """Since this screen was opened, by the boot clock."""
        return (self.office.now().bt - self._opened_bt) / 1000


def _element_ds(session: Session, index: int) -> Mapping[str, str]:
    element = session.form.control(index)
    return element.ds if element is not None else {}
