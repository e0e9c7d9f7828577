"""A rehearsal without a screen: question by question, as the visit page asks them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from agent_app.actions.answers import answer, leave_page
from agent_app.domain.errors import BadInput, NotAllowed
from agent_app.domain.moment import Moment
from agent_app.domain.money import plain_amount
from agent_app.queries.case_page import read_case
from agent_app.queries.visit_run import VisitRun, open_run, what_is_known
from agent_app.rehearsal.hands import HANDS
from agent_app.rehearsal.room import Room
from agent_app.script import NodeView, Session
from agent_app.script.deeds import Field
from agent_app.script.filling.screens import Page

IN_DAYS = 7
UNHURRIED = 30.0
"""Seconds a step takes when nobody says otherwise."""
STOP = "stop:"
"""`stop:REASON` for an answer is the stop button."""


class Player:
    """Visits the room's door. `at` is the moment in the room; it moves as answers take time."""

    def __init__(self, room: Room, at: Moment, language: str) -> None:
        self.room, self.at, self._language = room, at, language
        self._left: set[str] = set()
        self._asked: set[str] = set()
        self.run: VisitRun = open_run(
            room.desk, at, case=room.case, visit=room.visit, language=language,
            now=lambda: self.at.wall,
        )  # fmt: skip
        self.stopped = False
        self._stop = next((one.ref for one in self._views() if _panel(one) == "stop"), "")

    @property
    def session(self) -> Session:
        return self.run.session

    @property
    def over(self) -> bool:
        """Whether the visit is closed."""
        state = read_case(self.room.desk, self.room.case).visit(self.room.visit)
        return bool(state["state"] != "open")

    def ask(self) -> NodeView | None:
        """The next question; None when the visit is over or the script has no more to ask."""
        while not self.over:
            page = next((one for one in self._pages() if one.ref not in self._left), None)
            if page is None:
                return None
            for ref in page.nodes:
                if ref not in self._asked:
                    return self.session.view(ref)
            self._leave(page.ref)
        return None

    def give(self, view: NodeView, value: str, seconds: float = UNHURRIED) -> str:
        """Answer; what keeps the page from being left, empty when nothing does.

        An act the rules refuse is noted in the room and the question stays as it was.
        """
        self.at = self.at.later(seconds=seconds)
        self._asked.add(view.ref)
        if not value and not view.value:
            return view.violation
        try:
            if value and (hand := HANDS.get(_panel(view))):
                value = hand(self.room, self.at, value)
                self._learn()
            self._keep(view, value, seconds)
        except (NotAllowed, BadInput) as error:
            self.room.note(self.at, error)
            return str(error)
        return self.session.view(view.ref).violation if self._shown(view.ref) else ""

    def again(self, view: NodeView) -> None:
        """Ask this question once more."""
        self._asked.discard(view.ref)

    def stop(self, reason: str) -> None:
        """The stop button: what the script then asks is what is left of the visit."""
        self.stopped = True
        self._keep(self.session.view(self._stop), reason, 0.0)

    def scripted(self, view: NodeView) -> str:
        """What the invented debtor brings about here; empty when it is the agent's own choice."""
        told = self.room.role.answers.get(name_of(view), "")
        due = (self.at.wall + timedelta(days=IN_DAYS)).date().isoformat()
        total = self.room.role.person
        owed = total.principal + total.interest + total.fees
        return told.replace("{due}", due).replace(
            "{total}", plain_amount(owed, self.room.role.setting["currency"])
        )

    def by_the_book(self, view: NodeView) -> str:
        """The first answer that the question takes, where it must have one."""
        if view.kind == "trigger":
            return "OK"
        if not view.required:
            return ""
        return next((one for one in self._likely(view) if self._takes(view, one)), "")

    def _likely(self, view: NodeView) -> Iterator[str]:
        choices = [one.value for one in view.choices]
        if view.kind in ("select", "rank"):
            yield " ".join(choices)
            yield " ".join(one for one in choices if one != "none")
            yield "none"
        yield from choices
        if not choices:
            yield from ((self.at.wall + timedelta(days=IN_DAYS)).date().isoformat(), "1", "-")

    def _takes(self, view: NodeView, value: str) -> bool:
        self.session.answer(view.ref, value)
        fits = not self.session.view(view.ref).violation
        self.session.answer(view.ref, view.value)
        return fits

    def _keep(self, view: NodeView, value: str, seconds: float) -> None:
        self.session.answer(view.ref, value)
        now = self.session.view(view.ref)
        ds = {} if now.violation else dict(view.ds)
        multiple = view.kind in ("select", "rank")
        answer(
            self.room.desk, self.at, case=self.room.case, visit=self.room.visit, ref=view.ref,
            field=Field(ds, now.value, multiple=multiple), before=view.value, seconds=seconds,
            snapshot=self.run.snapshot(),
        )  # fmt: skip
        self._learn()

    def _leave(self, ref: str) -> None:
        self._left.add(ref)
        node, group = self.session.find(ref), self.session.view(ref)
        below = [self.session.view(one.ref()) for one in node.below() if not one.kids]
        fields = [Field(dict(one.ds), one.value) for one in below or [group]]
        try:
            leave_page(
                self.room.desk, self.at, case=self.room.case, visit=self.room.visit,
                ds=dict(group.ds) if below else {}, fields=fields, snapshot=self.run.snapshot(),
            )  # fmt: skip
        except (NotAllowed, BadInput) as error:
            self.room.note(self.at, error)
        self._learn()

    def _learn(self) -> None:
        self.run.learn(what_is_known(self.room.desk, self.at, self.room.case, self.room.visit))

    def _pages(self) -> list[Page]:
        return [one for one in self.session.pages() if self._stop not in one.nodes]

    def _shown(self, ref: str) -> bool:
        return any(ref in one.nodes for one in self._pages())

    def _views(self) -> Iterator[NodeView]:
        return (self.session.view(node.ref()) for node in self.session.walk())


def _panel(view: NodeView) -> str:
    return str(view.ds.get("panel", ""))


def name_of(view: NodeView) -> str:
    """The question's name in the script."""
    return view.ref.rsplit("/", 1)[-1]


def play(
    player: Player,
    choose: Callable[[NodeView, str], tuple[str, float]],
    mind: Callable[[NodeView, str], None],
) -> None:
    """The whole visit. `choose` gives answer and seconds from a question and what the role
    brings about; `mind` is told of an answer the question does not take."""
    while (view := player.ask()) is not None:
        if name_of(view) == player.room.role.stop_at and not player.stopped:
            player.stop(player.room.role.answers["stop"])
            continue
        value, seconds = choose(view, player.scripted(view))
        if value.startswith(STOP):
            player.stop(value.removeprefix(STOP))
            continue
        if wrong := player.give(view, value, seconds):
            mind(view, wrong)
