"""Walks a visit's script as the visit page does, without a screen: page by page, saved each time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from agent_app.actions.answers import answer, leave_page
from agent_app.actions.desk import Desk
from agent_app.domain.moment import Moment
from agent_app.queries.visit_run import VisitRun, open_run, what_is_known
from agent_app.script.deeds import Field
from agent_app.script.filling.views import NodeView


@dataclass
class Walker:
    """One open visit. `panels` are called for questions an app panel draws; they return the choice."""

    desk: Desk
    at: Moment
    case: str
    visit: str
    panels: Mapping[str, object] = field(default_factory=dict)
    run: VisitRun = field(init=False)

    def __post_init__(self) -> None:
        self.reopen()

    def reopen(self) -> None:
        """Open the visit anew from what was saved, as after a crash."""
        self.run = open_run(
            self.desk, self.at, case=self.case, visit=self.visit, language="zh_CN",
            now=lambda: self.at.wall,
        )  # fmt: skip

    def give(self, ref: str, value: str) -> None:
        """Answer one question and save it."""
        session = self.run.session
        before = session.view(ref)
        session.answer(ref, value)
        self.at = self.at.later(seconds=20)
        answer(
            self.desk, self.at, case=self.case, visit=self.visit, ref=ref,
            field=field_of(before, value), before=before.value, seconds=20.0,
            snapshot=self.run.snapshot(),
        )  # fmt: skip
        self.run.learn(what_is_known(self.desk, self.at, self.case, self.visit))

    def walk(
        self, answers: Mapping[str, str], *, stop: str = "", seen: Iterable[str] = ()
    ) -> list[str]:
        """Give `answers` (by question name) page by page until the script is done, or until the
        page that asks `stop`; the pages seen, those `seen` before among them."""
        seen = list(seen)
        while (page := self._next(seen)) is not None:
            if stop and any(ref.endswith(f"/{stop}") for ref in page.nodes):
                break
            seen.append(page.ref)
            asked: list[str] = []
            while ref := next((one for one in self._shown(page.ref) if one not in asked), None):
                asked.append(ref)
                self._ask(ref, answers)
            self._leave(page.ref)
        return [ref.rsplit("/", 1)[-1] for ref in seen]

    def _next(self, seen: list[str]):  # type: ignore[no-untyped-def]
        pages = self.run.session.pages()
        return next((p for p in pages if p.ref not in seen and p.ref != "/data/stop"), None)

    def _shown(self, page: str) -> tuple[str, ...]:
        """The questions on a page as it is now: an answer may bring up another below it."""
        pages = self.run.session.pages()
        return next((one.nodes for one in pages if one.ref == page), ())

    def _ask(self, ref: str, answers: Mapping[str, str]) -> None:
        view = self.run.session.view(ref)
        name = ref.rsplit("/", 1)[-1]
        panel = self.panels.get(view.ds.get("panel", ""))
        if not view.relevant or view.value:
            return
        if callable(panel):
            self.give(ref, panel(self, view))
        elif name in answers:
            self.give(ref, answers[name])
        elif view.kind == "trigger":
            self.give(ref, "OK")
        elif name.startswith("attest_"):
            self.give(ref, "yes")
        elif view.required:
            raise AssertionError(f"{name} needs an answer: {[c.value for c in view.choices]}")

    def _leave(self, ref: str) -> None:
        session = self.run.session
        ds = session.view(ref).ds
        if "event" in ds:
            below = [one for one in session.find(ref).below() if not one.kids]
            fields = [field_of(session.view(one.ref())) for one in below]
            leave_page(
                self.desk, self.at, case=self.case, visit=self.visit, ds=ds, fields=fields,
                snapshot=self.run.snapshot(),
            )  # fmt: skip


def field_of(view: NodeView, value: str | None = None) -> Field:
    """A question as the deeds read it."""
    return Field(view.ds, view.value if value is None else value, view.kind == "select")
