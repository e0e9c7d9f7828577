"""May it be done? One act, one case, one moment: the findings of every rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from agent_app.domain.dates import FOREVER
from agent_app.domain.events import Event
from agent_app.domain.model import Case
from agent_app.domain.rules.calendar import HORIZON
from agent_app.domain.rules.consents import consents
from agent_app.domain.rules.history import History
from agent_app.domain.rules.judging import Objection, objections
from agent_app.domain.rules.payments import PlanLimits
from agent_app.domain.rules.phrasing import Sentence
from agent_app.domain.rules.rule import Rule
from agent_app.domain.rules.ruleset import Agenda, RuleSet
from agent_app.domain.rules.situation import Situation, situation
from agent_app.domain.rules.verdict import Finding, Findings, State, together
from agent_app.domain.rules.windows import ContactWindow

_STEPS = 500
_SOON = 15
_NEVER = datetime(FOREVER.year, FOREVER.month, FOREVER.day, tzinfo=UTC) - timedelta(days=1)


def assess(
    rules: RuleSet,
    case: Case,
    events: Sequence[Event],
    now: datetime,
    *,
    act: str = "visit",
    facts: Mapping[str, Any] | None = None,
) -> Findings:
    """May `act` be done in `case` at `now` (aware), with `events` known?

    `act` is "visit" (may I knock?), an event kind, "plan", "entry", "call", "delete" …; an
    act no rule speaks of is allowed. `facts` the rules may read: see `Situation`.
    """
    given = rules.told(facts)
    history = History(case, events, given.get("elsewhere") or ())
    return answer(rules, situation(history, now, act, given, rules.calendars))


def longest_plan(rules: RuleSet, case: Case, now: datetime) -> int | None:
    """The most months a plan may run by any rule that applies, or may; None where none says."""
    s = situation(History(case, ()), now, "plan_offered", rules.told(None), rules.calendars)
    limits = [
        rule.law.max_months
        for rule in rules.about(s.act)
        if isinstance(rule.law, PlanLimits) and rule.law.max_months
        if rule.when is None or rule.when.holds(s) is not False
    ]
    return min(limits, default=None)


def explain(
    rules: RuleSet,
    case: Case,
    events: Sequence[Event],
    now: datetime,
    *,
    act: str = "visit",
    facts: Mapping[str, Any] | None = None,
) -> list[tuple[Rule, Finding | None]]:
    """Every rule that speaks of the act, with its finding; None where it has no objection."""
    found = assess(rules, case, events, now, act=act, facts=facts)
    return [(rule, found.named(rule.id)) for rule in rules.about(act)]


def answer(rules: RuleSet, s: Situation) -> Findings:
    """The findings of a question already put."""
    agenda = rules.agenda(s.act)
    asked = agenda.asked_of(s.history)
    found = objections(asked, s)
    strict = [rule for rule in asked if rule.state > State.warn]
    return Findings(
        state=strictest(found),
        items=together(finding(rules, one) for one in agenda.in_order(found)),
        next_allowed=local(next_allowed(s, found, partial(objections, strict)), agenda, s),
        window_end=local(window_end(agenda.windows, s), agenda, s),
    )


def strictest(found: Sequence[Objection]) -> State:
    """What they all together mean."""
    return max((one.state for one in found), default=State.allow)


def local(at: datetime | None, agenda: Agenda, s: Situation) -> datetime | None:
    """A UTC moment on the wall clock that most of the rules go by."""
    if at is None:
        return None
    zone = next(filter(None, (rule.zone_of(s) for rule in agenda.rules)), UTC)
    return at.astimezone(zone)


def next_allowed(
    s: Situation,
    found: Sequence[Objection],
    ask: Callable[[Situation], Sequence[Objection]],
    steps: int = _STEPS,
) -> datetime | None:
    """The first moment from `s.now` on at which nothing refuses; None if time alone won't do.

    `found` is what objects at `s.now`, `ask` tells what does at another moment. Each objection
    says from when it alone is silent, so the search jumps from one such moment to the next and
    can pass over no allowed moment in between.
    """
    horizon = _NEVER
    for step in range(steps):
        refusals = [one.judged.until for one in found if one.state > State.warn]
        if not refusals:
            return s.now
        untils = [until for until in refusals if until is not None]
        if len(untils) < len(refusals) or max(untils) >= horizon:
            return None
        s = s.at(max(untils))
        if step == 0:
            horizon = min(_NEVER, s.now + timedelta(days=HORIZON))
        found = ask(s)
    return None


def window_end(windows: Sequence[Rule], s: Situation) -> datetime | None:
    """When the contact window open at `s.now` closes (UTC), consent to stay longer included."""
    ends = []
    for rule in windows:
        if isinstance(rule.law, ContactWindow) and rule.state == State.block:
            there = s.on(rule.zone_of(s))
            end = rule.law.closes(there)
            spans = consents(rule.relax, there)
            later = [until for begins, until in spans if begins <= (end or s.now) < until]
            ends.extend(later[:1] or ([end] if end else []))
    return min(ends, default=None)


def finding(rules: RuleSet, one: Objection) -> Finding:
    """An objection in words, with its source."""
    rule, judged, state, s = one
    aside = ""
    if rule.draft:
        aside = "draft"
    elif judged.kept is False and not judged.soft and state < rule.state:
        aside = "overridden"
    until = judged.until
    opens = _hours_from(rules.agenda(s.act).windows, s.at(until)) if until else None
    return Finding(
        rule=rule.id,
        kind=rule.kind,
        state=state,
        text=Sentence(rules.wording, rule.text, judged, opens, s.now, s.zone, aside),
        citation=rule.cited(s),
        because=judged.because,
        next_allowed=until.astimezone(s.zone) if until and s.zone else until,
        opens=opens.astimezone(s.zone) if opens and s.zone else opens,
        severity=rule.severity,
        known=judged.kept is not None,
        pack=rule.pack,
    )


def _hours_from(windows: Sequence[Rule], s: Situation) -> datetime:
    """The first moment from `s.now` on within the hours: a cap may end at midnight, and nobody is
    told to knock then. `s.now` itself where the hours do not open within some days."""
    ask = partial(objections, windows)
    return next_allowed(s, ask(s), ask, _SOON) or s.now
