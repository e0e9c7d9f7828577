"""Rehearsal: the real script with an invented debtor, scored by the real rules; nothing is kept.

Answers become the events they would record, in memory only, and the rules judge each before it
happens and all of them afterwards. What a panel would make (a plan, a letter, a recording) is
stood in for, so rules about the papers themselves are not scored.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from agent_app.domain.errors import BadInput, Fault
from agent_app.domain.events import Event, wall_text
from agent_app.domain.model import Case
from agent_app.domain.money import parse_amount
from agent_app.domain.project import project
from agent_app.domain.rules import Finding, RuleSet, Verdict, assess, replay
from agent_app.script.deeds import Deed, Field, of_answer, of_page
from agent_app.script.loading import Form
from agent_app.script.rehearsal_case import case_instance, invented_case
from agent_app.script.session import Session

VISIT = "rehearsal"
ON_PAPER = frozenset({"document", "plan_limits", "signature"})
"""Kinds of rule about papers, which a rehearsal does not make."""
STANDS_IN: Mapping[str, Mapping[str, Any]] = {
    "identity_checked": {"method": "two_points", "fields": ["birth_month", "phone_last4"]},
    "recording_started": {"slot": "rehearsal"},
    "recording_stopped": {"slot": "rehearsal", "seconds": 0},
    "budget_recorded": {"income": 0, "spending": 0, "currency": "CNY"},
    "plan_offered": {"plan": {}},
    "agreement_signed": {"agreement": "rehearsal", "plan": {}, "document": ""},
    "letter_printed": {"serial": "rehearsal", "template": "", "document": ""},
    "letter_delivered": {"serial": "rehearsal", "how": "", "proof": ""},
    "position_read": {"lat": 0, "lon": 0, "accuracy": 0, "datum": "WGS-84", "provider": "none"},
}


@dataclass(frozen=True, slots=True)
class Role:
    """An invented debtor: what the case says, how they answer, and the outcome that is right.

    `answers` maps a question's name to what the debtor's side brings about there; what it
    leaves out is the agent's own choice.
    """

    id: str
    title: Mapping[str, str]
    debtor: str
    principal: int
    interest: int
    fees: int
    answers: Mapping[str, str]
    outcomes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Refused:
    """An event the app would not have recorded, and the findings that say why."""

    kind: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Hurried:
    """A screen left sooner than it can honestly be gone through; seconds."""

    question: str
    took: float
    least: float


@dataclass(frozen=True, slots=True)
class Score:
    """How the rehearsal went. `points` is 0 to 100: the share of everything judged that was
    right; a rule broken or an event refused also fails the rehearsal (`passed`).
    """

    verdicts: tuple[Verdict, ...]
    refused: tuple[Refused, ...]
    hurried: tuple[Hurried, ...]
    outcome: str
    outcome_fits: bool
    ended: bool

    @property
    def passed(self) -> bool:
        broken = any(one.passed is False for one in self.verdicts)
        return self.ended and self.outcome_fits and not broken and not self.refused

    @property
    def points(self) -> int:
        judged = [one for one in self.verdicts if one.passed is not None]
        good = sum(one.passed is True for one in judged) + self.ended + self.outcome_fits
        return round(100 * good / (len(judged) + 2 + len(self.refused) + len(self.hurried)))


@dataclass
class Rehearsal:
    """One rehearsal under way. `start` is the invented moment of the knock."""

    form: Form
    role: Role
    rules: RuleSet
    start: datetime
    entropy: Callable[[int], bytes]
    pack: str = "cn"
    events: list[Event] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    hurried: list[Hurried] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.at = self.start
        self.row = invented_case(self.role, self.start, self.pack)
        self.case = Case.read(self.row)
        self._record("visit_started", {"address": "door", "crew": list(self.case.crew)})
        self.session = Session(
            self.form, now=lambda: self.at, entropy=self.entropy, instances=self._instances()
        )

    @property
    def ended(self) -> bool:
        return any(one.kind in ("visit_ended", "visit_aborted") for one in self.events)

    def scripted(self, ref: str) -> str:
        """What the invented debtor brings about at this question; empty when it is free."""
        return self.role.answers.get(ref.rsplit("/", 1)[-1], "")

    def answer(self, ref: str, value: str, *, seconds: float = 30.0) -> None:
        """Answer one question after `seconds` on its screen."""
        view = self.session.view(ref)
        self.at += timedelta(seconds=seconds)
        least = float(view.ds.get("min_seconds", 0))
        if value and seconds < least:
            self.hurried.append(Hurried(ref.rsplit("/", 1)[-1], seconds, least))
        self.session.answer(ref, value)
        self._record("answered", {"ref": ref, "value": value, "seconds": seconds})
        plain = {key: text for key, text in view.ds.items() if key != "panel"}
        given = Field(plain, value, multiple=view.kind == "select")
        self._do(of_answer(given, view.value), value)

    def leave_page(self, ref: str) -> None:
        """Go on from a page: what its group records, values without a control among them."""
        below = [node.ref() for node in self.session.find(ref).below() if not node.kids]
        views = [self.session.view(node) for node in below]
        fields = [Field(one.ds, one.value) for one in views]
        self._do(of_page(self.session.view(ref).ds, fields), "")

    def score(self) -> Score:
        """How it went so far, by the rules of the pack."""
        verdicts = tuple(
            one for one in replay(self.rules, self.case, self.events) if one.kind not in ON_PAPER
        )
        outcomes = [one.body["code"] for one in self.events if one.kind == "outcome_recorded"]
        outcome = str(outcomes[-1]) if outcomes else ""
        fits = outcome in self.role.outcomes
        refused, hurried = tuple(self.refused), tuple(self.hurried)
        return Score(verdicts, refused, hurried, outcome, fits, self.ended)

    def _do(self, deeds: Sequence[Deed], value: str) -> None:
        for deed in deeds:
            body = {**deed.body, **STANDS_IN.get(deed.kind, {})}
            if deed.kind == "identity_checked":
                body["passed"] = value == "passed"
            if isinstance(body.get("amount"), str):
                currency = self.case.currency
                minor = parse_amount(body["amount"], currency)
                body["amount"] = {"minor": minor, "currency": currency}
            self._record(deed.kind, body)
            if deed.kind == "recording_consented":
                self._record("recording_started", STANDS_IN["recording_started"])
        happened = {one.kind for one in self.events}
        if not self._now().visit(VISIT).get("identity"):
            happened.discard("identity_checked")
        self.session.happened = happened
        self.session.set_instance("case", case_instance(self._now(), VISIT))

    def _record(self, kind: str, body: Mapping[str, Any]) -> None:
        """Add the event, unless the rules would not have let it happen."""
        facts = {"visit": VISIT, "body": body, **body, "synced_at": self.at}
        act = "visit" if kind == "visit_started" else kind
        found = assess(self.rules, self._now(), self.events, self.at, act=act, facts=facts)
        against = tuple(one for one in found.items if one.kind not in ON_PAPER)
        if not found.allowed and any(one.state >= 2 for one in against):
            self.refused.append(Refused(kind, against))
            return
        self.events.append(self._event(kind, body))

    def _event(self, kind: str, body: Mapping[str, Any]) -> Event:
        number = len(self.events) + 1
        return Event(
            id=f"{VISIT}-{number}", device=VISIT, user=self.case.crew[0], seq=number, prev="",
            kind=kind, case=self.case.id, visit=VISIT, wall=wall_text(self.at),
            tz=self.case.addresses[0].tz, boot=VISIT, bt=number, body=dict(body),
        )  # fmt: skip

    def _now(self) -> Case:
        return Case.read(project(self.row, self.events))

    def _instances(self) -> dict[str, str]:
        return {"case": case_instance(self._now(), VISIT)}


def read_roles(content: bytes, file: str) -> tuple[Role, ...]:
    """The invented debtors of a rehearsal.toml; BadInput names what is missing."""
    roles, faults = [], []
    for entry in tomllib.loads(content.decode()).get("role", ()):
        try:
            roles.append(
                Role(
                    id=entry["id"],
                    title=entry["title"],
                    debtor=entry["debtor"],
                    principal=int(entry["principal"]),
                    interest=int(entry["interest"]),
                    fees=int(entry["fees"]),
                    answers={name: _text(value) for name, value in entry["answers"].items()},
                    outcomes=frozenset(entry["outcomes"]),
                )
            )
        except KeyError as missing:
            name, lacks = str(entry.get("id", "?")), str(missing.args[0])
            faults.append(Fault("a role lacks a field", file=file, field=lacks, value=name))
    if faults:
        raise BadInput(faults)
    return tuple(roles)


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
