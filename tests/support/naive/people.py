"""Who may come, where, what comes before what, and what may be said to whom."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from agent_app.domain.events import Event
from tests.support.naive.reading import DEBTOR, Asked, Rule, World
from tests.support.naive.times import TALK

TALKED = ("disclosed", "plan_offered", "agreement_signed", "promise_made")


def crew(rule: Rule, pack: str, world: World, asked: Asked) -> bool:
    if asked.act != "visit":
        return False
    agents = set(asked.given.get("crew") or asked.body.get("crew") or world.row["crew"]["agents"])
    if len(agents) < rule.get("least", 1):
        return True
    if rule.get("conflicts") and agents & set(world.row["crew"].get("conflicts", ())):
        return True
    today = asked.at.astimezone(world.zone(pack, asked)).date().isoformat()
    wanted = [(agent, kind) for agent in agents for kind in rule.get("credentials", ())]
    wanted += [(world.row["agency"]["id"], kind) for kind in rule.get("agency", ())]
    held = {(one["user"], one["kind"]): one for one in world.row["crew"]["credentials"]}
    return any((held.get(one) or {}).get("valid_until", "") < today for one in wanted)


def place(rule: Rule, pack: str, world: World, asked: Asked) -> bool:
    if asked.act not in ("visit", "entry"):
        return False
    if asked.given.get("place") in rule.get("forbidden", ()):
        return True
    if asked.act == "visit":
        kind = world.address(asked)["kind"]
        return kind in rule.get("forbidden", ()) or kind not in rule.get("allowed", [kind])
    if rule.get("entry", "consent") != "consent":
        return bool(rule["entry"] == "never")
    here = asked.given.get("place") or world.address(asked)["kind"]
    invited = False
    for one in world.in_visit(asked.visit):
        if one.kind in rule.get("consent", ["entry_consented"]):
            invited = True
        elif one.kind == "exit_triggered":
            invited = False
    return not invited or here not in rule.get("consent_scope", [here])


def disclosure_gate(rule: Rule, pack: str, world: World, asked: Asked) -> bool:
    if asked.act == "visit":
        return "on_refusal" in rule and _refused_at(world, asked)
    if asked.act not in rule["acts"]:
        return False
    letter = {**asked.body, **asked.given.get("letter", {})}
    if asked.act == "letter_printed" and not (asked.visit and letter.get("names_debt", True)):
        return False
    inside = world.in_visit(asked.visit)
    met = [one for one in inside if one.kind == "person_met"]
    if rule["audience"] == "third_party":
        return bool(met) and met[-1].body["who"] not in DEBTOR
    alone = inside
    for one in met:
        if one.body["who"] not in DEBTOR:
            alone = inside[inside.index(one) + 1 :]
    return not all(_proved(name, inside, alone) for name in rule.get("requires", ()))


def _refused_at(world: World, asked: Asked) -> bool:
    if world.address(asked)["kind"] == "home":
        return False
    for one in world.of("third_party_refused"):
        starts = [start for start in world.in_visit(one.visit) if start.kind == "visit_started"]
        if not starts or starts[0].body["address"] == asked.address:
            return True
    return any(
        one.get("kind") == "third_party_refused" and one["to"] == asked.address
        for told in world.beside(asked)
        for one in told
    )


def _proved(name: str, inside: list[Event], alone: list[Event]) -> bool:
    """The crew's own proofs serve the whole visit, the person's only since the last stranger."""
    if name in ("id_shown", "recording_started"):
        return any(one.kind == name for one in inside)
    if name == "self_identified":
        return any(
            one.kind == "person_met" and one.body["who"] in ("self_identified", "debtor")
            for one in alone
        )
    checks = [one.body["passed"] for one in alone if one.kind == "identity_checked"]
    return bool(checks) and checks[-1] is True


def required_step(rule: Rule, pack: str, world: World, asked: Asked) -> bool:
    if asked.act not in rule["before"]:
        return False
    inside = world.in_visit(asked.visit)
    if asked.act == "review":
        return _was_missing(rule, inside)
    done = False
    for one in inside:
        if one.kind in rule.get("refused_by", ()):
            return True
        if one.kind in rule["steps"]:
            done = True
        if one.kind in rule.get("undone_by", ()):
            done = False
    return not done or _unproven(rule, inside)


def _unproven(rule: Rule, inside: list[Event]) -> bool:
    """None of the evidence asked for, with the step or after it; a hand's is not in this world."""
    kinds = [one.kind for one in inside]
    after = inside[kinds.index(next(kind for kind in kinds if kind in rule["steps"])) :]
    there = {
        "photo": any(one.kind == "photo_taken" for one in after),
        "audio": any(one.kind == "recording_started" for one in after),
        "text": any(one.body.get(key) for one in after for key in ("note", "text", "statement")),
    }
    return "evidence" in rule and not any(there[one] for one in rule["evidence"])


def _was_missing(rule: Rule, inside: list[Event]) -> bool:
    """Looking back: talk while the step was undone; or talk though it never was, nor refused."""
    if any(one.kind in rule["steps"] for one in inside):
        undone = False
        for one in inside:
            if one.kind in rule["steps"] or one.kind in rule.get("undone_by", ()):
                undone = one.kind not in rule["steps"]
            elif undone and one.kind in TALKED:
                return True
        return _unproven(rule, inside)
    refused = any(one.kind in rule.get("refused_by", ()) for one in inside)
    return not refused and any(one.kind in TALKED for one in inside)


def attestation(rule: Rule, pack: str, world: World, asked: Asked) -> bool:
    if asked.act != "review":
        return False
    values = [
        one.body["value"]
        for one in world.in_visit(asked.visit)
        if one.kind == "answered" and one.body["ref"].split("/")[-1] == rule["answer"]
    ]
    return not values or values[-1] not in rule.get("values", ["yes"])


def exit_trigger(rule: Rule, pack: str, world: World, asked: Asked) -> bool:
    if asked.act not in ("visit", "entry", "review", *TALK):
        return False
    if asked.act == "visit":
        return _may_not_return(rule, world, asked)
    inside = world.in_visit(asked.visit)
    exits = [one for one in inside if _is_exit(rule, one)]
    if asked.act != "review" or not exits:
        return bool(exits)
    return "leave_within" in rule and not _left_soon(rule, exits[0], inside)


def _is_exit(rule: Rule, one: Event) -> bool:
    if one.kind == "exit_triggered":
        return one.body["reason"] in rule["reasons"]
    return any(
        one.kind == also["event"]
        and all(one.body.get(key) in values for key, values in also.get("match", {}).items())
        for also in rule.get("also", ())
    )


def _may_not_return(rule: Rule, world: World, asked: Asked) -> bool:
    reviewed = {one.body["visit"] for one in world.of("review_decided")}
    for one in world.events:
        if not _is_exit(rule, one) or one.visit == asked.visit:
            continue
        if rule.get("return_after_review") and one.visit not in reviewed:
            return True
        if asked.at < one.at + timedelta(hours=rule.get("return_hours", 0)):
            return True
    return any(_no_return_beside(rule, told, reviewed, asked) for told in world.beside(asked))


def _no_return_beside(rule: Rule, told: Any, reviewed: set[str], asked: Asked) -> bool:
    """Did a visit about another debt of the person end so that one may not come back yet?"""
    happened = [one for one in told if "kind" in one]
    seen = {one["body"]["visit"] for one in happened if one["kind"] == "review_decided"}
    for one in happened:
        exited = one["kind"] == "exit_triggered" and one["body"]["reason"] in rule["reasons"]
        also = [
            row
            for row in rule.get("also", ())
            if row["event"] == one["kind"]
            and all(one["body"].get(key) in some for key, some in row.get("match", {}).items())
        ]
        if not (exited or also):
            continue
        if rule.get("return_after_review") and one["visit"] not in seen | reviewed:
            return True
        opens = datetime.fromisoformat(one["at"]) + timedelta(hours=rule.get("return_hours", 0))
        if asked.at < opens:
            return True
    return False


def _left_soon(rule: Rule, exited: Event, inside: list[Event]) -> bool:
    after = inside[inside.index(exited) :]
    away: list[datetime] = [
        one.at
        for one in after
        if one.kind in ("visit_ended", "visit_aborted")
        or (one.kind == "answered" and one.body["ref"].endswith("/left"))
    ]
    return bool(away) and (away[0] - exited.at).total_seconds() <= rule["leave_within"]


def prohibited_conduct(rule: Rule, pack: str, world: World, asked: Asked) -> bool:
    spoken = ("letter_printed", "notice_sent", "appointment_notified", "disclosed")
    noted = ("comment_added", "outcome_recorded", "hardship_stated", "visit_aborted",
             "dispute_raised", "exit_triggered", "vulnerability_flagged")  # fmt: skip
    fees = any(row.get("fee") for row in rule["detectors"])
    if asked.act not in (*spoken, *noted) and not (fees and asked.act == "payment_notified"):
        return False
    if fees and (asked.body.get("fee") or 0) > 0:
        return True
    if any(asked.body.get("channel") in row.get("channels", ()) for row in rule["detectors"]):
        return True
    keys = ("note", "text", "comment", "reason", "statement", "what", "purpose")
    texts = [asked.given.get("text"), *(asked.body.get(key) for key in keys)]
    phrases = [
        phrase
        for row in rule["detectors"]
        for language in ("zh_CN", "zh_TW", "en")
        for phrase in row.get(language, ())
    ]
    for innocent in rule.get("innocent", ()):
        texts = [text and text.replace(innocent, "") for text in texts]
    return any(_stands_in(phrase, text) for phrase in phrases for text in texts if text)


def _stands_in(phrase: str, text: Any) -> bool:
    """The plain phrase, letter for letter; the two parts of "A…B" at most eight signs apart."""
    first, _, second = phrase.lower().partition("…")
    low = str(text).lower()
    at = low.find(first)
    while at >= 0:
        rest = low[at + len(first) :]
        if not second or second in rest[: 8 + len(second)]:
            return True
        at = low.find(first, at + 1)
    return False
