"""disclosure_gate: what must have happened before what may be said."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from agent_app.domain.events import Event
from agent_app.domain.rules.history import ref
from agent_app.domain.rules.law import Law
from agent_app.domain.rules.reading import Table
from agent_app.domain.rules.situation import TALK, Situation
from agent_app.domain.rules.verdict import Judgement, broken

DEBTOR = ("self_identified", "debtor")
"""The words for the debtor as the person met; whoever else a script may name is a stranger."""
AUDIENCES = ("any_person", "self_identified_debtor", "third_party")
GATE_ACTS = frozenset({*TALK, "letter_printed", "name_principal"})
Proof = Callable[[Sequence[Event]], Event | None]


def _happened(kind: str) -> Proof:
    return lambda events: next((one for one in events if one.kind == kind), None)


def _met_as(*who: str) -> Proof:
    return lambda events: next(
        (one for one in events if one.kind == "person_met" and one.body.get("who") in who), None
    )


def _identity(events: Sequence[Event]) -> Event | None:
    """The last identity check, if it passed."""
    checks = [one for one in events if one.kind == "identity_checked"]
    return checks[-1] if checks and checks[-1].body.get("passed") is True else None


PROOFS: Mapping[str, Proof] = {
    "id_shown": _happened("id_shown"),
    "self_identified": _met_as(*DEBTOR),
    "identity_checked": _identity,
    "recording_started": _happened("recording_started"),
}
OF_THE_CREW = frozenset({"id_shown", "recording_started"})
"""Proofs that stay good when somebody else comes to the door."""


@dataclass(frozen=True, slots=True)
class DisclosureGate(Law):
    """`requires` proofs in this visit, all given since the last stranger was met. `on_refusal`:
    whoever refused to be asked after the debtor is not met again at that place, whichever of the
    debtor's cases it was about.

    `may_say` and `must_not_say` are topics: what opens with the gate, and what stays shut.
    """

    acts: frozenset[str]
    audience: str
    requires: tuple[str, ...]
    may_say: frozenset[str]
    must_not_say: frozenset[str]
    on_refusal: str

    placeholders = ("missing",)
    lasts = True

    @classmethod
    def read(cls, table: Table) -> DisclosureGate:
        acts = frozenset(table.words("acts", among=GATE_ACTS))
        on_refusal = table.word("on_refusal", "", among=("never_contact_again",))
        return cls(
            acts=acts | {"visit"} if on_refusal else acts,
            audience=table.word("audience", among=AUDIENCES),
            requires=table.words("requires", among=PROOFS),
            may_say=frozenset(table.words("may_say")),
            must_not_say=frozenset(table.words("must_not_say")),
            on_refusal=on_refusal,
        )

    def judge(self, s: Situation) -> Judgement | None:
        if s.act == "visit":
            return self._refused_here(s) if self.on_refusal else None
        if s.act == "letter_printed" and not _names_debt_here(s):
            return None
        if self.audience == "third_party":
            return self._stranger_here(s)
        missing, strangers = self.missing(s)
        return broken(*(strangers or missing), missing=missing) if missing else None

    def missing(self, s: Situation) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The proofs not given, and the ids of the strangers who undid them."""
        events = s.history.in_visit(s.visit)
        last = max(
            (
                place
                for place, one in enumerate(events)
                if one.kind == "person_met" and one.body.get("who") not in DEBTOR
            ),
            default=-1,
        )
        since = events[last + 1 :]
        missing = tuple(
            name
            for name in self.requires
            if PROOFS[name](events if name in OF_THE_CREW else since) is None
        )
        undone = last >= 0 and any(PROOFS[name](events) for name in missing)
        return missing, (events[last].id,) if undone else ()

    def _stranger_here(self, s: Situation) -> Judgement | None:
        """Is the person last met in this visit not the debtor?"""
        met = [one for one in s.history.in_visit(s.visit) if one.kind == "person_met"]
        if met and met[-1].body.get("who") not in DEBTOR:
            return broken(met[-1].id)
        return None

    def _refused_here(self, s: Situation) -> Judgement | None:
        """Did another person refuse contact at this place, which is not the debtor's home?"""
        if s.address is None or s.address.kind == "home":
            return None
        at = {one.visit: one.body.get("address") for one in s.history.of("visit_started")}
        refused = [
            ref(one)
            for one in s.history.of("third_party_refused")
            if at.get(one.visit) in (None, s.address.id)
        ]
        refused += [
            ref(one)
            for record in s.history.beside
            for one in record.of("third_party_refused")
            if one.body.get("to") == s.address.id
        ]
        return broken(*refused) if refused else None


def _names_debt_here(s: Situation) -> bool:
    """Is this a letter that names the debt, printed in a visit?

    `given.letter` over the event's body says by `names_debt`; unsaid, it does.
    """
    letter = {**s.body, **(s.given.get("letter") or {})}
    return bool(s.visit) and letter.get("names_debt") is not False
