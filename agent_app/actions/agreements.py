"""The repayment agreement as it is shown and read aloud before anyone signs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from agent_app.actions.desk import Desk
from agent_app.actions.guard import refuse_unless_allowed
from agent_app.actions.papers import office_facts, paper_seal, peek_serial, printed_seal
from agent_app.domain.errors import BadInput, Fault, NotAllowed
from agent_app.domain.model import Case
from agent_app.domain.moment import Moment
from agent_app.domain.money import Money

if TYPE_CHECKING:
    from agent_app.documents.letter import Template


@dataclass(frozen=True, slots=True)
class Shown:
    """The agreement as the debtor reads it before signing; `fields` fill its template."""

    case: str
    visit: str
    serial: str
    template: str
    language: str
    at: datetime
    pdf: bytes
    text: str
    sha256: str
    seal: str
    plan: Mapping[str, Any]
    fields: Mapping[str, Any]
    roles: tuple[str, ...]
    optional: tuple[str, ...]
    signing: tuple[str, ...] = ()


def show_agreement(
    desk: Desk,
    at: Moment,
    *,
    case: str,
    visit: str,
    plan: Mapping[str, Any],
    language: str,
    template: str = "",
    others: Mapping[str, str] | None = None,
) -> Shown:
    """The paper to turn round. Nothing is recorded; the serial is spent when it is signed.

    `plan` is the JSON of the plan offered in this visit. `others` names who else signs, by role
    (co_debtor, guarantor, second_agent, interpreter): the paper says what each of them takes on,
    and each must then sign; `Shown.signing` is everyone, in order. Raises NotAllowed with the
    findings when the rules forbid an agreement now.
    """
    from agent_app.documents.agreement import preview
    from agent_app.documents.fields import case_fields

    row = desk.row(case)
    seen = Case.read(row)
    chosen = template_of(desk, seen, template)
    told = {"visit": visit, "plan": plan, "terms": terms(desk, seen, chosen)}
    refuse_unless_allowed(desk, at, "agreement_signed", seen, told)
    if seen.visit(visit).get("plan") != plan:
        raise NotAllowed("this plan was not offered in this visit")
    serial = peek_serial(desk, "A")
    given = {**office_facts(desk, seen), "plan": {**plan, "rows": plan["instalments"]}}
    given |= {role: {"name": name} for role, name in (others or {}).items()}
    fields = case_fields(row, **given)
    seal = paper_seal(
        desk, at, seen, kind="agreement", serial=serial, terms=plan, names_debt=True,
        sum=Money.from_json(plan["total"]),
    )  # fmt: skip
    front = chosen.source.front
    signing = _signing(front, others)
    paper = preview(
        chosen, case=fields, language=language, serial=serial, at=at.wall,
        seal_text=printed_seal(desk, seal),
        signing=signing,
    )  # fmt: skip
    return Shown(
        case=case,
        visit=visit,
        serial=serial,
        template=chosen.source.id,
        language=language,
        at=at.wall,
        pdf=paper.pdf,
        text=paper.text,
        sha256=paper.sha256,
        seal=seal,
        plan=plan,
        fields=fields,
        roles=tuple(front.get("sign", ())),
        optional=tuple(front.get("may_sign", ())),
        signing=signing,
    )


def _signing(front: Mapping[str, Any], others: Mapping[str, str] | None) -> tuple[str, ...]:
    """Who will sign, in the template's order; empty where nobody said: the template decides."""
    if not others:
        return ()
    roles, optional = front.get("sign", ()), front.get("may_sign", ())
    if strange := [role for role in others if role not in optional]:
        raise BadInput(Fault("has no place to sign", field=", ".join(strange)))
    return tuple(role for role in roles if role in others or role not in optional)


def terms(desk: Desk, case: Case, template: Template) -> list[str]:
    """The terms the agreement holds, as the law names them (Credit Card Measures Art. 70)."""
    return [
        key
        for keys in desk.templates.says(desk.packs.for_case(case), template).values()
        for key in keys
    ]


def template_of(desk: Desk, case: Case, name: str) -> Template:
    """The template of that id, else the one for the case's product, else the general one."""
    known = desk.templates.all(desk.packs.for_case(case), "agreements")
    if name:
        return desk.templates.one(desk.packs.for_case(case), "agreements", name)
    fits = [
        one for one in known.values() if case.product_kind in one.source.front.get("products", ())
    ]
    general = [one for one in known.values() if not one.source.front.get("products")]
    if not (found := fits or general):
        raise BadInput(Fault("no agreement for this product", value=case.product_kind))
    return found[0]
