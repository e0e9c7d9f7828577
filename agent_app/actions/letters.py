"""Print a letter, and say how it reached the debtor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from agent_app.actions.desk import Change, Desk
from agent_app.actions.evidence import looked_at
from agent_app.actions.guard import refuse_unless_allowed
from agent_app.actions.letter_fields import from_record, joined
from agent_app.actions.papers import next_serial, office_facts, paper_seal, printed_seal
from agent_app.actions.record import new_id, record
from agent_app.domain.errors import BadInput, Fault, NotAllowed
from agent_app.domain.model import Case
from agent_app.domain.moment import Moment
from agent_app.domain.money import Money
from agent_app.store import cases, events
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
    from agent_app.documents import pades
    from agent_app.documents.fields import case_fields, read
    from agent_app.documents.letter import render

    row = _row(desk, case)
    seen = Case.read(row)
    chosen = desk.templates.one(desk.packs.for_case(seen), "letters", template)
    names_debt = chosen.source.names_debt
    facts: dict[str, Any] = {
        "letter": letter_facts(desk, seen, chosen),
        "text": _typed(more or {}),
    }
    told = {"visit": visit, "body": {"template": template, "names_debt": names_debt}, **facts}
    refuse_unless_allowed(desk, at, "letter_printed", seen, told)
    with transaction(desk.db):
        serial = next_serial(desk, "L")
        event_id = new_id(desk, at)
        known = joined(from_record(seen), more or {})
        fields = case_fields(row, **{**office_facts(desk, seen), **known})
        held = read(fields, chosen.source.sealed_sum)
        seal = paper_seal(
            desk, at, seen, kind=str(chosen.source.front.get("seal", "letter")), serial=serial,
            terms=fields, names_debt=names_debt, sum=Money.from_json(held) if held else None,
        )  # fmt: skip
        made = render(
            chosen, case=fields, language=language, serial=serial, at=at.wall,
            seal_text=printed_seal(desk, seal),
        )  # fmt: skip
        pdf = pades.seal(made.pdf, desk.document_key, desk.document_chain, at=at.wall)
        stored = desk.files.write(pdf, event=event_id, slot="letter", type="application/pdf")
        body = {
            "serial": serial,
            "template": template,
            "document": stored.sha256,
            "language": language,
            "names_debt": names_debt,
            "template_sha256": made.template_sha,
            "seal": seal,
            **facts["letter"],
        }
        record(
            desk, at, "letter_printed", body, case=case, visit=visit, attached=[stored],
            event_id=event_id, facts=facts,
        )  # fmt: skip
    return Change.of([case], "letters", "outbox", made=(serial, pdf))


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
    if all(one["serial"] != serial for one in _row(desk, case).get("letters", ())):
        raise NotAllowed(f"no letter {serial} was printed for this case")
    if how == "hand" and visit is not None:
        _refuse_to_strangers(desk, case, visit, serial)
    event_id = new_id(desk, at)
    with transaction(desk.db):
        attached, seen = [], {}
        if image:
            data, kind = image
            seen = looked_at(desk, at, case, visit, data)
            attached = [desk.files.write(data, event=event_id, slot="proof", type=kind)]
        body: dict[str, Any] = {
            "serial": serial,
            "how": how,
            "proof": proof,
            **({"note": note} if note else {}),
        }
        if seen:
            body["marks"] = seen
        record(
            desk, at, "letter_delivered", body, case=case, visit=visit, attached=attached,
            event_id=event_id,
        )  # fmt: skip
    return Change.of([case], "letters", "outbox")


def _row(desk: Desk, case: str) -> dict[str, Any]:
    row = cases.now(desk.db, case)
    if row is None:
        raise NotAllowed(f"{case} is not on this device")
    return row


def _refuse_to_strangers(desk: Desk, case: str, visit: str, serial: str) -> None:
    """A letter that names the debt goes into the hand of the identified debtor and no other."""
    told = next(
        (one.body for one in events.of_case(desk.db, case)
         if one.kind == "letter_printed" and one.body.get("serial") == serial), {},
    )  # fmt: skip
    state = _row(desk, case).get("visits", {}).get(visit) or {}
    if told.get("names_debt") is not False and not state.get("identity"):
        raise NotAllowed("this letter is for the debtor alone, and it is not they who are here")
