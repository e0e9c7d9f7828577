"""What decided a finding, in words: the events behind it, or the facts that are missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from agent_app.actions.desk import Desk
from agent_app.domain.languages import LANGUAGES
from agent_app.domain.model import Case
from agent_app.store import cases, events

_EARLIER = "contact:"


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that decided: an event (its kind, when, by whom), an earlier contact of the
    hand-over file (when, as it was given), or a thing by its name in each language. `case`: the
    number of the other case of the same person in which it stands."""

    kind: str = ""
    at: datetime | None = None
    by: str = ""
    case: str = ""
    earlier: str = ""
    name: Mapping[str, str] = field(default_factory=dict)


def reasons(desk: Desk, case: Case, because: Iterable[str]) -> dict[str, Reason]:
    """Each of `because` (see `rules.verdict.Judgement`) by itself."""
    names = {one["id"]: one["name"] for one in desk.office.get("people", ())}
    others = map(Case.read, cases.beside(desk.db, case.id))
    happened = (
        {row["id"]: Reason(earlier=row["at"]) for row in case.raw.get("elsewhere") or ()}
        | {
            row["id"]: Reason(row["kind"], datetime.fromisoformat(row["at"]), case=row["case"])
            for row in case.raw.get("beside") or ()
            if "kind" in row
        }
        | {
            mark.event: Reason(mark.kind, mark.at, names.get(mark.user, mark.user), other)
            for one, other in (*((one, one.id) for one in others), (case, ""))
            for mark in one.marks
        }
        | {
            one.id: Reason(one.kind, one.at, names.get(one.user, one.user))
            for one in events.of_case(desk.db, case.id)
        }
    )
    words = desk.packs.rules_for(case).wording

    def read(ref: str) -> Reason:
        if ref in happened:
            return happened[ref]
        if ref.startswith(_EARLIER):
            return Reason(earlier=ref.removeprefix(_EARLIER))
        other, _, ref = ref.rpartition("/")
        holder, dot, thing = ref.partition(".")
        if dot and holder in (*names, *case.crew):
            who = names.get(holder, holder)
            return Reason(by=who, name={lang: words.name(thing, lang) for lang in LANGUAGES})
        return Reason(name={lang: words.name(ref, lang) for lang in LANGUAGES}, case=other)

    return {ref: read(ref) for ref in because}
