"""Print a letter, and say how it reached the debtor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from agent_app.actions.desk import Change, Desk
from agent_app.actions.evidence import looked_at
from agent_app.actions.guard import refuse_unless_allowed
from agent_app.actions.letter_fields import from_record, joined
from agent_app.actions.papers import (
    keep_paper,
    next_serial,
    office_facts,
    paper_seal,
    printed_seal,
)
from agent_app.actions.record import new_id, record
from agent_app.domain.errors import BadInput, Fault, NotAllowed
from agent_app.domain.model import Case
from agent_app.domain.moment import Moment
from agent_app.domain.money import Money
from agent_app.store import events
from agent_app.store.db import transaction

if TYPE_CHECKING:
    from agent_app.documents.letter import Template

HOW = frozenset({"hand", "refused", "mail", "left_sealed"})
PROOFS = frozenset({"receipt_signature", "refusal_note", "envelope_photo", "post_receipt"})


def print_letter(
    desk: Desk,
    at: Moment,
    *,
    case: str,
    template: str,
    language: str,
    visit: str | None = None,
    more: Mapping[str, Mapping[str, Any]] | None = None,
) -> Change:
    """Set a letter, keep its exact bytes, give it a number; `made` is (serial, pdf bytes).

    `more` completes groups of fields the record lacks (visit, complaint, reply …). Raises BadInput for a missing
    field or a character no font has, NotAllowed when it names the debt and the gate is shut.
    """
    from agent_app.documents.fields import case_fields
    from agent_app.documents.letter import render

    row = desk.row(case)
    seen = Case.read(row)
    chosen = desk.templates.one(desk.packs.for_case(seen), "letters", template)
    printed = {"template": template, "names_debt": chosen.source.names_debt}
    says = letter_facts(desk, seen, chosen)
    facts = {"letter": says, "text": _typed(more or {})}
    refuse_unless_allowed(
        desk, at, "letter_printed", seen, {"visit": visit, "body": printed, **facts}
    )
    with transaction(desk.db):
        serial, event_id = next_serial(desk, "L"), new_id(desk, at)
        known = joined(from_record(seen), more or {})
        fields = case_fields(row, **{**office_facts(desk, seen), **known})
        seal = _seal(desk, at, seen, chosen, serial, fields)
        made = render(
            chosen, case=fields, language=language, serial=serial, at=at.wall,
            seal_text=printed_seal(desk, seal),
        )  # fmt: skip
        stored, pdf = keep_paper(desk, at, made.pdf, event=event_id, slot="letter")
        paper = {"serial": serial, "document": stored.sha256, "language": language, "seal": seal}
        body = {**printed, **paper, "template_sha256": made.template_sha, **says}
        record(
            desk, at, "letter_printed", body, case=case, visit=visit, attached=[stored],
            event_id=event_id, facts=facts,
        )  # fmt: skip
    return Change.of([case], "letters", "outbox", made=(serial, pdf))


def _seal(
    desk: Desk, at: Moment, case: Case, template: Template, serial: str, fields: Mapping[str, Any]
) -> str:
    from agent_app.documents.fields import read

    source = template.source
    held = read(fields, source.sealed_sum)
    return paper_seal(
        desk, at, case, kind=str(source.front.get("seal", "letter")), serial=serial, terms=fields,
        names_debt=source.names_debt, sum=Money.from_json(held) if held else None,
    )  # fmt: skip


def _typed(more: Mapping[str, Mapping[str, Any]]) -> str:
    """The words written into a letter by hand, for the rules to read."""
    values = (value for group in more.values() for value in group.values())
    return "\n".join(value for value in values if isinstance(value, str))


def letter_facts(desk: Desk, case: Case, template: Template) -> dict[str, Any]:
    """What the rules of letters ask of this one: its type in law, and what it says."""
    said = desk.templates.says(desk.packs.for_case(case), template)
    return {
        "type": next(iter(said), template.source.id),
        "fields": [key for keys in said.values() for key in keys],
    }


def deliver_letter(
    desk: Desk,
    at: Moment,
    *,
    case: str,
    serial: str,
    how: str,
    proof: str,
    visit: str | None = None,
    note: str = "",
    image: tuple[bytes, str] | None = None,
) -> Change:
    """Say how a letter reached the debtor, with its proof; never by posting it up.

    `image` is (bytes, media type) of the signed receipt or the unopened envelope in hand, `note`
    what was said when it was refused. Said again with better proof, the last word counts.
    """
    if how not in HOW:
        raise BadInput(Fault("no such way", field="how", value=how, mend=", ".join(sorted(HOW))))
    if proof not in PROOFS:
        raise BadInput(Fault("no such proof", field="proof", value=proof))
    if all(one["serial"] != serial for one in desk.row(case).get("letters", ())):
        raise NotAllowed(f"no letter {serial} was printed for this case")
    if how == "hand" and visit is not None:
        _refuse_to_strangers(desk, case, visit, serial)
    event_id, attached = new_id(desk, at), []
    body: dict[str, Any] = {"serial": serial, "how": how, "proof": proof}
    if note:
        body["note"] = note
    with transaction(desk.db):
        if image:
            data, kind = image
            if marks := looked_at(desk, at, case, visit, data):
                body["marks"] = marks
            attached = [desk.files.write(data, event=event_id, slot="proof", type=kind)]
        record(
            desk, at, "letter_delivered", body, case=case, visit=visit, attached=attached,
            event_id=event_id,
        )  # fmt: skip
    return Change.of([case], "letters", "outbox")


def _refuse_to_strangers(desk: Desk, case: str, visit: str, serial: str) -> None:
    """A letter that names the debt goes into the hand of the identified debtor and no other."""
    told = next(
        (one.body for one in events.of_case(desk.db, case)
         if one.kind == "letter_printed" and one.body.get("serial") == serial), {},
    )  # fmt: skip
    state = desk.row(case).get("visits", {}).get(visit) or {}
    if told.get("names_debt") is not False and not state.get("identity"):
        raise NotAllowed("this letter is for the debtor alone, and it is not they who are here")
