"""The course of a visit: the screens its script has now, the one shown, and where one may go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from agent_app.actions.answers import least_seconds
from agent_app.script import NodeView, Session
from agent_app.script.deeds import Field, of_page
from agent_app.script.heard import heard, hears
from ui.viewmodels.script_map import Screen, screens


class Course:
    """`screens` in their order, `at` the place of the one shown. Follow `session` by `remap`."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.screens: list[Screen] = []
        self.at = 0

    @property
    def screen(self) -> Screen | None:
        return self.screens[self.at] if self.screens else None

    def remap(self) -> None:
        """Read the screens again; the one shown stays, where it still is one."""
        here = self.screen.ref if self.screen else ""
        self.screens = screens(self.session)
        refs = [screen.ref for screen in self.screens]
        self.at = refs.index(here) if here in refs else min(self.at, max(0, len(refs) - 1))

    def views(self, screen: Screen | None = None) -> list[NodeView]:
        """The questions of a screen, of the one shown when None."""
        shown = screen or self.screen
        return [self.session.view(ref) for ref in shown.nodes] if shown else []

    def complete(self, screen: Screen) -> bool:
        """Nothing on it is missing or wrong, and it has been answered where it asks."""
        return screen.repeat or all(not view.violation for view in self.views(screen))

    def kept(self) -> dict[str, str]:
        """What the script holds without complaint, by question."""
        views = (view for screen in self.screens for view in self.views(screen))
        return {view.ref: view.value for view in views if not view.violation}

    def first_open(self) -> int:
        """The place of the first screen that is not done and recorded."""
        for place, screen in enumerate(self.screens):
            if not self.complete(screen) or not self._recorded(screen):
                return place
        return max(0, len(self.screens) - 1)

    def find(self, **ds: str) -> NodeView | None:
        """The first question of the form with these `ds` columns."""
        for node in self.session.walk():
            element = self.session.form.control(node.definition.index)
            held = {**node.definition.bind.ds, **(element.ds if element is not None else {})}
            if all(held.get(name) == value for name, value in ds.items()):
                return self.session.view(node.ref())
        return None

    def background_audio(self) -> str:
        """The question a `background-audio` of the form keeps its sound in, while it has none and
        no recorder panel asks for consent; else nothing."""
        data = self.session.form.data
        found = [data.nodes[one.target].path for one in data.actions if one.kind == "recordaudio"]
        if not found or self.session.view(found[0]).value or self.find(panel="recorder"):
            return ""
        return found[0]

    def heard(self, stated: Iterable[tuple[str, Mapping[str, Any]]]) -> dict[str, str]:
        """The questions now asked that what was stated elsewhere answers: ref → answer."""
        found: dict[str, str] = {}
        told = list(stated)
        for screen in self.screens if told else ():
            for view in self.views(screen):
                for kind, body in told:
                    answer = heard(view, kind, body)
                    if answer != view.value or hears(view, kind):
                        found[view.ref] = answer
        return found

    def lapsed(self) -> dict[str, str]:
        """The questions that say somebody was identified, to be asked again: ref → no answer."""
        views = (view for screen in self.screens for view in self.views(screen))
        checks = (view for view in views if "identity_checked" in view.ds.get("event", ""))
        return {view.ref: "" for view in checks if view.value == "passed"}

    def answered_otherwise(self, known: Mapping[str, str]) -> tuple[str, str] | None:
        """The first question whose answer is not what is known, and what is."""
        for ref, value in known.items():
            if value != self.session.view(ref).value:
                return ref, value
        return None

    def signing(self, state: Mapping[str, Any]) -> tuple[str, str] | None:
        """The question whether the agreement was signed and its answer, while it has another."""
        asked = self.find(panel="agreement")
        if asked is None:
            return None
        if state.get("agreement"):
            return (asked.ref, "signed") if asked.value != "signed" else None
        return (asked.ref, state["declined"]) if state.get("declined") and not asked.value else None

    # -- where one may go

    def go(self, place: int) -> None:
        self.at = max(0, min(place, len(self.screens) - 1))

    def shut(self, place: int) -> bool:
        """Whether the screen lies in a forward-only stage already left."""
        target, here = self.screens[place], self.screens[self.at]
        return place < self.at and target.forward_only and target.stage != here.stage

    def reachable(self, place: int) -> bool:
        """Back unless shut; ahead only as far as everything before is complete."""
        if place <= self.at:
            return not self.shut(place)
        return all(self.complete(one) for one in self.screens[self.at : place])

    def place_after(self, ref: str) -> int:
        """The place that follows the screen `ref`; where it is gone, the one shown."""
        refs = [screen.ref for screen in self.screens]
        return refs.index(ref) + 1 if ref in refs else self.at

    def place_of_new(self, ref: str) -> int:
        """The first unfinished screen of the repeat `ref`."""
        for place, one in enumerate(self.screens):
            if one.ref.startswith(f"{ref}[") and not self.complete(one):
                return place
        return self.at

    def instance(self, screen: Screen) -> tuple[str, int] | None:
        """The repeat and instance (from 1) a screen lies in, where the hand may take it out."""
        held, found, rest = screen.ref.rpartition("[")
        number = rest.partition("]")[0]
        if not found or not number.isdigit() or not self.session.view(held).can_add:
            return None
        return held, int(number)

    # -- what leaving a screen records

    def group_ds(self, screen: Screen) -> Mapping[str, str]:
        """The `ds` columns of the screen's group."""
        return dict(self.session.view(screen.ref).ds) if screen.nodes else {}

    def fields(self, screen: Screen) -> list[Field]:
        """Every value of the screen's group, also those without a control."""
        group = self.session.view(screen.ref)
        if group.kind not in ("group", "instance"):
            return [Field(dict(view.ds), view.value) for view in self.views()]
        below = [one for one in self.session.find(screen.ref).below() if not one.kids]
        views = [self.session.view(one.ref()) for one in below]
        return [Field(dict(view.ds), view.value) for view in views]

    def least_seconds(self) -> float:
        """How long the screen shown deserves; 0.0 where the script does not say."""
        return max((least_seconds(view.ds) for view in self.views()), default=0.0)

    def _recorded(self, screen: Screen) -> bool:
        """Whether leaving it has nothing more to record: a crash may come just before that."""
        deeds = [] if screen.repeat else of_page(self.group_ds(screen), self.fields(screen))
        return all(deed.kind in self.session.happened for deed in deeds)
