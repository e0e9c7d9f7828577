"""May it be done? One act, one case, one moment: the findings of every rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from agent_app.domain.events import Event
from agent_app.domain.model import Case
from agent_app.domain.rules.calendar import HORIZON, midnight
from agent_app.domain.rules.history import History
from agent_app.domain.rules.payments import PlanLimits
from agent_app.domain.rules.phrasing import Sentence
from agent_app.domain.rules.rule import Rule
from agent_app.domain.rules.ruleset import RuleSet
from agent_app.domain.rules.situation import Situation, situation
from agent_app.domain.rules.verdict import Finding, Findings, Judgement, State, unknown
from agent_app.domain.rules.windows import ContactWindow

_STEPS = 500
Objection = tuple[Rule, Judgement, State, Situation]


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
    return answer(rules, situation(History(case, events), now, act, facts or {}, rules.calendars))


def longest_plan(rules: RuleSet, case: Case, now: datetime) -> int | None:
    """The most months a plan may run by any rule that applies, or may; None where none says."""
    s = situation(History(case, ()), now, "plan_offered", {}, rules.calendars)
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
    asked = rules.agenda(s.act).asked_of(s.history)
    objections = _objections(asked, s)
    state = max((state for *_, state, _ in objections), default=State.allow)
    coming = s.now if state <= State.warn else _next_allowed(asked, s, objections)
    closing = window_end(rules.agenda(s.act).windows, s)
    zone = next(filter(None, (rule.zone_of(s) for rule in asked)), UTC)
    objections.sort(key=lambda one: -one[2])
    return Findings(
        state,
        tuple([_finding(rules, *one) for one in objections]),
        coming.astimezone(zone) if coming else None,
        closing.astimezone(zone) if closing else None,
    )


def _objections(asked: Sequence[Rule], s: Situation) -> list[Objection]:
    found = []
    there, last = s.on(asked[0].zone_of(s)) if asked else s, None
    for rule in asked:
        if last is None or rule.zone is not last.zone or rule.basis != last.basis:
            zone, last = rule.zone_of(s), rule
            if zone is not there.zone:
                there = s.on(zone)
        judged = judge(rule, there)
        if judged is not None:
            state = _state(rule, judged)
            if state > State.warn and _overridden(rule, there):
                state = State.warn
            found.append((rule, judged, state, there))
    return found


def judge(rule: Rule, s: Situation) -> Judgement | None:
    """What one rule says, its dates, condition and relaxing consent taken into account."""
    if rule.first or rule.last:
        today = s.today or s.now.date()
        if (rule.first and today < rule.first) or (rule.last and today > rule.last):
            return None
    applies = rule.when.holds(s) if rule.when else True
    if applies is False:
        return None
    judged = rule.law.judge(s)
    if judged is None or judged.kept:
        return judged
    if applies is None and rule.when is not None:
        return unknown(*rule.when.unknowns(s), **judged.values)
    if rule.relax is not None:
        judged = _relaxed(rule, judged, s)
    if judged is not None and rule.last and s.zone:
        ends = midnight(rule.last + timedelta(days=1), s.zone)
        judged = replace(judged, until=min(judged.until or ends, ends))
    return judged


def _state(rule: Rule, judged: Judgement) -> State:
    if judged.kept or judged.soft:
        return State.warn
    if judged.kept is None:
        return min(rule.state, State.needs)
    return rule.state


def _relaxed(rule: Rule, judged: Judgement, s: Situation) -> Judgement | None:
    """The judgement after the debtor's recorded consent, which may lift it now or later."""
    consents = _consents(rule, s)
    if any(begins <= s.now < ends for begins, ends in consents):
        return None
    coming = [begins for begins, ends in consents if s.now < begins < ends]
    if coming and judged.kept is False:
        return replace(judged, until=min([*coming, *([judged.until] if judged.until else [])]))
    return judged


def _consents(rule: Rule, s: Situation) -> list[tuple[datetime, datetime]]:
    """[from, until) of every consent that relaxes `rule`, in UTC."""
    assert rule.relax is not None
    if "contact_changed" not in s.history.by_kind and not s.case.raw.get("contact_changes"):
        return []
    wanted = f"consent.{rule.relax.consent}"
    rows: list[Any] = [
        (one.body.get("new"), one.at)
        for one in s.history.of("contact_changed")
        if one.body.get("field") == wanted
    ]
    known = {str(at) for _, at in rows}
    rows[:0] = [
        (one.get("new"), datetime.fromisoformat(one["at"]))
        for one in s.case.raw.get("contact_changes") or ()
        if one.get("field") == wanted and one["at"] not in known
    ]
    if not rows or not isinstance(rows[-1][0], Mapping):
        return []
    # The last word counts: a consent withdrawn (new = null) leaves nothing behind.
    new, said_at = rows[-1]
    begins = max(_moment(new.get("from"), s.zone) or said_at, said_at).astimezone(UTC)
    ends = _moment(new.get("until"), s.zone) or begins + timedelta(days=1)
    return [(begins, ends.astimezone(UTC))]


def _moment(value: object, zone: ZoneInfo | None) -> datetime | None:
    if not isinstance(value, str):
        return None
    found = datetime.fromisoformat(value)
    return found if found.tzinfo else found.replace(tzinfo=zone or UTC)


def _overridden(rule: Rule, s: Situation) -> bool:
    """Has a role that may do so overridden this rule today, on the record?"""
    return any(
        one.body.get("rule") == rule.id
        and one.body.get("role") in rule.override_by
        and one.at <= s.now
        and s.zone is not None
        and one.at.astimezone(s.zone).date() == s.today
        for one in (s.history.of("rule_overridden") if rule.override_by else ())
    )


def _next_allowed(
    asked: Sequence[Rule], s: Situation, objections: Sequence[Objection]
) -> datetime | None:
    """The first moment from `s.now` on at which nothing refuses; None if time alone won't do.

    Each objection says from when it alone is silent, so the search jumps from one such
    moment to the next and can pass over no allowed moment in between.
    """
    horizon = s.now + timedelta(days=HORIZON)
    strict = [rule for rule in asked if rule.state > State.warn]
    for _ in range(_STEPS):
        refusals = [judged for _, judged, state, _ in objections if state > State.warn]
        if not refusals:
            return s.now
        untils = [judged.until for judged in refusals if judged.until is not None]
        if len(untils) < len(refusals) or max(untils) > horizon:
            return None
        s = s.at(max(untils))
        objections = _objections(strict, s)
    return None


def window_end(windows: Sequence[Rule], s: Situation) -> datetime | None:
    """When the contact window open at `s.now` closes (UTC), consent to stay longer included."""
    ends = []
    for rule in windows:
        if isinstance(rule.law, ContactWindow) and rule.state == State.block:
            there = s.on(rule.zone_of(s))
            end = rule.law.closes(there)
            consents = _consents(rule, there) if rule.relax else []
            later = [until for begins, until in consents if begins <= (end or s.now) < until]
            ends.extend(later[:1] or ([end] if end else []))
    return min(ends, default=None)


def _finding(rules: RuleSet, rule: Rule, judged: Judgement, state: State, s: Situation) -> Finding:
    aside = ""
    if rule.draft:
        aside = "draft"
    elif judged.kept is False and not judged.soft and state < rule.state:
        aside = "overridden"
    until = judged.until
    sentence = Sentence(rules.wording, rule.text, judged, until, s.now, s.zone, aside)
    return Finding(
        rule=rule.id,
        kind=rule.kind,
        state=state,
        text=sentence,
        citation=rule.citation,
        because=judged.because,
        next_allowed=until.astimezone(s.zone) if until and s.zone else until,
        severity=rule.severity,
        known=judged.kept is not None,
    )
