"""The disclosure gate as a script meets it: what has happened, and what may be seen by then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from agent_app.script.check.model import Question

ALWAYS_SEEN = frozenset(
    {
        "debtor_called",
        "agency_name",
        "agent_name",
        "agent_number",
        "partner_name",
        "complaint_phone",
        "today_window_end",
    }
)
NAMED_SEEN = frozenset({"creditor_name"})
NAMED, DEBT = "named", "debt"
"""Two gates: the lender may be named; the debt may be spoken of."""
SELF = frozenset({"debtor", "self_identified"})
PASSED = "passed"
GATE_KINDS = frozenset({"id_shown", "identity_checked"})


def happenings(happened: frozenset[str], question: Question, value: str) -> frozenset[str]:
    """What has happened once `question` is answered with `value`."""
    kinds = set(question.events(value))
    if question.page_event and question.required is not None:
        kinds.add(question.page_event)
    found = set(happened)
    if "person_met" in kinds and value not in SELF:
        found -= {"identity_checked", NAMED}
    if "person_met" in kinds and value in SELF:
        found.add(NAMED)
    if "identity_checked" in kinds and value != PASSED:
        found.discard("identity_checked")
        kinds.discard("identity_checked")
    if question.duty and (question.duty != "identity" or "identity_checked" in kinds):
        found.add(f"duty:{question.duty}")
    if "recording_consented" in kinds:
        kinds.add("recording_started")
    return frozenset(found | kinds)


def open_gates(happened: Iterable[str]) -> frozenset[str]:
    """The gates now open."""
    seen = frozenset(happened)
    if seen >= GATE_KINDS:
        return frozenset({NAMED, DEBT})
    return frozenset({NAMED}) & seen


def gate_of(field: str) -> str:
    """The gate a field of the case waits for, or nothing; a field nobody lists waits for both."""
    if field in ALWAYS_SEEN:
        return ""
    return NAMED if field in NAMED_SEEN else DEBT


def facts_seen(facts: Mapping[str, str], happened: Iterable[str]) -> dict[str, str]:
    """The case as it may be seen: what a gate holds back is left out."""
    gates = open_gates(happened)
    return {name: text for name, text in facts.items() if gate_of(name) in gates | {""}}
