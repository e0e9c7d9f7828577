"""A case of which only its events are at hand, as in an evidence bundle that names no debtor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from agent_app.domain.errors import BadInput, Fault
from agent_app.domain.events import Event
from agent_app.domain.rules import Verdict
from agent_app.domain.rules.known import KNOWN, row_of, tells_all
from agent_app.domain.rules.rule import Rule

UNKNOWN = (
    *("creditor", "product", "debtor", "balance", "days overdue", "the agent's authority"),
    *("credentials", "rungs", "earlier contacts, holds and wishes", "when data was last synced"),
)
"""What a visit's events alone do not tell and a rule may ask."""
UNTOLD = ("sums", "days overdue", "the debtor's age", "the creditor's own rules")
"""The same of a visit whose first event keeps what was known (`rules.known`)."""

_LOOKS_BEYOND = frozenset(
    {"hold", "frequency_cap", "notice", "place", "plan_limits", "preference", "payment"}
)
_IN_EVENTS = ("act", "given.", "body.", "contact.target")


def bare_row(events: Sequence[Event]) -> dict[str, Any]:
    """A case row holding only what the events themselves tell; the rest stays unknown.

    BadInput when they hold no visit made under a pack, or hide where and by whom it was made.
    """
    started = [one for one in events if one.kind == "visit_started"]
    told = [one for one in started if {"address", "crew"} <= one.body.keys()]
    packs = pack_stamps([one for one in events if one.case == started[0].case] if started else [])
    if not told or not packs:
        raise BadInput(Fault("shows no visit made under a pack", mend="give --case FILE"))
    first = told[0].body.get(KNOWN)
    there = {str(one.body["address"]): _address(one) for one in told}
    crew = dict.fromkeys(user for one in told for user in one.body["crew"])
    nobody = {"id": "", "name": "", "type": ""}
    bare = {
        "id": told[0].case,
        "revision": 0,
        "pack": packs[0]["id"],
        "creditor": nobody,
        "agency": nobody,
        "product": {"name": "", "kind": ""},
        "debtor": {"id": "", "name": ""},
        "addresses": [{"id": key, "text": "", **one} for key, one in there.items()],
        "balance": {
            **dict.fromkeys(("principal", "interest", "fees", "total"), 0),
            "currency": "XXX",
            "as_of": told[0].wall[:10],
        },
        "bucket": "",
        "crew": {
            "agents": list(crew),
            "credentials": first["credentials"] if first else [],
            "conflicts": first.get("conflicts", []) if first else [],
        },
    }
    return bare | (row_of(first) if first else {})


def _address(started: Event) -> dict[str, Any]:
    told = started.body.get(KNOWN) or {}
    return {
        "kind": told.get("kind", ""),
        "region": told.get("region", ""),
        "tz": told.get("tz") or started.tz,
    }


def knows(events: Sequence[Event]) -> bool:
    """Do the events say what was known of the case when the visit began?"""
    return any(one.kind == "visit_started" and one.body.get(KNOWN) for one in events)


def pack_stamps(events: Sequence[Event]) -> list[Mapping[str, Any]]:
    """The packs the events were made under, each once, in order; a case's own before its layers."""
    stacks = [(one.pack, *one.pack.get("layers", ())) for one in events if one.pack]
    return list({pack["sha256"]: pack for stack in stacks for pack in stack}.values())


def looks_beyond(rule: Rule, *, known: bool) -> bool:
    """Whether the rule also asks what the events at hand do not tell: its pass is then no more
    than that this visit shows nothing against it. `known`: see `knows`."""
    if known:
        return not tells_all(rule)
    asked = rule.when.facts() if rule.when else ()
    return rule.kind in _LOOKS_BEYOND or any(not one.startswith(_IN_EVENTS) for one in asked)


def fair(verdict: Verdict) -> Verdict:
    """A notice or consent not seen in the visit may have been given before it: not proven."""
    before = verdict.kind in ("notice", "preference") and verdict.passed is False
    return replace(verdict, passed=None) if before else verdict
